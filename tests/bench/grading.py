"""How many observations does one core grade in a second, through the pure function and through the command?"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from monitoring.domain.facts import Baseline, GradeFacts
from monitoring.domain.grading import grade
from monitoring.domain.interval import point
from monitoring.rules.loader import VERSIONS, load_ctcae, load_observables
from tests.real_stack import ROOT, environment_of

PURE, LINES, ROUNDS = 60_000, 100_000, 3
# What a ward's laboratory and monitors send: observable, unit, lowest, highest, decimals, ULN, LLN, baseline.
MEASURED = (
    ("creatinine", "mg/dL", 0.5, 6.0, 2, "1.2", "0.6", "1.0"),
    ("bilirubin_total", "mg/dL", 0.2, 9.0, 1, "1.2", "0.2", "0.7"),
    ("platelets", "10*3/uL", 5, 300, 0, "400", "150", "210"),
    ("sodium", "mmol/L", 118, 150, 0, "145", "135", "139"),
    ("potassium", "mmol/L", 2.2, 6.9, 1, "5.0", "3.5", "4.1"),
    ("alt", "U/L", 10, 900, 0, "40", None, "25"),
)


def lines() -> list[dict[str, object]]:
    """The same lines on every run."""
    rng, found = random.Random(14), list[dict[str, object]]()
    for number in range(LINES):
        name, unit, low, high, decimals, uln, lln, baseline = rng.choice(MEASURED)
        value = f"{rng.uniform(low, high):.{decimals}f}"
        found.append(
            {
                "id": number,
                "ctcae_version": rng.choice(sorted(VERSIONS)),
                "observable": name,
                "value": value,
                "unit": unit,
            }
            | {"uln": uln, "lln": lln, "baseline": baseline}
        )
    return found


def pure() -> Callable[[], int]:
    """Return a run of the pure function over prepared facts: every term that each observation feeds."""
    observables, versions = load_observables().value, {name: load_ctcae(name).value for name in VERSIONS}
    prepared = []
    for line in lines()[:PURE]:
        what = observables.by_key[str(line["observable"])]
        unit, version = what.units[str(line["unit"])], versions[str(line["ctcae_version"])]
        limits = {name: Decimal(str(line[name])) if line[name] is not None else None for name in ("uln", "lln")}
        baseline = Baseline(Decimal(str(line["baseline"])), unit, is_high=False, is_low=False)
        facts = GradeFacts(what, point(Decimal(str(line["value"]))), unit, **limits, baseline=baseline)
        prepared.append((facts, [version.terms[key] for key in version.fed_by.get(what.key, ())]))

    def run() -> int:
        for facts, rules in prepared:
            for rule in rules:
                grade(rule, facts)
        return len(prepared)

    return run


def command(folder: Path) -> Callable[[], int]:
    """Return a run of ``manage.py grade`` as a process of its own, its start included."""
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines()))

    def run() -> int:
        with source.open("rb") as given, (folder / "out.jsonl").open("wb") as answers:
            called = [sys.executable, str(ROOT / "manage.py"), "grade"]
            subprocess.run(
                called, stdin=given, stdout=answers, env=environment_of(folder, ""), cwd=ROOT, check=True,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        return LINES

    return run


def best_rate(run: Callable[[], int]) -> float:
    """Observations a second in the best of a few rounds: what else the machine did can only slow one down."""
    rates = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        done = run()
        rates.append(done / (time.perf_counter() - began))
    return max(rates)


def main() -> None:
    """Print both figures."""
    print(f"pure function: {best_rate(pure()):,.0f} observations a second on one core")
    with tempfile.TemporaryDirectory() as folder:
        rate = best_rate(command(Path(folder)))
    print(f"manage.py grade: {rate:,.0f} lines a second, its start included")


if __name__ == "__main__":
    main()
