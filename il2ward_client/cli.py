"""``il2ward send|tail|export``: what can be asked for on a command line, and what is printed?"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from il2ward_client import mllp, table
from il2ward_client.client import MOST_ITEMS, Client, NotTaken
from il2ward_client.following import Follower
from il2ward_client.shapes import Resource

GOOD = frozenset({"stored", "not_gradable", "repeated"})
HL7_ENDINGS, LINES_ENDINGS = {".hl7", ".out"}, {".ndjson", ".jsonl"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when all was taken, 1 when something was refused, 2 when nothing could be done."""
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (NotTaken, OSError, ValueError) as error:
        print(f"il2ward: {error}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    whole = argparse.ArgumentParser(prog="il2ward", description="Speaks to a running il2ward.")
    whole.add_argument("--url", default=os.environ.get("IL2WARD_URL", "http://127.0.0.1:8000"))
    whole.add_argument(
        "--key-file", type=Path, default=os.environ.get("IL2WARD_KEY_FILE"), help="file with the API key"
    )
    commands = whole.add_subparsers(required=True)
    send = commands.add_parser("send", help="send JSON lines, FHIR or HL7 v2 files")
    send.add_argument("files", nargs="+", type=Path, metavar="FILE", help="- reads JSON lines from standard input")
    send.add_argument("--mllp", default="127.0.0.1:2575", metavar="HOST:PORT", help="where HL7 v2 files go")
    send.set_defaults(run=_send)
    tail = commands.add_parser("tail", help="follow alerts and holds, one JSON object a line")
    tail.add_argument("--since", type=datetime.fromisoformat, help="an instant with its offset; now when left out")
    tail.add_argument("--every", type=float, default=2.0, metavar="SECONDS")
    tail.add_argument("--looks", type=int, default=0, help="end after this many looks; 0: never")
    tail.set_defaults(run=_tail)
    export = commands.add_parser("export", help="fetch the dossier of a course")
    export.add_argument("encounter", help="the id of one of its cycles")
    export.add_argument("--format", choices=("json", "csv"), default="json")
    export.set_defaults(run=_export)
    return whole


def client_of(options: argparse.Namespace) -> Client:
    """Return the client for the address and key of the command line."""
    if options.key_file is None:
        raise ValueError("Name the file with the API key: --key-file FILE, or IL2WARD_KEY_FILE.")
    return Client(options.url, Path(options.key_file).read_text(encoding="utf-8").strip())


def _send(options: argparse.Namespace) -> int:
    results = [_send_file(file, options) for file in options.files]
    return 0 if all(results) else 1


def _send_file(file: Path, options: argparse.Namespace) -> bool:
    """Send one file by what it is, print a line for it, and return whether all of it was taken."""
    if file.suffix in HL7_ENDINGS:
        return _say(file, _hl7(file, options.mllp))
    client = client_of(options)
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    if file.suffix not in LINES_ENDINGS and str(file) != "-" and b'"resourceType"' in content:
        return _say(file, _fhir(client, content))
    return _say(file, _items(client, content))


def _hl7(file: Path, address: str) -> Iterator[tuple[bool, str]]:
    host, _, port = address.rpartition(":")
    for ack in mllp.send(host or "127.0.0.1", int(port), mllp.messages_in(file.read_bytes())):
        yield ack.done, f"{ack.control_id}: {ack.code} {ack.text}".strip()


def _fhir(client: Client, content: bytes) -> Iterator[tuple[bool, str]]:
    told = client.fhir(content)
    if told.get("type") not in {"batch-response", "transaction-response"}:
        yield True, f"{told['resourceType']}/{told.get('id', '')}"
    for entry in told.get("entry", []) if told["resourceType"] == "Bundle" else []:
        answer = entry.get("response", {})
        yield str(answer.get("status", "2")).startswith("2"), f"{answer.get('status', '')} {_issues(answer)}".strip()


def _issues(answer: Resource) -> str:
    return "; ".join(one.get("diagnostics", "") for one in answer.get("outcome", {}).get("issue", []))


def _items(client: Client, content: bytes) -> Iterator[tuple[bool, str]]:
    lines = [line for line in content.decode("utf-8").splitlines() if line.strip()]
    for start in range(0, len(lines), MOST_ITEMS):
        batch = lines[start : start + MOST_ITEMS]
        for line in batch:
            json.loads(line)
        for one in client.observations_as_text(batch):
            wrong = "; ".join(f"{error['path']}: {error['allowed']}" for error in one.get("errors", []))
            yield (
                one["result"] in GOOD,
                f"line {start + one['index'] + 1}: {one['result']} {one.get('why', '') or wrong}",
            )


def _say(file: Path, answers: Iterator[tuple[bool, str]]) -> bool:
    """Print what was refused, and how much of the file was taken."""
    taken = refused = 0
    for done, text in answers:
        taken, refused = taken + done, refused + (not done)
        if not done:
            print(f"{file}: {text}", file=sys.stderr)
    print(f"{file}: {taken} taken, {refused} refused")
    return not refused


def _tail(options: argparse.Namespace, *, pause: Callable[[float], None] = time.sleep) -> int:
    follower = Follower(client_of(options), options.since or datetime.now(UTC))
    looks = 0
    try:
        while True:
            for one in follower.look():
                print(json.dumps(one, ensure_ascii=False), flush=True)
            looks += 1
            if looks == options.looks:
                return 0
            pause(options.every)
    except KeyboardInterrupt:
        return 0


def _export(options: argparse.Namespace) -> int:
    dossier = client_of(options).dossier(options.encounter)
    if options.format == "csv":
        table.write(dossier, sys.stdout)
    else:
        print(json.dumps(dossier, ensure_ascii=False, indent=1))
    return 0
