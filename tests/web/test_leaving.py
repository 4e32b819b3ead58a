"""Leaving by the page, by the mail program's own button, and coming back."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from mailer.deliveries.letters.notices import take_owed
from mailer.deliveries.letters.proofing import send_proof
from mailer.deliveries.models import Delivery, DeliveryEvent
from mailer.deliveries.parting import partings
from mailer.directory.models import Mailbox, PersonMailbox
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.subscriptions.models import Subscription, SubscriptionState
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_organisation
from tests.web.letters import a_letter
from tests.web.visitor import Visitor

HOST = "https://tegelpost.example.org"


@pytest.fixture
def letter(database: Database) -> int:
    """The id of a newsletter to Samira; there are invitations too, and somebody else gets the same."""
    with database.transaction() as session:
        a_topic(session, "uitnodigingen")
        mailbox = a_mailbox(session, "samira@devoeg.example.org")
        a_person(session, "Samira", family_name="el Mozaïek", mailbox=mailbox)
        a_letter(session, a_mailbox(session, "joost@devoeg.example.org"))
        return a_letter(session, mailbox).id


def path_of(database: Database, kind: str, delivery_id: int) -> str:
    return str(getattr(database.settings.links, kind)(delivery_id)).removeprefix(HOST)


def left_topics(database: Database) -> dict[tuple[str, str], str]:
    """Return (address, topic) → door for every subscription that ended."""
    with database.transaction(writes=False) as session:
        rows = session.execute(
            select(Mailbox.address, Subscription)
            .join(Mailbox, Mailbox.id == Subscription.mailbox_id)
            .where(Subscription.state == SubscriptionState.ENDED)
        )
        return {(address, one.topic.slug): one.door for address, one in rows}


def test_looking_at_the_page_changes_nothing(database: Database, visitor: Visitor, letter: int) -> None:
    page = visitor.get(path_of(database, "leave", letter))

    assert page.status_code == 200
    assert "Schrijf mij uit" in page.text
    assert left_topics(database) == {}


def test_the_page_keeps_its_link_to_itself(database: Database, visitor: Visitor, letter: int) -> None:
    headers = visitor.get(path_of(database, "leave", letter)).headers

    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Cache-Control"] == "no-store"


def test_the_page_shows_no_more_than_a_forwarded_mail_may_tell(
    database: Database, visitor: Visitor, letter: int
) -> None:
    page = visitor.get(path_of(database, "leave", letter)).text

    assert "sa…@devoeg.example.org" in page
    assert "samira@devoeg.example.org" not in page
    assert "Mozaïek" not in page


def test_the_button_leaves_the_topic_of_the_letter_and_no_other(
    database: Database, visitor: Visitor, letter: int
) -> None:
    path = path_of(database, "leave", letter)

    answer = visitor.post(path)

    assert (answer.status_code, answer.location) == (303, path)
    assert left_topics(database) == {("samira@devoeg.example.org", "nieuwsbrief"): "leave-page"}
    assert "Je bent uitgeschreven." in visitor.get(path).text


def test_leaving_everything_leaves_every_topic(database: Database, visitor: Visitor, letter: int) -> None:
    visitor.post(path_of(database, "leave", letter), {"what": "everything"})

    assert set(left_topics(database)) == {
        ("samira@devoeg.example.org", "nieuwsbrief"),
        ("samira@devoeg.example.org", "uitnodigingen"),
    }


def test_a_slip_is_undone_with_one_button(database: Database, visitor: Visitor, letter: int) -> None:
    path = path_of(database, "leave", letter)
    visitor.post(path)

    assert "Schrijf mij weer in" in visitor.get(path).text
    visitor.post(path, {"do": "return"})

    assert left_topics(database) == {}
    assert "Schrijf mij uit" in visitor.get(path).text


def test_after_thirty_days_the_page_offers_no_undo(database: Database, visitor: Visitor, letter: int) -> None:
    path = path_of(database, "leave", letter)
    visitor.post(path)
    with database.transaction() as session:
        session.execute(update(Subscription).values(changed_at=clock.now() - timedelta(days=31)))

    assert "Schrijf mij weer in" not in visitor.get(path).text
    assert visitor.post(path, {"do": "return"}).status_code == 422


def test_a_mail_program_leaves_at_once_without_cookie_or_token(app: Flask, database: Database, letter: int) -> None:
    path = path_of(database, "one_click", letter)

    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        answer = app.test_client().post(path, base_url=HOST, data={"List-Unsubscribe": "One-Click"}, content_type=kind)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert "Location" not in answer.headers

    assert left_topics(database) == {("samira@devoeg.example.org", "nieuwsbrief"): "one-click"}


def test_one_click_says_what_it_is_or_does_nothing(app: Flask, database: Database, letter: int) -> None:
    answer = app.test_client().post(path_of(database, "one_click", letter), base_url=HOST, data={"x": "y"})

    assert answer.status_code == 400
    assert left_topics(database) == {}


def test_following_the_one_click_link_by_hand_shows_the_page(database: Database, visitor: Visitor, letter: int) -> None:
    page = visitor.get(path_of(database, "one_click", letter))

    assert f'action="{path_of(database, "leave", letter)}"' in page.text
    assert left_topics(database) == {}


def test_wrong_links_all_get_the_same_page(database: Database, visitor: Visitor, letter: int) -> None:
    tokens = database.settings.links.tokens
    wrong = [
        "/u/x",
        f"/u/{tokens.sign('leave', letter + 1000)}",
        f"/u/{tokens.sign('rsvp', letter)}",
        f"/u/{tokens.sign('leave', letter)[:-1]}",
        f"/p/{tokens.sign('leave', letter)}",
        f"/u1/{tokens.sign('leave', letter)}",
    ]

    pages = {visitor.get(path).text for path in wrong}
    statuses = {visitor.get(path).status_code for path in wrong} | {visitor.post(path).status_code for path in wrong}

    assert len(pages) == 1
    assert statuses == {404}
    assert left_topics(database) == {}


def test_who_left_may_say_why_and_change_their_mind(database: Database, visitor: Visitor, letter: int) -> None:
    path = path_of(database, "leave", letter)
    visitor.post(path)

    visitor.post(f"{path}/reden", {"reason": "too-much"})
    visitor.post(f"{path}/reden", {"reason": "moved-on", "remark": "Mail Joost"})

    with database.transaction(writes=False) as session:
        told = partings(session, letter)
        assert [(one.reason, one.remark) for one in told] == [("moved-on", "Mail Joost")]


def test_one_of_a_shared_mailbox_takes_only_their_own_name_out(database: Database, visitor: Visitor) -> None:
    with database.transaction() as session:
        shared = an_organisation(session, "Buurttuin De Voeg", mailbox="info@devoeg.example.org")
        mailbox = session.scalars(select(Mailbox)).one()
        samira = a_person(session, "Samira", of=shared, mailbox=mailbox).id
        a_person(session, "Joost", family_name="van der Klinker", of=shared, mailbox=mailbox)
        letter = a_letter(session, mailbox).id
    path = path_of(database, "leave", letter)

    page = visitor.get(path).text
    answer = visitor.post(f"{path}/naam", {"who": str(samira)})

    assert "Jullie gebruiken dit mailadres samen." in page
    assert "Klinker" not in page
    assert answer.status_code == 303
    with database.transaction(writes=False) as session:
        addressed = session.scalars(select(PersonMailbox.is_addressed).order_by(PersonMailbox.person_id)).all()
    assert addressed == [False, True]
    assert left_topics(database) == {}


def test_nobody_takes_the_name_of_a_stranger_out(database: Database, visitor: Visitor, letter: int) -> None:
    with database.transaction() as session:
        stranger = a_person(session, "Gloria", mailbox="gloria@troffeltje.example.org").id

    answer = visitor.post(f"{path_of(database, 'leave', letter)}/naam", {"who": str(stranger)})

    assert answer.status_code == 422


def test_a_scanner_that_follows_every_link_twice_changes_nothing(app: Flask, database: Database, letter: int) -> None:
    links = database.settings.links
    personal = [links.leave, links.one_click, links.preferences, links.web_version, links.rsvp]
    with database.transaction(writes=False) as session:
        before = [(type(row).__name__, row.id) for row in session.scalars(select(Subscription))]

    for link in personal:
        for method in ("GET", "HEAD", "OPTIONS", "GET"):
            app.test_client().open(link(letter).removeprefix(HOST), method=method, base_url=HOST)

    with database.transaction(writes=False) as session:
        assert [(type(row).__name__, row.id) for row in session.scalars(select(Subscription))] == before
        assert session.scalars(select(DeliveryEvent)).all() == []


def test_guessed_tokens_open_nothing(app: Flask, letter: int) -> None:
    client = app.test_client()
    seeds = (hashlib.blake2b(bytes([number]), digest_size=13).digest() for number in range(256))
    guesses = [base64.b32encode(seed).decode().rstrip("=").lower() for seed in seeds]

    assert {client.get(f"/u/{guess}", base_url=HOST).status_code for guess in guesses} == {404}


@pytest.mark.parametrize("kind", ["leave", "preferences", "web_version"])
def test_the_links_of_a_proof_say_that_it_is_one(database: Database, visitor: Visitor, kind: str) -> None:
    with database.transaction() as session:
        send_proof(session, a_mailing(session), to="marit@elders.example.org", now=clock.now())
        take_owed(session, now=clock.now())
        proof = session.scalars(select(Delivery.id)).one()

    page = visitor.get(path_of(database, kind, proof))

    assert page.status_code == 404
    assert "Dit is een proef" in page.text
    assert "werkt niet" not in page.text


def test_who_shares_a_mailbox_comes_back_together(database: Database, visitor: Visitor) -> None:
    with database.transaction() as session:
        shared = a_mailbox(session, "info@devoeg.example.org")
        for name in ("Samira", "Joost"):
            a_person(session, name, mailbox=shared)
        delivery = a_letter(session, shared).id
    visitor.post(path_of(database, "leave", delivery), {})

    back = visitor.post(path_of(database, "leave", delivery), {"do": "return"}, follow_redirects=True)

    assert "<strong>Jullie zijn weer ingeschreven.</strong> Fijn dat jullie blijven." in back.text
