"""How does the test suite get a real PostgreSQL that nobody set up, and that is gone afterwards?"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from il2ward.embedded.children import end_group, start_child

DEBIAN = Path("/usr/lib/postgresql")
READY_WITHIN_S = 30
# Durability is switched off: the data is thrown away. Never so in service.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


class NoPostgres(RuntimeError):
    """No PostgreSQL server could be found or started."""


def find_program(name: str) -> Path:
    """Return the path of a PostgreSQL program: on PATH, else the newest that Debian's packages hold."""
    if found := shutil.which(name):
        return Path(found)
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parent.parent.name))
    if versions:
        return versions[-1]
    raise NoPostgres(f"PostgreSQL's {name} was not found: install a PostgreSQL 15 or newer server.")


def user_to_become() -> pwd.struct_passwd | None:
    """Return whom the server runs as: None for ourselves; another user for root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no other user to run it as.")


def free_port() -> int:
    """Return a port nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def throwaway_postgres() -> Iterator[str]:
    """Run a new server for the length of the block and give the address of its database.

    It listens on a unix socket and on this machine's loopback, asks for a random password, and its
    files are deleted at the end. Raises NoPostgres when there is none or it does not come up.
    """
    user = user_to_become()
    folder = Path(tempfile.mkdtemp(prefix="il2ward-pg-"))
    password, port = secrets.token_hex(16), free_port()
    try:
        initialise(folder, password=password, user=user)
        server = start(folder, port=port, user=user)
        try:
            address = f"postgresql://il2ward:{password}@127.0.0.1:{port}/"
            make_database(address, server)
            yield f"{address}il2ward"
        finally:
            # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
            server.send_signal(signal.SIGINT)
            end_group(server, within_s=10)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialise(folder: Path, *, password: str, user: pwd.struct_passwd | None) -> None:
    """Make the server's files, owned by the user it will run as."""
    secret = folder / "password"
    secret.touch(0o600)
    secret.write_text(password, encoding="ascii")
    if user:
        for path in (folder, secret):
            os.chown(path, user.pw_uid, user.pw_gid)
    command = (
        *(str(find_program("initdb")), "-D", str(folder / "data"), "-U", "il2ward", "-E", "UTF8"),
        *("--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "--no-locale"),
    )
    with (folder / "initdb.log").open("wb") as log:
        process = start_child(command, output=log, user=user.pw_uid if user else None, folder=folder)
        if process.wait():
            raise NoPostgres(f"initdb failed: {(folder / 'initdb.log').read_text(encoding='utf-8')}")
    secret.unlink()


def start(folder: Path, *, port: int, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    """Start the server on ``port`` of the loopback and on a socket in its folder."""
    given = {**SETTINGS, "port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(folder)}
    options = [word for key, value in given.items() for word in ("-c", f"{key}={value}")]
    command = [str(find_program("postgres")), "-D", str(folder / "data"), *options]
    with (folder / "postgres.log").open("wb") as log:
        return start_child(command, output=log, user=user.pw_uid if user else None, folder=folder)


def make_database(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes connections and make the service's database."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            with psycopg.connect(f"{address}postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE il2ward")
                return
        except psycopg.OperationalError as refused:
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoPostgres(f"PostgreSQL did not come up: {refused}") from refused
            time.sleep(0.1)


def main(command: Sequence[str]) -> int:
    """Run ``command`` with the address of a throwaway server in its environment; return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with throwaway_postgres() as address:
            return subprocess.run(command, env={**os.environ, "IL2WARD_DATABASE_URL": address}, check=False).returncode
    except NoPostgres as reason:
        sys.stderr.write(f"{reason}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
