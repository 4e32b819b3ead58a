"""Following a mailing: sums that add up, the brakes, and what only a person may decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from mailer.deliveries.models import Delivery, DeliveryAddressee, DeliveryState
from mailer.deliveries.parting import record_reason
from mailer.foundation import clock
from mailer.foundation.clock import now, say_date
from mailer.foundation.database import Database
from mailer.foundation.quiet import parse_quiet_hours
from mailer.mailings.models import Mailing, MailingKind, MailingState
from mailer.web.office.mailings.tile_field import tile_field
from tests.deliveries.rows import a_mailing_being_sent
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]


@pytest.fixture
def mailing(database: Database) -> int:
    """Seven letters: two accepted, one each rejected, uncertain, skipped, deferred and waiting."""
    ends = {
        0: (DeliveryState.ACCEPTED, ""),
        1: (DeliveryState.ACCEPTED, ""),
        2: (DeliveryState.REJECTED, "dead_address"),
        3: (DeliveryState.UNCERTAIN, "no_answer"),
        4: (DeliveryState.SKIPPED, "left"),
        5: (DeliveryState.DEFERRED, "later"),
        6: (DeliveryState.QUEUED, ""),
    }
    with database.transaction() as session:
        mailing = a_mailing_being_sent(session, len(ends))
        for delivery, (state, reason) in zip(
            session.scalars(select(Delivery).order_by(Delivery.id)), ends.values(), strict=True
        ):
            delivery.state, delivery.reason = state, reason
        return mailing.id


def state_of(database: Database, mailing: int) -> MailingState:
    with database.transaction(writes=False) as session:
        return session.get_one(Mailing, mailing).state


def test_the_lines_add_up_to_the_whole_selection(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("reader").get(f"/mailings/{mailing}/stand")

    assert page.headers["X-Look-Again"] == "2"
    assert "5 van 7 postvakken zijn klaar" in page.text
    assert page.text.count('<td class="amount">1</td>') == 5
    assert page.text.count('<td class="amount">2</td>') == 1
    assert '<td class="amount">7</td>' in page.text
    assert "1 uitgeschreven" in page.text
    line = "7 gepland = 2 aangekomen bij de mailserver + 1 overgeslagen + 1 mislukt + 1 onzeker + 1 later opnieuw"
    assert f"{line} + 1 staat klaar" in page.text


def test_the_page_and_what_is_fetched_again_are_made_of_the_same_parts(mailing: int, sign_in: SignIn) -> None:
    visitor = sign_in("sender")

    pages = [visitor.get(f"/mailings/{mailing}/{path}").text for path in ("volgen", "stand")]

    parts = [re.findall(r'data-part="(\w+)"', page) for page in pages]
    assert sorted(parts[0]) == sorted(parts[1]) == ["doubts", "failures", "head", "progress", "waits"]
    assert "<html" not in pages[1]


def test_the_page_stops_looking_when_all_is_at_rest(mailing: int, database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        session.execute(update(Mailing).values(state=MailingState.SENT, finished_at=now()))
    visitor = sign_in("reader")

    assert visitor.get(f"/mailings/{mailing}/stand").headers["X-Look-Again"] == "0"
    assert "data-follows-mailing" not in visitor.get(f"/mailings/{mailing}/volgen").text


def test_after_a_stop_the_page_follows_the_letters_at_their_dot_to_the_end(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        session.execute(update(Mailing).values(state=MailingState.CANCELLED, finished_at=now()))
        session.execute(
            update(Delivery).where(Delivery.state == DeliveryState.QUEUED).values(state=DeliveryState.HANDING_OVER)
        )

    assert sign_in("reader").get(f"/mailings/{mailing}/stand").headers["X-Look-Again"] == "2"


def test_a_screen_reader_is_told_of_a_new_doubt_and_not_of_every_letter(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    visitor = sign_in("reader")

    def told() -> tuple[str, str]:
        found = re.search(r'<p data-tells="([^"]*)">([^<]*)</p>', visitor.get(f"/mailings/{mailing}/stand").text)
        assert found is not None
        return found[1], found[2]

    def settle(before: DeliveryState, after: DeliveryState) -> None:
        with database.transaction() as session:
            session.execute(update(Delivery).where(Delivery.state == before).values(state=after, reason="no_answer"))

    at_first = told()
    settle(DeliveryState.DEFERRED, DeliveryState.CLAIMED)
    after_a_letter = told()
    settle(DeliveryState.CLAIMED, DeliveryState.UNCERTAIN)
    after_a_doubt = told()

    assert at_first[1] == "Wordt verzonden. 5 van 7 postvakken zijn klaar. 1 mail is onzeker."
    assert after_a_letter == at_first
    assert after_a_doubt[0] != at_first[0]
    assert "2 mails zijn onzeker." in after_a_doubt[1]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (MailingState.SCHEDULED, "Gaat over 8 minuten weg. Je kunt nog stoppen."),
        (MailingState.PREPARING, "De mailing wordt klaargezet"),
        (MailingState.SENDING, "nog minder dan een minuut"),
        (MailingState.PAUSED, "Er gaat niets meer weg tot iemand verdergaat."),
        (MailingState.HELD, "Pas als iemand op Ga verder drukt, gaan de mails weg."),
        (MailingState.SENT, "7 gepland = 2 aangekomen bij de mailserver"),
        (MailingState.CANCELLED, "2 van de 6 mails zijn al weg."),
    ],
)
def test_each_state_says_what_is_so(
    mailing: int, database: Database, sign_in: SignIn, state: MailingState, said: str
) -> None:
    moment = now()
    is_early = state in (MailingState.SCHEDULED, MailingState.PREPARING)
    with database.transaction() as session:
        session.execute(update(Mailing).values(state=state, finished_at=moment, held_at=moment))
        session.execute(update(Mailing).values(scheduled_at=moment + timedelta(minutes=8, seconds=-1)))
        accepted = update(Delivery).where(Delivery.state == DeliveryState.ACCEPTED)
        session.execute(accepted.values(settled_at=moment - timedelta(seconds=50)))
        if is_early:
            session.execute(delete(DeliveryAddressee))
            session.execute(delete(Delivery))

    assert said in sign_in("sender").get(f"/mailings/{mailing}/volgen").text


def test_who_had_trouble_stands_there_by_name_with_the_reason(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("reader").get(f"/mailings/{mailing}/volgen").text

    assert "Dit adres bestaat niet (meer)." in page
    assert "Niet bezorgd, adres bestaat niet" in page
    assert "1 mail onzeker" in page
    assert "Bewaar mijn keuze" not in page


def test_stopping_for_good_takes_a_second_press(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("sender").get(f"/mailings/{mailing}/volgen").text
    fold = page[page.index('<details class="sure-fold">') : page.index("</details>")]

    assert "Verdergaan kan daarna niet meer." in fold
    assert f'action="/mailings/{mailing}/stop"' in fold
    assert page.count(f'action="/mailings/{mailing}/stop"') == 1


def test_pause_resume_and_stop(mailing: int, database: Database, sign_in: SignIn) -> None:
    visitor = sign_in("sender")

    visitor.post(f"/mailings/{mailing}/pauzeer")
    assert state_of(database, mailing) is MailingState.PAUSED
    assert f"sinds {say_date(now())}" in visitor.get(f"/mailings/{mailing}/volgen").text
    visitor.post(f"/mailings/{mailing}/verder")
    assert state_of(database, mailing) is MailingState.SENDING
    answer = visitor.post(f"/mailings/{mailing}/stop")
    assert state_of(database, mailing) is MailingState.CANCELLED
    page = visitor.get(answer.location).text
    assert "2 van de 6 mails zijn al weg. Die kunnen we niet terughalen." in page
    assert "Van 1 mail weten we niet zeker of hij weg is." in page


def test_at_night_it_says_when_the_mailing_goes_on(mailing: int, database: Database, sign_in: SignIn) -> None:
    an_hour = timedelta(hours=1)
    around_now = [clock.local(moment).strftime("%H:%M") for moment in (now() - an_hour, now() + an_hour)]
    database.settings.__dict__["quiet"] = parse_quiet_hours("-".join(around_now))

    page = sign_in("reader").get(f"/mailings/{mailing}/stand").text

    assert re.search(r"Nu zijn de stille uren\. Deze mailing gaat (vandaag|morgen) om [\d.]+ uur verder\.", page)


def test_a_held_mailing_says_why(mailing: int, database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        session.execute(
            update(Mailing).values(state=MailingState.HELD, held_because="De mailserver is niet te bereiken.")
        )

    page = sign_in("sender").get(f"/mailings/{mailing}/volgen").text

    assert "De mailserver is niet te bereiken." in page
    assert "Ga verder" in page


@pytest.mark.parametrize(
    ("choice", "state"),
    [("leave", DeliveryState.ACCEPTED), ("again", DeliveryState.QUEUED), ("", DeliveryState.UNCERTAIN)],
)
def test_only_what_a_person_chose_happens_to_an_uncertain_letter(
    mailing: int, database: Database, sign_in: SignIn, choice: str, state: DeliveryState
) -> None:
    with database.transaction(writes=False) as session:
        letter = session.scalars(select(Delivery.id).where(Delivery.state == DeliveryState.UNCERTAIN)).one()

    sign_in("sender").post(f"/mailings/{mailing}/onzeker", {f"letter-{letter}": choice})

    with database.transaction(writes=False) as session:
        assert session.get_one(Delivery, letter).state is state


def test_why_people_left_is_read_beside_the_mailing(mailing: int, database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        letter = session.scalars(select(Delivery).limit(1)).one()
        record_reason(session, letter, reason="moved-on", remark="Mail <b>Joost</b>", now=clock.now())

    page = sign_in("reader").get(f"/mailings/{mailing}/volgen").text

    assert "Ik werk hier niet meer" in page
    assert "Mail &lt;b&gt;Joost&lt;/b&gt;" in page


def test_the_web_version_is_the_letter_of_that_mailbox_alone_in_a_sandbox(
    mailing: int, database: Database, visitor: Visitor
) -> None:
    with database.transaction(writes=False) as session:
        letter = session.scalars(select(Delivery.id).order_by(Delivery.id).limit(1)).one()
    links = database.settings.links

    page = visitor.get(links.web_version(letter).removeprefix(links.base_url))

    assert page.status_code == 200
    assert links.leave(letter) in page.text
    assert "[[" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("sandbox ")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.get(f"/w/{links.tokens.sign('leave', letter)}").status_code == 404


def test_tiles_lie_row_by_row_and_add_up() -> None:
    field = tile_field([("is-done", 60), ("is-wait", 1)])

    assert (field.width, field.height, field.per_tile) == (520, 20, 1)
    assert field.paths == [
        ("is-done", "M0 0h520v10h-520zM0 10h80v10h-80z"),
        ("is-wait", "M80 10h10v10h-10z"),
    ]


def test_a_large_mailing_has_several_letters_a_tile() -> None:
    field = tile_field([("is-done", 100_000), ("is-wait", 900_000)])

    assert field.per_tile == 962
    assert field.height == 200


def test_the_list_says_how_many_of_those_to_send_were_sent(mailing: int, sign_in: SignIn) -> None:
    assert "2 van 6" in sign_in("reader").get("/mailings").text


def test_the_list_shows_doubts_and_failures_at_a_glance(mailing: int, sign_in: SignIn) -> None:
    page = sign_in("reader").get("/mailings").text

    assert "1 onzeker" in page
    assert "1 mislukt" in page
    assert '<progress class="bar" value="4" max="6"' in page


def test_letters_about_a_meeting_say_when_they_go_again_by_themselves(
    mailing: int, database: Database, sign_in: SignIn
) -> None:
    with database.transaction() as session:
        session.execute(update(Mailing).values(kind=MailingKind.INVITATION))
    visitor = sign_in("sender")

    asked = visitor.get(f"/mailings/{mailing}/volgen").text
    database.settings.__dict__["resend_uncertain"] = True
    by_itself = visitor.get(f"/mailings/{mailing}/volgen").text

    assert "We sturen niet vanzelf nog een keer." in asked
    assert "We sturen hem straks vanzelf één keer opnieuw." in by_itself
