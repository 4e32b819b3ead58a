"""The page on which staff asks why somebody got a mailing, or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mailer.deliveries.preparing import prepare
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import MailingState
from tests.deliveries.rows import a_mailing_being_sent
from tests.factories import a_mailing, an_organisation
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


@pytest.fixture
def sent(database: Database) -> int:
    with database.transaction() as session:
        an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
        an_organisation(session, "Koor", themes=["sport"], mailbox="koor@devoeg.example.org")
        mailing = a_mailing(session, audience={"rule": {"theme": ["groen"]}})
        mailing.state = MailingState.PREPARING
        prepare(session, mailing, now=clock.now())
        return mailing.id


def test_a_sent_mailing_tells_who_got_it_and_who_did_not(sign_in: SignIn, sent: int) -> None:
    reader = sign_in("reader")
    page = reader.get(f"/mailings/{sent}/uitleg").text
    assert "Organisaties en mensen met thema Groen en duurzaamheid." in page

    inside = reader.post(f"/mailings/{sent}/uitleg", {"address": "info@devoeg.example.org"}).text
    outside = reader.post(f"/mailings/{sent}/uitleg", {"address": "koor@devoeg.example.org"}).text

    assert "Zat in de selectie, en kreeg deze mail." in inside
    assert "De Voeg doet mee met het thema Groen en duurzaamheid." in inside
    assert "Paste niet bij de regel." in outside
    assert f'href="/mailings/{sent}/uitleg"' in reader.get(f"/mailings/{sent}/volgen").text


def test_a_deep_rule_is_kept_as_a_list_too(sign_in: SignIn, database: Database) -> None:
    groen, sport = {"theme": ["groen"]}, {"theme": ["sport"]}
    deep = {"all": [groen, {"any": [sport, {"all": [groen, {"none": [sport]}]}]}]}
    with database.transaction() as session:
        an_organisation(session, "De Voeg", themes=["groen", "sport"], mailbox="info@devoeg.example.org")
        mailing = a_mailing(session, audience={"rule": deep})
        mailing.state = MailingState.PREPARING
        prepare(session, mailing, now=clock.now())

    page = sign_in("reader").get(f"/mailings/{mailing.id}/uitleg").text

    assert '<li data-step="1">Minstens één van deze:</li>' in page
    assert '<li data-step="3">Niet één van deze:</li>' in page


def test_what_is_no_address_or_was_not_kept_is_one_sentence(sign_in: SignIn, sent: int, database: Database) -> None:
    with database.transaction() as session:
        old = a_mailing_being_sent(session, 1).id
    reader = sign_in("reader")

    wrong = reader.post(f"/mailings/{sent}/uitleg", {"address": "geen adres"})
    before = reader.post(f"/mailings/{old}/uitleg", {"address": "info0@devoeg0.example.org"})

    assert (wrong.status_code, "geen adres" in wrong.text) == (422, True)
    assert (before.status_code, "hij is van voor die tijd" in before.text) == (422, True)
