"""Mailservers en limieten: how they stand, domains left alone, and the question after a restored backup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from mailer.deliveries.models import SendingLimit, SendingTrouble
from mailer.deliveries.regulating.lessons import Try, draw_lessons
from mailer.deliveries.regulating.routing import rest
from mailer.deliveries.restored.guarding import stand_guard
from mailer.deliveries.restored.marks import Mark, write_mark
from mailer.deliveries.restored.withholding import is_withheld
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing, MailingState
from mailer.staff.models import LogbookEntry
from mailer.wire.replies import Phase, Reply, judge
from tests.deliveries.rows import a_mailing_being_sent
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
RELAY = "127.0.0.1:2525"


def restored(database: Database) -> int:
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, 3, title="Voorjaarsbrief").id
    stand_guard(database, sends=True)
    write_mark(database.settings.data_dir, Mark("vreemd", 9))
    stand_guard(database)
    return mailing


def test_all_is_well_is_one_line(sign_in: SignIn) -> None:
    page = sign_in("reader").get("/mailings/mailservers").text

    assert RELAY in page
    assert "Werkt" in page
    assert "Geen limiet." in page
    assert "Is dit de goede database?" not in page
    assert "Limiet zetten" not in page


def test_a_limit_is_set_shown_and_taken_away(database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("admin")

    visitor.post(
        "/mailings/mailservers/limiet",
        {"scope": "GMail.com", "per_minute": "20", "per_day": "1.000", "connections": "2"},
    )
    assert "Hooguit 20 per minuut, 1.000 per dag, 2 tegelijk." in visitor.get("/mailings/mailservers").text
    with database.transaction(writes=False) as session:
        assert session.scalars(select(SendingLimit.scope)).all() == ["@gmail.com"]
        assert "sending-limit-set" in session.scalars(select(LogbookEntry.action)).all()

    visitor.post("/mailings/mailservers/limiet", {"scope": "@gmail.com"})
    assert "gmail.com<" not in visitor.get("/mailings/mailservers").text


def test_what_is_not_right_is_said_at_its_field_and_nothing_is_lost(sign_in: SignIn) -> None:
    visitor = sign_in("admin")

    unknown = visitor.post("/mailings/mailservers/limiet", {"scope": "de grote server", "per_minute": "20"})
    low = visitor.post("/mailings/mailservers/limiet", {"scope": "gmail.com", "per_minute": "nul"})

    assert unknown.status_code == low.status_code == 422
    assert "de grote server is geen mailserver van ons" in unknown.text
    assert 'value="20"' in unknown.text
    assert "Vul een getal in van 1" in low.text


def test_a_relay_in_trouble_and_a_domain_that_is_left_alone_are_named_and_may_be_tried_again(
    database: Database, sign_in: SignIn
) -> None:
    refusal = judge(Phase.AFTER_DOT, Reply(550, "5.7.26 unauthenticated"))
    with database.transaction() as session:
        rest(session, RELAY, judge(Phase.AUTH, Reply(535, "5.7.8 nee")), now=now())
        draw_lessons(session, [Try("a@gmail.com", "ander", 1, refusal)] * 20, now=now())
    visitor = sign_in("sender")

    page = visitor.get("/mailings/mailservers").text
    assert "De mailserver zei: 535 5.7.8 nee" in page
    assert "De mailserver zei: 550 5.7.26 unauthenticated" in page
    visitor.post("/mailings/mailservers/opnieuw", {"scope": "@gmail.com"})
    visitor.post("/mailings/mailservers/opnieuw", {"scope": RELAY})

    with database.transaction(writes=False) as session:
        assert session.scalars(select(SendingTrouble.scope).where(SendingTrouble.waits_until > now())).all() == []


def test_after_a_restored_backup_one_button_lets_all_go_on(database: Database, sign_in: SignIn) -> None:
    mailing = restored(database)
    visitor = sign_in("sender")

    assert "alles wat weg moest, wacht" in visitor.get("/").text
    page = visitor.get("/mailings/mailservers").text
    assert "De database is ouder dan wat er al verzonden is." in page
    assert "Voorjaarsbrief" in page
    assert "Kijk eerst bij Mailservers en limieten" in visitor.get(f"/mailings/{mailing}/volgen").text

    answer = visitor.post("/mailings/mailservers/goede-database")
    assert "1 mailing gaat verder." in visitor.get(answer.location).text
    with database.transaction(writes=False) as session:
        assert session.get_one(Mailing, mailing).state is MailingState.SENDING
        assert not is_withheld(session)


def test_who_may_not_send_may_not_decide_or_set(database: Database, sign_in: SignIn) -> None:
    restored(database)
    reader = sign_in("reader")

    assert "Vraag een verzender om te beslissen." in reader.get("/mailings/mailservers").text
    assert reader.post("/mailings/mailservers/goede-database").status_code == 403
    assert reader.post("/mailings/mailservers/opnieuw", {"scope": RELAY}).status_code == 403
    assert sign_in("sender").post("/mailings/mailservers/limiet", {"scope": "x.nl"}).status_code == 403
    with database.transaction(writes=False) as session:
        assert is_withheld(session)


def test_domains_without_limit_or_wait_are_not_listed(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        session.add_all(SendingLimit(scope=f"@d{n}.example.org", per_minute=n + 1) for n in range(3))
        session.add(SendingTrouble(scope="@oud.example.org", since=now() - timedelta(days=3), waits_until=None))

    page = sign_in("reader").get("/mailings/mailservers").text

    assert all(f"d{n}.example.org" in page for n in range(3))
    assert "oud.example.org" not in page
