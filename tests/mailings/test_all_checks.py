"""The list of what must stop a mailing and what must be remarked, beside what the check does: nothing is missing.

A moment in the past is no finding: it is chosen at the last step, and refused there (``test_scheduling``).
"""

from __future__ import annotations

import re

import pytest

from mailer.foundation.settings import CHECKOUT

SAID = re.compile(r'(?:Finding\(\s*|yield )"([a-z-]+)"')
STOPS = {
    "no subject": ["no-subject"],
    "no selection, or no mail at all": ["no-audience", "bad-audience", "nobody"],
    "unfilled template text": ["unfinished"],
    "a merge field that is empty for somebody": ["empty-slot", "unknown-slot"],
    "a button to answer without an open meeting": ["rsvp-without-event", "event-closed", "no-event"],
    "a meeting in the past": ["event-past"],
    "closing date after the start": ["closes-too-late"],
    "a broken internal link": ["link-inside", "dead-link", "dead-button"],
    "an image without a decision on its words": ["no-alt"],
    "missing parts of the footer": ["no-topic", "no-sender"],
    "a sender domain that is not verified": ["not-verified"],
    "too large to arrive whole": ["too-big"],
}
WARNINGS = {
    "no preheader": ["no-preheader"],
    "weekday and date do not fit": ["wrong-date"],
    "heading levels skipped": ["heading-skipped"],
    "a link that says nothing": ["click-here"],
    "many long sentences": ["long-sentences"],
    "hard words": ["hard-word"],
    "custom colours that cannot be read": ["low-contrast"],
    "nearly cut by Gmail": ["big"],
    "a heavy image": ["heavy-picture"],
    "a link without https, or malformed": ["link-not-https", "odd-link"],
    "no proof after the last change": ["no-proof"],
    "readers got mail in the last 48 hours": ["mail-just-now"],
    "a holiday or another day to mind": ["meeting-on-special-day", "sent-on-holiday"],
    "other meetings at that time": ["meetings-clash"],
    "a neighbourhood with nobody": ["nobody-from"],
    "many organisations without mail": ["many-not-mailable"],
    "sent at night": ["night"],
    "more guests than chairs": ["more-guests-than-chairs"],
    "a sender that is not verified, where letters stay": ["not-aligned", "not-signed"],
}


def codes_in(*names: str) -> set[str]:
    """What these files find: of a function that ``STOPS`` or ``REMARKS`` calls, or one that it calls."""
    files = [path for name in names for path in CHECKOUT.glob(f"mailer/{name}.py")]
    return {code for path in files for code in SAID.findall(path.read_text(encoding="utf-8"))}


# Beside the files of both kinds, which say it themselves (``SENDER_STOPS``, ``SENDER_REMARKS`` …).
ONLY_STOPS = ("mailings/checks/stops", "mailings/checks/block_stops", "mailings/checks/place_stops")
TESTED = [
    path.read_text(encoding="utf-8")
    for room in ("mailings", "deliveries", "web")
    for path in (CHECKOUT / "tests" / room).glob("test_*.py")
    if path.name != "test_all_checks.py"
]


@pytest.mark.parametrize("what", [*STOPS, *WARNINGS])
def test_what_must_be_found_is_found_and_tested(what: str) -> None:
    wanted = (STOPS | WARNINGS)[what]
    known = codes_in("mailings/checks/*", "deliveries/mail_load")

    assert [code for code in wanted if code not in known] == []
    assert [code for code in wanted if not any(f'"{code}"' in text for text in TESTED)] == []


def test_what_is_only_remarked_never_stops() -> None:
    remarked = {code for codes in WARNINGS.values() for code in codes}

    assert codes_in(*ONLY_STOPS) != set()
    assert remarked & codes_in(*ONLY_STOPS) == set()
