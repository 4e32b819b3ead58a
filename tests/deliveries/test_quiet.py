"""At night nothing leaves but one-off letters, and what somebody said "now" to; in the morning all goes on."""

from __future__ import annotations

from datetime import timedelta

from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.line.claiming import claim
from mailer.deliveries.queries import has_letters_due, is_idle
from mailer.deliveries.regulating.quiet import say_quiet
from mailer.foundation.outbox import owe_letter
from tests.deliveries.rows import a_mailing_being_sent

# ``now`` is 19.30 in Amsterdam.
EVENING = {"quiet_hours": "19:00-08:00"}


def test_at_night_only_one_off_letters_leave_and_in_the_morning_the_mailing_goes_on(make_database, now):
    with make_database(**EVENING).transaction() as session:
        mailing = a_mailing_being_sent(session, 2)
        owe_letter(session, "sign-in-link", subject_id=1, address="marit@x.example.org", now=now)
        take_owed(session, now=now)

        assert [one.mailing_id for one in claim(session, worker="w", limit=9, now=now)] == [None]
        assert claim(session, worker="w", limit=9, now=now) == []
        assert not has_letters_due(session, now=now)
        assert (
            say_quiet(session, mailing, now=now)
            == "Nu zijn de stille uren. Deze mailing gaat morgen om 8.00 uur verder."
        )

        morning = now + timedelta(hours=12, minutes=30)
        assert len(claim(session, worker="w", limit=9, now=morning)) == 2
        assert say_quiet(session, mailing, now=morning) == ""


def test_what_somebody_said_now_to_leaves_at_night_too(make_database, now):
    with make_database(**EVENING).transaction() as session:
        mailing = a_mailing_being_sent(session, 2, skips_quiet_hours=True)

        assert len(claim(session, worker="w", limit=9, now=now)) == 2
        assert say_quiet(session, mailing, now=now) == ""


def test_workers_that_run_until_nothing_is_due_do_not_wait_for_the_morning(make_database, now):
    with make_database(**EVENING).transaction() as session:
        a_mailing_being_sent(session, 2)

        assert is_idle(session, now=now)
        assert not is_idle(session, now=now + timedelta(hours=13))
