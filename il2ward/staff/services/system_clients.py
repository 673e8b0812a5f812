"""How does a system sign in without a person: which keys may it have, which assertion holds, which token is good?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import AccessToken, Device, Site, SystemClient, UsedAssertion
from il2ward.staff.scopes import is_system_scope, is_within
from il2ward.staff.services import devices, key_sets
from il2ward.staff.services.key_sets import KEY_OF, BadKeys

TOKEN_LASTS = timedelta(minutes=5)
# How long before its end an assertion may be used at most, and how far a client's clock may be ahead of ours.
ASSERTION_LASTS = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=30)


class NotGranted(Exception):
    """No token is given; ``code`` is OAuth's word, ``sentence`` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True)
class Granted:
    """A token, told once; ``scopes`` may be fewer than were asked for."""

    token: str
    scopes: tuple[str, ...]
    lasts: timedelta


def register(
    *,
    site: Site,
    name: str,
    scopes: Sequence[str],
    actor: Actor,
    at: datetime,
    jwks: Mapping[str, Any] | None = None,
    jwks_url: str = "",
    laboratory: bool = False,
) -> SystemClient:
    """Register a system with the scopes it may ask for, such as ``system/Observation.cruds``, and its public keys:
    ``jwks`` as they are, or ``jwks_url``, where they are fetched now and whenever it signs with a new one.

    Raises BadKeys, UnknownScope, and IntegrityError when the site has a device or system of this name.
    """
    if (jwks is None) == (not jwks_url):
        raise BadKeys("Give either the keys or the address that they are fetched from.")
    keys = key_sets.fetched(jwks_url) if jwks is None else key_sets.checked(jwks)
    if not scopes or not all(is_system_scope(one) for one in scopes):
        raise devices.UnknownScope("A system's scopes are written as system/Observation.rs.")
    with transaction.atomic():
        device, _ = devices.issue(site=site, name=name, scopes=scopes, actor=actor, at=at, laboratory=laboratory)
        fetched_at = at if jwks_url else None
        client = SystemClient.objects.create(
            device=device, client_id=f"il2-{device.key_prefix}", jwks={"keys": keys}, jwks_url=jwks_url,
            keys_at=fetched_at, keys_tried_at=fetched_at, registered_at=at,
        )  # fmt: skip
        audit.append(
            event="system.registered", actor=actor, at=at, subject="device", subject_id=device.pk, site_id=site.pk,
            body={"client": client.client_id, "scopes": list(scopes), "keys": [str(key["kid"]) for key in keys],
                  "keys_from": jwks_url},
        )  # fmt: skip
    return client


def grant(*, assertion: str, scope: str, audience: str, at: datetime) -> Granted:
    """Return a token for the system that signed ``assertion`` for ``audience``, with what it may have of ``scope``.

    Raises NotGranted: ``invalid_client`` when the assertion does not hold or was used, ``invalid_scope``.
    """
    client, claims = _proven(assertion, audience, at)
    asked = list(dict.fromkeys(scope.split()))
    scopes = tuple(one for one in asked if is_within(one, client.device.scopes))
    with transaction.atomic():
        _spend(client, claims, at)
        if refused := [one for one in asked if one not in scopes]:
            _note(client, "system.scope_refused", {"refused": refused[:20]}, at)
        token = secrets.token_urlsafe(32)
        if scopes:
            _keep(client, token, scopes, at)
    if not scopes:
        raise NotGranted("invalid_scope", "None of these scopes is registered for this system.")
    return Granted(token, scopes, TOKEN_LASTS)


def prove(*, assertion: str, audience: Sequence[str], at: datetime) -> Device:
    """Return the device of the system that signed ``assertion`` for one of ``audience``; it is then used up.

    CDS Hooks clients sign one for each call and name no subject. Raises NotGranted when it does not hold.
    """
    client, claims = _proven(assertion, audience, at, needs_subject=False)
    with transaction.atomic():
        _spend(client, claims, at)
    return client.device


