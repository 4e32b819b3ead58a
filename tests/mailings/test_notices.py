"""One-off letters: plain, one thing to do, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jinja2 import UndefinedError
from sqlalchemy.orm import Session

from mailer.deliveries.letters.check_letters import letter_values
from mailer.foundation.language import speaking
from mailer.mailings.compiling.notices import compile_notice
from mailer.wire.slots import Letter, split
from tests.approving import assert_approved
from tests.factories import a_person, a_sender, an_event, an_organisation

LINK = "https://tegelpost.example.org/r/k3jx7q2m5vw4hd6znr8tqk3jx7q2m5"


def values_of(session: Session, name: str) -> dict[str, object]:
    if name == "sign-in-link":
        return {"name": "Marit", "link": LINK, "valid_until": datetime(2027, 1, 5, 9, 30, tzinfo=UTC)}
    if name == "check-letter":
        return check_values(session)
    event = an_event(
        session,
        venue_name="Buurthuis De Stoep (voorbeeld)",
        venue_address="Voegstraat 12, 3025 ZZ Rotterdam",
        contact_name="Marit",
        contact_phone="010-0000 100",
        cancelled_because="De zaal staat onder water.",
    )
    return {
        "organisation": "Buurttuin De Voeg",
        "guests": ["Samira", "Joost"],
        "event": event,
        "link": LINK,
        "number": 4,
    }


def check_values(session: Session) -> dict[str, object]:
    organisation = an_organisation(
        session,
        "Buurttuin De Voeg",
        themes=["groen", "sport"],
        areas=["spangen", "bospolder"],
        description="Samen tuinieren met buren.\nIedereen is welkom.",
        street="Voegstraat 12",
        postcode="3025 ZZ",
        city="Rotterdam",
        note="Nooit in een brief",
        phone="+31100000123",
    )
    a_person(session, "Samira", of=organisation, is_contact=True)
    a_person(session, "Joost", of=organisation)
    at = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
    return {
        **letter_values(session, organisation, 7, ["Samira"], at=at),
        "link": LINK,
        "changes_link": f"{LINK}/wijzig",
    }


NOTICES = (
    "sign-in-link",
    "check-letter",
    "rsvp-confirmed",
    "rsvp-declined",
    "guest-left-out",
    "rsvp-waiting",
    "event-cancelled",
)


def notice(session: Session, name: str, language: str = "nl", **more: object) -> Letter:
    a_sender(session)
    with speaking(language):
        values = {**values_of(session, name), **more}
    return split(compile_notice(session, name, values, language=language)).fill({})


@pytest.mark.parametrize("name", NOTICES)
def test_the_notice_is_the_approved_one(session: Session, name: str) -> None:
    letter = notice(session, name)

    assert_approved(f"letters/{name}/subject.txt", letter.subject + "\n")
    assert_approved(f"letters/{name}/body.html", letter.html + "\n")
    assert_approved(f"letters/{name}/body.txt", letter.text)


@pytest.mark.parametrize("name", NOTICES)
def test_the_notice_is_complete_in_english(session: Session, name: str) -> None:
    dutch, english = notice(session, name), notice(session, name, "en")

    assert '<html lang="en"' in english.html
    kept = {"Buurthuis De Stoep (voorbeeld), Voegstraat 12, 3025 ZZ Rotterdam", "", "-" * 40, "Contact: Samira"}
    same = [line for line in english.text.splitlines() if line in dutch.text.splitlines() and " " in line]
    assert [line for line in same if line not in kept and "tegelpost" not in line and "Voegstraat" not in line] == []


def test_who_comes_no_more_is_told_to_look_in_the_agenda(session: Session) -> None:
    never, before = (notice(session, "rsvp-declined", in_agenda=coming) for coming in (False, True))

    for part in (before.text, before.html):
        assert "Haal hem er dan uit." in part
    assert "Haal hem er dan uit." not in never.text


def test_somebodys_double_brackets_are_written_out(session: Session) -> None:
    letter = notice(session, "rsvp-confirmed", organisation="Club [[link.leave]]")

    assert "namens Club [[link.leave]] naar Matchavond met fondsen." in letter.text
    assert "namens Club [[link.leave]] naar Matchavond met fondsen." in letter.html


def test_a_forgotten_value_is_a_mistake_of_ours(session: Session) -> None:
    with pytest.raises(UndefinedError):
        compile_notice(session, "sign-in-link", {"name": "Marit"})


def test_before_there_is_a_sender_the_program_signs_for_itself(session: Session) -> None:
    letter = compile_notice(session, "sign-in-link", values_of(session, "sign-in-link"))

    assert letter.text.endswith("\nTegelpost\n")
