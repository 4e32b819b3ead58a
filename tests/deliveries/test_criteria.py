"""Choosing people by what they got: a second mailing for whom the first did not reach."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer.audiences.recipients.choosing import chosen
from mailer.audiences.rules.criteria import parse_rule, rule_to_json
from mailer.audiences.rules.saying import rule_sentence
from mailer.audiences.rules.understanding import understand
from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.deliveries.preparing import prepare
from mailer.directory.models import Mailbox, PersonMailbox
from mailer.foundation.errors import BadInput
from mailer.mailings.models import MailingState
from tests.factories import a_mailbox, a_mailing, a_person, an_organisation


def reached(session: Session, rule: dict[str, Any], now: datetime) -> set[str]:
    ids = chosen(session, {"rule": rule}, now=now)
    return set(session.scalars(select(Mailbox.address).where(Mailbox.id.in_(ids))))


def test_who_may_have_got_a_mailing_counts_as_having_got_it(session: Session, now: datetime) -> None:
    mailing = a_mailing(session, subject="Eerste")
    for state in (DeliveryState.ACCEPTED, DeliveryState.UNCERTAIN, DeliveryState.REJECTED, DeliveryState.SKIPPED):
        mailbox = a_mailbox(session, f"{state}@example.org")
        a_person(session, mailbox=mailbox)
        delivery = Delivery(mailing=mailing, mailbox=mailbox, address=mailbox.address, state=state, created_at=now)
        session.add(delivery)
    session.flush()
    rule = {"received": {"mailing": mailing.id}}

    assert reached(session, rule, now) == {"accepted@example.org", "uncertain@example.org"}
    assert reached(session, {"none": [rule]}, now) == {"rejected@example.org", "skipped@example.org"}
    assert rule_to_json(parse_rule(rule)) == rule
    assert rule_sentence(session, rule) == "Organisaties en mensen die de mailing ‘Eerste’ kregen."


def test_somebody_greeted_in_a_shared_mailbox_got_it_too(session: Session, now: datetime) -> None:
    mailing = a_mailing(session)
    voeg = an_organisation(session, mailbox="info@example.org")
    samira = a_person(session, of=voeg, mailbox="samira@example.org")
    info = session.scalars(select(Mailbox).where(Mailbox.address == "info@example.org")).one()
    session.add(PersonMailbox(person=samira, mailbox=info, position=2))
    a_person(session, "Joost", of=voeg, mailbox="joost@example.org")
    delivery = Delivery(
        mailing=mailing, mailbox=info, address=info.address, state=DeliveryState.ACCEPTED, created_at=now
    )
    session.add(delivery)
    session.flush()
    session.add(DeliveryAddressee(delivery_id=delivery.id, organisation_id=voeg.id))
    session.add(DeliveryAddressee(delivery_id=delivery.id, person_id=samira.id))
    session.flush()

    assert reached(session, {"none": [{"received": {"mailing": mailing.id}}]}, now) == {"joost@example.org"}


@pytest.mark.parametrize(
    ("reach", "own"), [("everyone", set()), ("contacts", {"info@voeg.example.org"})], ids=["everyone", "contacts"]
)
def test_an_organisation_did_not_get_what_only_a_colleague_got_unless_it_was_written_to_through_contacts(
    session: Session, now: datetime, reach: str, own: set[str]
) -> None:
    voeg = an_organisation(session, themes=["groen"], mailbox="info@voeg.example.org")
    a_person(session, of=voeg, mailbox="samira@voeg.example.org", is_contact=True)
    audience = {"rule": {"theme": ["groen"]}, "reach": reach, "exclude": ["info@voeg.example.org"]}
    mailing = a_mailing(session, audience=audience)
    mailing.state = MailingState.PREPARING
    prepare(session, mailing, now=now)
    session.execute(update(Delivery).values(state=DeliveryState.ACCEPTED))
    rule = {"received": {"mailing": mailing.id}}

    assert session.scalars(select(Delivery.address)).all() == ["samira@voeg.example.org"]
    assert reached(session, rule, now) == {"samira@voeg.example.org"} | own


@pytest.mark.parametrize("value", [3, {"mailing": "3"}, {"mailing": 3, "on": 1}, {"mailing": True}])
def test_a_bad_condition_is_refused(value: Any) -> None:
    with pytest.raises(BadInput):
        parse_rule({"received": value})


def test_a_mailing_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(BadInput, match="Mailing 99 bestaat niet"):
        understand(session, {"rule": {"received": {"mailing": 99}}})
