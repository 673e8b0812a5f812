"""Do the pages of CTCAE show every term and grade of every version, with its numbers and source?"""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.html import escape

from dosing.services import rules
from il2ward.staff.models import User
from monitoring.rules.loader import VERSIONS, load_ctcae
from monitoring.selectors.ctcae_page import term_page_of, version_page_of
from tests.dosing.builders import NOW, make_nurse, make_site, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
EVERY_TERM = 67


@pytest.fixture
def nurse() -> User:
    """A nurse of a hospital that keeps all four versions."""
    for version in VERSIONS:
        rules.adopt(load_ctcae(version), "ctcae", NOW)
    return make_nurse(make_ward(make_site()))


def page_for(user: User, address: str, status: int = 200) -> str:
    """The page as this person sees it."""
    client = signed_in(user)
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


@pytest.mark.parametrize("version", VERSIONS)
def test_version_lists_every_term_once(nurse: User, version: str) -> None:
    text = page_for(nurse, f"/rules/ctcae/{version}/")

    assert text.count(f'href="/rules/ctcae/{version}/') == EVERY_TERM
    assert load_ctcae(version).sha256 in text


@pytest.mark.parametrize("version", VERSIONS)
def test_every_term_shows_all_its_grades_with_the_numbers_as_printed(nurse: User, version: str) -> None:
    page = version_page_of(version)
    assert page is not None
    for rule in load_ctcae(version).value.terms.values():
        term = term_page_of(page, rule.key)
        assert term is not None
        shown = {line.grade: line for line in term.grades}
        assert [row.grade for row in rule.rows if row.printed != shown[row.grade].printed] == []
        assert [row.grade for row in rule.rows if row.clinical != shown[row.grade].clinical] == []
        assert [row.grade for row in rule.rows if len(row.clauses) != len(shown[row.grade].computed)] == []
        assert term.sources


@pytest.mark.parametrize(
    ("version", "term", "said"),
    [
        ("5.0", "creatinine_increased", ["× ULN", "× baseline"]),
        ("5.0", "hypotension", ["proposed", "a clinician confirms", "the course's target"]),
        ("5.0", "fever", ["38.0 - 39.0 degrees C", "for more than 24 h"]),
        ("5.0", "weight_gain", ["5 - <10% from baseline", "change from baseline"]),
        ("3.0", "lactate_increased", ["CTCAE 3.0 has no such term"]),
        ("4.03", "inr_increased", ["on anticoagulation"]),
    ],
)
def test_term_says_what_it_is_graded_by(nurse: User, version: str, term: str, said: list[str]) -> None:
    text = page_for(nurse, f"/rules/ctcae/{version}/{term}/")

    assert [words for words in said if escape(words) not in text] == []


@pytest.mark.parametrize("address", ["/rules/ctcae/2.0/", "/rules/ctcae/5.0/no_such_term/", "/rules/ctcae/2.0/fever/"])
def test_page_is_not_there_when_nothing_of_that_name_is_kept(nurse: User, address: str) -> None:
    page_for(nurse, address, 404)


def test_nobody_signed_in_is_sent_to_the_door() -> None:
    answer = Client().get("/rules/ctcae/5.0/")

    assert answer["Location"].startswith("/sign-in/")
