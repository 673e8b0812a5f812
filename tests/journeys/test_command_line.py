"""Do the commands ``il2ward send``, ``tail`` and ``export`` work on a running ward?"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from il2ward import clock
from tests.monitoring.interop.hl7.messages import ZONED, creatinine, oru
from tests.real_stack import ROOT, Stack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
# Nobody else's test looks at this bed.
MRN = "IL2-1005"
PID = f"PID|1||{MRN}^^^HOSP^MR||Sundaram^Leela||19710908|F"


def run(stack: Stack, *words: str, key: Path) -> subprocess.CompletedProcess[str]:
    """Run one command as a script would."""
    command = [sys.executable, "-m", "il2ward_client", "--url", stack.url, "--key-file", str(key), *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_script_sends_follows_and_exports_when_a_ward_is_running(stack: Stack, tmp_path: Path) -> None:
    key = tmp_path / "scripts.key"
    site = json.loads(stack.manage("shell", "--no-imports", "-v", "0", "-c", SITE).strip().splitlines()[-1])
    stack.manage("issue_key", "Scripts", "--site", site, "--file", str(key), "--may", "observation:write", "--may",
                 "fhir:read", "--laboratory")  # fmt: skip
    when = clock.now() - timedelta(minutes=3)
    items = tmp_path / "results.ndjson"
    item = {"patient": {"mrn": MRN}, "observable": "potassium", "value": "4.10", "unit": "mmol/L",
            "observed_at": when.isoformat(), "id": "s-1", "version": "1"}  # fmt: skip
    items.write_text(f"{json.dumps(item)}\n{json.dumps(item | {'patient': {'mrn': 'nobody'}})}\n")
    resource = tmp_path / "observation.json"
    resource.write_text(json.dumps({
        "resourceType": "Observation", "status": "final", "effectiveDateTime": when.isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]},
        "subject": {"identifier": {"value": MRN}},
        "valueQuantity": {"value": 139, "unit": "mmol/L"},
    }))  # fmt: skip
    message = tmp_path / "result.hl7"
    message.write_bytes(oru(PID, [creatinine("0.94", when)], sent=f"{clock.now():{ZONED}}"))

    port = stack.environment["IL2WARD_HL7_PORT"]
    sent = run(stack, "send", str(items), str(resource), str(message), "--mllp", f"127.0.0.1:{port}", key=key)
    again = run(stack, "send", str(items), key=key)
    tailed = run(stack, "tail", "--since", "2020-01-01T00:00:00+00:00", "--looks", "1", key=key)
    alert = next(one for one in map(json.loads, tailed.stdout.splitlines()) if "encounter" in one)
    encounter = alert["encounter"]["reference"].removeprefix("Encounter/")
    exported = run(stack, "export", encounter, "--format", "csv", key=key)

    assert (sent.returncode, sent.stdout.splitlines()) == (1, [
        f"{items}: 1 taken, 1 refused", f"{resource}: 1 taken, 0 refused", f"{message}: 1 taken, 0 refused",
    ]), sent.stderr  # fmt: skip
    assert "line 2: refused" in sent.stderr
    assert again.stdout == f"{items}: 1 taken, 1 refused\n"
    rows = list(csv.DictReader(exported.stdout.splitlines()))
    assert {"Patient", "Encounter", "MedicationRequest", "Observation", "Flag"} <= {row["type"] for row in rows}
    assert run(stack, "export", "0", key=key).returncode == 2


SITE = "import json; from il2ward.staff.models import Site; print(json.dumps(Site.objects.get().code))"
