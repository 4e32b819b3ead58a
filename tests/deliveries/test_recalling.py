"""A year later it can still be told why an address got a mailing, or not: as it was, not as it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mailer.audiences.models import Segment
from mailer.audiences.saving import change_segment, save_segment
from mailer.audiences.why.telling import Outcome
from mailer.deliveries.models import Delivery, FrozenSeat
from mailer.deliveries.preparing import prepare
from mailer.deliveries.showing.recalling import Recalled, explain_mailing, frozen_audience
from mailer.directory.models import Mailbox, Organisation, OrganisationTheme, Theme
from mailer.foundation.errors import NotFound
from mailer.mailings.models import Mailing, MailingState
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.suppressing import suppress
from tests.deliveries.rows import a_mailing_being_sent
from tests.factories import a_mailbox, a_mailing, a_person, a_theme, a_topic, an_organisation


@pytest.fixture
def groen(session: Session, now: datetime) -> Segment:
    for slug in ("groen", "sport"):
        a_theme(session, slug)
    return save_segment(session, "Groen", {"rule": {"theme": ["groen", "sport"]}}, now=now)


@pytest.fixture
def mailing(session: Session, groen: Segment, now: datetime) -> Mailing:
    """To one mailbox of each organisation in a saved selection: in, refused, replaced, out by rule, out by hand."""
    topic = a_topic(session)
    voeg = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, is_contact=True, mailbox="samira@devoeg.example.org")
    stoep = an_organisation(session, "De Stoep", themes=["sport"], mailbox="stuk@destoep.example.org")
    a_person(session, "Joost", of=stoep, is_contact=True, mailbox="joost@destoep.example.org")
    suppress(session, "stuk@destoep.example.org", SuppressionReason.HARD_BOUNCE, now=now)
    an_organisation(session, "Koor", themes=["kunst-cultuur"], mailbox="koor@devoeg.example.org")
    an_organisation(session, "Weg", themes=["groen"], mailbox="weg@devoeg.example.org")
    left = session.scalars(select(Mailbox).where(Mailbox.address_key == "weg@devoeg.example.org")).one()
    leave(session, left, topic, door="leave-page", now=now)
    an_organisation(session, "Eruit", themes=["groen"], mailbox="eruit@devoeg.example.org")
    a_mailbox(session, "los@devoeg.example.org")
    audience = {"rule": {"segment": "groen"}, "reach": "one_per_organisation", "exclude": ["eruit@devoeg.example.org"]}
    made = a_mailing(session, audience=audience)
    made.state = MailingState.PREPARING
    session.flush()
    prepare(session, made, now=now)
    return made


def recalled(session: Session, mailing: Mailing, address: str, now: datetime) -> Recalled:
    return explain_mailing(session, mailing, address, now=now + timedelta(days=365))


@pytest.mark.parametrize(
    ("address", "outcome", "sentence"),
    [
        ("info@devoeg.example.org", Outcome.LETTER, "De Voeg doet mee met het thema Groen en duurzaamheid."),
        (
            "samira@devoeg.example.org",
            Outcome.PASSED_OVER,
            "De mail gaat naar info@devoeg.example.org, want elke organisatie krijgt één mail, "
            "en het eigen postvak van De Voeg gaat voor.",
        ),
        (
            "joost@destoep.example.org",
            Outcome.LETTER,
            "Het eigen postvak stuk@destoep.example.org (niet meer mailen) kan deze mail niet krijgen, "
            "dus gaat hij naar contactpersoon Joost el Mozaïek, joost@destoep.example.org.",
        ),
        (
            "koor@devoeg.example.org",
            Outcome.OUT_BY_RULE,
            "Koor past niet bij de regel: gevraagd is ‘met thema Groen en duurzaamheid of Sport en bewegen’.",
        ),
        ("weg@devoeg.example.org", Outcome.REFUSED, "Dit postvak is uitgeschreven."),
        ("eruit@devoeg.example.org", Outcome.OUT_BY_HAND, "Dit adres is met de hand uit de selectie gehaald."),
        (
            "los@devoeg.example.org",
            Outcome.NOBODY,
            "Achter dit postvak staat niemand die nu meedoet: geen organisatie en geen persoon.",
        ),
        (
            "vreemd@devoeg.example.org",
            Outcome.UNKNOWN,
            "Dit adres stond toen niet in het adresboek (dinsdag 1 december 2026, 19.30 uur).",
        ),
    ],
)
def test_what_was_so_for_an_address_is_kept(
    session: Session, mailing: Mailing, now: datetime, address: str, outcome: Outcome, sentence: str
) -> None:
    found = recalled(session, mailing, address, now)

    assert (found.kept_at, found.told.outcome) == (now, outcome)
    assert sentence in found.told.because


def test_the_answer_stays_when_everything_changed_since(
    session: Session, mailing: Mailing, groen: Segment, now: datetime
) -> None:
    addresses = [f"{name}@devoeg.example.org" for name in ("info", "samira", "koor", "weg")]
    before = [recalled(session, mailing, address, now) for address in addresses]
    change_segment(session, groen, name="Cultuur", audience={"rule": {"theme": ["kunst-cultuur"]}}, now=now)
    voeg = session.scalars(select(Organisation).where(Organisation.name == "De Voeg")).one()
    voeg.name, voeg.stopped_on = "De Tegel", now.date()
    session.scalars(select(Theme).where(Theme.slug == "groen")).one().name = "Natuur"
    session.execute(delete(OrganisationTheme))
    suppress(session, "info@devoeg.example.org", SuppressionReason.REQUEST, now=now)
    session.flush()

    assert [recalled(session, mailing, address, now) for address in addresses] == before
    kept = frozen_audience(session, mailing.id)
    assert kept is not None
    assert kept.words["sentence"] == "Organisaties en mensen met thema Groen en duurzaamheid of Sport en bewegen."


def test_an_address_that_came_later_was_not_there(session: Session, mailing: Mailing, now: datetime) -> None:
    an_organisation(session, "Nieuw", themes=["groen"], mailbox="nieuw@devoeg.example.org")

    assert recalled(session, mailing, "nieuw@devoeg.example.org", now).told.outcome is Outcome.UNKNOWN


def test_a_mailbox_that_was_erased_leaves_nothing(session: Session, mailing: Mailing, now: datetime) -> None:
    koor = session.scalars(select(Mailbox).where(Mailbox.address_key == "koor@devoeg.example.org")).one()
    of_koor = select(func.count()).where(FrozenSeat.mailbox_id == koor.id)
    assert session.scalar(of_koor) == 1

    session.execute(delete(Mailbox).where(Mailbox.id == koor.id))

    assert session.scalar(of_koor) == 0
    assert recalled(session, mailing, "koor@devoeg.example.org", now).told.outcome is Outcome.UNKNOWN


def test_somebody_is_found_by_the_address_the_letter_went_to(session: Session, mailing: Mailing, now: datetime) -> None:
    info = session.scalars(select(Mailbox).where(Mailbox.address_key == "info@devoeg.example.org")).one()
    info.address = info.address_key = "hallo@devoeg.example.org"
    session.flush()

    for address in ("info@devoeg.example.org", "hallo@devoeg.example.org"):
        assert recalled(session, mailing, address, now).told.outcome is Outcome.LETTER


def test_a_letter_that_followed_its_mailbox_to_another_is_still_found(
    session: Session, mailing: Mailing, now: datetime
) -> None:
    other = a_mailbox(session, "nieuw@devoeg.example.org")
    delivery = session.scalars(select(Delivery).where(Delivery.address == "info@devoeg.example.org")).one()
    delivery.mailbox_id = other.id
    session.flush()

    found = recalled(session, mailing, "info@devoeg.example.org", now)

    assert (found.told.outcome, found.delivery) == (Outcome.LETTER, "Staat klaar.")


def test_what_became_of_the_letter_is_told_beside_it(session: Session, mailing: Mailing, now: datetime) -> None:
    assert recalled(session, mailing, "info@devoeg.example.org", now).delivery == "Staat klaar."
    assert recalled(session, mailing, "samira@devoeg.example.org", now).delivery == ""


def test_a_mailing_from_before_this_memory_says_so(session: Session, now: datetime) -> None:
    old = a_mailing_being_sent(session, 1)

    with pytest.raises(NotFound, match="niet bewaard waarom iemand hem kreeg"):
        explain_mailing(session, old, "info0@devoeg0.example.org", now=now)


@pytest.mark.parametrize(
    "rule", [{"all": []}, {"none": [{"theme": "groen"}]}, {"address": ["info@devoeg.example.org"]}]
)
def test_any_rule_can_be_kept(session: Session, now: datetime, rule: dict[str, Any]) -> None:
    an_organisation(session, "De Voeg", themes=["sport"], mailbox="info@devoeg.example.org")
    made = a_mailing(session, audience={"rule": rule, "include": ["info@devoeg.example.org"]})
    made.state = MailingState.PREPARING
    session.flush()
    a_theme(session, "groen")

    prepare(session, made, now=now)

    assert recalled(session, made, "info@devoeg.example.org", now).told.because == [
        "Dit adres is met de hand aan de selectie toegevoegd."
    ]
