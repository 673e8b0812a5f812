"""What does a right request look like, address by address? Each is posted by a test, so none of them lies."""

from __future__ import annotations

from typing import Any

TOKEN = "0" * 64
AT = "2026-03-02T05:50:00Z"
OWN = "your own password"
CHECKER = {"username": "nurse2", "password": "their own password"}

EXAMPLES: dict[str, dict[str, Any]] = {
    "observations": {
        "one": {
            "patient": {"mrn": "IL2-1001"}, "observable": "creatinine", "value": "3.40", "unit": "mg/dL",
            "observed_at": AT, "range_low": "0.6", "range_high": "1.2", "id": "lab-77", "version": "1",
        },
        "number": {
            "patient": {"mrn": "IL2-1001"}, "code": {"system": "http://loinc.org", "code": "8867-4"},
            "value": 84.5, "unit": "/min", "observed_at": AT,
        },
        "several": {
            "observations": [
                {"patient": {"mrn": "IL2-1001"}, "observable": "o2_device", "coded": "room_air", "observed_at": AT},
                {
                    "patient": {"mrn": "IL2-1001"}, "observable": "urine_output", "value": "45", "unit": "mL",
                    "interval_start": "2026-03-02T04:50:00Z", "observed_at": AT,
                },
            ]
        },
    },
    "registrations": {
        "newcomer": {
            "mrn": "IL2-2001", "family_name": "Osei", "given_name": "Ben", "birth_date": "1960-02-02",
            "gender": "male", "allergies": "", "other_person": True,
        }
    },
    "admission": {"bed": {"bed": "9"}},
    "move": {"window": {"bed": "9"}, "away": {"bed": "2", "ward": "7-west", "reason": "Isolation"}},
    "departure": {"home": {"destination": "home", "reason": "Cycle complete"}},
    "handovers": {"morning": {"kind": "taken", "note": "Bed 2 on hold, repeat at 08:00"}},
    "assignment": {
        "seen": {
            "patient": "01950000-0000-7000-8000-000000000000",
            "reason": "Label of the specimen seen with the laboratory", "second": CHECKER,
        }
    },
    "quarantine-discard": {"test": {"reason": "Sent by the test system by mistake"}},
    "sender-meanings": {
        "code": {
            "system": "Laboratory", "kind": "code", "context": "WinPath", "word": "tt-0003-01",
            "meaning": "creatinine", "reason": "Laboratory's code list of March",
        },
        "ward": {
            "system": "Laboratory", "kind": "ward", "word": "6EST", "meaning": "6-east",
            "reason": "Admissions office's list of March",
        },
    },
    "people": {
        "nurse": {
            "username": "mokoye", "display_name": "M. Okoye RN", "role": "nurse", "ward": "6-east",
            "first_password": "a first password, to be told by hand", "password": OWN,
        }
    },
    "person-close": {"gone": {"password": OWN}},
    "person-role": {"promoted": {"role": "physician", "password": OWN}},
    "membership": {"one-more": {"ward": "7-west", "password": OWN}},
    "membership-finish": {"left": {"ward": "7-west", "password": OWN}},
    "wards": {"new": {"code": "7-west", "name": "7 West", "password": OWN}},
    "beds": {"two": {"labels": ["9", "10"], "password": OWN}},
    "shifts": {
        "night": {
            "rung": "first", "physician": "physician", "from_at": "2026-03-02T19:00:00Z",
            "until_at": "2026-03-03T07:00:00Z",
        }
    },
    "addresses": {
        "own": {"physician": "physician", "channel": "email", "address": "haas@hospital.example"},
        "ward": {"physician": None, "channel": "webhook", "address": "https://pager.hospital.example/6-east"},
    },
    "escalation-times": {
        "sooner": {
            "step_high_min": 2, "step_medium_min": 10, "ack_high_min": 10, "ack_medium_min": 30,
            "reason": "Agreed with the night team",
        }
    },
    "vial": {"label": {"recoverable_iu": 18_000_000, "reason": "The label counts 18 million per mL", "password": OWN}},
    "input-ages": {
        "daily": {
            "input": "creatinine", "hours": "28", "reason": "The laboratory draws it once a day", "password": OWN
        }
    },
    "limits": {
        "handbook": {
            "observable": "creatinine", "unit": "mg/dL", "lower": "0.6", "upper": "1.2",
            "source": "Laboratory handbook, March 2026", "password": OWN,
        }
    },
    "course-sign-off": {
        "read": {"statement": "Read dose by dose.", "accepted": ["response"], "password": OWN},
    },
    "findings": {"round": {"observed_at": AT, "answers": [{"question": "j_atrial", "option": "sinus"}]}},
    "correction": {
        "mistyped": {"seen": 1, "value": "1.4", "unit": "mg/dL", "reason": "Mistyped"},
        "never-was": {"seen": 1, "status": "entered-in-error", "reason": "Another patient's sample"},
    },
    "findings-correction": {
        "mis-tap": {
            "round": "01950000-0000-7000-8000-000000000000", "question": "j_atrial", "option": "sinus",
            "reason": "Tapped the wrong one",
        }
    },
    "resolutions": {"enzyme": {"criterion": "j_cv_enzymes", "reason": "Back to normal twice"}},
    "orders": {"ecg": {"test": "ecg"}},
    "order-close": {"cancelled": {"reason": "Not needed any more"}},
    "baselines": {
        "chosen": {
            "observable": "creatinine", "observation": "01950000-0000-7000-8000-000000000000",
            "reason": "The first was haemolysed",
        }
    },
    "dose-start": {
        "checked": {"outcome_token": TOKEN, "checker": CHECKER, "identity": {"kind": "wristband", "mrn": "IL2-1001"}}
    },
    "dose-end": {"whole": {}, "at": {"ended_at": AT, "given_iu": 43_500_000}},
    "dose-interrupt": {"reaction": {"given_iu": 20_000_000, "reason_code": "infusion_reaction", "ended_at": AT}},
    "dose-hold": {"toxicity": {"reason_code": "toxicity", "reason_text": "Kidneys"}},
    "dose-refuse": {"wish": {"reason_code": "patient_wish"}},
    "dose-omit": {"away": {"reason_code": "away"}},
    "dose-deviation": {
        "given": {
            "given_iu": 43_500_000, "started_at": "2026-03-02T05:00:00Z", "ended_at": "2026-03-02T05:15:00Z",
            "reason_text": "Given before the result was read",
        }
    },
    "dose-rescues": {
        "rigor": {"kind": "meperidine", "amount": "25", "given_at": AT},
        "fluid": {"kind": "fluid_bolus", "amount": "500", "given_at": AT, "note": "Ringer's lactate"},
    },
    "decisions": {
        "override": {
            "kind": "override", "outcome_token": TOKEN, "reason_code": "known_baseline",
            "reason_text": "Known before treatment, stable", "password": OWN,
        },
        "give": {"kind": "give", "outcome_token": TOKEN},
        "delay": {
            "kind": "delay", "outcome_token": TOKEN, "due_at": "2026-03-02T18:00:00Z", "reason_code": "correcting",
        },
    },
    "acknowledge": {"seen": {"plan": "Repeat the pressure in 15 minutes"}},
    "alert-send-on": {"worried": {"reason": "Looks worse than the numbers"}},
    "alert-comments": {"closing": {"text": "The sample was drawn from the wrong line"}},
    "sign-off": {
        "read": {
            "statement": "Read and agreed.", "rows_read": [], "password": OWN,
            "minimum_start_to_start_min": 420,
        }
    },
    "subscriptions": {
        "holds": {
            "topic": "hold", "address": "https://hooks.hospital.example/il2ward", "system": "registry",
            "reason": "Pharmacy stops the preparation",
        }
    },
    "courses": {
        "usual": {
            "regimen": "hd_600_fda", "protocol": "consensus_2014", "ctcae": "5.0", "overlay": "ctcae_gate",
            "target_sbp": 90,
        }
    },
    "target": {"target": {"target_sbp": 90}},
    "cycles": {
        "first": {
            "starts_at": "2026-03-02T08:00:00Z", "dosing_weight_kg": "72.5",
            "checks": {"consent": {"answer": "done"}, "pregnancy_test": {"answer": "not_applicable", "note": "male"}},
        }
    },
    "course-end": {"completed": {"reason": "completed"}},
    "cycle-end": {"completed": {"reason": "completed"}},
    "cycle-size": {"weight": {"dosing_weight_kg": "73", "reason": "Weighed again without the drip stand"}},
    "eligibility": {"facts": {"answers": {"ecog": "1"}, "seen_in": "Referral letter"}},
    "responses": {
        "partial": {"definition": "recist_1_1", "category": "PR", "assessed_on": "2026-03-01"},
    },
    "calculations": {
        "by-weight": {"second": CHECKER, "weight_kg": "72.5", "lines": [{"iu": 600_000, "dose_iu": 43_500_000}]}
    },
    "dose-reduction": {"half": {"to_iu": 12_000_000, "reason": "Grade 3 skin reaction", "checker": CHECKER}},
    "entered-grades": {"nausea": {"term": "nausea", "grade": 2, "observed_at": AT}},
    "confirmations": {"as-computed": {"grade": 2}},
    "withdrawal": {"mistake": {"reason": "Entered for the wrong patient"}},
}  # fmt: skip
