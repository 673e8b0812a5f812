"""Which messages wait for a person, what do they say, and what does somebody decide about them?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dosing.models import Patient
from dosing.services.refusals import Invalid, Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Device, Role, User
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import WrongPassword
from monitoring.interop.hl7 import again
from monitoring.models import QuarantinedMessage
from monitoring.selectors import quarantine_page, reach
from monitoring.services import code_maps, quarantine
from monitoring.services.code_maps import Word
from monitoring.services.hl7_results import Taken
from monitoring.services.quarantine import ABOUT_THE_PERSON
from monitoring.views.access import CLINICIANS, STAFF, only_for, person_of

KEEPERS = (Role.PHYSICIAN, Role.ADMIN)


@require_GET
@only_for(*STAFF)
def index(request: HttpRequest) -> HttpResponse:
    """What waits at the person's hospital. Every role."""
    person = person_of(request)
    page = quarantine_page.page_of(person.site) if person.site else None
    units = {word.context: quarantine_page.unit_choices(word.context) for word in page.words} if page else {}
    shown = {
        "page": page,
        "words": [(word, units[word.context]) for word in page.words] if page else [],
        "observables": quarantine_page.observable_choices(),
        "may_map": person.role in KEEPERS,
        "rows": [(row, day(row.birth_date), quarantine_page.IN_WORDS.get(row.reason, row.reason)) for row in page.rows]
        if page
        else [],
    }
    return render(request, "quarantine/list.html", shown | around(clock.now()))


@require_GET
@only_for(*STAFF)
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message with what can be done about it. Every role; that a patient's number was read is kept."""
    at, person = clock.now(), person_of(request)
    row = row_or_404(request, number)
    bearer = quarantine_page.bearer_of(row)
    if bearer is not None:
        reads.note(user=person, patient=bearer, page="quarantine", at=at)
    return render(request, "quarantine/message.html", shown_of(row, bearer, person, at) | around(at))


def shown_of(row: QuarantinedMessage, bearer: Patient | None, person: User, at: datetime) -> dict[str, Any]:
    """What the page of one message is given."""
    settled = getattr(row, "settled", None)
    results, hindered = [], ""
    try:
        results = again.results(row, at)
    except Invalid as no:
        hindered = no.sentence
    about_person = row.reason in ABOUT_THE_PERSON and not hindered
    open_to = settled is None and person.role in CLINICIANS
    return {
        "row": row,
        "why": quarantine_page.IN_WORDS.get(row.reason, row.reason),
        "bearer": bearer,
        "born": day(row.birth_date),
        "differs": int(row.where.rpartition("-")[2]) if row.reason in ABOUT_THE_PERSON else 0,
        "results": results,
        "hindered": hindered,
        "settled": settled,
        "may_settle": open_to,
        "may_assign": open_to and about_person,
        "patients": quarantine_page.choosable(person, at) if open_to and about_person else [],
        "raw": bytes(row.message.content).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"),
    }


def day(text: str) -> date | None:
    """Return the day that a message named; None for none."""
    return date.fromisoformat(text) if text else None


@require_POST
@only_for(*CLINICIANS)
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Give a message to a patient of the person's wards, with a second person's password."""
    at, row = clock.now(), row_or_404(request, number)
    try:
        second = reauthentication.prove_by_name(
            request.POST.get("second", "").strip(), request.POST.get("password", ""), at
        )
        taken = again.assign(
            row, patient=chosen(request, at), second=second, reason=request.POST.get("reason", ""),
            actor=Actor(user=person_of(request)), at=at,
        )  # fmt: skip
    except (Refused, WrongPassword) as no:
        return back(request, number, no)
    return done(request, "Assigned", taken)


@require_POST
@only_for(*CLINICIANS)
def try_again(request: HttpRequest, number: int) -> HttpResponse:
    """Look once more whether the message matches a patient by now."""
    at, row = clock.now(), row_or_404(request, number)
    try:
        taken = again.try_again(row, actor=Actor(user=person_of(request)), at=at)
    except Refused as no:
        return back(request, number, no)
    return done(request, "It matches now", taken)


@require_POST
@only_for(*CLINICIANS)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Settle a message that nobody needs, with a reason."""
    at, row = clock.now(), row_or_404(request, number)
    actor = Actor(user=person_of(request))
    try:
        quarantine.discard(quarantined=row, reason=request.POST.get("reason", ""), actor=actor, at=at)
    except Refused as no:
        return back(request, number, no)
    return done(request, "Discarded", None)


@require_POST
@only_for(*KEEPERS)
def give_meaning(request: HttpRequest) -> HttpResponse:
    """Say what a sender's code or unit stands for; what came with it is stored anew."""
    at, person, said = clock.now(), person_of(request), request.POST
    device = Device.objects.filter(pk=said.get("device", "") if said.get("device", "").isdigit() else 0).first()
    if device is None or device.site_id != person.site_id:
        raise Http404
    word = Word(device, said.get("kind", ""), said.get("context", ""), said.get("word", ""))
    try:
        anew = code_maps.give_meaning(
            word=word, meaning=said.get("meaning", "").strip(), reason=said.get("reason", ""),
            actor=Actor(user=person), at=at,
        )  # fmt: skip
    except Refused as no:
        messages.error(request, f"{word.word}: {no.sentence}")
    else:
        messages.success(request, f"{word.word}: meaning kept. {anew} result{'' if anew == 1 else 's'} stored anew.")
    return redirect("quarantine")


def row_or_404(request: HttpRequest, number: int) -> QuarantinedMessage:
    """Return the message when it is of the person's hospital; 404 otherwise."""
    site = person_of(request).site
    row = quarantine_page.one_of(site, number) if site is not None else None
    if row is None:
        raise Http404
    return row


def chosen(request: HttpRequest, at: datetime) -> Patient:
    """Return the patient who was chosen; raises Invalid for none, or one who lies elsewhere."""
    try:
        wanted = UUID(request.POST.get("patient", ""))
    except ValueError as none:
        raise Invalid("Choose a patient.") from none
    found = reach.patient_by_id(Actor(user=person_of(request)), wanted, at)
    if found is None:
        raise Invalid("Choose a patient who lies on your ward.")
    return found


def back(request: HttpRequest, number: int, no: Exception) -> HttpResponse:
    """Go back to the message and say why nothing was done."""
    messages.error(request, f"Nothing was done. {getattr(no, 'sentence', no)}")
    return redirect("quarantined", number=number)


def done(request: HttpRequest, word: str, taken: Taken | None) -> HttpResponse:
    """Go back to the list and say what was done."""
    messages.success(request, f"{word}. {'; '.join(taken.notes) if taken else ''}".strip())
    return redirect("quarantine")


def around(at: datetime) -> dict[str, Any]:
    """What both pages are given besides."""
    return {"at": at, "build": build(), "here": "quarantine"}
