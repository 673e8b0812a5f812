"""Do the hospital's containers start what they should, and may each do no more than it needs?

The scripts run here outside of containers, on the suite's own engines.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import yaml

from il2ward.embedded.postgres import NoPostgres, find_program, free_port, throwaway_postgres
from il2ward.embedded.redis import find_server
from tests.real_stack import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OWN = [name for name, service in SERVICES.items() if "build" in service]
LASTING = [name for name in SERVICES if name != "migrate"]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a site's secrets with the script that an operator runs."""
    folder = tmp_path_factory.mktemp("site")
    script = folder / "secrets.sh"
    script.write_bytes((ROOT / "compose/secrets.sh").read_bytes())
    subprocess.run(["sh", str(script)], check=True)
    return folder / "secrets"


@pytest.fixture(scope="module")
def database(secrets: Path) -> Iterator[str]:
    """Run a PostgreSQL with the roles that the database's container makes; give the owner's address."""
    try:
        find_program("initdb")
    except NoPostgres as reason:
        pytest.skip(str(reason))
    with throwaway_postgres() as address:
        user, _, rest = address.removeprefix("postgresql://").partition(":")
        password, _, place = rest.partition("@")
        host, _, port = place.partition("/")[0].partition(":")
        environment = {
            **os.environ,
            "PGHOST": host,
            "PGPORT": port,
            "PGPASSWORD": password,
            "SECRETS": str(secrets),
            "POSTGRES_USER": user,
            "POSTGRES_DB": "il2ward",
        }
        subprocess.run(["sh", str(ROOT / "compose/roles.sh")], env=environment, check=True)
        yield address


def app_address(owner: str, secrets: Path) -> str:
    """Return the address that the service uses."""
    password = (secrets / "database_app_password").read_text()
    return f"postgresql://il2ward_app:{password}@{owner.rpartition('@')[2]}"


@pytest.mark.parametrize("name", LASTING)
def test_service_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OWN)
def test_own_service_runs_from_one_image_without_privileges(name: str) -> None:
    service = SERVICES[name]

    assert service["image"] == SERVICES["web"]["image"]
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True


@pytest.mark.parametrize("name", OWN)
def test_secret_comes_from_a_file_and_never_from_the_environment(name: str) -> None:
    environment = SERVICES[name]["environment"]
    named = [key for key in environment if key.endswith(("_KEY", "_PASSWORD", "_TOKEN"))]

    assert named == []
    assert set(SERVICES[name]["secrets"]) <= set(COMPOSE["secrets"])
    assert all(entry["file"].startswith("./compose/secrets/") for entry in COMPOSE["secrets"].values())


def test_only_web_and_the_hl7_listener_are_reachable_and_from_this_machine_unless_told() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert list(published) == ["web", "mllp"]
    assert published["web"][0].startswith("127.0.0.1:")
    assert published["mllp"] == ["${IL2WARD_HL7_HOST:-127.0.0.1}:${IL2WARD_HL7_PORT:-2575}:2575"]
    assert SERVICES["mllp"]["profiles"] == ["hl7"], "nobody is heard unless somebody asks for it"


def test_owner_of_the_schema_is_used_by_the_migration_alone() -> None:
    users = {name: SERVICES[name]["environment"]["IL2WARD_DATABASE_URL"].split("@")[0] for name in OWN}

    assert {name for name, user in users.items() if user.endswith("il2ward_owner")} == {"migrate"}
    assert "database_owner_password" not in SERVICES["web"]["secrets"]


def test_secrets_are_left_alone_when_the_script_runs_again(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}

    subprocess.run(["sh", str(secrets.parent / "secrets.sh")], check=True)

    assert {path.name: path.read_text() for path in secrets.iterdir()} == before
    assert all(len(content) == 96 for content in before.values())


def test_service_writes_rows_but_cannot_change_the_schema(database: str, secrets: Path) -> None:
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE TABLE charted (id bigserial PRIMARY KEY, word text)")

    with psycopg.connect(app_address(database, secrets), autocommit=True) as service:
        service.execute("INSERT INTO charted (word) VALUES ('given')")
        assert service.execute("SELECT word FROM charted").fetchall() == [("given",)]
        for refused in ("CREATE TABLE mine (id int)", "DROP TABLE charted", "TRUNCATE charted"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                service.execute(refused)


def test_broker_asks_for_its_password_and_keeps_its_log(secrets: Path, tmp_path: Path) -> None:
    programs, data, port = tmp_path / "bin", tmp_path / "data", free_port()
    programs.mkdir()
    data.mkdir()
    (programs / "valkey-server").symlink_to(find_server())
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "SECRETS": str(secrets),
        "DATA": str(data),
    }
    command = ["sh", str(ROOT / "compose/broker.sh"), "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        known = redis.Redis(port=port, password=(secrets / "broker_password").read_text(), retry=patient())
        assert known.ping()
        assert known.config_get("appendonly", "maxmemory-policy") == {
            "appendonly": "yes",
            "maxmemory-policy": "noeviction",
        }
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=port).ping()
    finally:
        process.terminate()
        process.wait(10)


def patient() -> redis.retry.Retry:
    """Return a way of retrying that waits for a server that is only just starting."""
    return redis.retry.Retry(redis.backoff.ConstantBackoff(0.1), retries=50)
