"""What one worker hears of a domain counts at once, until the books know it."""

from __future__ import annotations

from datetime import UTC, datetime

from mailer.deliveries.line.claiming import Claim
from mailer.deliveries.line.heeding import Heed
from mailer.deliveries.line.recording import Result
from mailer.deliveries.regulating.lessons import CAREFUL_FROM
from mailer.wire.replies import Phase, Reply, judge

TAKEN = judge(Phase.AFTER_DOT, Reply(250, "2.0.0 Ok"))
NOT_YOU = judge(Phase.RCPT, Reply(550, "5.7.26 unauthenticated"))
DEAD = judge(Phase.RCPT, Reply(550, "5.1.1 user unknown"))


def results(outcome, times: int = 1, *, domain: str = "@groot.example.org") -> list[Result]:
    moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return [Result(Claim(n, 1, "w", moment, 1, n, f"lezer{n}{domain}"), outcome) for n in range(times)]


def test_a_few_refusals_in_a_row_make_wary_of_that_domain_alone():
    heed = Heed()
    heed.hear(results(NOT_YOU, CAREFUL_FROM - 1) + results(NOT_YOU, domain="@ander.example.org"))
    assert heed.wary_of == set()

    assert heed.hear(results(NOT_YOU))
    assert heed.wary_of == {"@groot.example.org"}


def test_a_letter_that_is_taken_breaks_the_row():
    heed = Heed()
    heed.hear(results(NOT_YOU, CAREFUL_FROM - 1))
    heed.begin_telling()
    assert not heed.hear(results(TAKEN))
    heed.hear(results(NOT_YOU))

    assert heed.wary_of == set()


def test_what_is_said_of_a_mailbox_says_nothing_about_its_domain():
    heed = Heed()

    assert not heed.hear(results(DEAD, 40))
    assert heed.wary_of == set()


def test_once_the_books_know_it_only_what_is_heard_since_counts():
    heed = Heed()
    heed.hear(results(NOT_YOU, CAREFUL_FROM))
    heed.begin_telling()
    heed.hear(results(NOT_YOU))
    assert heed.wary_of == {"@groot.example.org"}

    heed.told()
    assert heed.wary_of == set()
