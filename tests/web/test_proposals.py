"""The queue of proposals in the office: beside what we have, a choice for each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from mailer.directory.models import (
    Mailbox,
    Organisation,
    OrganisationMailbox,
    Proposal,
    ProposalField,
    ProposalSource,
)
from mailer.directory.proposing import (
    NewContact,
    Origin,
    propose,
    propose_contact_left,
    propose_dead_address,
    propose_new_contact,
)
from mailer.foundation import clock
from mailer.foundation.database import Database
from tests.factories import a_person, an_organisation
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
THEMSELVES = Origin(ProposalSource.ORGANISATION)
QUEUE = "/adresboek/voorstellen"


@pytest.fixture
def editor(sign_in: SignIn) -> Visitor:
    return sign_in("editor")


def some_proposals(database: Database, name: str = "De Voeg") -> tuple[int, list[str]]:
    """An organisation that says it has another street and another phone; its id and those of the proposals."""
    now = clock.now()
    with database.transaction() as session:
        organisation = an_organisation(session, name, street="Voegstraat 12", phone="+31100000123")
        for field, wanted in ((ProposalField.STREET, "Kasseistraat 1"), (ProposalField.PHONE, "06-0000 1234")):
            propose(session, organisation, field, wanted, origin=THEMSELVES, now=now)
        ids = session.scalars(
            select(Proposal.id).where(Proposal.organisation_id == organisation.id).order_by(Proposal.id)
        ).all()
        return organisation.id, [str(one) for one in ids]


def facts(database: Database, organisation_id: int) -> tuple[str, str]:
    with database.transaction(writes=False) as session:
        organisation = session.get_one(Organisation, organisation_id)
        return organisation.street, organisation.phone


def test_each_line_has_its_own_choice(editor: Visitor, database: Database) -> None:
    organisation_id, (street, phone) = some_proposals(database)
    shown = editor.get(QUEUE).text

    answer = editor.post(
        QUEUE,
        {
            "proposal": [street, phone],
            f"choice_{street}": "accept",
            f"choice_{phone}": "decline",
            "reason": "Dat is haar privénummer",
        },
    )

    assert ("Voegstraat 12" in shown, "Kasseistraat 1" in shown, "06-0000 1234" in shown) == (True, True, True)
    assert "De organisatie zelf" in shown
    assert answer.status_code == 303
    assert "1 voorstel overgenomen. 1 voorstel afgewezen." in editor.get(QUEUE).text
    assert facts(database, organisation_id) == ("Kasseistraat 1", "+31100000123")
    with database.transaction(writes=False) as session:
        assert [one.reason for one in session.scalars(select(Proposal).order_by(Proposal.id))] == [
            "",
            "Dat is haar privénummer",
        ]


def test_the_history_says_what_became_what(editor: Visitor, database: Database) -> None:
    organisation_id, (street, phone) = some_proposals(database)
    answers = {f"choice_{street}": "accept", f"choice_{phone}": "decline"}

    editor.post(QUEUE, {"proposal": [street, phone], **answers})
    history = editor.get(f"/adresboek/organisaties/{organisation_id}").text.partition('id="geschiedenis"')[2]

    assert history.count("Voorstel overgenomen") == 1
    assert "Straat en nummer: ‘Voegstraat 12’ werd ‘Kasseistraat 1’, door " in history
    assert "Gegevens veranderd" not in history, "one deed, told twice"
    assert history.count("Voorstel afgewezen") == 1
    assert "Telefoon: 06-0000 1234, door " in history


def test_all_of_one_organisation_are_taken_with_one_button(editor: Visitor, database: Database) -> None:
    organisation_id, ids = some_proposals(database)
    other_id, _ids = some_proposals(database, "De Hoek")

    editor.post(QUEUE, {"proposal": ids, "all": "yes"})

    assert facts(database, organisation_id) == ("Kasseistraat 1", "+31600001234")
    assert facts(database, other_id) == ("Voegstraat 12", "+31100000123")
    left = editor.get(QUEUE).text
    assert ("De Hoek" in left, "De Voeg" in left) == (True, False)


def test_nothing_chosen_changes_nothing_and_says_so(editor: Visitor, database: Database) -> None:
    organisation_id, ids = some_proposals(database)

    editor.post(QUEUE, {"proposal": ids, f"choice_{ids[0]}": ""})

    assert "Er is niets gekozen." in editor.get(QUEUE).text
    assert facts(database, organisation_id) == ("Voegstraat 12", "+31100000123")


def test_what_we_changed_meanwhile_is_said(editor: Visitor, database: Database) -> None:
    organisation_id, _ids = some_proposals(database)
    with database.transaction() as session:
        session.get_one(Organisation, organisation_id).street = "Stoepkade 9"
        session.get_one(Organisation, organisation_id).phone = "+31600001234"

    page = editor.get(QUEUE).text

    assert ("Stoepkade 9" in page, "Voegstraat 12" in page) == (True, False)
    assert page.count("Let op: wat wij hebben is sindsdien veranderd.") == 1
    assert page.count("Dit staat er intussen al zo.") == 1


def test_a_choice_that_cannot_be_done_undoes_the_others_and_keeps_what_was_chosen(
    editor: Visitor, database: Database
) -> None:
    organisation_id, (street, _phone) = some_proposals(database)
    with database.transaction() as session:
        organisation = session.get_one(Organisation, organisation_id)
        tomorrow = "2999-01-01"
        wrong = propose(session, organisation, ProposalField.STOPPED, tomorrow, origin=THEMSELVES, now=clock.now())
        assert wrong is not None
        stopped = str(wrong.id)

    answer = editor.post(
        QUEUE, {"proposal": [street, stopped], f"choice_{street}": "accept", f"choice_{stopped}": "accept"}
    )

    assert answer.status_code == 422
    assert f'href="#choice_{stopped}"' in answer.text
    assert f'name="choice_{street}" value="accept" checked' in answer.text
    assert facts(database, organisation_id)[0] == "Voegstraat 12"


def test_a_proposal_of_somebody_else_cannot_be_decided_by_number(editor: Visitor, database: Database) -> None:
    organisation_id, (street, phone) = some_proposals(database)
    editor.post(QUEUE, {"proposal": [street], "all": "yes"})

    again = editor.post(QUEUE, {"proposal": [street, "99999", "x"], "all": "yes"})

    assert again.status_code == 303
    assert "Er is niets gekozen." in editor.get(QUEUE).text
    assert facts(database, organisation_id) == ("Kasseistraat 1", "+31100000123")
    assert phone in editor.get(QUEUE).text


def test_a_reader_looks_and_does_not_decide(sign_in: SignIn, database: Database) -> None:
    organisation_id, ids = some_proposals(database)
    reader = sign_in("reader")

    page = reader.get(QUEUE)
    refused = reader.post(QUEUE, {"proposal": ids, "all": "yes"})

    assert ("Kasseistraat 1" in page.text, "Bewaar mijn keuzes" in page.text) == (True, False)
    assert refused.status_code == 403
    assert facts(database, organisation_id)[0] == "Voegstraat 12"


def test_what_staff_heard_waits_for_a_colleague(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        path = f"/adresboek/organisaties/{an_organisation(session, 'De Voeg').id}"
    host = sign_in("host")

    empty = host.get(QUEUE).text
    host.post(f"{path}/voorstel", {"remark": "Samira is nu voorzitter"})

    assert "Er wachten geen voorstellen." in empty
    page = host.get(QUEUE).text
    assert ("Samira is nu voorzitter (Host)" in page, "Iemand van ons" in page) == (True, True)
    assert "Er wacht <strong>1 voorstel</strong>" in host.get(path).text


def test_a_remark_alone_is_read_and_nothing_is_taken_over(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        path = f"/adresboek/organisaties/{an_organisation(session, 'De Voeg').id}"
    sign_in("host").post(f"{path}/voorstel", {"remark": "Samira is nu voorzitter"})

    page = sign_in("editor").get(QUEUE).text

    assert "Neem dit over" not in page
    assert page.count("Gelezen, klaar") == 2


def test_the_number_stands_on_the_tab_and_the_start_page(editor: Visitor, database: Database) -> None:
    quiet = editor.get("/").text
    some_proposals(database)

    assert "voorstellen voor het adresboek" not in quiet
    start = editor.get("/").text
    assert ("voorstellen voor het adresboek" in start, "organisatie niet nagekeken" in start) == (True, True)
    assert 'Voorstellen <span class="num">2</span>' in editor.get("/adresboek/organisaties").text


def test_the_queue_asks_as_much_for_three_organisations_as_for_one(editor: Visitor, database: Database) -> None:
    everything_about(database, "De Voeg")
    with counting_queries(database) as for_one:
        editor.get(QUEUE)
    for name in ("De Hoek", "De Stoep"):
        everything_about(database, name)

    with counting_queries(database) as for_three:
        page = editor.get(QUEUE).text

    assert page.count("Na overnemen mogen we dit adres nog niet mailen.") == 3
    assert page.count("haal dit adres weg") == 6
    assert len(for_three) == len(for_one)


def everything_about(database: Database, name: str) -> None:
    """Proposals of every sort: fields, somebody who left, somebody new, an address that is dead."""
    organisation_id, _ids = some_proposals(database, name)
    now = clock.now()
    with database.transaction() as session:
        organisation = session.get_one(Organisation, organisation_id)
        person = a_person(session, of=organisation, mailbox=f"{organisation_id}@mail.example.org")
        mailbox = session.scalars(select(Mailbox).order_by(Mailbox.id.desc())).first()
        assert mailbox is not None
        session.add(OrganisationMailbox(organisation=organisation, mailbox=mailbox))
        session.flush()
        contact = NewContact("Fatuma", "", "fatuma@mail.example.org")
        propose_new_contact(session, organisation, contact, origin=THEMSELVES, now=now)
        propose_contact_left(session, person.roles[0], origin=THEMSELVES, now=now)
        propose_dead_address(session, mailbox, origin=THEMSELVES, now=now)
