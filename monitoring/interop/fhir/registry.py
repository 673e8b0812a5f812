"""Which resource types does the FHIR interface serve? Its addresses and its CapabilityStatement both come from here."""

from __future__ import annotations

from monitoring.interop.fhir.adverse_out import ADVERSE_EVENT
from monitoring.interop.fhir.alerts_out import COMMUNICATION, FLAG
from monitoring.interop.fhir.audit_out import AUDIT_EVENT
from monitoring.interop.fhir.grades_out import BY_CLINICIAN, GradeSource
from monitoring.interop.fhir.issues_out import DETECTED_ISSUE
from monitoring.interop.fhir.measured_out import MEASURED
from monitoring.interop.fhir.orders_out import ADMINISTRATION, BY_ID, REQUEST
from monitoring.interop.fhir.patients_out import BY_PATIENT, ENCOUNTER, PATIENT
from monitoring.interop.fhir.provenance_out import PROVENANCE
from monitoring.interop.fhir.served import Param, Served
from monitoring.interop.fhir.subscriptions import SUBSCRIPTION

OBSERVATION = Served(
    type="Observation",
    about=(
        "What was measured or charted, and the CTCAE grades derived from it. A panel is stored as one Observation per "
        "component; a correction is the next version of the Observation that it corrects."
    ),
    sources=(MEASURED, GradeSource(), BY_CLINICIAN),
    params=(
        BY_ID,
        BY_PATIENT,
        Param("subject", "reference", "the patient"),
        Param("code", "token", "the code as sent, another code of the same meaning, or a CTCAE term"),
        Param("category", "token", "vital-signs, laboratory or ctcae-grade"),
        Param("date", "date", "when it was observed"),
        Param("identifier", "token", "the sender's identifier; also in If-None-Exist"),
        Param("status", "token", "its status"),
        Param("_lastUpdated", "date", "when it was recorded or graded"),
    ),
    acts="crus",
    revincludes=("Provenance:target",),
)
SERVED = (
    PATIENT,
    ENCOUNTER,
    OBSERVATION,
    REQUEST,
    ADMINISTRATION,
    DETECTED_ISSUE,
    FLAG,
    ADVERSE_EVENT,
    COMMUNICATION,
    PROVENANCE,
    SUBSCRIPTION,
    AUDIT_EVENT,
)
