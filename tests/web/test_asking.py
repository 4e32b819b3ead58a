"""Asking from the office whether it is still right: the letter and the number first, then one button."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from mailer.audiences.checking import owe_planned
from mailer.directory.checking import confirm
from mailer.directory.models import CheckLetter, Organisation
from mailer.foundation import clock
from mailer.foundation.database import Database
from tests.factories import a_person, a_sender, an_organisation
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
ASK = "/adresboek/klopt-dit-nog"


@pytest.fixture
def sender(sign_in: SignIn) -> Visitor:
    return sign_in("sender")


def some_organisations(database: Database) -> dict[str, int]:
    with database.transaction() as session:
        a_sender(session)
        green = an_organisation(session, "Groen", themes=["groen"], mailbox="info@groen.example.org")
        a_person(session, of=green, mailbox="samira@groen.example.org")
        sport = an_organisation(session, "Sport", themes=["sport"], mailbox="info@sport.example.org")
        silent = an_organisation(session, "Stil", themes=["groen"])
        return {one.name: one.id for one in (green, sport, silent)}


def asked(database: Database) -> list[int]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(CheckLetter.organisation_id).order_by(CheckLetter.id)))


def test_a_selection_is_asked_after_a_look_at_the_number_and_the_letter(sender: Visitor, database: Database) -> None:
    ids = some_organisations(database)

    page = sender.get(f"{ASK}?thema=groen").text
    letter = sender.get(f"{ASK}/brief/{ids['Groen']}")
    answer = sender.post(ASK, {"thema": "groen", "number": "1"})

    assert ("Je mailt <strong>1 organisatie</strong>" in page, "1 kunnen we niet mailen" in page) == (True, True)
    assert (">Stil</a>" in page, ">Sport</a>" in page) == (True, False)
    assert ("Klopt dit nog?" in letter.text, "Beste mensen van Groen," in letter.text) == (True, True)
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert answer.status_code == 303
    assert "1 brief gaat weg op" in sender.get(answer.location).text
    assert asked(database) == [ids["Groen"]]


def test_another_number_than_was_shown_asks_nobody(sender: Visitor, database: Database) -> None:
    ids = some_organisations(database)

    answer = sender.post(ASK, {"number": "1"})

    assert (answer.status_code, "Het aantal is intussen veranderd." in answer.text) == (422, True)
    assert "Je mailt <strong>2 organisaties</strong>" in answer.text
    assert (asked(database), len(ids)) == ([], 3)


def test_one_organisation_is_asked_once_and_its_page_tells_what_became_of_it(
    sender: Visitor, database: Database
) -> None:
    ids = some_organisations(database)
    page = f"/adresboek/organisaties/{ids['Groen']}"
    one = {"organisatie": str(ids["Groen"]), "number": "1"}

    before = sender.get(page).text
    sender.post(ASK, one)
    planned = sender.get(page).text
    with database.transaction() as session:
        owe_planned(session, now=clock.now())
    waiting = sender.get(page).text
    again = sender.get(f"{ASK}?organisatie={ids['Groen']}").text
    with database.transaction() as session:
        confirm(session, session.scalars(select(CheckLetter)).one(), now=clock.now())
    answered = sender.get(page).text

    assert "Vraag het de organisatie" in before
    assert "De brief gaat weg op" in planned
    assert ("Nog geen antwoord." in waiting, "Vraag het de organisatie" in waiting) == (True, False)
    assert ("1 is dit jaar al gevraagd" in again, "Verstuur 1 brief" in again) == (True, False)
    assert "zei de organisatie zelf: het klopt." in answered
    assert ("Gevraagd aan info@groen.example.org" in answered, "Klopt dit nog?" in answered) == (True, True)


def test_planned_letters_are_stopped_with_one_button(sender: Visitor, database: Database) -> None:
    some_organisations(database)
    sender.post(ASK, {"number": "2"})

    page = sender.get(ASK).text
    answer = sender.post(f"{ASK}/stop")

    assert "Stop 2 brieven" in page
    assert "2 brieven gaan niet meer weg." in sender.get(answer.location).text
    assert asked(database) == []


def test_who_may_not_send_may_not_ask(sign_in: SignIn, database: Database) -> None:
    some_organisations(database)
    editor = sign_in("editor")

    assert (editor.get(ASK).status_code, editor.post(ASK, {"number": "2"}).status_code) == (403, 403)
    assert "klopt-dit-nog" not in editor.get("/adresboek/organisaties").text
    assert asked(database) == []


def test_the_list_can_show_who_was_not_checked_for_a_year(sender: Visitor, database: Database) -> None:
    ids = some_organisations(database)
    with database.transaction() as session:
        session.get_one(Organisation, ids["Sport"]).checked_on = clock.today(clock.now())

    page = sender.get("/adresboek/organisaties?stand=niet-nagekeken").text

    assert (">Groen</a>" in page, ">Sport</a>" in page) == (True, False)
    assert "stand=niet-nagekeken" in sender.get("/").text
