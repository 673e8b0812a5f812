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
from il2ward.staff import second_person
from il2ward.staff.models import Device, Role, Site, User
from il2ward.staff.services.reauthentication import WrongPassword
from monitoring.interop.hl7 import again, unplaced
from monitoring.interop.hl7.faults import NotTaken
from monitoring.models import QuarantinedMessage
from monitoring.selectors import quarantine_page, reach
from monitoring.services import code_maps, quarantine
from monitoring.services.code_maps import Word
from monitoring.services.quarantine import ABOUT_THE_PERSON
from monitoring.views.access import CLINICIANS, STAFF, only_for, person_of, second_people

KEEPERS = (Role.PHYSICIAN, Role.ADMIN)


@require_GET
@only_for(*STAFF)
def index(request: HttpRequest) -> HttpResponse:
    """What waits at the person's hospital. Every role."""
    person = person_of(request)
    page = quarantine_page.page_of(person.site) if person.site else None
    units = {word.context: quarantine_page.unit_choices(word.context) for word in page.words} if page else {}
    shown = (places_of(person.site) if person.site else {}) | {
        "page": page,
        "words": [(word, [(unit, unit) for unit in units[word.context]]) for word in page.words] if page else [],
        "observables": quarantine_page.observable_choices(),
        "may_map": person.role in KEEPERS,
        "rows": [(row, day(row.birth_date), quarantine_page.IN_WORDS.get(row.reason, row.reason)) for row in page.rows]
        if page
        else [],
    }
    return render(request, "quarantine/list.html", shown | around(clock.now()))


def places_of(site: Site) -> dict[str, Any]:
    """What the page is given of wards and beds that nobody here knows, with what each can mean."""
    unknown = unplaced.unplaced(site)
    kinds = {(word.kind, word.context) for word in unknown}
    choices = {kind: quarantine_page.place_choices(site, *kind) for kind in kinds}
    return {
        "places": [(word, choices[word.kind, word.context]) for word in unknown],
        "beds": quarantine_page.place_choices(site, "bed"),
        "senders": quarantine_page.senders(site),
    }


@require_GET
@only_for(*STAFF)
def message(request: HttpRequest, number: int) -> HttpResponse:
    """One message with what can be done about it. Every role; that a patient's number was read is kept."""
    at, person = clock.now(), person_of(request)
    row = row_or_404(request, number)
    bearer = quarantine_page.bearer_of(row)
    if bearer is not None:
        reads.note(user=person, patient=bearer, page="quarantine", at=at)
    shown = shown_of(row, bearer, person, at) | second_people(request, at) | around(at)
    return render(request, "quarantine/message.html", shown)


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
        "may_look_again": open_to and (about_person or row.reason == unplaced.PLACEMENT),
        "patients": quarantine_page.choosable(person, at) if open_to and about_person else [],
        "raw": bytes(row.message.content).decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"),
    }


def day(text: str) -> date | None:
    """Return the day that a message named; None for none."""
    return date.fromisoformat(text) if text else None


@require_POST
@only_for(*CLINICIANS)
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Give a message to a patient of the person's wards, with a second person's password, or PIN on a tablet."""
    at, row, said = clock.now(), row_or_404(request, number), request.POST
    try:
        second = second_person.proven(
            request, username=said.get("second.username", "").strip(), password=said.get("second.password", ""),
            pin=said.get("second.pin"), at=at,
        )  # fmt: skip
        taken = again.assign(
            row, patient=chosen(request, at), second=second, reason=said.get("reason", ""),
            actor=Actor(user=person_of(request)), at=at,
        )  # fmt: skip
    except (Refused, WrongPassword) as no:
        return back(request, number, no)
    return done(request, "Assigned", taken.notes)


@require_POST
@only_for(*CLINICIANS)
def try_again(request: HttpRequest, number: int) -> HttpResponse:
    """Look once more whether the message matches a patient, or its place a bed that is free, by now."""
    at, row, actor = clock.now(), row_or_404(request, number), Actor(user=person_of(request))
    try:
        notes = unplaced.try_again(row, actor=actor, at=at)
    except (Refused, NotTaken) as no:
        return back(request, number, no)
    return done(request, "It could be done now" if row.reason == unplaced.PLACEMENT else "It matches now", notes)


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
    return done(request, "Discarded", [])


@require_POST
@only_for(*KEEPERS)
def give_meaning(request: HttpRequest) -> HttpResponse:
    """Say what a sender's code, unit, ward or bed stands for; what came with it is stored anew, or done by now."""
    at, actor, said = clock.now(), Actor(user=person_of(request)), request.POST
    device = Device.objects.filter(pk=said.get("device", "") if said.get("device", "").isdigit() else 0).first()
    if device is None or device.site_id != actor.site_id:
        raise Http404
    word = Word(device, said.get("kind", ""), said.get("context", ""), said.get("word", "").strip())
    meaning = said.get("meaning", "").strip()
    try:
        anew = code_maps.give_meaning(word=word, meaning=meaning, reason=said.get("reason", ""), actor=actor, at=at)
    except Refused as no:
        messages.error(request, f"{word.word}: {no.sentence}")
        return redirect("quarantine")
    became = followed(word, actor, at) if word.kind in code_maps.PLACES and meaning else f"{counted(anew)} stored anew."
    messages.success(request, f"{word.word}: meaning {'kept' if meaning else 'taken back'}. {became}")
    return redirect("quarantine")


def counted(number: int, noun: str = "result") -> str:
    """Say how many."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def followed(word: Word, actor: Actor, at: datetime) -> str:
    """Do what messages say that named the place, and say what became of them."""
    became = unplaced.follow(word, actor=actor, at=at)
    waits = f" {counted(len(became.left), 'message')} still waiting: {'; '.join(dict.fromkeys(became.left))}"
    return f"{counted(became.done, 'message')} done by now.{waits if became.left else ''}"


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


def done(request: HttpRequest, word: str, notes: list[str]) -> HttpResponse:
    """Go back to the list and say what was done."""
    messages.success(request, f"{word}. {'; '.join(notes)}".strip())
    return redirect("quarantine")


def around(at: datetime) -> dict[str, Any]:
    """What both pages are given besides."""
    return {"at": at, "build": build(), "here": "quarantine"}
