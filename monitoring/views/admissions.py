"""Where does a nurse register, admit, move and discharge a patient by hand?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dosing.models import Cycle, Patient
from dosing.models.course import EndReason
from dosing.models.patient import Gender
from dosing.selectors.whereabouts import open_course_of, open_cycle_of, running_dose_of
from dosing.services import cycles, departures, patients, placements
from dosing.services.departures import DESTINATIONS
from dosing.services.refusals import Invalid, Refused
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.services import reads
from il2ward.build import build
from il2ward.staff.models import Bed, Role, Site, Ward
from monitoring.selectors import admission_page as found
from monitoring.selectors.setup_page import banner_of_patient
from monitoring.views import kept_search
from monitoring.views.access import CLINICIANS, only_for, person_of, ward_or_404
from monitoring.views.setup import patient_or_404

FIELDS = ("mrn", "family_name", "given_name", "title", "birth_date", "gender", "allergies_known", "allergies", "bed")


@require_http_methods(["GET", "POST"])
@only_for(*CLINICIANS)
def index(request: HttpRequest, ward_id: int) -> HttpResponse:
    """Who lies here, who has left with an open cycle, and a search in the hospital. Clinicians of the ward.

    A search is posted and kept with the session: a name in an address would stand in every log on the way.
    """
    at, person = clock.now(), person_of(request)
    ward = ward_or_404(request, ward_id, at)
    if request.method == "POST":
        kept_search.keep(request, "patients", request.POST.get("q", ""))
        return redirect("ward-patients", ward.pk)
    text = kept_search.kept(request, "patients")
    results = found.search(ward.site, text)
    for one in results:
        reads.note(user=person, patient=one.patient, page="patient search", at=at)
    shown = {
        "lying": found.lying_on(ward),
        "left_open": found.left_open(ward),
        "results": results,
        "text": text,
        "end_reasons": EndReason.choices,
        "may_end": person.role == Role.PHYSICIAN,
    }
    return render(request, "admission/index.html", shown | around(ward, at))


@require_http_methods(["GET", "POST"])
@only_for(*CLINICIANS)
def register(request: HttpRequest, ward_id: int) -> HttpResponse:
    """A patient the hospital does not know here yet, with a bed if one is free. Clinicians of the ward."""
    at = clock.now()
    ward = ward_or_404(request, ward_id, at)
    said = {name: request.POST.get(name, "").strip() for name in FIELDS}
    refused = ""
    namesakes: list[found.Found] = []
    if request.method == "POST":
        namesakes = [] if "other_person" in request.POST else like_named(ward.site, said)
        try:
            if not namesakes:
                patient = registered(request, ward, said, at)
                messages.success(request, f"{patient} is registered{' and admitted' if said['bed'] else ''}.")
                return redirect("ward-patients", ward.pk)
        except Refused as no:
            refused = no.sentence
    shown = {
        "said": said,
        "refused": refused,
        "namesakes": namesakes,
        "bearer": found.search(ward.site, said["mrn"])[:1] if refused else [],
        "genders": Gender.choices,
        "beds": found.free_beds([ward]),
    }
    status = 409 if refused or namesakes else 200
    return render(request, "admission/register.html", shown | around(ward, at), status=status)


@transaction.atomic
def registered(request: HttpRequest, ward: Ward, said: dict[str, str], at: datetime) -> Patient:
    """Keep the patient and lay them into the bed that was chosen, or do neither."""
    actor = Actor(user=person_of(request))
    patient = patients.register(
        site=ward.site, mrn=said["mrn"], family_name=said["family_name"], given_name=said["given_name"],
        title=said["title"], birth_date=day_of(said["birth_date"]), gender=said["gender"],
        allergies=allergies_of(said), actor=actor, at=at,
    )  # fmt: skip
    if said["bed"]:
        placements.place(patient=patient, bed=bed_of(said["bed"], [ward]), actor=actor, at=at)
    return patient


@require_http_methods(["GET", "POST"])
@only_for(*CLINICIANS)
def admit(request: HttpRequest, ward_id: int, patient_id: UUID) -> HttpResponse:
    """A known patient who lies nowhere, into a free bed. Clinicians of the ward; that it was read is kept."""
    at, person = clock.now(), person_of(request)
    ward = ward_or_404(request, ward_id, at)
    patient = Patient.objects.filter(pk=patient_id, site=ward.site).first()
    if patient is None:
        raise Http404
    reads.note(user=person, patient=patient, page="admission", at=at)
    refused = ""
    if request.method == "POST":
        try:
            bed = bed_of(request.POST.get("bed", ""), [ward])
            placements.place(patient=patient, bed=bed, actor=Actor(user=person), at=at)
            messages.success(request, f"{patient} lies in bed {bed}.")
            return redirect("ward-patients", ward.pk)
        except Refused as no:
            refused = no.sentence
    shown = {
        "patient": patient,
        "banner": banner_of_patient(patient, at),
        "namesakes": found.namesakes_on(ward.pk, patient),
        "beds": found.free_beds([ward]),
        "open_cycle": open_cycle_of(patient),
        "left_at": found.left_at(patient),
        "refused": refused,
    }
    return render(request, "admission/admit.html", shown | around(ward, at), status=409 if refused else 200)


@require_GET
@only_for(*CLINICIANS)
def place(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Move a patient or let them leave. Clinicians of the patient's ward; that it was read is kept."""
    at = clock.now()
    patient = patient_or_404(request, patient_id, at)
    reads.note(user=person_of(request), patient=patient, page="move or discharge", at=at)
    return place_page(request, patient, at)


