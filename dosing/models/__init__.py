"""What is planned, what was given, and what was said about the next dose."""

from __future__ import annotations

from dosing.models.assessment import Assessment
from dosing.models.calculation import DoseCalculation, DoseReduction
from dosing.models.course import Course, Cycle, CycleCheck
from dosing.models.course_facts import EligibilityAnswer, ResponseEntry
from dosing.models.decision import Decision, StopLatch
from dosing.models.dose import Dose
from dosing.models.patient import Patient, Placement
from dosing.models.rescue import Rescue
from dosing.models.rule_file import ProtocolSignoff, RuleFile
from dosing.models.site_vial import SiteVial
from dosing.models.slot_move import SlotMove
from dosing.models.test_order import TestOrder

__all__ = [
    "Assessment",
    "Course",
    "Cycle",
    "CycleCheck",
    "Decision",
    "Dose",
    "DoseCalculation",
    "DoseReduction",
    "EligibilityAnswer",
    "Patient",
    "Placement",
    "ProtocolSignoff",
    "Rescue",
    "ResponseEntry",
    "RuleFile",
    "SiteVial",
    "SlotMove",
    "StopLatch",
    "TestOrder",
]
