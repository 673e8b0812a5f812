"""`manage.py ward`: run a whole ward on this machine until told to end."""

from __future__ import annotations

import argparse
import contextlib
import socket
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from il2ward.embedded.announce import announce_demo
from il2ward.embedded.home import HomeInUse, only_supervisor
from il2ward.embedded.plan import Plan
from il2ward.embedded.redis import NoRedisServer
from il2ward.embedded.supervisor import Supervisor, WardDidNotStart


class Command(BaseCommand):
    """Supervise the broker, the web process, the worker and beat."""

    help = "Run the whole ward on this machine: broker, web, worker and beat, until Ctrl-C or SIGTERM."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--demo", action="store_true", help="seed the demonstration ward and let it live")
        parser.add_argument("--still", action="store_true", help="with --demo: seed only, nothing happens by itself")
        parser.add_argument("--play", nargs="+", default=[], metavar="FILE", help="play recordings into one bed")
        parser.add_argument("--hl7-port", type=int, default=None, help="port of the HL7 v2 listener; 0: none")
        parser.add_argument("--speed", default="", help="how many times faster than recorded")

    def handle(self, *_args: object, **options: Any) -> None:
        """Run until told to end; a part that does not come up ends the command with its reason."""
        if options["demo"] and settings.IL2WARD_MODE == "production":
            raise CommandError("--demo is refused: IL2WARD_MODE is production.")
        refuse_a_taken_port(options["host"], options["port"])
        plan = plan_of(options, hl7_port=self.hl7_port(options))
        try:
            with only_supervisor(plan.home):
                Supervisor(plan, self.say).run(on_ready=lambda: self.tell_ready(plan))
        except (HomeInUse, NoRedisServer, WardDidNotStart) as reason:
            raise CommandError(str(reason)) from reason
        self.say("everything has ended")

    def hl7_port(self, options: dict[str, Any]) -> int:
        """Return the listener's port, 0 for none: where nobody is to be heard, or a demonstration finds it taken.

        A port that somebody chose and that is taken is refused.
        """
        chosen = options["hl7_port"] is not None or settings.IL2WARD_HL7_PORT_GIVEN
        port = int(settings.IL2WARD_HL7_PORT if options["hl7_port"] is None else options["hl7_port"])
        nobody = not settings.IL2WARD_HL7_PEERS or not (options["demo"] or settings.IL2WARD_HL7_PEERS_GIVEN)
        if not port or nobody:
            return 0
        try:
            refuse_a_taken_port(settings.IL2WARD_HL7_HOST, port, option="IL2WARD_HL7_PORT")
        except CommandError as taken:
            if chosen or not options["demo"]:
                raise
            self.say(f"HL7 v2 is not listened for. {taken}")
            return 0
        return port

    def say(self, line: str) -> None:
        """Print one line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()

    def tell_ready(self, plan: Plan) -> None:
        """Print the address, and in a demonstration the accounts."""
        self.say(f"ready {plan.url}")
        if plan.hl7_port:
            self.say(f"HL7 v2 over MLLP: {plan.hl7_host}:{plan.hl7_port}")
        if plan.demo:
            announce_demo(self.say, home=plan.home)


def plan_of(options: dict[str, Any], *, hl7_port: int) -> Plan:
    """Return what the options ask for."""
    return Plan(
        home=Path(settings.IL2WARD_HOME),
        host=options["host"],
        port=options["port"],
        embedded_broker=settings.IL2WARD_EMBEDDED_BROKER,
        demo=options["demo"],
        still=options["still"],
        play=tuple(str(Path(name).resolve()) for name in options["play"]),
        speed=options["speed"],
        hl7_host=settings.IL2WARD_HL7_HOST,
        hl7_port=hl7_port,
    )


def refuse_a_taken_port(host: str, port: int, *, option: str = "--port") -> None:
    """Raise CommandError when somebody already listens on the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise CommandError(
                f"Port {port} on {host} is taken; choose another, such as {option} {port + 1}."
            ) from taken