@require_POST
@only_for(*CLINICIANS)
def move(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Move the patient to the bed that was chosen; ends where the ward's patients are. Clinicians of their ward."""
    at = clock.now()
    patient = patient_or_404(request, patient_id, at)
    ward_id = banner_of_patient(patient, at).ward_id
    try:
        bed = bed_of(request.POST.get("bed", ""), list(patient.site.wards.all()))
        reason = request.POST.get("reason", "")
        departures.move(patient=patient, bed=bed, reason=reason, actor=Actor(user=person_of(request)), at=at)
    except Refused as no:
        return place_page(request, patient, at, refused=no.sentence)
    messages.success(request, f"{patient} lies in bed {bed} of {bed.ward}.")
    return redirect("ward-patients", ward_id)


@require_POST
@only_for(*CLINICIANS)
def leave(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Let the patient leave the ward. Clinicians of the patient's ward."""
    at = clock.now()
    patient = patient_or_404(request, patient_id, at)
    ward_id = banner_of_patient(patient, at).ward_id
    try:
        waits = departures.leave(
            patient=patient, destination=request.POST.get("destination", ""), reason=request.POST.get("reason", ""),
            actor=Actor(user=person_of(request)), at=at,
        )  # fmt: skip
    except Refused as no:
        return place_page(request, patient, at, refused=no.sentence)
    open_still = f" Cycle {waits.number} is still open: a physician ends it below." if waits else ""
    messages.success(request, f"{patient} has left the ward.{open_still}")
    return redirect("ward-patients", ward_id)


@require_POST
@only_for(Role.PHYSICIAN)
def end_cycle(request: HttpRequest, ward_id: int, cycle_id: int) -> HttpResponse:
    """End the cycle of a patient who has left this ward. Physicians of the ward."""
    at = clock.now()
    ward = ward_or_404(request, ward_id, at)
    cycle: Cycle | None = next((one for one in found.left_open(ward) if one.pk == cycle_id), None)
    if cycle is None:
        raise Http404
    try:
        cycles.end(cycle=cycle, reason=request.POST.get("reason", ""), actor=Actor(user=person_of(request)), at=at)
        messages.success(request, f"Cycle {cycle.number} of {cycle.course.patient} has ended.")
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("ward-patients", ward.pk)


def place_page(request: HttpRequest, patient: Patient, at: datetime, *, refused: str = "") -> HttpResponse:
    """The page with both forms; what was refused stands above them."""
    banner = banner_of_patient(patient, at)
    ward = Ward.objects.get(pk=banner.ward_id)
    beds = found.free_beds(list(patient.site.wards.all()))
    shown = {
        "patient": patient,
        "banner": banner,
        "course": open_course_of(patient),
        "own_beds": [bed for bed in beds if bed.ward_id == ward.pk],
        "other_beds": [bed for bed in beds if bed.ward_id != ward.pk],
        "destinations": [(code, words) for code, (words, _) in DESTINATIONS.items()],
        "running": running_dose_of(patient),
        "open_cycle": open_cycle_of(patient),
        "ends_cycle": person_of(request).role == Role.PHYSICIAN,
        "refused": refused,
        "said": request.POST,
    }
    return render(request, "admission/place.html", shown | around(ward, at), status=409 if refused else 200)


def like_named(site: Site, said: dict[str, str]) -> list[found.Found]:
    """Who the new patient could be taken for, or could be."""
    return found.like_named(site, family_name=said["family_name"], given_name=said["given_name"])


def bed_of(number: str, wards: list[Ward]) -> Bed:
    """Return the bed that was chosen on one of ``wards``; raises Invalid for none."""
    bed = Bed.objects.filter(pk=number if number.isdigit() and len(number) < 19 else 0, ward__in=wards).first()
    if bed is None:
        raise Invalid("Choose a bed.")
    return bed


def day_of(text: str) -> date:
    """Return a day written as 1961-04-12; raises Invalid for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Give the date of birth.") from error


def allergies_of(said: dict[str, str]) -> str | None:
    """Return the allergies: None when nobody asked, "" when there are none; raises Invalid when it was not said."""
    match said["allergies_known"]:
        case "not_asked":
            return None
        case "none":
            return ""
        case "some" if said["allergies"]:
            return said["allergies"]
    raise Invalid("Say whether there are allergies; where there are, say which.")


def around(ward: Ward, at: datetime) -> dict[str, Any]:
    """What every page here is given besides."""
    return {"ward": ward, "at": at, "build": build(), "here": "patients"}
