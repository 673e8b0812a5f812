"""Where does a run get a migrated, empty PostgreSQL database without migrating each time? From a copy on the server."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path
from typing import LiteralString, cast

import psycopg

from tests.migrated_file import KEPT_IN, digest, migrate


def copy_migrated_database(address: str, name: str) -> str:
    """Make the database ``name`` on the server of ``address``, in the place of an older one; return its address."""
    template = migrated_database(address)
    drop(address, name)
    run_on_server(address, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return beside(address, name)


def drop(address: str, name: str) -> None:
    """Drop the database ``name``, whoever is still connected to it."""
    run_on_server(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def migrated_database(address: str) -> str:
    """Return the name of a database with the whole schema and nothing in it; never to be connected to."""
    name = f"migrated_{digest()}"
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with (KEPT_IN / "lock").open("w") as lock, tempfile.TemporaryDirectory() as home:
        # Processes side by side: the first makes it, the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not exists(address, name):
            making = f"making_{digest()}"
            drop(address, making)
            run_on_server(address, f'CREATE DATABASE "{making}"')
            migrate(Path(home), beside(address, making))
            # In one step, so that half a schema is never found there.
            run_on_server(address, f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def exists(address: str, name: str) -> bool:
    """Return whether the server has a database of that name."""
    with psycopg.connect(address) as connection:
        return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def beside(address: str, name: str) -> str:
    """Return the address of the database ``name`` on the same server."""
    return f"{address.rpartition('/')[0]}/{name}"


def run_on_server(address: str, statement: str) -> None:
    """Run a statement that names databases, outside of any transaction."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(cast("LiteralString", statement))
