"""`manage.py mllp`: listen for HL7 v2 messages until told to end."""

from __future__ import annotations

import asyncio
import signal
import ssl
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from il2ward.audit.evidence import EvidenceUnguarded, assert_guarded
from monitoring.interop.hl7.listening import listener
from monitoring.interop.hl7.peers import NoSuchDevice, Peers
from monitoring.interop.hl7.server import tls_context


class Command(BaseCommand):
    """``manage.py mllp [--host ADDRESS] [--port N]``: HL7 v2.3 to 2.8 over MLLP."""

    help = "Listens for HL7 v2 messages (ORU^R01 and ADT) over MLLP, from the senders in IL2WARD_HL7_PEERS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default=settings.IL2WARD_HL7_HOST, help="address to listen on")
        parser.add_argument("--port", type=int, default=settings.IL2WARD_HL7_PORT, help="port to listen on (2575)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Listen; what cannot be started ends the command with its reason."""
        if not settings.IL2WARD_HL7_PEERS:
            raise CommandError("Nobody would be heard: IL2WARD_HL7_PEERS names no sender, as in 10.1.2.3=Laboratory.")
        if not options["port"]:
            raise CommandError("Port 0 means that the listener is off (IL2WARD_HL7_PORT).")
        try:
            assert_guarded()
            Peers(settings.IL2WARD_HL7_PEERS).check()
            context = tls_context(settings.IL2WARD_HL7_TLS)
            asyncio.run(self.listen(options["host"], options["port"], context))
        except (EvidenceUnguarded, NoSuchDevice) as reason:
            raise CommandError(str(reason)) from reason
        except ssl.SSLError as wrong:
            raise CommandError(f"The certificate cannot be used: {wrong.reason}.") from wrong
        except OSError as wrong:
            where = f"Port {options['port']} on {options['host']} cannot be listened on"
            raise CommandError(f"{where}: {wrong.strerror or wrong}.") from wrong

    async def listen(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        """Listen until SIGTERM or SIGINT, then answer what is in hand and end."""
        server, told_to_end = listener(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told_to_end.set)
        port = await server.start(host, port, context)
        self.stdout.write(f"ready mllp {host}:{port}{' with TLS' if context else ''}")
        self.stdout.flush()
        await told_to_end.wait()
        await server.stop()
        self.stdout.write("the listener has ended")
