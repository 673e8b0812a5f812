"""Which application answers a connection: pages and API over HTTP, hints over websockets?"""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "il2ward.settings")

# Before the routing is imported: consumers import models, and models need the app registry.
pages = get_asgi_application()

from monitoring.lifespan import lifespan  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "lifespan": lifespan})
