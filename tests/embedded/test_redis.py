"""Does the embedded broker keep what it was given, and is it reachable only where it should be?"""

from __future__ import annotations

from il2ward.embedded.redis import RedisServer, answers


def test_broker_answers_on_its_socket_when_the_suite_runs(redis_server: RedisServer) -> None:
    assert answers(redis_server.socket)
