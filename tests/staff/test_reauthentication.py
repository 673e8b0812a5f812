"""Is a person taken for who they say they are only with their own password, and not after guessing?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User, WrongPasswords
from il2ward.staff.services import reauthentication
from il2ward.staff.services.reauthentication import LOCKED_FOR, MOST_WRONG, TooManyWrongPasswords, WrongPassword
from tests.staff.conftest import AT, PASSWORD


def guess(user: User, times: int) -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            reauthentication.prove(user, "guessed", AT)


def test_person_is_believed_when_the_password_is_right(nurse: User) -> None:
    reauthentication.prove(nurse, PASSWORD, AT)

    assert not AuditEvent.objects.filter(event__startswith="reauthentication").exists()


def test_failure_is_written_to_the_log_when_the_password_is_wrong(nurse: User) -> None:
    guess(nurse, 1)

    event = AuditEvent.objects.get(event="reauthentication.failed")
    assert (event.subject_id, event.actor_id) == (str(nurse.pk), nurse.pk)
    assert "guessed" not in event.body


def test_right_password_is_believed_after_one_guess_less_than_the_limit(nurse: User) -> None:
    guess(nurse, MOST_WRONG - 1)

    reauthentication.prove(nurse, PASSWORD, AT)

    assert not WrongPasswords.objects.exists()


def test_even_the_right_password_is_refused_when_the_limit_is_reached(nurse: User) -> None:
    guess(nurse, MOST_WRONG)

    with pytest.raises(TooManyWrongPasswords):
        reauthentication.prove(nurse, PASSWORD, AT + LOCKED_FOR - timedelta(seconds=1))
    assert AuditEvent.objects.filter(event="reauthentication.refused").count() == 1


def test_right_password_is_believed_again_when_the_lock_is_over(nurse: User) -> None:
    guess(nurse, MOST_WRONG)

    reauthentication.prove(nurse, PASSWORD, AT + LOCKED_FOR)


def test_count_begins_anew_when_the_last_guesses_are_long_ago(nurse: User) -> None:
    guess(nurse, MOST_WRONG - 1)
    with pytest.raises(WrongPassword):
        reauthentication.prove(nurse, "guessed", AT + LOCKED_FOR)

    reauthentication.prove(nurse, PASSWORD, AT + LOCKED_FOR)


def test_inactive_person_is_refused_with_the_right_password(nurse: User) -> None:
    nurse.is_active = False

    with pytest.raises(WrongPassword):
        reauthentication.prove(nurse, PASSWORD, AT)


def test_person_is_found_by_name_and_password(nurse: User) -> None:
    assert reauthentication.prove_by_name("ferrara", PASSWORD, AT) == nurse


def test_name_nobody_has_is_refused_like_a_wrong_password(nurse: User) -> None:
    with pytest.raises(WrongPassword):
        reauthentication.prove_by_name("nobody", PASSWORD, AT)
