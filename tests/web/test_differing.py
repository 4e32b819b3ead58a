"""The pages that show the difference from the previous mailing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mailer.deliveries.preparing import prepare
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from tests.factories import a_mailing, a_topic, an_organisation
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
GREEN = {"rule": {"theme": ["groen"]}}


@pytest.fixture
def draft(database: Database) -> int:
    with database.transaction() as session:
        an_organisation(session, "Tuin", themes=["groen"], mailbox="tuin@a.example.org")
        an_organisation(session, "Club", themes=["sport"], mailbox="club@a.example.org")
        earlier = a_mailing(session, audience={"rule": {"all": []}})
        earlier.state = MailingState.PREPARING
        prepare(session, earlier, now=clock.now() - timedelta(days=30))
        an_organisation(session, "Nieuwe tuin", themes=["groen"], mailbox="nieuw@a.example.org")
        return a_mailing(session, audience=GREEN).id


def test_who_is_gone_and_who_is_new_by_name(sign_in: SignIn, draft: int) -> None:
    reader = sign_in("reader")

    gone = reader.get(f"/mailings/{draft}/verschil").text
    new = reader.get(f"/mailings/{draft}/verschil?wie=nieuw").text

    assert "Past niet bij de regel van deze mailing" in gone
    assert (">Club<" in gone, ">Club<" in new) == (True, False)
    assert ">Nieuwe tuin<" in new


def test_the_recipients_step_says_it_while_one_chooses(sign_in: SignIn, draft: int) -> None:
    marit = sign_in("editor")
    everybody = {"clause": "1", "kind-1": "everybody"}

    page = marit.get(f"/mailings/{draft}/ontvangers").text
    answer = marit.post(f"/mailings/{draft}/ontvangers/tel", everybody).text

    assert "Vergeleken met de vorige mailing (2 mails): <strong>1 nieuw</strong>, <strong>1 weg</strong>." in page
    assert "Vergeleken met de vorige mailing (2 mails): <strong>1 nieuw</strong>, <strong>0 weg</strong>." in answer


def test_a_sent_mailing_says_it_too(sign_in: SignIn, draft: int, database: Database) -> None:
    with database.transaction() as session:
        mailing = session.get_one(Mailing, draft)
        mailing.state = MailingState.PREPARING
        prepare(session, mailing, now=clock.now())

    page = sign_in("reader").get(f"/mailings/{draft}/volgen").text

    assert "<strong>1 nieuw</strong>, <strong>1 weg</strong>." in page
    assert f'href="/mailings/{draft}/verschil"' in page


def test_a_first_mailing_has_nothing_to_compare_with(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        a_topic(session)
        first = a_mailing(session, audience=GREEN).id if an_organisation(session, themes=["groen"]) else 0

    page = sign_in("reader").get(f"/mailings/{first}/verschil").text

    assert "Er is nog geen vorige mailing van deze verzendlijst" in page
