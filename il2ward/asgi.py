"""Which application answers a connection: pages and API over HTTP, hints over websockets?"""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "il2ward.settings")

# Before the routing is imported: consumers import models, and models need the app registry.
pages = get_asgi_application()

from monitoring.lifespan import lifespan  # noqa: E402
from monitoring.routing import websocket_urlpatterns  # noqa: E402

# A page of another origin may not listen: browsers send a session's cookie along with any socket.
sockets = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))

application = ProtocolTypeRouter({"http": pages, "websocket": sockets, "lifespan": lifespan})
