"""Who takes the service's mail in a test? A small real SMTP server, which keeps what it got or refuses it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass
class MailServer:
    """What came, whole; with ``refuses`` every recipient is turned away."""

    port: int = 0
    refuses: bool = False
    got: list[str] = field(default_factory=list)


@contextmanager
def taking_mail() -> Iterator[MailServer]:
    """Listen on this machine until the block ends."""
    kept = MailServer()

    class Handler(socketserver.StreamRequestHandler):
        ANSWERS: ClassVar = {
            "MAIL": "250 ok",
            "RSET": "250 ok",
            "NOOP": "250 ok",
            "EHLO": "250 here",
            "HELO": "250 here",
        }

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode():
                verb = line[:4].upper()
                if verb == "QUIT":
                    return self.say("221 bye")
                if verb == "DATA":
                    self.say("354 go on")
                    kept.got.append(self.text())
                    self.say("250 taken")
                elif verb == "RCPT":
                    self.say("550 nobody" if kept.refuses else "250 ok")
                else:
                    self.say(self.ANSWERS.get(verb, "500 what"))
            return None

        def text(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode()).rstrip("\r\n") != ".":
                lines.append(line)
            return "".join(lines)

        def say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield kept
        server.shutdown()
