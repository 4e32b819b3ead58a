"""Freezing: every mailbox of the audience gets one row, with the gate's answer; the letter does not change any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import CacheStats

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.deliveries.preparing import prepare, prepare_due
from mailer.deliveries.queries import figures, skipped_reasons
from mailer.directory.models import Mailbox, MailboxKind, PersonMailbox
from mailer.events.models import Invitation
from mailer.foundation.database import database_moment, is_sqlite
from mailer.foundation.errors import BadInput
from mailer.mailings.models import CompiledLetter, Mailing, MailingKind, MailingState
from mailer.subscriptions.leaving import leave
from tests.factories import a_mailbox, a_mailing, a_person, an_event, an_organisation


def a_mailing_to_prepare(session, *blocks, **more):
    mailing = a_mailing(session, *blocks, **more)
    mailing.state = MailingState.PREPARING
    session.flush()
    return mailing


def test_each_mailbox_gets_one_row_queued_or_skipped_with_the_reason(session, now):
    mailing = a_mailing_to_prepare(session)
    an_organisation(session, mailbox="info@devoeg.example.org")
    a_person(session, mailbox="samira@example.org")
    left = a_person(session, mailbox="weg@example.org")
    leave(session, a_mailbox_of(session, left), mailing.topic, door="leave-page", now=now)
    a_person(session, mailbox=a_mailbox(session, "onbekend@example.org", basis=None))

    planned = prepare(session, mailing, now=now)

    rows = session.execute(select(Delivery.address, Delivery.state, Delivery.reason)).all()
    assert planned == 4
    assert {address: (state.value, reason) for address, state, reason in rows} == {
        "info@devoeg.example.org": ("queued", ""),
        "samira@example.org": ("queued", ""),
        "weg@example.org": ("skipped", "left"),
        "onbekend@example.org": ("skipped", "no_basis"),
    }
    assert figures(session, mailing.id).planned == 4
    assert skipped_reasons(session, mailing.id) == {"left": 1, "no_basis": 1}
    assert mailing.state is MailingState.SENDING
    assert mailing.expires_at == now + timedelta(hours=48)


def a_mailbox_of(session, person):
    return session.scalars(
        select(Mailbox)
        .join(PersonMailbox, PersonMailbox.mailbox_id == Mailbox.id)
        .where(PersonMailbox.person_id == person.id)
    ).one()


def test_two_people_behind_one_mailbox_are_one_letter_for_both(session, now):
    mailing = a_mailing_to_prepare(session)
    shared = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
    organisation = an_organisation(session, "De Voeg", mailbox=shared)
    for name in ("Samira", "Joost"):
        a_person(session, name, of=organisation, mailbox=shared)

    prepare(session, mailing, now=now)

    (delivery,) = session.scalars(select(Delivery)).all()
    meant = session.scalars(select(DeliveryAddressee).where(DeliveryAddressee.delivery_id == delivery.id)).all()
    assert {one.organisation_id for one in meant if one.organisation_id} == {organisation.id}
    assert len([one for one in meant if one.person_id]) == 2


def test_every_letter_has_its_own_message_id_of_our_domain(session, now):
    mailing = a_mailing_to_prepare(session)
    for name in ("een", "twee"):
        a_person(session, name, mailbox=f"{name}@example.org")

    prepare(session, mailing, now=now)

    ids = session.scalars(select(Delivery.message_id)).all()
    assert len(set(ids)) == 2
    assert all(one.startswith("<m") and one.endswith("@tegelpost.example.org>") for one in ids)


def test_the_letter_is_frozen_with_its_slots(session, now):
    mailing = a_mailing_to_prepare(session, {"type": "text", "html": "<p>[[mailbox.greeting]]</p>"})
    a_person(session, mailbox="samira@example.org")

    prepare(session, mailing, now=now)
    mailing.blocks.clear()
    session.flush()

    letter = session.scalars(select(CompiledLetter)).one()
    assert "[[mailbox.greeting]]" in letter.html
    assert "[[mailbox.greeting]]" in letter.text
    assert letter.subject == mailing.subject


def test_an_empty_audience_freezes_nothing(session, now):
    mailing = a_mailing_to_prepare(session)

    with pytest.raises(BadInput, match="Niemand past bij deze selectie"):
        prepare(session, mailing, now=now)


def test_what_somebody_else_prepared_is_not_prepared_again(session, now):
    mailing = a_mailing_to_prepare(session)
    a_person(session, mailbox="samira@example.org")
    prepare(session, mailing, now=now)

    assert prepare(session, mailing, now=now) == 0
    assert figures(session, mailing.id).planned == 1


def test_an_invitation_expires_when_its_meeting_begins(session, now):
    event = an_event(session)
    mailing = a_mailing_to_prepare(session)
    mailing.kind, mailing.event = MailingKind.INVITATION, event
    a_person(session, mailbox="samira@example.org")
    session.flush()

    prepare(session, mailing, now=now)

    assert mailing.expires_at == event.starts_at


def test_a_mailing_is_prepared_at_its_moment(database):
    with database.transaction() as session:
        now = database_moment(session)
        early = a_mailing(session, subject="straks")
        due = a_mailing(session, subject="nu")
        for mailing, moment in ((early, now + timedelta(hours=1)), (due, now - timedelta(minutes=1))):
            mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, moment
        a_person(session, mailbox="samira@example.org")

    assert prepare_due(database, clock=database_moment) == 1

    with database.transaction(writes=False) as session:
        states = dict(session.execute(select(Mailing.subject, Mailing.state)).all())
    assert states == {"straks": MailingState.SCHEDULED, "nu": MailingState.SENDING}


def test_a_schedule_missed_by_over_two_hours_asks_a_person(database):
    with database.transaction() as session:
        mailing = a_mailing(session)
        mailing.state = MailingState.SCHEDULED
        mailing.scheduled_at = database_moment(session) - timedelta(hours=2, minutes=1)
        a_person(session, mailbox="samira@example.org")

    prepare_due(database, clock=database_moment)

    with database.transaction(writes=False) as session:
        held = session.get_one(Mailing, mailing.id)
        assert session.scalars(select(Delivery)).all() == []
    assert (held.state, held.held_until) == (MailingState.HELD, None)
    assert held.held_because.startswith("Deze mailing had ")


def test_a_mailing_that_cannot_be_prepared_is_held_with_the_sentence(database):
    with database.transaction() as session:
        mailing = a_mailing(session, audience={"rule": {"theme": ["groen"]}, "reach": "everyone"})
        mailing.state, mailing.scheduled_at = MailingState.SCHEDULED, database_moment(session)

    prepare_due(database, clock=database_moment)

    with database.transaction(writes=False) as session:
        held = session.get_one(Mailing, mailing.id)
    assert held.state is MailingState.HELD
    assert held.held_because != ""


def test_a_mailing_that_a_dead_worker_left_half_prepared_is_prepared(database):
    with database.transaction() as session:
        mailing = a_mailing_to_prepare(session)
        a_person(session, mailbox="samira@example.org")

    prepare_due(database, clock=database_moment)

    with database.transaction(writes=False) as session:
        assert session.get_one(Mailing, mailing.id).state is MailingState.SENDING
        assert session.scalars(select(Delivery.state)).all() == [DeliveryState.QUEUED]


def test_whoever_gets_an_invitation_is_invited_also_who_joined_later(session, now):
    event = an_event(session)
    mailing = a_mailing_to_prepare(session, kind="invitation", event=event.id)
    garden = an_organisation(session, mailbox="info@devoeg.example.org")

    prepare(session, mailing, now=now)

    invitation = session.scalars(select(Invitation)).one()
    assert (invitation.event, invitation.organisation) == (event, garden)
    assert [asked.mailbox.address for asked in invitation.mailboxes] == ["info@devoeg.example.org"]


def test_a_newsletter_invites_nobody(session, now):
    mailing = a_mailing_to_prepare(session)
    an_organisation(session, mailbox="info@devoeg.example.org")

    prepare(session, mailing, now=now)

    assert session.scalars(select(Invitation)).all() == []


def test_a_mailing_to_four_times_as_many_is_four_times_the_work_on_sqlite(database, now):
    """Counted in steps of SQLite itself, so that it does not depend on the machine."""
    with database.transaction() as session:
        if not is_sqlite(session):
            pytest.skip("PostgreSQL counts a temporary table before it is joined")

    def steps(readers: int) -> int:
        with database.transaction() as session:
            slugs = []
            for number in range(readers):
                organisation = an_organisation(session, mailbox=f"info@n{readers}-{number}.example.org")
                a_person(session, of=organisation, mailbox=f"naam@n{readers}-{number}.example.org")
                slugs.append(organisation.slug)
            audience = {"rule": {"organisation": slugs}, "reach": "everyone"}
            mailing = a_mailing_to_prepare(session, audience=audience)
            counted = []
            connection = session.connection().connection.driver_connection
            connection.set_progress_handler(lambda: counted.append(1), 1000)
            assert prepare(session, mailing, now=now) == 2 * readers
            connection.set_progress_handler(None, 0)
            return len(counted)

    few, many = steps(200), steps(800)
    assert many < 6 * few, (few, many)


def test_a_second_mailing_writes_out_no_statement_anew(session, now):
    """Else each leaves its own behind, and half the time of preparing a small one goes to writing them out."""
    an_organisation(session, mailbox="info@devoeg.example.org")
    first, second = a_mailing_to_prepare(session), a_mailing_to_prepare(session)
    prepare(session, first, now=now)
    anew: list[str] = []

    def note(_connection, _cursor, statement, _values, context, _many):
        if context.compiled and context.cache_hit is CacheStats.CACHE_MISS:
            anew.append(statement)

    event.listen(session.connection(), "after_cursor_execute", note)
    prepare(session, second, now=now)

    assert anew == []
