"""The difference from the previous mailing: n new, n gone, and why each is gone; the sum always adds up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mailer.deliveries.models import FrozenAudience, FrozenSeat
from mailer.deliveries.preparing import prepare
from mailer.deliveries.showing.differing import Difference, difference, new_mailboxes, previous_mailing
from mailer.deliveries.showing.gone import gone_mailboxes, gone_reasons
from mailer.directory.models import Mailbox, Organisation, OrganisationTheme, Role
from mailer.mailings.models import Mailing, MailingState
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_organisation

AUDIENCE = {"rule": {"theme": ["groen"]}, "reach": "one_per_organisation"}
NAMES = ("blijft", "weg", "dood", "gestopt", "anders", "hand", "past", "gewist")


def sent(session: Session, now: datetime, **more: object) -> Mailing:
    mailing = a_mailing(session, **{"audience": AUDIENCE, **more})
    mailing.state = MailingState.PREPARING
    prepare(session, mailing, now=now)
    return mailing


def organisation(session: Session, name: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.name == name)).one()


def mailbox(session: Session, name: str) -> Mailbox:
    return session.scalars(select(Mailbox).where(Mailbox.address_key == f"{name}@a.example.org")).one()


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(days=30)


@pytest.fixture
def draft(session: Session, now: datetime, later: datetime) -> Mailing:
    """A month after the first mailing: each organisation but one has a reason of its own to be gone; one is new."""
    for name in NAMES:
        an_organisation(session, name, themes=["groen"], mailbox=f"{name}@a.example.org")
    a_person(session, of=organisation(session, "gestopt"), mailbox="mens@a.example.org")
    sent(session, now)
    topic = a_topic(session)
    leave(session, mailbox(session, "weg"), topic, door="leave-page", now=later)
    suppress(session, "dood@a.example.org", SuppressionReason.HARD_BOUNCE, now=later)
    organisation(session, "gestopt").stopped_on = later.date()
    a_person(session, of=organisation(session, "dood"), is_contact=True, mailbox="nieuw@a.example.org")
    anders = organisation(session, "anders")
    session.execute(delete(OrganisationTheme).where(OrganisationTheme.organisation_id == anders.id))
    session.execute(delete(Mailbox).where(Mailbox.id == mailbox(session, "gewist").id))
    session.flush()
    session.expire_all()
    return a_mailing(session, audience={**AUDIENCE, "exclude": ["hand@a.example.org"]}, now=later)


def by_address(session: Session, question: object) -> dict[str, str]:
    found = session.execute(question).all()  # type: ignore[call-overload]
    return {session.get_one(Mailbox, mailbox_id).address.partition("@")[0]: reason for mailbox_id, reason in found}


def test_each_who_is_gone_has_a_reason(session: Session, draft: Mailing, later: datetime) -> None:
    assert by_address(session, gone_mailboxes(session, draft, now=later)) == {
        "weg": "left",
        "dood": "suppressed",
        "gestopt": "stopped",
        "anders": "out_by_rule",
        "hand": "out_by_hand",
    }
    assert by_address(session, gone_mailboxes(session, draft, now=later, reason="stopped")) == {"gestopt": "stopped"}


def test_the_sum_adds_up(session: Session, draft: Mailing, later: datetime) -> None:
    found = difference(session, draft, now=later)

    assert isinstance(found, Difference)
    assert (found.before, found.gone, found.erased, found.new, found.now) == (8, 5, 1, 1, 3)
    assert sum(gone_reasons(session, draft, now=later).values()) == found.gone


def test_who_is_new_has_a_reason_too(session: Session, draft: Mailing, later: datetime) -> None:
    added = a_mailbox(session, "vers@a.example.org")
    added.added_at = later
    a_person(session, of=an_organisation(session, "vers", themes=["groen"]), is_contact=True, mailbox=added)

    assert by_address(session, new_mailboxes(session, draft, now=later)) == {"nieuw": "fits", "vers": "added"}


def test_a_sent_mailing_keeps_its_difference(session: Session, draft: Mailing, later: datetime) -> None:
    before = difference(session, draft, now=later), gone_reasons(session, draft, now=later)
    draft.state = MailingState.PREPARING
    prepare(session, draft, now=later)

    session.execute(delete(OrganisationTheme))
    session.execute(delete(Role))
    session.flush()

    much_later = later + timedelta(days=300)
    assert (difference(session, draft, now=much_later), gone_reasons(session, draft, now=much_later)) == before


def test_a_mailing_from_before_this_memory_knows_who_and_not_why(
    session: Session, draft: Mailing, later: datetime
) -> None:
    draft.state = MailingState.PREPARING
    prepare(session, draft, now=later)
    session.execute(delete(FrozenSeat))
    session.execute(delete(FrozenAudience))
    session.expire_all()

    assert gone_reasons(session, draft, now=later) == {"not_kept": 5}


def test_a_contact_who_is_passed_over_now_is_gone_for_that(session: Session, now: datetime, later: datetime) -> None:
    voeg = an_organisation(session, "De Voeg", themes=["groen"])
    a_person(session, of=voeg, is_contact=True, mailbox="samira@a.example.org")
    sent(session, now)
    stand_in = a_person(session, "Joost", of=voeg, is_contact=True, mailbox="joost@a.example.org")
    role = session.scalars(select(Role).where(Role.person_id != stand_in.id)).one()
    role.is_contact = False
    session.flush()
    draft = a_mailing(session, audience=AUDIENCE, now=later)

    assert by_address(session, gone_mailboxes(session, draft, now=later)) == {"samira": "passed_over"}


def test_the_previous_mailing_is_the_last_of_the_same_topic(session: Session, now: datetime, later: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="info@a.example.org")
    a_topic(session, "uitnodigingen")
    first = sent(session, now)
    second = sent(session, later)
    other = sent(session, later + timedelta(days=1), topic="uitnodigingen")
    draft = a_mailing(session, audience=AUDIENCE)

    assert previous_mailing(session, draft) == second
    assert previous_mailing(session, second) == first
    assert previous_mailing(session, first) is None
    assert previous_mailing(session, other) is None
    assert difference(session, other, now=later) is None
