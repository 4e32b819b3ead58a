"""The letters of a mailing by name: deciding, trying again, the whole list, one letter, the file, who did what."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, update

from mailer.deliveries.models import Delivery, DeliveryAttempt, DeliveryEvent, DeliveryState
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import LogbookEntry, Operator
from tests.deliveries.rows import a_mailing_being_sent
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
S = DeliveryState
ENDS = [
    (S.ACCEPTED, "", 250, "2.0.0 Ok"),
    (S.REJECTED, "dead_address", 550, "5.1.1 <b>user</b> unknown"),
    (S.REJECTED, "mailbox", 552, "5.2.2 over quota"),
    (S.UNCERTAIN, "no_answer", None, ""),
    (S.UNCERTAIN, "worker_gone", None, ""),
    (S.SKIPPED, "left", None, ""),
    (S.EXPIRED, "too_old", None, ""),
]


@pytest.fixture
def mailing(database: Database) -> int:
    """A mailing that is done, with failures and doubts."""
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, len(ENDS), state=MailingState.SENT)
        mailing.finished_at = clock.now()
        letters = session.scalars(select(Delivery).order_by(Delivery.id))
        for letter, (state, reason, code, text) in zip(letters, ENDS, strict=True):
            letter.state, letter.reason, letter.reply_code, letter.reply_text = state, reason, code, text
            letter.settled_at = clock.now()
        return mailing.id


def letter_ids(database: Database, state: DeliveryState) -> list[int]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(Delivery.id).where(Delivery.state == state).order_by(Delivery.id)))


def test_failures_say_why_what_was_done_and_what_the_server_said(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("reader").get(f"/mailings/{mailing}/volgen").text

    assert "Het postvak is vol." in page
    assert "Dit is keer 1. Gaat het in 3 mailings mis, dan mailen we dit adres niet meer." in page
    assert "550 5.1.1 &lt;b&gt;user&lt;/b&gt; unknown" in page
    assert "Wat zei de mailserver?" in page
    assert "Stuur opnieuw" not in page


def test_only_failures_that_it_can_help_are_offered_and_sent_again(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    visitor = sign_in("sender")

    before = visitor.get(f"/mailings/{mailing}/volgen").text
    answer = visitor.post(f"/mailings/{mailing}/mislukt/opnieuw")
    after = visitor.get(answer.location).text

    assert "Stuur opnieuw naar mislukte (2)" in before
    assert "2 mails staan weer klaar." in after
    assert "Stuur opnieuw naar mislukte" not in after
    assert len(letter_ids(database, S.QUEUED)) == 2
    with database.transaction(writes=False) as session:
        assert session.get_one(Mailing, mailing).state is MailingState.SENDING


def test_trying_again_when_nothing_can_be_helped_says_so(mailing: int, database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        session.execute(update(Delivery).values(state=S.ACCEPTED, reason=""))
    visitor = sign_in("sender")

    answer = visitor.post(f"/mailings/{mailing}/mislukt/opnieuw")

    assert "Er is geen mail die we nog een keer kunnen sturen." in visitor.get(answer.location).text


@pytest.mark.parametrize(("choice", "state"), [("leave", S.ACCEPTED), ("again", S.QUEUED)])
def test_all_doubts_are_decided_together_with_a_second_press_and_who_did_it(
    mailing: int, database: Database, sign_in: SignIn, choice: str, state: DeliveryState
) -> None:
    doubts = letter_ids(database, S.UNCERTAIN)
    visitor = sign_in("sender")

    page = visitor.get(f"/mailings/{mailing}/volgen").text
    visitor.post(f"/mailings/{mailing}/onzeker/allemaal", {"choice": choice})

    fold = re.search(rf'<details class="sure-fold">(?:(?!</details>).)*value="{choice}"', page, re.S)
    assert fold is not None
    assert ("misschien dubbel" in fold[0]) == (choice == "again")
    with database.transaction(writes=False) as session:
        assert {session.get_one(Delivery, one).state for one in doubts} == {state}
        events = session.execute(
            select(DeliveryEvent.delivery_id, Operator.address).join(Operator, Operator.id == DeliveryEvent.operator_id)
        ).all()
    assert sorted(events) == [(one, "sender@tegelpost.example.org") for one in doubts]


def test_deciding_about_all_without_a_choice_changes_nothing(mailing: int, database: Database, sign_in: SignIn) -> None:
    answer = sign_in("sender").post(f"/mailings/{mailing}/onzeker/allemaal", {})

    assert answer.status_code in (400, 422)
    assert len(letter_ids(database, S.UNCERTAIN)) == 2


@pytest.mark.parametrize("path", ["onzeker", "onzeker/allemaal", "mislukt/opnieuw", "pauzeer", "verder", "stop"])
def test_who_may_not_send_decides_nothing(mailing: int, sign_in: SignIn, path: str) -> None:
    assert sign_in("editor").post(f"/mailings/{mailing}/{path}", {"choice": "again"}).status_code == 403


def test_the_list_has_every_letter_and_its_tabs_add_up(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("reader").get(f"/mailings/{mailing}/mails").text

    tabs = [int(number) for number in re.findall(r'<span class="num">(\d+)</span></a>', page)]
    assert tabs[0] == len(ENDS) == sum(tabs[1:])
    assert page.count('<th scope="row">') == len(ENDS)
    line = "7 gepland = 1 aangekomen bij de mailserver + 1 overgeslagen + 2 mislukt + 1 verlopen + 2 onzeker"
    assert line in page
    assert "Download" not in page


def test_the_list_is_narrowed_and_says_when_nothing_is_found(mailing: int, sign_in: SignIn) -> None:
    visitor = sign_in("reader")

    failed = visitor.get(f"/mailings/{mailing}/mails?stand=mislukt").text
    sought = visitor.get(f"/mailings/{mailing}/mails?zoek=info3%40").text
    nothing = visitor.get(f"/mailings/{mailing}/mails?zoek=nergens&stand=verzonden").text

    assert failed.count('<th scope="row">') == 3
    assert sought.count('<th scope="row">') == 1
    assert "Geen mail gevonden met “nergens”." in nothing


def test_the_list_asks_as_much_for_many_letters_as_for_few(mailing: int, database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("reader")
    visitor.get(f"/mailings/{mailing}/mails")

    with counting_queries(database) as for_few:
        visitor.get(f"/mailings/{mailing}/mails?zoek=info2%40")
    with counting_queries(database) as for_many:
        visitor.get(f"/mailings/{mailing}/mails")

    assert len(for_few) == len(for_many)


def test_one_letter_tells_its_story_and_asks_for_a_decision(mailing: int, database: Database, sign_in: SignIn) -> None:
    letter = letter_ids(database, S.UNCERTAIN)[0]
    moment = clock.now()
    with database.transaction() as session:
        more = {"phase": "after_dot", "outcome": "unclear", "relay": "smtp.example.org:25", "ended_at": moment}
        session.add(DeliveryAttempt(delivery_id=letter, number=1, worker="w", claimed_at=moment, **more))
    visitor = sign_in("sender")
    path = f"/mailings/{mailing}/mails/{letter}"

    before = visitor.get(path).text
    visitor.post(f"/mailings/{mailing}/onzeker", {f"letter-{letter}": "leave"})
    after = visitor.get(path).text

    assert "Keer 1: afgegeven, maar geen duidelijk antwoord" in before
    assert "via smtp.example.org:25" in before
    assert "Hij is aangekomen" in before
    assert "Gekozen: is aangekomen" in after
    assert "door Sender" in after
    assert "Hij is aangekomen" not in after


def test_a_letter_of_another_mailing_is_not_shown(mailing: int, database: Database, sign_in: SignIn) -> None:
    letter = letter_ids(database, S.ACCEPTED)[0]

    assert sign_in("sender").get(f"/mailings/{mailing + 1}/mails/{letter}").status_code == 404


def test_the_file_has_every_address_and_what_became_of_it(mailing: int, database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("host")

    csv = visitor.post(f"/mailings/{mailing}/mails/download", {"as": "csv"})
    book = visitor.post(f"/mailings/{mailing}/mails/download", {"as": "xlsx"})

    lines = csv.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(ENDS)
    assert lines[3].startswith("info2@devoeg2.example.org;")
    assert "Het postvak is vol." in lines[3]
    assert f'filename="mailing-{mailing}-' in csv.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(book.get_data())).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(values_only=True)][1:] == [line.partition(";")[0] for line in lines[1:]]
    with database.transaction(writes=False) as session:
        taken = session.scalars(select(LogbookEntry.action).where(LogbookEntry.action == "letters-downloaded")).all()
    assert len(taken) == 2
    assert sign_in("reader").post(f"/mailings/{mailing}/mails/download", {"as": "csv"}).status_code == 403


def test_the_page_tells_who_paused_resumed_stopped_and_decided(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        session.execute(update(Mailing).values(state=MailingState.SENDING))
    visitor = sign_in("sender")

    for path in ("pauzeer", "verder", "stop"):
        visitor.post(f"/mailings/{mailing}/{path}")
    visitor.post(f"/mailings/{mailing}/onzeker/allemaal", {"choice": "leave"})
    page = visitor.get(f"/mailings/{mailing}/volgen").text

    history = page[page.index('<ol class="history">') :]
    told = re.findall(r"<strong>([^<]+)</strong><br>door Sender", history)
    assert told == ["Gepauzeerd", "Verdergegaan", "Gestopt", "Gekozen wat we met onzekere mails doen"]
    assert "1 van de 6 mails is al weg. Die kunnen we niet terughalen." in history
    assert "2 mails tellen als aangekomen." in history


def test_a_stopped_mailing_offers_nothing_that_would_send_again(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        session.execute(update(Mailing).values(state=MailingState.CANCELLED))
    visitor, letter = sign_in("sender"), letter_ids(database, S.UNCERTAIN)[0]

    pages = [visitor.get(f"/mailings/{mailing}/{path}").text for path in ("volgen", f"mails/{letter}")]

    assert ["tuur opnieuw" in page for page in pages] == [False, False]
    assert "Alle 2 zijn aangekomen" in pages[0]
    assert "Hij is aangekomen" in pages[1]
