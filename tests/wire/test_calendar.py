"""What a calendar program reads in our files: the right hour, the right entry, and nobody else's address."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from mailer.wire.calendar import Meeting, Party, as_cancellation, as_file, as_request

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ORGANIZER = Party("post@stoepnetwerk.example.org", "Stoepnetwerk (voorbeeld)")
SAMIRA = Party("info@devoeg.example.org", "Buurttuin De Voeg")


def a_meeting(**changes: object) -> Meeting:
    given = {
        "uid": "7.matchavond@tegelpost",
        "sequence": 0,
        "stamp": datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
        "title": "Matchavond met fondsen",
        "starts_at": datetime(2027, 1, 14, 18, 30, tzinfo=UTC),
        "ends_at": datetime(2027, 1, 14, 20, 30, tzinfo=UTC),
        "location": "Buurthuis De Stoep, Voegstraat 12, 3025 ZZ Rotterdam",
        "description": "Praat met tien fondsen over jullie plan.",
        "link": "https://post.example.org/r/abc",
    }
    return Meeting(**{**given, **changes})  # type: ignore[arg-type]


def entry_in(file: bytes) -> Event:
    [entry] = Calendar.from_ical(file).events
    return entry


def hour_as_read(file: bytes) -> datetime:
    """The start in UTC, computed only from the file's own VTIMEZONE, as a foreign calendar would."""
    calendar = Calendar.from_ical(file)
    wall = entry_in(file).start.replace(tzinfo=None)
    [zone] = calendar.timezones
    onsets = []
    for observance in zone.subcomponents:
        onset = observance["DTSTART"].dt
        for year in range(onset.year, wall.year + 1):
            onsets.append((last_sunday(year, onset.month, onset), observance["TZOFFSETTO"].td))
    offset = max((when, offset) for when, offset in onsets if when <= wall)[1]
    return (wall - offset).replace(tzinfo=UTC)


def last_sunday(year: int, month: int, at: datetime) -> datetime:
    day = date(year, month, 31)
    return datetime.combine(day - timedelta(days=(day.weekday() + 1) % 7), at.time())


def test_a_file_holds_the_meeting_and_no_method_or_people() -> None:
    file = as_file(a_meeting())

    entry = entry_in(file)
    assert Calendar.from_ical(file).get("METHOD") is None
    assert entry.get("ORGANIZER") is None
    assert entry.get("ATTENDEE") is None
    assert entry["SUMMARY"] == "Matchavond met fondsen"
    assert entry["LOCATION"] == "Buurthuis De Stoep, Voegstraat 12, 3025 ZZ Rotterdam"
    assert entry["DESCRIPTION"] == "Praat met tien fondsen over jullie plan.\n\nhttps://post.example.org/r/abc"
    assert entry["URL"] == "https://post.example.org/r/abc"
    assert entry["STATUS"] == "CONFIRMED"
    assert b"DTSTART;TZID=Europe/Amsterdam:20270114T193000\r\n" in file
    assert b"DTEND;TZID=Europe/Amsterdam:20270114T213000\r\n" in file
    assert b"DTSTAMP:20261201T090000Z\r\n" in file


@pytest.mark.parametrize(
    ("starts_at", "wall"),
    [
        (datetime(2027, 1, 14, 18, 30, tzinfo=UTC), "20270114T193000"),
        (datetime(2027, 3, 27, 9, 0, tzinfo=UTC), "20270327T100000"),
        # Summer time begins in the night before this breakfast.
        (datetime(2027, 3, 28, 8, 0, tzinfo=UTC), "20270328T100000"),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "20270328T015900"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "20270328T030000"),
        (datetime(2027, 6, 24, 18, 0, tzinfo=UTC), "20270624T200000"),
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "20271031T023000"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), "20271031T030000"),
        (datetime(2027, 10, 31, 9, 0, tzinfo=UTC), "20271031T100000"),
    ],
)
def test_the_hour_is_right_around_the_changes_of_the_clock(starts_at: datetime, wall: str) -> None:
    file = as_file(a_meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)))

    assert f"DTSTART;TZID=Europe/Amsterdam:{wall}\r\n".encode() in file
    assert hour_as_read(file) == starts_at


