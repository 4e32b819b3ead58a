"""Staff plans a meeting, invites, reads the answers and adds one by telephone."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from mailer.events.answering import record_answer
from mailer.events.models import Answer, Door, Event, EventState, Guest, GuestState, Invitation, Rsvp, RsvpAnswer
from mailer.events.parties import GuestName
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.mailings.models import Mailing
from tests.factories import a_neighbourhood, a_person, a_theme, a_topic, an_event, an_invitation, an_organisation
from tests.web.visitor import Visitor, counting_queries

SignIn = Callable[..., Visitor]
DAY = clock.local(clock.now() + timedelta(days=40)).date()
FORM = {
    "title": "Matchavond met fondsen",
    "start_day": f"{DAY.day}-{DAY.month}-{DAY.year}",
    "start_time": "19.30",
    "end_time": "2130",
    "doors_time": "19:00",
    "venue_name": "Buurthuis De Stoep",
    "capacity": "60",
    "per_organisation": "1",
    "group_name_0": "Fondsen",
    "group_capacity_0": "10",
    "contact_phone": "010-0000 100",
    "state": "open",
}


@pytest.fixture
def event_id(database: Database) -> int:
    """A meeting of two places: one party comes with both, one waits, one said no, one is silent."""
    with database.transaction() as session:
        a_topic(session, "uitnodigingen")
        event = an_event(session, capacity=2, starts_at=clock.now() + timedelta(days=30))
        for name, answer, guests in (
            ("Atelier De Dorpel", Answer.YES, ["Noor", "Ömer"]),
            ("Zorgkring", Answer.YES, ["Gloria"]),
            ("Leeskring", Answer.NO, []),
            ("Moestuin De Zandlaag", None, []),
        ):
            party = an_organisation(session, name, mailbox=f"info@{name.split()[0].lower()}.example.org")
            invitation = an_invitation(session, event, party)
            if answer:
                record_answer(
                    session,
                    invitation,
                    answer,
                    guests=[GuestName(one) for one in guests],
                    answered_by="Samira",
                    answered_at=clock.now() - timedelta(hours=1),
                    door=Door.LINK,
                )
        return event.id


def invitation_of(database: Database, name: str) -> int:
    with database.transaction(writes=False) as session:
        return next(one.id for one in session.scalars(select(Invitation)) if one.party_name == name)


def test_a_meeting_is_planned_in_dutch_and_opens(sign_in: SignIn, database: Database) -> None:
    staff = sign_in("host")

    page = staff.post("/bijeenkomsten/nieuw", FORM, follow_redirects=True)

    assert page.status_code == 200
    assert "De bijeenkomst staat gepland." in page.text
    with database.transaction(writes=False) as session:
        event = session.scalars(select(Event)).one()
        assert (event.title, event.state, event.capacity) == ("Matchavond met fondsen", EventState.OPEN, 60)
        assert clock.local(event.starts_at).strftime("%H.%M") == "19.30"
        assert event.ends_at - event.starts_at == timedelta(hours=2)
        assert [(group.name, group.capacity) for group in event.groups] == [("Fondsen", 10)]


def test_a_time_after_midnight_is_the_next_day(sign_in: SignIn, database: Database) -> None:
    sign_in("host").post("/bijeenkomsten/nieuw", {**FORM, "start_time": "20.00", "end_time": "0.30"})

    with database.transaction(writes=False) as session:
        event = session.scalars(select(Event)).one()
        assert event.ends_at - event.starts_at == timedelta(hours=4, minutes=30)


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(sign_in: SignIn, database: Database) -> None:
    page = sign_in("host").post("/bijeenkomsten/nieuw", {**FORM, "title": "", "capacity": "0"})

    assert page.status_code == 422
    assert '<a href="#title">Geef de bijeenkomst een naam.</a>' in page.text
    assert '<a href="#capacity">Vul een aantal plekken in' in page.text
    assert 'value="Buurthuis De Stoep"' in page.text
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Event)).all() == []


@pytest.mark.parametrize(
    ("filled", "field", "sentence"),
    [
        ({"start_day": "14-1-2020"}, "start_day", "Deze dag en tijd zijn al geweest. Kijk ook naar het jaar."),
        ({"end_time": "18.00"}, "end_time", "De bijeenkomst eindigt voor hij begint."),
        ({"title": "", "start_day": ""}, "title", "Geef de bijeenkomst een naam."),
    ],
)
def test_a_slip_of_the_pen_plans_nothing(
    sign_in: SignIn, database: Database, filled: dict[str, str], field: str, sentence: str
) -> None:
    page = sign_in("host").post("/bijeenkomsten/nieuw", {**FORM, **filled})

    assert page.status_code == 422
    assert f'<a href="#{field}">{sentence}' in page.text
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Event)).all() == []


def test_a_meeting_that_was_may_still_be_mended(sign_in: SignIn, database: Database) -> None:
    day = DAY - timedelta(days=60)
    with database.transaction() as session:
        event_id = an_event(session, starts_at=clock.wall_to_utc(datetime.combine(day, time(19, 30)))).id

    changed = sign_in("host").post(
        f"/bijeenkomsten/{event_id}/wijzig",
        {**FORM, "title": "Tuinavond", "start_day": f"{day.day}-{day.month}-{day.year}"},
    )

    assert changed.status_code == 303
    with database.transaction(writes=False) as session:
        assert session.get_one(Event, event_id).title == "Tuinavond"


def test_a_meeting_is_changed_through_the_same_form(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("host")

    form = staff.get(f"/bijeenkomsten/{event_id}/wijzig")
    refused = staff.post(f"/bijeenkomsten/{event_id}/wijzig", {**FORM, "capacity": "1", "per_organisation": ""})
    changed = staff.post(f"/bijeenkomsten/{event_id}/wijzig", {**FORM, "title": "Matchavond"})

    assert 'value="Matchavond met fondsen"' in form.text
    assert refused.status_code == 422
    assert "Er staan al 2 gasten op de lijst." in refused.text
    assert changed.status_code == 303
    with database.transaction(writes=False) as session:
        event = session.get_one(Event, event_id)
        assert (event.title, event.sequence) == ("Matchavond", 1)


def test_the_page_says_how_it_stands(sign_in: SignIn, event_id: int) -> None:
    staff = sign_in("reader")

    page = staff.get(f"/bijeenkomsten/{event_id}")

    assert "van 2 plekken, nog 0 vrij, 1 wacht" in page.text
    assert "Noor en Ömer" in page.text
    assert "Zorgkring" in page.text  # on the waiting list
    assert "Leeskring" not in page.text
    assert "Leeskring" in staff.get(f"/bijeenkomsten/{event_id}?tab=komt-niet").text
    assert "Moestuin De Zandlaag" in staff.get(f"/bijeenkomsten/{event_id}?tab=geen-reactie").text
    assert "Noor en Ömer" not in staff.get(f"/bijeenkomsten/{event_id}?zoek=gloria").text


def test_the_lists_ask_no_more_for_many_than_for_few(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("reader")

    def questions() -> int:
        with counting_queries(database) as asked:
            staff.get(f"/bijeenkomsten/{event_id}?tab=geen-reactie")
        return len(asked)

    before = questions()
    with database.transaction() as session:
        event = session.get_one(Event, event_id)
        for _number in range(5):
            an_invitation(session, event)

    assert questions() == before


def test_staff_answers_for_somebody_who_telephoned(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("host")
    silent = invitation_of(database, "Moestuin De Zandlaag")

    found = staff.get(f"/bijeenkomsten/{event_id}/reactie?zoek=zandlaag")
    page = staff.post(
        f"/bijeenkomsten/{event_id}/reactie/{silent}",
        {"answer": "yes", "guest": "other", "fields": "1", "given_0": "Tesfay", "on_behalf_of": "Tesfay, telefoon"},
        follow_redirects=True,
    )

    assert f"/bijeenkomsten/{event_id}/reactie/{silent}" in found.text
    assert "Moestuin De Zandlaag staat op de wachtlijst, nummer 2." in page.text
    with database.transaction(writes=False) as session:
        kept = session.scalars(select(RsvpAnswer).where(RsvpAnswer.invitation_id == silent)).one()
        assert (kept.door, kept.answered_by) == (Door.OFFICE, "Host, namens Tesfay, telefoon")
        assert kept.operator is not None


def test_an_organisation_that_was_not_asked_can_answer_too(sign_in: SignIn, database: Database, event_id: int) -> None:
    with database.transaction() as session:
        other = an_organisation(session, "Kookclub Het Troffeltje").id
    staff = sign_in("host")

    found = staff.get(f"/bijeenkomsten/{event_id}/reactie?zoek=troffeltje")
    page = staff.post(f"/bijeenkomsten/{event_id}/reactie", {"organisation": str(other)}, follow_redirects=True)

    assert "Nog niet uitgenodigd" in found.text
    assert "<h1>Kookclub Het Troffeltje</h1>" in page.text
    assert invitation_of(database, "Kookclub Het Troffeltje")


def test_a_place_that_came_free_is_given_with_one_button(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("host")
    coming, waiting = (invitation_of(database, name) for name in ("Atelier De Dorpel", "Zorgkring"))

    before = staff.get(f"/bijeenkomsten/{event_id}")
    full = staff.post(f"/bijeenkomsten/{event_id}/plek/{waiting}", follow_redirects=True)
    staff.post(f"/bijeenkomsten/{event_id}/reactie/{coming}", {"answer": "no"})
    after = staff.get(f"/bijeenkomsten/{event_id}")
    given = staff.post(f"/bijeenkomsten/{event_id}/plek/{waiting}", follow_redirects=True)

    assert "Past nog niet: 1 plek nodig." in before.text
    assert "Geef 1 plek" not in before.text
    assert "Er zijn 0 plekken vrij. Voor Zorgkring zijn er 1 nodig." in full.text
    assert "Geef 1 plek" in after.text
    assert "Zorgkring heeft een plek en krijgt bericht." in given.text
    with database.transaction(writes=False) as session:
        states = {guest.given_name: guest.state for guest in session.scalars(select(Guest))}
    assert states == {"Noor": GuestState.WITHDRAWN, "Ömer": GuestState.WITHDRAWN, "Gloria": GuestState.GOING}


def test_the_answers_leave_as_a_file_that_runs_no_formula(sign_in: SignIn, database: Database, event_id: int) -> None:
    with database.transaction() as session:
        evil = an_organisation(session, "=HYPERLINK(1)")
        invitation = an_invitation(session, session.get_one(Event, event_id), evil)
        record_answer(session, invitation, Answer.NO, answered_by="Noor", answered_at=clock.now(), door=Door.LINK)
    staff = sign_in("host")

    csv = staff.get(f"/bijeenkomsten/{event_id}/reacties.csv")
    book = load_workbook(io.BytesIO(staff.get(f"/bijeenkomsten/{event_id}/reacties.xlsx").data))

    lines = csv.data.decode("utf-8-sig").splitlines()
    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert lines[0].startswith("Organisatie;Persoon;Soort gast;Reactie;Voornaam;")
    assert [line.split(";")[0] for line in lines[1:]] == [
        "'=HYPERLINK(1)",
        "Atelier De Dorpel",
        "Atelier De Dorpel",
        "Leeskring",
        "Moestuin De Zandlaag",
        "Zorgkring",
    ]
    sheet = book["Reacties"]
    assert sheet["A2"].value == "'=HYPERLINK(1)"
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}


def test_a_reader_takes_no_list_outside_and_answers_for_nobody(sign_in: SignIn, event_id: int) -> None:
    staff = sign_in("reader")

    assert staff.get(f"/bijeenkomsten/{event_id}/reacties.csv").status_code == 403
    assert staff.get(f"/bijeenkomsten/{event_id}/reactie").status_code == 403
    assert staff.post(f"/bijeenkomsten/{event_id}/sluit").status_code == 403


def test_inviting_shows_who_that_is_and_leads_to_the_letter(sign_in: SignIn, database: Database, event_id: int) -> None:
    with database.transaction() as session:
        a_theme(session, "groen")
        an_organisation(session, "Buurttuin De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
        an_organisation(session, "Zonder mail", themes=["groen"])
    staff = sign_in("editor")
    chosen = {"theme": "groen", "reach": "one_per_organisation"}

    look = staff.get(f"/bijeenkomsten/{event_id}/uitnodigen", query_string=chosen)
    sent = staff.post(f"/bijeenkomsten/{event_id}/uitnodigen", chosen)

    assert "<strong>2 organisaties</strong>, <strong>1 mail</strong>" in look.text
    assert "1 organisatie kunnen we niet mailen." in look.text
    with database.transaction(writes=False) as session:
        mailing = session.scalars(select(Mailing)).one()
        parties = {one.party_name for one in session.scalars(select(Invitation))}
    assert sent.status_code == 303
    assert sent.location.endswith(f"/mailings/{mailing.id}")
    assert mailing.event_id == event_id
    assert {"Buurttuin De Voeg", "Zonder mail"} <= parties


def test_inviting_also_counts_who_is_asked_without_an_organisation(
    sign_in: SignIn, database: Database, event_id: int
) -> None:
    with database.transaction() as session:
        spangen = a_neighbourhood(session, "spangen")
        an_organisation(session, "Buurttuin De Voeg", areas=["spangen"], mailbox="info@devoeg.example.org")
        a_person(session, "Bilal", neighbourhood=spangen, mailbox="bilal@example.org")
        a_person(session, "Gloria", neighbourhood=spangen)
    staff = sign_in("editor")
    chosen = {"neighbourhood": "spangen", "reach": "one_per_organisation"}

    look = staff.get(f"/bijeenkomsten/{event_id}/uitnodigen", query_string=chosen).text
    sent = staff.post(f"/bijeenkomsten/{event_id}/uitnodigen", chosen)

    assert (
        "<strong>1 organisatie</strong> en <strong>2 mensen zonder organisatie</strong>, <strong>2 mails</strong>"
        in look
    )
    assert "1 mens kunnen we niet mailen." in look
    assert "3 uitnodigingen staan klaar." in staff.get(sent.location, follow_redirects=True).text


def test_a_reminder_is_for_who_is_silent(sign_in: SignIn, database: Database, event_id: int) -> None:
    sign_in("editor").post(f"/bijeenkomsten/{event_id}/herinnering")

    with database.transaction(writes=False) as session:
        mailing = session.scalars(select(Mailing)).one()
    assert mailing.audience == {
        "rule": {"answer": {"event": event_id, "is": "none"}},
        "reach": "one_per_organisation",
    }


def test_calling_off_asks_why_and_tells_who_comes(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("host")

    ask = staff.get(f"/bijeenkomsten/{event_id}/afgelasten")
    refused = staff.post(f"/bijeenkomsten/{event_id}/afgelasten", {"because": ""})
    done = staff.post(
        f"/bijeenkomsten/{event_id}/afgelasten", {"because": "De zaal is niet vrij."}, follow_redirects=True
    )

    assert "2 organisaties komen of wachten." in ask.text
    assert refused.status_code == 422
    assert "De zaal is niet vrij." in done.text
    assert "Gaat niet door" in done.text


def test_closing_stops_the_link_and_opening_starts_it_again(sign_in: SignIn, database: Database, event_id: int) -> None:
    staff = sign_in("host")

    staff.post(f"/bijeenkomsten/{event_id}/sluit")
    with database.transaction(writes=False) as session:
        closed = session.get_one(Event, event_id).takes_answers(clock.now())
    staff.post(f"/bijeenkomsten/{event_id}/open")
    with database.transaction(writes=False) as session:
        opened = session.get_one(Event, event_id).takes_answers(clock.now())

    assert (closed, opened) == (False, True)


def test_lists_have_their_empty_state(sign_in: SignIn) -> None:
    staff = sign_in("reader")

    assert "Geen bijeenkomsten gepland." in staff.get("/bijeenkomsten").text
    assert "Er is nog geen bijeenkomst geweest." in staff.get("/bijeenkomsten?lijst=geweest").text
    assert staff.get("/bijeenkomsten/4711").status_code == 404


def test_an_invitation_of_another_meeting_is_not_found(sign_in: SignIn, database: Database, event_id: int) -> None:
    with database.transaction() as session:
        other = an_invitation(session, an_event(session, "Elders")).id

    assert sign_in("host").get(f"/bijeenkomsten/{event_id}/reactie/{other}").status_code == 404


def test_the_person_who_comes_is_known_by_name_in_the_office(
    sign_in: SignIn, database: Database, event_id: int
) -> None:
    with database.transaction() as session:
        garden = an_organisation(session, "Buurttuin De Voeg")
        samira = a_person(session, "Samira", of=garden).id
        invitation = an_invitation(session, session.get_one(Event, event_id), garden).id

    page = sign_in("host").get(f"/bijeenkomsten/{event_id}/reactie/{invitation}")

    assert f'value="p{samira}"' in page.text
    assert "Samira el Mozaïek" in page.text
    with database.transaction(writes=False) as session:
        assert session.scalars(select(Rsvp).where(Rsvp.invitation_id == invitation)).all() == []
