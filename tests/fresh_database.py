"""How does a test that commits get a database of its own, when evidence cannot be deleted afterwards?"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection, connections
from psycopg import sql

from il2ward.live.services.dispatch import dispatcher

# Read before any test runs: making the test database changes the settings.
OF_THE_SETTINGS = settings.DATABASES["default"]["NAME"]
NUMBERS = itertools.count(1)
SETTLE_S = 10.0
TEMPLATE = "template"
# Made once per run, when the first test that commits asks for a copy.
templates: dict[str, str] = {}


@contextmanager
def copy_of_the_database() -> Iterator[str]:
    """Point Django, in every thread, at a fresh copy of the migrated, empty database; commits are real.

    Threads of the test close their own connections before it ends.
    """
    before = migrated()
    with copied(template_of(before), f"fresh{next(NUMBERS)}") as name:
        point_at(name)
        try:
            yield name
        finally:
            dispatcher.settle(SETTLE_S)
            point_at(before)


def migrated() -> str:
    """Return the name of the run's migrated database.

    pytest-django makes it only when some test of the run asks for ``db``; otherwise it is taken into use here, so
    that a copy is never taken from the database of the settings.
    """
    if connection.settings_dict["NAME"] == OF_THE_SETTINGS:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=True)
    return str(connection.settings_dict["NAME"])


def template_of(name: str) -> str:
    """Return a copy of the database ``name`` that nobody ever connects to, made on the first call."""
    if name not in templates:
        connections.close_all()
        templates[name] = copy_postgres(name, TEMPLATE) if on_postgres() else copy_sqlite(name, TEMPLATE)
    return templates[name]


def on_postgres() -> bool:
    """Return whether this run is on PostgreSQL."""
    return bool(connection.vendor == "postgresql")


def point_at(name: str) -> None:
    """Make this thread's next connection, and that of every new thread, go to the database ``name``."""
    connections.close_all()
    # One dictionary, shared by the connection objects of all threads.
    connection.settings_dict["NAME"] = name


def copied(source: str, word: str) -> AbstractContextManager[str]:
    """Copy the database ``source`` for a while."""
    return copied_postgres(source, word) if on_postgres() else copied_sqlite(source, word)


@contextmanager
def copied_sqlite(source: str, word: str) -> Iterator[str]:
    """Yield the path of a copy of a database file, and remove it with its log."""
    copy = Path(copy_sqlite(source, word))
    try:
        yield str(copy)
    finally:
        for path in copy.parent.glob(f"{copy.name}*"):
            path.unlink()


def copy_sqlite(source: str, word: str) -> str:
    """Copy a database file, whatever of it is still in its log."""
    copy = Path(source).with_name(f"{word}.sqlite3")
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return str(copy)


@contextmanager
def copied_postgres(source: str, word: str) -> Iterator[str]:
    """Yield the name of a database made from ``source`` as its template, and drop it."""
    copy = copy_postgres(source, word)
    try:
        yield copy
    finally:
        administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))


def copy_postgres(source: str, word: str) -> str:
    """Make a database from one that nobody is connected to, in the place of an older copy."""
    copy = f"{source.removesuffix(f'_{TEMPLATE}')}_{word}"
    administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy)))
    administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(copy), sql.Identifier(source)))
    return copy


def administer(statement: sql.Composed) -> None:
    """Run one statement about databases, outside any transaction and any of them."""
    given = connection.settings_dict
    parameters = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    with psycopg.connect(
        dbname="postgres", autocommit=True, **{key: value for key, value in parameters.items() if value}
    ) as server:
        server.execute(statement)