def test_the_second_of_the_two_hours_in_autumn_is_written_in_utc() -> None:
    file = as_file(a_meeting(starts_at=datetime(2027, 10, 31, 1, 30, tzinfo=UTC), ends_at=None))

    assert b"DTSTART:20271031T013000Z\r\n" in file


def test_a_party_past_midnight_ends_on_the_next_day() -> None:
    file = as_file(
        a_meeting(
            starts_at=datetime(2027, 6, 24, 20, 0, tzinfo=AMSTERDAM),
            ends_at=datetime(2027, 6, 25, 0, 30, tzinfo=AMSTERDAM),
        )
    )

    assert entry_in(file).start == datetime(2027, 6, 24, 20, 0, tzinfo=AMSTERDAM)
    assert entry_in(file).end == datetime(2027, 6, 25, 0, 30, tzinfo=AMSTERDAM)


def test_an_invitation_asks_one_person_and_names_the_organizer() -> None:
    file = as_request(a_meeting(sequence=2), organizer=ORGANIZER, recipient=SAMIRA)

    entry = entry_in(file)
    assert Calendar.from_ical(file)["METHOD"] == "REQUEST"
    assert entry["SEQUENCE"] == 2
    assert str(entry["ORGANIZER"]) == "mailto:post@stoepnetwerk.example.org"
    assert entry["ORGANIZER"].params == {"CN": "Stoepnetwerk (voorbeeld)"}
    assert str(entry["ATTENDEE"]) == "mailto:info@devoeg.example.org"
    assert entry["ATTENDEE"].params == {
        "CN": "Buurttuin De Voeg",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }


def test_a_change_keeps_the_uid_and_raises_the_sequence() -> None:
    first = entry_in(as_request(a_meeting(), organizer=ORGANIZER, recipient=SAMIRA))
    moved = a_meeting(sequence=1, stamp=datetime(2026, 12, 2, tzinfo=UTC))

    second = entry_in(as_request(moved, organizer=ORGANIZER, recipient=SAMIRA))

    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTAMP"].dt > first["DTSTAMP"].dt


def test_a_cancelled_meeting_leaves_the_calendar() -> None:
    file = as_cancellation(a_meeting(sequence=1, cancelled=True), organizer=ORGANIZER, recipient=SAMIRA)

    entry = entry_in(file)
    assert Calendar.from_ical(file)["METHOD"] == "CANCEL"
    assert entry["STATUS"] == "CANCELLED"
    assert entry["SEQUENCE"] == 1
    assert str(entry["ATTENDEE"]) == "mailto:info@devoeg.example.org"


def test_withdrawing_one_invitation_does_not_call_the_meeting_cancelled() -> None:
    file = as_cancellation(a_meeting(sequence=1), organizer=ORGANIZER, recipient=SAMIRA)

    assert Calendar.from_ical(file)["METHOD"] == "CANCEL"
    assert entry_in(file).get("STATUS") is None


def test_text_of_people_cannot_start_a_property() -> None:
    evil = "Matchavond\r\nATTENDEE:mailto:spion@example.org\x00"

    file = as_request(
        a_meeting(title=evil, location=evil, description=evil),
        organizer=Party("post@example.org", f'"Net"; {evil}'),
        recipient=SAMIRA,
    )

    entry = entry_in(file)
    assert str(entry["ATTENDEE"]) == "mailto:info@devoeg.example.org"
    assert entry["SUMMARY"] == "Matchavond ATTENDEE:mailto:spion@example.org"
    assert entry["ORGANIZER"].params["CN"] == "'Net'; Matchavond ATTENDEE:mailto:spion@example.org"
    assert b"\x00" not in file


def test_lines_are_short_and_end_in_crlf_once() -> None:
    file = as_file(a_meeting(description="Köçekçeler, Łódź en عربي; " * 30))

    assert b"\r\r" not in file
    assert file.count(b"\n") == file.count(b"\r\n")
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert entry_in(file)["DESCRIPTION"].startswith("Köçekçeler, Łódź en عربي; Köçek")