def resolve(token: str, at: datetime) -> Device | None:
    """Return the device of the system that holds ``token``, with the token's scopes in place of its own; else None."""
    row = (
        AccessToken.objects.select_related("client__device__site")
        .filter(token_sha256=devices.sha256_of(token), expires_at__gt=at, client__device__revoked_at=None)
        .first()
    )
    if row is None:
        return None
    device = row.client.device
    device.scopes = list(row.scopes)
    return device


def _proven(
    assertion: str, audience: str | Sequence[str], at: datetime, *, needs_subject: bool = True
) -> tuple[SystemClient, Mapping[str, Any]]:
    try:
        header = jwt.get_unverified_header(assertion)
        named = jwt.decode(assertion, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError as error:
        raise _not_proven("The assertion is no signed token.") from error
    standing = SystemClient.objects.select_related("device__site").filter(device__revoked_at=None)
    client = standing.filter(client_id=str(named)).first()
    key = _key(client, header, at) if client is not None else None
    if client is None or key is None:
        raise _not_proven("The assertion is not signed by a key that is registered.")
    try:
        # The times are held against our own clock below.
        claims = jwt.decode(
            assertion, key, algorithms=[key.algorithm_name], audience=audience,
            options={"require": ["iss", "aud", "exp", "jti", *(["sub"] if needs_subject else [])],
                     "verify_exp": False, "verify_iat": False,
                     "verify_nbf": False, "verify_sub": False, "verify_jti": False},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise _not_proven("The assertion's signature, audience or claims do not hold.") from error
    _check(claims, client, at)
    return client, claims


def _key(client: SystemClient, header: Mapping[str, Any], at: datetime) -> jwt.PyJWK | None:
    """The registered key of that name, for the one algorithm that it is for."""
    algorithm = header.get("alg")
    kind = KEY_OF.get(algorithm) if isinstance(algorithm, str) else None
    found = (key for key in key_sets.keys_of(client, header.get("kid"), at=at) if key["kid"] == header.get("kid"))
    key = next((one for one in found if kind == (one["kty"], one.get("crv"))), None)
    return None if key is None else jwt.PyJWK(key, algorithm=algorithm)


def _check(claims: Mapping[str, Any], client: SystemClient, at: datetime) -> None:
    if claims.get("sub", client.client_id) != client.client_id:
        raise _not_proven("iss and sub must both be the client's id.")
    if not isinstance(claims["jti"], str) or not 1 <= len(claims["jti"]) <= 200:
        raise _not_proven("jti must be a text of 1 to 200 characters.")
    expires_at = _instant(claims["exp"])
    if expires_at <= at:
        raise _not_proven("The assertion has expired.")
    if expires_at > at + ASSERTION_LASTS + CLOCKS_DIFFER:
        raise _not_proven("An assertion may be good for five minutes at most.")
    if "nbf" in claims and _instant(claims["nbf"]) > at + CLOCKS_DIFFER:
        raise _not_proven("The assertion is not good yet.")


def _instant(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise _not_proven("A time must be a number of seconds.")
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _not_proven("A time must be a number of seconds.") from error


def _spend(client: SystemClient, claims: Mapping[str, Any], at: datetime) -> None:
    """Keep that the assertion was used; raises NotGranted when it was before."""
    UsedAssertion.objects.filter(expires_at__lte=at).delete()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(client=client, jti=claims["jti"], expires_at=_instant(claims["exp"]))
    except IntegrityError as error:
        raise _not_proven("The assertion was used before.") from error


def _keep(client: SystemClient, token: str, scopes: tuple[str, ...], at: datetime) -> None:
    AccessToken.objects.filter(expires_at__lte=at).delete()
    AccessToken.objects.create(
        client=client,
        token_sha256=devices.sha256_of(token),
        scopes=list(scopes),
        issued_at=at,
        expires_at=at + TOKEN_LASTS,
    )
    _note(client, "system.signed_in", {"scopes": list(scopes)}, at)


def _note(client: SystemClient, event: str, body: Mapping[str, object], at: datetime) -> None:
    device = client.device
    audit.append(event=event, actor=Actor(device=device), at=at, subject="device", subject_id=device.pk, body=body)


def _not_proven(sentence: str) -> NotGranted:
    return NotGranted("invalid_client", sentence)
