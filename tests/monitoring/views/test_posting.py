"""Can a page's form post as a browser would, with the token and only with it?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from il2ward import clock
from monitoring.models import Observation
from tests.dosing.builders import Bedside

pytestmark = pytest.mark.django_db


def strict_client(bedside: Bedside) -> Client:
    """A browser with the nurse signed in, whose posts are checked as in service."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(bedside.nurse, backend="django.contrib.auth.backends.ModelBackend")
    return client


def reading(bedside: Bedside) -> dict[str, object]:
    """One heart rate as the values form sends it."""
    return {
        "observations": [
            {
                "patient": {"id": str(bedside.patient.pk)},
                "observable": "heart_rate",
                "observed_at": clock.now().isoformat(),
                "value": "88",
                "unit": "/min",
            }
        ]
    }


def test_values_are_stored_when_the_page_s_token_comes_along(bedside: Bedside) -> None:
    client = strict_client(bedside)
    page = client.get(f"/courses/{bedside.course.pk}/vitals/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    answer = client.post(
        "/api/v1/observations", reading(bedside), "application/json", headers={"X-CSRFToken": token[1]}
    )
    assert answer.status_code == 201, answer.content
    assert Observation.objects.filter(patient=bedside.patient, observable="heart_rate", value="88").exists()


def test_values_are_refused_when_no_token_comes_along(bedside: Bedside) -> None:
    answer = strict_client(bedside).post("/api/v1/observations", reading(bedside), "application/json")
    assert answer.status_code == 403
    assert not Observation.objects.filter(patient=bedside.patient, observable="heart_rate").exists()
