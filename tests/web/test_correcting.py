"""Correcting a letter in the office: looked at, put on the web by a button, mailed only to who got the wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.preparing import prepare
from mailer.directory.models import OrganisationMailbox
from mailer.foundation.database import Database
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.models import Correction, Mailing, MailingKind, MailingState
from mailer.mailings.published.correcting import correct, suppose_letter
from mailer.mailings.purpose import purpose_of
from mailer.subscriptions.models import SuppressionReason
from mailer.subscriptions.permission import Refusal, say_refusal
from mailer.subscriptions.suppressing import suppress
from tests.factories import A_MOMENT, a_mailbox, a_mailing, a_person, an_event, an_organisation
from tests.mailings.test_webletters import a_sent_mailing
from tests.web.letters import a_letter_of
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
WORDS = "De avond is op <b>donderdag</b>."
SEEN = "De avond is op &lt;b&gt;donderdag&lt;/b&gt;."


@pytest.fixture
def sent(database: Database) -> int:
    """A newsletter that three got, one of whom left since; a fourth never got it."""
    with database.transaction() as session:
        mailing = a_sent_mailing(session)
        for name in ("een", "twee", "weg"):
            _got(session, mailing, name)
        a_person(session, "Nooit", mailbox="nooit@voorbeeld.example.org")
        return mailing.id


def _got(session: Session, mailing: Mailing, name: str) -> None:
    mailbox = a_mailbox(session, f"{name}@voorbeeld.example.org")
    a_person(session, name, mailbox=mailbox)
    if name == "weg":
        suppress(session, mailbox.address, SuppressionReason.REQUEST, now=A_MOMENT)
    a_letter_of(session, mailing, mailbox)


def rows(database: Database) -> tuple[int, int]:
    with database.transaction() as session:
        return tuple(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Correction, Mailing))  # type: ignore[return-value]


def test_a_newsletter_that_was_sent_leads_to_where_it_is_read_and_passed_on(
    database: Database, sent: int, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        session.get_one(Mailing, sent).finished_at = A_MOMENT
    staff = sign_in("reader")

    page = staff.get(f"/mailings/{sent}/volgen").text

    where = re.search(r'href="(/archief/[^"]+)">.*?Lees hem op het web, of stuur hem door', page)
    assert where is not None
    assert "Tekst om door te sturen" in staff.get(where[1]).text


def test_looking_says_how_it_will_be_and_who_gets_it_and_keeps_nothing(
    database: Database, sent: int, sign_in: SignIn
) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"

    empty = staff.get(where).text
    page = staff.get(f"{where}?words={quote(WORDS)}").text
    web = staff.get(f"{where}/web?words={quote(WORDS)}")
    short = staff.get(f"{where}/mail?words={quote(WORDS)}")

    assert "Zet de verbetering op het web" not in empty
    assert "De korte mail is voor 2 mailadressen: wie de mail met de fout kreeg." in page
    assert f"<li>1 × {say_refusal(Refusal.SUPPRESSED)}</li>" in page
    assert web.text.index(SEEN) < web.text.index("Hallo!")
    assert SEEN in short.text
    assert "In onze mail “Tien fondsen, één avond” klopte iets niet." in short.text
    assert all("sandbox" in frame.headers["Content-Security-Policy"] for frame in (web, short))
    assert rows(database) == (0, 1)


def test_looking_goes_on_at_what_there_is_to_see(sent: int, sign_in: SignIn) -> None:
    editor = sign_in("editor")

    asked = editor.get(f"/mailings/{sent}/verbetering").text
    shown = editor.get(f"/mailings/{sent}/verbetering", query_string={"words": "De avond is op donderdag."}).text

    assert f'action="/mailings/{sent}/verbetering#op-het-web"' in asked
    assert 'id="op-het-web"' in shown


def test_a_weekday_that_does_not_fit_its_date_is_said_before_it_stands_there(sent: int, sign_in: SignIn) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"

    wrong = staff.get(f"{where}?words={quote('De avond is op vrijdag 14 januari 2027.')}").text
    right = staff.get(f"{where}?words={quote('De avond is op donderdag 14 januari 2027.')}").text

    assert "Je schrijft “vrijdag 14 januari 2027”, maar dat is een donderdag." in wrong
    assert "maar dat is een" not in right


def test_the_button_puts_it_on_the_web_and_drafts_the_short_letter_once(
    database: Database, sent: int, sign_in: SignIn, visitor: Visitor
) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"

    answer = staff.post(where, {"words": WORDS, "with_letter": "yes"})
    staff.post(where, {"words": f" {WORDS} ", "with_letter": "yes"})

    assert rows(database) == (1, 2)
    assert SEEN in visitor.get(f"/archief/nieuwsbrief/{sent}").text
    with database.transaction() as session:
        made = session.scalars(select(Correction)).one()
        assert made.made_by is not None
        assert made.letter is not None
        assert made.letter.state is MailingState.DRAFT
        assert answer.headers["Location"].endswith(f"/mailings/{made.letter.id}/inhoud")
    assert "Naar de korte mail" in staff.get(where).text


def test_without_the_tick_it_is_only_on_the_web(database: Database, sent: int, sign_in: SignIn) -> None:
    answer = sign_in("admin").post(f"/mailings/{sent}/verbetering", {"words": WORDS})

    assert answer.headers["Location"].endswith(f"/mailings/{sent}/verbetering")
    assert rows(database) == (1, 1)


def test_the_short_letter_can_be_asked_for_later(database: Database, sent: int, sign_in: SignIn) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"

    staff.post(where, {"words": WORDS})
    later = staff.post(where, {"words": WORDS, "with_letter": "yes"})

    assert rows(database) == (1, 2)
    assert later.headers["Location"].endswith("/inhoud")


def test_a_short_letter_that_was_sent_is_not_said_to_be_ready(database: Database, sent: int, sign_in: SignIn) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"
    staff.post(where, {"words": WORDS, "with_letter": "yes"})
    with database.transaction() as session:
        letter = session.scalars(select(Correction)).one().letter
        assert letter is not None
        letter.state = MailingState.SENT

    again = staff.post(where, {"words": WORDS, "with_letter": "yes"})

    assert again.headers["Location"].endswith(f"/mailings/{sent}/verbetering")
    assert rows(database) == (1, 2)


def test_news_of_a_meeting_is_corrected_by_news_of_it_so_that_guests_get_it(database: Database, sent: int) -> None:
    with database.transaction() as session:
        wrong = session.get_one(Mailing, sent)
        wrong.kind, wrong.event = MailingKind.EVENT_NEWS, an_event(session)
        session.flush()

        letter = correct(session, wrong, WORDS, now=A_MOMENT).letter

        assert letter is not None
        assert (letter.kind, letter.event_id) == (MailingKind.EVENT_NEWS, wrong.event_id)
        assert purpose_of(letter).participants is not None
        assert purpose_of(suppose_letter(wrong, WORDS)).participants is not None
        assert "Verbetering" in compile_letter(session, letter, now=A_MOMENT).html


def test_the_draft_goes_to_who_got_the_wrong_one_and_to_nobody_else(
    database: Database, sent: int, sign_in: SignIn
) -> None:
    sign_in("sender").post(f"/mailings/{sent}/verbetering", {"words": WORDS, "with_letter": "yes"})

    with database.transaction() as session:
        letter = session.scalars(select(Correction)).one().letter
        assert letter is not None
        letter.state = MailingState.PREPARING
        prepare(session, letter, now=A_MOMENT)
        made = session.execute(
            select(Delivery.address, Delivery.state).where(Delivery.mailing_id == letter.id).order_by(Delivery.address)
        )
        assert [(address.partition("@")[0], state) for address, state in made] == [
            ("een", DeliveryState.QUEUED),
            ("twee", DeliveryState.QUEUED),
            ("weg", DeliveryState.SKIPPED),
        ]


@pytest.mark.parametrize("role", ["editor", "host", "reader"])
def test_who_may_not_send_may_look_and_not_correct(database: Database, sent: int, sign_in: SignIn, role: str) -> None:
    staff, where = sign_in(role), f"/mailings/{sent}/verbetering"

    page = staff.get(f"{where}?words={quote(WORDS)}").text
    refused = staff.post(where, {"words": WORDS})

    assert "Een verbetering maken kan een verzender." in page
    assert refused.status_code == 403
    assert rows(database) == (0, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("  ", "Schrijf op wat er niet klopte, en hoe het wel is."), ("x" * 1_001, "Gebruik hoogstens 1000 tekens.")],
)
def test_words_that_cannot_be_kept_come_back_with_a_sentence(
    database: Database, sent: int, sign_in: SignIn, words: str, sentence: str
) -> None:
    staff, where = sign_in("sender"), f"/mailings/{sent}/verbetering"

    looked = staff.get(f"{where}?words={quote(words)}")
    pressed = staff.post(where, {"words": words})

    assert (looked.status_code, pressed.status_code) == (422, 422)
    assert sentence in looked.text
    assert re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", pressed.text, re.DOTALL) == [words.strip()]
    assert rows(database) == (0, 1)


def test_a_draft_is_changed_and_not_corrected(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        draft = a_mailing(session).id

    answer = sign_in("sender").get(f"/mailings/{draft}/verbetering")

    assert answer.status_code == 409
    assert "Deze mailing is nog niet verzonden." in answer.text


def test_while_it_is_on_its_way_the_page_says_to_stop_it_first(database: Database, sent: int, sign_in: SignIn) -> None:
    with database.transaction() as session:
        session.get_one(Mailing, sent).state = MailingState.SENDING

    assert "Deze mailing is nog onderweg." in sign_in("sender").get(f"/mailings/{sent}/verbetering").text


def test_of_an_organisation_with_two_mailboxes_only_the_one_that_got_it_gets_the_short_letter(
    database: Database, sign_in: SignIn
) -> None:
    audience = {"rule": {"theme": ["groen"]}, "reach": "one_per_organisation"}
    with database.transaction() as session:
        party = an_organisation(session, themes=["groen"], mailbox="info@voeg.example.org")
        second = a_mailbox(session, "tweede@voeg.example.org")
        session.add(OrganisationMailbox(organisation=party, mailbox=second, position=2))
        wrong = a_mailing(session, audience=audience)
        wrong.state = MailingState.PREPARING
        prepare(session, wrong, now=A_MOMENT)
        session.execute(update(Delivery).values(state=DeliveryState.ACCEPTED))
        number = wrong.id
        got = set(session.scalars(select(Delivery.address)))

    page = sign_in("sender").get(f"/mailings/{number}/verbetering?words=x").text

    assert got == {"info@voeg.example.org"}
    assert "De korte mail is voor 1 mailadres: wie de mail met de fout kreeg." in page
