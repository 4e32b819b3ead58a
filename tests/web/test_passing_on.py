"""Other doors to the same queue: who left, whom to ask now, a guest who stays in touch, and an address that is dead."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from mailer.deliveries.asking import suppress_dead_address
from mailer.directory.models import Mailbox, MailboxKind, OrganisationMailbox, Proposal
from mailer.directory.proposing.writing import MOST_OPEN
from mailer.events.models import Guest
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.subscriptions.models import Basis
from tests.factories import a_mailbox, a_person, an_event, an_invitation, an_organisation
from tests.web.letters import a_letter
from tests.web.visitor import Visitor

HOST = "https://tegelpost.example.org"
Told = tuple[str, str, str, object]


def told(database: Database) -> list[Told]:
    """Each proposal: source, field, about whom (a given name, "" for the organisation), and a new contact's address."""
    with database.transaction(writes=False) as session:
        return [
            (
                one.source.value,
                one.field.value,
                one.person.given_name if one.person else "",
                one.wanted.get("address") if isinstance(one.wanted, dict) else "",
            )
            for one in session.scalars(select(Proposal).order_by(Proposal.id))
        ]


def mailboxes(database: Database) -> set[str]:
    with database.transaction(writes=False) as session:
        return set(session.scalars(select(Mailbox.address)))


@pytest.fixture
def personal(database: Database) -> str:
    """The leave page of Samira of De Voeg, who has a mailbox of her own and has left the list."""
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg")
        mailbox = a_mailbox(session, "samira@devoeg.example.org")
        a_person(session, "Samira", of=organisation, is_contact=True, mailbox=mailbox)
        return database.settings.links.leave(a_letter(session, mailbox).id).removeprefix(HOST)


@pytest.fixture
def shared(database: Database) -> tuple[str, int]:
    """The leave page of info@, that Samira and Joost read; with Joost's number."""
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg")
        mailbox = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL, basis=Basis.PUBLISHED)
        session.add(OrganisationMailbox(organisation=organisation, mailbox=mailbox))
        a_person(session, "Samira", of=organisation, mailbox=mailbox)
        joost = a_person(session, "Joost", of=organisation, mailbox=mailbox)
        return database.settings.links.leave(a_letter(session, mailbox).id).removeprefix(HOST), joost.id


def test_somebody_who_left_names_who_comes_after(visitor: Visitor, personal: str, database: Database) -> None:
    visitor.post(personal)
    before = mailboxes(database)

    form = {"reason": "moved-on", "given_name": "Fatuma", "address": "fatuma@devoeg.example.org"}
    answer = visitor.post(f"{personal}/reden", form)

    assert told(database) == [
        ("moved-on", "contact-left", "Samira", ""),
        ("moved-on", "new-contact", "", "fatuma@devoeg.example.org"),
    ]
    assert mailboxes(database) == before
    assert "Naar een nieuw adres mailen we pas als dat mag." in visitor.get(answer.location).text


def test_nobody_has_to_name_anybody(visitor: Visitor, personal: str, database: Database) -> None:
    visitor.post(personal)

    visitor.post(f"{personal}/reden", {"reason": "moved-on"})

    assert told(database) == [("moved-on", "contact-left", "Samira", "")]


def test_another_reason_proposes_nothing(visitor: Visitor, personal: str, database: Database) -> None:
    visitor.post(personal)

    visitor.post(f"{personal}/reden", {"reason": "too-much", "given_name": "Fatuma", "address": "f@devoeg.example.org"})

    assert told(database) == []


def test_a_mistake_in_the_new_address_keeps_what_was_typed(visitor: Visitor, personal: str, database: Database) -> None:
    visitor.post(personal)

    answer = visitor.post(f"{personal}/reden", {"reason": "moved-on", "given_name": "Fatuma", "address": "fatuma@"})

    assert (answer.status_code, 'href="#address"' in answer.text) == (422, True)
    assert ('value="Fatuma"' in answer.text, 'value="fatuma@"' in answer.text) == (True, True)
    assert told(database) == []


def test_in_a_shared_mailbox_only_who_says_so_has_left(
    visitor: Visitor, shared: tuple[str, int], database: Database
) -> None:
    path, joost = shared
    visitor.post(path)

    page = visitor.get(path).text
    visitor.post(f"{path}/reden", {"reason": "moved-on", "leaver": "99999"})
    unknown = told(database)
    visitor.post(f"{path}/reden", {"reason": "moved-on", "leaver": str(joost), "given_name": "Fatuma"})

    assert ("Wie ben jij?" in page, "Mozaïek" in page) == (True, False)
    assert unknown == []
    assert told(database) == [("moved-on", "contact-left", "Joost", ""), ("moved-on", "new-contact", "", "")]


def test_saying_it_twice_is_one_proposal(visitor: Visitor, personal: str, database: Database) -> None:
    visitor.post(personal)

    for _press in range(2):
        visitor.post(f"{personal}/reden", {"reason": "moved-on", "given_name": "Fatuma"})

    assert len(told(database)) == 2


