"""Does a database in use come through the newest migrations with every row, every guard and a whole log?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings

from il2ward.audit import evidence
from il2ward.audit.services.verification import verify
from il2ward.live.services.dispatch import dispatcher
from monitoring.models import Alert
from tests.dosing.builders import make_bedside
from tests.monitoring.invariants.test_invariants import LATER, MINUTE, broken, work_on

OURS = ("staff", "audit", "live", "dosing", "monitoring")
Rows = dict[str, list[dict[str, Any]]]


def steps_back() -> list[tuple[str, str | None]]:
    """The migration before the newest one of each app that has more than one."""
    graph = MigrationExecutor(connection).loader.graph
    found: list[tuple[str, str | None]] = []
    for app in OURS:
        (newest,) = graph.leaf_nodes(app)
        found += [(app, node.key[1]) for node in graph.node_map[newest].parents if node.key[0] == app]
    return found


def rows() -> Rows:
    """Every row of every table of ours, as the database has it."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for model in (one for app in OURS for one in apps.get_app_config(app).get_models()):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            names = [column[0] for column in cursor.description]
            found[model._meta.label] = sorted((dict(zip(names, row, strict=True)) for row in cursor), key=by_value)
    return found


def by_value(row: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((name, repr(value)) for name, value in row.items())


def test_every_row_guard_and_the_log_are_whole_when_the_newest_migrations_run_on_a_ward_at_work(
    fresh_database: None, settings: Settings, tmp_path: Path
) -> None:
    settings.IL2WARD_HOME = tmp_path
    with transaction.atomic():
        bedside = make_bedside()
    work_on(bedside)
    Alert.objects.filter(cleared_at=None).update(next_due_at=LATER + MINUTE)
    dispatcher.settle(10)  # how far boards were told is written by a thread of its own
    before, back = rows(), steps_back()
    assert {app for app, _ in back} == {"staff", "audit", "dosing", "monitoring"}
    assert sum(map(len, before.values())) > 200

    for one in reversed(back):  # in one go Django renders every state between them, for twenty seconds
        MigrationExecutor(connection).migrate([one])
    assert MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0)

    assert rows() == before
    assert evidence.missing(connection) == []
    assert broken() == {}
    assert verify().ok
