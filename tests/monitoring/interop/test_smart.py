"""Does a system get a token by its private key alone, and does the token reach what its scopes say and no more?"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.http import HttpResponse
from django.test import Client
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import AccessToken, SystemClient, UsedAssertion
from il2ward.staff.services import devices, system_clients
from il2ward.staff.services.system_clients import BadKeys
from tests.dosing.builders import NOW, Bedside, make_bedside
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.interop.test_fhir_create import resource

TOKEN_URL = "http://testserver/auth/token"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP384R1())
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
SCOPES = ("system/Observation.crs", "system/Patient.r")


def jwks(**changes: Any) -> dict[str, Any]:
    """The public halves of both keys."""
    public = {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", **changes}
    return {"keys": [public, {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec"}]}


@pytest.fixture
def system(bedside: Bedside) -> SystemClient:
    """A system of the bedside's site."""
    return system_clients.register(site=bedside.site, name="registry", jwks=jwks(), scopes=SCOPES, actor=SYSTEM, at=NOW)


def signed(system: SystemClient, *, key: Any = RSA_KEY, alg: str = "RS384", kid: str = "rsa", **changes: Any) -> str:
    """An assertion; a change to None leaves the claim out."""
    claims = {
        "iss": system.client_id, "sub": system.client_id, "aud": TOKEN_URL, "jti": "1",
        "exp": int((NOW + timedelta(minutes=4)).timestamp()), **changes,
    }  # fmt: skip
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm=alg, headers={"kid": kid})


def ask(client: Client, assertion: str, scope: str = " ".join(SCOPES), **changes: str) -> HttpResponse:
    """Ask for a token."""
    form = {
        "grant_type": "client_credentials", "client_assertion": assertion, "scope": scope,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", **changes,
    }  # fmt: skip
    return client.post("/auth/token", form and "&".join(f"{k}={v}" for k, v in form.items()).replace(" ", "+"),
                       content_type="application/x-www-form-urlencoded")  # fmt: skip


def bearer(client: Client, system: SystemClient, scope: str) -> dict[str, str]:
    """The header with a fresh token."""
    answer = told(ask(client, signed(system, jti=scope), scope))
    return {"Authorization": f"Bearer {answer['access_token']}"}


@pytest.mark.parametrize(("key", "alg", "kid"), [(RSA_KEY, "RS384", "rsa"), (EC_KEY, "ES384", "ec")])
def test_a_token_is_given_when_the_assertion_holds(
    system: SystemClient, client: Client, key: Any, alg: str, kid: str
) -> None:
    response = ask(client, signed(system, key=key, alg=alg, kid=kid))

    answer = told(response)
    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("bearer", 300, " ".join(SCOPES))
    assert answer["access_token"] not in str(list(AccessToken.objects.values()))
    assert AuditEvent.objects.filter(event="system.signed_in", device=system.device).exists()


def test_an_assertion_is_refused_when_it_comes_again(system: SystemClient, client: Client) -> None:
    assertion = signed(system)

    assert ask(client, assertion).status_code == 200
    again = ask(client, assertion)
    assert (again.status_code, told(again)["error"]) == (401, "invalid_client")
    assert UsedAssertion.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": STRANGER}, {"kid": "other"}, {"kid": "ec"}, {"alg": "RS256"}, {"aud": "http://testserver/fhir"},
        {"iss": "il2-nobody"}, {"sub": "il2-nobody"}, {"jti": None}, {"jti": ""}, {"jti": "x" * 201}, {"exp": None},
        {"exp": int(NOW.timestamp())}, {"exp": int((NOW + timedelta(seconds=331)).timestamp())}, {"exp": "soon"},
        {"exp": 10**30}, {"nbf": int((NOW + timedelta(seconds=31)).timestamp())},
        {"key": "x" * 64, "alg": "HS384"},
    ],
    ids=lambda wrong: str({k: str(v)[:24] for k, v in wrong.items()}),
)  # fmt: skip
def test_no_token_is_given_when_the_assertion_does_not_hold(
    system: SystemClient, client: Client, wrong: dict[str, Any]
) -> None:
    response = ask(client, signed(system, **wrong))

    assert (response.status_code, told(response)["error"]) == (401, "invalid_client")
    assert not AccessToken.objects.exists()


