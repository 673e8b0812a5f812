"""Does the service refuse to start with a value that is bad or contradicts another, and say which?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clean_environment import clean_environment
from tests.real_stack import ROOT

# Each refusal is a process of its own.
pytestmark = pytest.mark.timeout(240)
GOOD_KEY = "k3J9-vQx7Lw2mZp8Rt5Yc1Nb6Hd4Gf0Sa+Ue/OiTjWlXzBkMqPn"
PRODUCTION = {
    "IL2WARD_MODE": "production",
    "IL2WARD_SECRET_KEY": GOOD_KEY,
    "IL2WARD_ALLOWED_HOSTS": "ward.example.org",
}
REFUSED = {
    "the mode is unknown": ({"IL2WARD_MODE": "staging"}, "IL2WARD_MODE"),
    "a yes or no is neither": ({"IL2WARD_HTTPS": "perhaps"}, "IL2WARD_HTTPS"),
    "the time zone is unknown": ({"IL2WARD_TIME_ZONE": "Mars/Olympus"}, "IL2WARD_TIME_ZONE"),
    "the home is a file": ({"IL2WARD_HOME": str(ROOT / "manage.py")}, "IL2WARD_HOME"),
    "an origin to be called is none": ({"IL2WARD_OUTGOING_ORIGINS": "hooks.example"}, "IL2WARD_OUTGOING_ORIGINS"),
    "production would call its own machine": (
        {**PRODUCTION, "IL2WARD_OUTGOING_OWN_MACHINE": "yes"},
        "IL2WARD_OUTGOING_OWN_MACHINE",
    ),
    "an origin of browsers is none": ({"IL2WARD_CDS_ORIGINS": "*"}, "IL2WARD_CDS_ORIGINS"),
    "the log level is unknown": ({"IL2WARD_LOG_LEVEL": "LOUD"}, "IL2WARD_LOG_LEVEL"),
    "the database is of another kind": ({"IL2WARD_DATABASE_URL": "mysql://host/il2ward"}, "IL2WARD_DATABASE_URL"),
    "the database has no name": ({"IL2WARD_DATABASE_URL": "postgresql://host"}, "IL2WARD_DATABASE_URL"),
    "a database option is unknown": (
        {"IL2WARD_DATABASE_URL": "postgresql://host/il2ward?fsync=off"},
        "IL2WARD_DATABASE_URL",
    ),
    "the broker is of another kind": ({"IL2WARD_REDIS_URL": "amqp://host"}, "IL2WARD_REDIS_URL"),
    "two broker passwords are given": (
        {"IL2WARD_REDIS_URL": "redis://:one@host", "IL2WARD_REDIS_PASSWORD": "two"},
        "IL2WARD_REDIS_PASSWORD",
    ),
    "a secret is given twice": (
        {"IL2WARD_SECRET_KEY": "one", "IL2WARD_SECRET_KEY_FILE": str(ROOT / "manage.py")},
        "IL2WARD_SECRET_KEY",
    ),
    "a secret's file is missing": ({"IL2WARD_SECRET_KEY_FILE": "nowhere"}, "IL2WARD_SECRET_KEY_FILE"),
    "a demonstration answers other hosts": ({"IL2WARD_ALLOWED_HOSTS": "ward.example.org"}, "IL2WARD_ALLOWED_HOSTS"),
    "production has no key": ({**PRODUCTION, "IL2WARD_SECRET_KEY": ""}, "IL2WARD_SECRET_KEY"),
    "production has a short key": ({**PRODUCTION, "IL2WARD_SECRET_KEY": GOOD_KEY[:49]}, "IL2WARD_SECRET_KEY"),
    "production has a monotonous key": ({**PRODUCTION, "IL2WARD_SECRET_KEY": "abcdefghijk" * 9}, "IL2WARD_SECRET_KEY"),
    "production has a placeholder": (
        {**PRODUCTION, "IL2WARD_SECRET_KEY": f"changeme{GOOD_KEY}"},
        "IL2WARD_SECRET_KEY",
    ),
    "production names no host": ({**PRODUCTION, "IL2WARD_ALLOWED_HOSTS": ""}, "IL2WARD_ALLOWED_HOSTS"),
    "production answers every host": ({**PRODUCTION, "IL2WARD_ALLOWED_HOSTS": "*"}, "IL2WARD_ALLOWED_HOSTS"),
    "production has debugging on": ({**PRODUCTION, "IL2WARD_DEBUG": "yes"}, "IL2WARD_DEBUG"),
    "production has demonstration accounts": ({**PRODUCTION, "IL2WARD_DEMO_ACCOUNTS": "1"}, "IL2WARD_DEMO_ACCOUNTS"),
    "production has a movable clock": ({**PRODUCTION, "IL2WARD_CLOCK_FILE": "clock"}, "IL2WARD_CLOCK_FILE"),
}


WORDS = ["diffsettings", "--all"]


def environment_of(given: dict[str, str], home: Path) -> dict[str, str]:
    """An environment with ``given``, and ``home`` unless that names one."""
    return clean_environment(**{"IL2WARD_HOME": str(home), **given})


def load_settings(given: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    """Start an administrative command with nothing but ``given`` in the environment."""
    command = [sys.executable, "manage.py", *WORDS]
    return subprocess.run(
        command, cwd=ROOT, env=environment_of(given, home), capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """How the same command ended with each value that is refused: a process each, forked where libraries are loaded."""
    environments = [environment_of(given, tmp_path_factory.mktemp("home")) for given, _ in REFUSED.values()]
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("forked_start.py"))],
        input=json.dumps({"environments": environments, "words": WORDS}),
        cwd=ROOT, capture_output=True, text=True, timeout=100, check=True,
    )  # fmt: skip
    return dict(zip(REFUSED, json.loads(ended.stdout), strict=True))


@pytest.mark.parametrize("when", REFUSED)
def test_start_is_refused_in_one_sentence_when(when: str, begun: dict[str, dict[str, Any]]) -> None:
    _, name = REFUSED[when]

    assert begun[when]["returncode"] == 1
    assert begun[when]["stderr"].startswith(f"il2ward does not start. {name}: ")
    assert begun[when]["stderr"].count("\n") == 1


@pytest.mark.parametrize("when", ["the mode is unknown", "production has a movable clock"])
def test_command_line_says_the_same_when_it_begins_by_itself(
    when: str, begun: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    started = load_settings(REFUSED[when][0], tmp_path)

    assert (started.returncode, started.stderr) == (1, begun[when]["stderr"])
    assert started.stdout == begun[when]["stdout"]


def test_production_starts_with_secure_cookies_when_its_values_are_good(tmp_path: Path) -> None:
    started = load_settings(PRODUCTION, tmp_path)

    assert started.returncode == 0, started.stderr
    for expected in (
        "DEBUG = False",
        "SESSION_COOKIE_SECURE = True",
        "CSRF_COOKIE_SECURE = True",
        "SESSION_COOKIE_NAME = '__Host-sessionid'",
        "SECURE_SSL_REDIRECT = True",
        "IL2WARD_DEMO_ACCOUNTS = False",
        "ALLOWED_HOSTS = ['ward.example.org']",
    ):
        assert expected in started.stdout


def test_shortest_key_is_taken_in_production_when_it_has_fifty_characters(tmp_path: Path) -> None:
    assert load_settings({**PRODUCTION, "IL2WARD_SECRET_KEY": GOOD_KEY[:50]}, tmp_path).returncode == 0


def test_secrets_are_read_from_files_when_files_are_named(tmp_path: Path) -> None:
    key, password = tmp_path / "key", tmp_path / "password"
    key.write_text(f"{GOOD_KEY}\n")
    password.write_text("p@ss/word:1\n")
    given = {
        "IL2WARD_MODE": "production",
        "IL2WARD_ALLOWED_HOSTS": "ward.example.org",
        "IL2WARD_SECRET_KEY_FILE": str(key),
        "IL2WARD_REDIS_URL": "redis://broker:6379/0",
        "IL2WARD_REDIS_PASSWORD_FILE": str(password),
        "IL2WARD_DATABASE_URL": "postgresql://il2ward@db:5432/il2ward",
        "IL2WARD_DATABASE_PASSWORD_FILE": str(password),
    }

    started = load_settings(given, tmp_path)

    assert started.returncode == 0, started.stderr
    assert f"SECRET_KEY = '{GOOD_KEY}'" in started.stdout
    assert "REDIS_URL = 'redis://:p%40ss%2Fword%3A1@broker:6379/0'" in started.stdout
    assert "'PASSWORD': 'p@ss/word:1'" in started.stdout


def test_demonstration_keeps_its_own_key_when_started_twice(tmp_path: Path) -> None:
    first, second = load_settings({}, tmp_path), load_settings({}, tmp_path)

    keys = {line for run in (first, second) for line in run.stdout.splitlines() if line.startswith("SECRET_KEY = ")}
    assert len(keys) == 1
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
