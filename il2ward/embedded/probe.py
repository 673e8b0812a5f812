"""Does the broker answer right now, without ever keeping the asker waiting?"""

from __future__ import annotations

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

LONGEST_WAIT_S = 0.5


def broker_answers() -> bool:
    """Return True when the broker answers a ping within half a second; never raises, never retries."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=LONGEST_WAIT_S,
        socket_connect_timeout=LONGEST_WAIT_S,
        retry=Retry(NoBackoff(), retries=0),
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
