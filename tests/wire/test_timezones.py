"""A calendar that knows no time zones learns the right one from us."""

import pytest

from mailer.wire.timezones import describe_zone


def test_amsterdam_is_described_by_its_two_rules() -> None:
    assert describe_zone("Europe/Amsterdam", 2027).to_ical().decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Amsterdam",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_without_summer_time_has_one_observance() -> None:
    [observance] = describe_zone("America/Paramaribo", 2027).subcomponents

    assert observance.name == "STANDARD"
    assert observance.get("RRULE") is None
    assert observance.to_ical().decode().count("-0300") == 2


@pytest.mark.parametrize(("zone", "rules"), [("America/New_York", ["2SU", "1SU"]), ("Europe/Lisbon", ["-1SU", "-1SU"])])
def test_the_rule_follows_the_zone(zone: str, rules: list[str]) -> None:
    described = describe_zone(zone, 2027)

    assert [observance["RRULE"]["BYDAY"] for observance in described.subcomponents] == rules


def test_a_zone_that_follows_the_moon_lists_its_dates() -> None:
    described = describe_zone("Africa/Casablanca", 2027)

    assert [observance.get("RRULE") for observance in described.subcomponents] == [None] * 6