def test_no_token_is_given_when_the_request_is_no_signed_one(system: SystemClient, client: Client) -> None:
    assert told(ask(client, "not.a.token"))["error"] == "invalid_client"
    assert told(ask(client, signed(system), grant_type="password"))["error"] == "unsupported_grant_type"
    assert told(ask(client, signed(system), client_assertion_type="secret"))["error"] == "invalid_client"
    assert told(client.post("/auth/token", "{}", content_type="application/json"))["error"] == "invalid_request"
    unsigned = jwt.encode({"iss": system.client_id}, None, algorithm="none", headers={"kid": "rsa"})
    assert told(ask(client, unsigned))["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("system/Observation.rs", "system/Observation.rs"),
        ("system/Observation.rs system/Encounter.rs", "system/Observation.rs"),
        ("system/Observation.cruds", None), ("system/*.r", None), ("system/Patient.rs", None),
        ("patient/Observation.rs", None), ("system/Observation.sr", None), ("", None),
    ],
)  # fmt: skip
def test_only_what_is_registered_is_granted_when_scopes_are_asked_for(
    system: SystemClient, client: Client, asked: str, granted: str | None
) -> None:
    response = ask(client, signed(system), asked)

    assert (told(response).get("scope"), told(response).get("error")) == (
        granted, None if granted else "invalid_scope"
    )  # fmt: skip
    assert AuditEvent.objects.filter(event="system.scope_refused").exists() is (asked != granted and asked != "")


def test_a_token_reaches_what_its_scopes_say_and_no_more_when_it_is_used(
    bedside: Bedside, system: SystemClient, client: Client
) -> None:
    reading = bearer(client, system, "system/Observation.rs system/Patient.r")
    body = json.dumps(resource(bedside))

    assert client.get("/fhir/Observation", headers=reading).status_code == 200
    assert client.get(f"/fhir/Patient/{bedside.patient.pk}", headers=reading).status_code == 200
    assert client.get("/fhir/Patient", headers=reading).status_code == 403
    assert client.get("/fhir/AuditEvent", headers=reading).status_code == 403
    sent = client.post("/fhir/Observation", body, content_type="application/fhir+json", headers=reading)
    assert sent.status_code == 403
    assert AuditEvent.objects.filter(event="fhir.refused", device=system.device).count() == 3
    elsewhere = make_bedside().patient
    assert client.get(f"/fhir/Patient/{elsewhere.pk}", headers=reading).status_code == 404


def test_a_token_sends_over_both_interfaces_when_it_may_create(
    bedside: Bedside, system: SystemClient, client: Client
) -> None:
    writing = bearer(client, system, "system/Observation.c")
    item = {"patient": {"mrn": bedside.patient.mrn}, "observable": "heart_rate", "value": "84", "unit": "/min",
            "observed_at": NOW.isoformat()}  # fmt: skip

    sent = client.post(
        "/fhir/Observation", json.dumps(resource(bedside)), content_type="application/fhir+json", headers=writing
    )
    assert sent.status_code == 201
    assert post(client, "/api/v1/observations", item, **writing).status_code == 201
    assert client.get("/fhir/Observation", headers=writing).status_code == 403


@pytest.mark.parametrize(("after_s", "status"), [(299, 200), (300, 401)])
def test_a_token_is_over_when_five_minutes_have_passed(
    system: SystemClient, client: Client, monkeypatch: pytest.MonkeyPatch, after_s: int, status: int
) -> None:
    reading = bearer(client, system, "system/Observation.rs")
    later: datetime = NOW + timedelta(seconds=after_s)
    monkeypatch.setattr("il2ward.clock.now", lambda: later)

    assert client.get("/fhir/Observation", headers=reading).status_code == status


def test_nothing_holds_when_the_system_was_revoked(system: SystemClient, client: Client) -> None:
    reading = bearer(client, system, "system/Observation.rs")
    devices.revoke(device=system.device, actor=SYSTEM, at=NOW)

    assert client.get("/fhir/Observation", headers=reading).status_code == 401
    assert ask(client, signed(system, jti="later")).status_code == 401
    assert client.get("/fhir/Observation", headers={"Authorization": "Bearer nonsense"}).status_code == 401


@pytest.mark.parametrize(
    "keys",
    [
        {}, {"keys": []}, {"keys": "x"}, jwks(kid="ec"), jwks(kid=""), jwks(d="private"), jwks(n="!"),
        {"keys": [{"kid": "s", "kty": "oct", "k": "AA"}]}, {"keys": [{"kid": "c", "kty": "EC", "crv": "P-256"}]},
        {"keys": [{**RSAAlgorithm.to_jwk(SHORT_KEY.public_key(), as_dict=True), "kid": "s"}]},
    ],
    ids=range(10),
)  # fmt: skip
def test_a_system_is_not_registered_when_its_keys_cannot_be_used(bedside: Bedside, keys: dict[str, Any]) -> None:
    with pytest.raises(BadKeys):
        system_clients.register(site=bedside.site, name="x", jwks=keys, scopes=SCOPES, actor=SYSTEM, at=NOW)
    assert not SystemClient.objects.exists()


def test_a_system_finds_how_to_ask_when_it_reads_the_configuration(client: Client, db: None) -> None:
    found = told(client.get("/fhir/.well-known/smart-configuration"))

    assert found["token_endpoint"] == TOKEN_URL
    assert found["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert found == told(client.get("/.well-known/smart-configuration"))