@pytest.fixture
def invited(database: Database) -> tuple[str, int]:
    """The RSVP page of De Voeg, and Samira's number."""
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg")
        samira = a_person(session, "Samira", of=organisation, is_contact=True)
        info = a_mailbox(session, "info@devoeg.example.org", kind=MailboxKind.FUNCTIONAL)
        meeting = an_event(session, starts_at=clock.now() + timedelta(days=10))
        an_invitation(session, meeting, organisation, through=[info])
        letter = a_letter(session, info, topic="uitnodigingen")
        assert letter.mailing is not None
        letter.mailing.event = meeting
        session.flush()
        return database.settings.links.rsvp(letter.id).removeprefix(HOST), samira.id


def test_a_guest_becomes_a_proposal_only_when_somebody_ticks_it(
    visitor: Visitor, invited: tuple[str, int], database: Database
) -> None:
    path, _samira = invited
    guest = {"answer": "yes", "guest": "other", "given_0": "Fatuma", "address_0": "fatuma@devoeg.example.org"}

    visitor.post(path, guest)
    unticked = told(database)
    visitor.post(path, {**guest, "keep_0": "yes", "guest": "other"})

    assert unticked == []
    assert told(database) == [("delegate", "new-contact", "", "fatuma@devoeg.example.org")]
    assert "fatuma@devoeg.example.org" not in mailboxes(database)


def test_a_full_queue_never_refuses_an_answer(visitor: Visitor, invited: tuple[str, int], database: Database) -> None:
    path, _samira = invited
    for number in range(MOST_OPEN):
        visitor.post(f"{path}/contact", {"contact_name": f"Naam {number}"})

    answer = visitor.post(path, {"answer": "yes", "guest": "other", "given_0": "Fatuma", "keep_0": "yes"})

    assert answer.status_code == 303
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Guest.given_name)).all() == ["Fatuma"]
    assert len(told(database)) == MOST_OPEN


def test_the_contact_passes_an_invitation_on(visitor: Visitor, invited: tuple[str, int], database: Database) -> None:
    path, samira = invited

    wrong = visitor.post(f"{path}/contact", {"contact_left": str(samira), "contact_address": "fatuma@"})
    form = {"contact_left": str(samira), "contact_name": "Fatuma", "contact_address": "fatuma@devoeg.example.org"}
    answer = visitor.post(f"{path}/contact", form)

    assert (wrong.status_code, 'value="fatuma@"' in wrong.text) == (422, True)
    assert 'href="#contact_name"' in wrong.text
    assert told(database) == [
        ("delegate", "contact-left", "Samira", ""),
        ("delegate", "new-contact", "", "fatuma@devoeg.example.org"),
    ]
    assert "Iemand van ons kijkt het na." in visitor.get(answer.location).text


def test_who_has_left_can_be_told_without_knowing_who_comes_after(
    visitor: Visitor, invited: tuple[str, int], database: Database
) -> None:
    path, samira = invited

    nothing = visitor.post(f"{path}/contact", {"contact_left": "", "contact_name": " "})
    answer = visitor.post(f"{path}/contact", {"contact_left": str(samira)})

    assert (nothing.status_code, "Kies wie er niet meer werkt, of vul een voornaam in." in nothing.text) == (422, True)
    assert answer.status_code == 303
    assert told(database) == [("delegate", "contact-left", "Samira", "")]


def test_thanks_for_it_stand_on_top_where_the_reader_lands(visitor: Visitor, invited: tuple[str, int]) -> None:
    path, samira = invited

    page = visitor.get(visitor.post(f"{path}/contact", {"contact_left": str(samira)}).location).text

    assert page.index("We hebben het ontvangen.") < page.index("<h1")


def test_a_mistake_about_a_contact_keeps_the_answer_that_stands(visitor: Visitor, invited: tuple[str, int]) -> None:
    path, _samira = invited
    visitor.post(path, {"answer": "no"})

    page = visitor.post(f"{path}/contact", {"contact_name": "Fatuma", "contact_address": "fatuma@"}).text

    assert '<input type="radio" name="answer" value="no" checked>' in page


def test_looking_at_these_pages_proposes_nothing(
    visitor: Visitor, invited: tuple[str, int], personal: str, database: Database
) -> None:
    for path in (invited[0], f"{invited[0]}?a=no", personal):
        visitor.get(path)

    assert visitor.get(f"{invited[0]}/contact").status_code == 405
    assert told(database) == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_dead_address_is_proposed_once_for_everybody_behind_it(database: Database, times: int) -> None:
    with database.transaction() as session:
        organisation = an_organisation(session, "De Voeg", mailbox="info@devoeg.example.org")
        mailbox = session.scalars(select(Mailbox)).one()
        a_person(session, "Samira", of=organisation, mailbox=mailbox)
        letter = a_letter(session, mailbox)

        for _time in range(times):
            suppress_dead_address(session, mailbox.address, reply="550 5.1.1", now=clock.now(), delivery_id=letter.id)

        assert [(one.source.value, one.delivery_id) for one in session.scalars(select(Proposal))] == [
            ("hard-bounce", letter.id)
        ] * 2
    assert [(field, who) for _source, field, who, _more in told(database)] == [
        ("dead-address", ""),
        ("dead-address", "Samira"),
    ]


def test_an_address_that_is_nobodys_proposes_nothing(database: Database) -> None:
    with database.transaction() as session:
        for address in ("vreemd@mail.example.org", "geen adres"):
            suppress_dead_address(session, address, reply="550 5.1.1", now=clock.now())

    assert told(database) == []
