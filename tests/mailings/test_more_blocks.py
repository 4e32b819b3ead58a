"""Blocks that fill themselves, ask, offer and tell: what each says in both parts of the letter, and its rules."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.events.models import Answer, Door, Guest, GuestState, Rsvp
from mailer.foundation.errors import BadInput
from mailer.mailings.blocks import BLOCK_TYPES, Funding, block_words, read_block
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.compiling import spotlight
from mailer.mailings.compiling.fillers.asking import closing_moment
from mailer.mailings.models import Mailing
from tests.factories import a_mailing, an_event, an_invitation, an_organisation
from tests.mailings.test_rendering import IN_DECEMBER, letter_of, words_of

OURS = "https://tegelpost.example.org/beeld/a.jpg"
INTRO = {"type": "intro", "html": "<p>Een mooi nieuw jaar!</p>", "name": "Marit Stoeptegel", "role": "coördinator"}
CALL = {
    "type": "call",
    "kind": "room",
    "text": "Wie heeft een keuken?",
    "name": "Kookclub Het Troffeltje",
    "html": "<p>We koken voor 40 buren.</p>",
    "until": "22-1-2027",
    "contact": "Gloria da Pedra, 010-000 0231",
    "label": "Wij hebben een keuken",
    "url": "https://troffeltje.example.org/keuken",
}
FUNDING = {
    "type": "funding",
    "text": "Straatpotje Groen",
    "name": "Tegelfonds",
    "amount": "tot € 750,00",
    "html": "<p>Voor planten, aarde en gereedschap.</p>",
    "until": "29-1-2027",
    "time": "17.00",
    "contact": "Bel Henk Bakstra, 010-000 0104.",
}


def test_the_intro_greets_and_is_signed(session: Session) -> None:
    letter = letter_of(session, {**INTRO, "src": OURS, "alt": "Marit lacht"})

    assert "Beste Samira en Joost, Een mooi nieuw jaar! Marit Stoeptegel coördinator" in words_of(letter.html)
    assert re.search(rf'<img src="{OURS}" alt="Marit lacht" width="56"', letter.html)
    assert "Beste Samira en Joost,\n\nEen mooi nieuw jaar!\n\nMarit Stoeptegel, coördinator\n" in letter.text


@pytest.mark.parametrize(("alt", "said"), [("marit Stoeptegel", ""), ("Marit lacht.", "Marit lacht.")])
def test_a_portrait_that_only_says_the_name_beside_it_says_nothing(session: Session, alt: str, said: str) -> None:
    src = "https://tegelpost.example.org/beeld/a.jpg"

    html = letter_of(session, {"type": "intro", "name": "Marit Stoeptegel", "src": src, "alt": alt}).html

    assert re.findall(r'<img src="[^"]*" alt="([^"]*)"', html) == [said]


def test_in_short_leads_to_the_headlines_below_it(session: Session) -> None:
    an_event(session)

    letter = letter_of(
        session,
        {"type": "in_short"},
        {"type": "heading", "text": "Agenda"},
        {"type": "agenda"},
        {"type": "heading", "text": "Oproep"},
        CALL,
        {"type": "heading", "text": "Klein", "level": 3},
    )

    led_to = re.findall(r'<a href="#(\w+)"[^>]*>(.*?)</a>', letter.html)
    assert [words for _anchor, words in led_to] == ["Agenda", "Wie heeft een keuken?"]
    assert all(re.search(rf'<h[23] id="{anchor}"[^>]*>{re.escape(words)}</h', letter.html) for anchor, words in led_to)
    assert "In het kort\n-----------\n- Agenda\n- Wie heeft een keuken?\n" in letter.text


def test_in_short_does_not_lead_to_an_empty_agenda(session: Session) -> None:
    letter = letter_of(session, {"type": "in_short"}, {"type": "heading", "text": "Agenda"}, {"type": "agenda"}, CALL)

    assert "- Agenda" not in letter.text
    assert "- Wie heeft een keuken?" in letter.text


def test_a_line_stands_only_where_no_heading_follows(session: Session) -> None:
    text, line = {"type": "text", "html": "<p>Hallo.</p>"}, {"type": "divider"}
    heading = {"type": "heading", "text": "Oproep"}

    assert "Hallo.\n\n* * *\n\nHallo." in letter_of(session, text, line, text).text
    assert "* * *" not in letter_of(session, text, line, heading, text, line, line).text


def test_stars_that_staff_typed_stay_also_above_a_heading(session: Session) -> None:
    stars, heading = {"type": "text", "html": "<p>* * *</p>"}, {"type": "heading", "text": "Oproep"}

    assert "* * *\n\nOproep\n------\n\n* * *\n\n---" in letter_of(session, stars, heading, stars).text


def test_in_short_takes_staffs_own_lines(session: Session) -> None:
    letter = letter_of(session, {"type": "in_short", "html": "<ul><li>Soep</li></ul>"}, CALL)

    assert "- Soep" in letter.text
    assert 'href="#' not in letter.html


def test_a_call_says_who_asks_until_when_and_how_to_respond(session: Session) -> None:
    letter = letter_of(session, CALL)

    shown = (
        "Ruimte gezocht Wie heeft een keuken? Van: Kookclub Het Troffeltje We koken voor 40 buren. Reageren kan tot "
        "en met vrijdag 22 januari 2027. Wij hebben een keuken Reageren of iets vragen? Gloria da Pedra, 010-000 0231"
    )
    assert words_of(letter.html).count(shown) == 1
    assert "Ruimte gezocht: Wie heeft een keuken?\n-----" in letter.text
    assert "Wij hebben een keuken: https://troffeltje.example.org/keuken" in letter.text


def test_chances_for_money_stand_in_the_order_in_which_they_close(session: Session) -> None:
    later = {**FUNDING, "text": "Later", "until": "2027-03-01", "time": ""}

    letter = letter_of(session, {"type": "funding", "text": "Altijd"}, later, FUNDING, {"type": "divider"})

    assert re.findall(r"<h2[^>]*>(.*?)</h2>", letter.html) == ["Straatpotje Groen", "Later", "Altijd"]
    assert "Vraag aan voor vrijdag 29\N{NO-BREAK SPACE}januari 2027, 17.00\N{NO-BREAK SPACE}uur." in letter.text
    assert "Aanvragen kan tot en met maandag 1\N{NO-BREAK SPACE}maart 2027." in letter.text
    assert "Tegelfonds · tot €\N{NO-BREAK SPACE}750,00" in letter.text


def test_a_chance_for_money_is_marked_with_the_moment_it_closes(session: Session) -> None:
    letter = letter_of(session, {"type": "in_short"}, {"type": "text", "html": "Hallo"}, FUNDING)

    assert letter.html.count("<!--until 2027-01-29T16:00Z-->") == letter.html.count("<!--/until-->") == 2
    marked = re.findall(r"<!--until [^>]*-->(.*?)<!--/until-->", letter.html, re.DOTALL)
    assert ["Straatpotje Groen" in piece for piece in marked] == [True, True]
    assert "Hallo" not in "".join(marked)


def test_news_and_practical_things_are_short(session: Session) -> None:
    letter = letter_of(
        session,
        {"type": "heading", "text": "Kort nieuws"},
        {"type": "news", "text": "Wijkhub open", "html": "<p>Kom kijken.</p>", "label": "Lees meer", "url": "hub.nl"},
        {"type": "practical", "text": "Samen eten", "when": "woensdag, 18.00 uur", "place": "De Stoep"},
    )

    assert re.search(r"<h3[^>]*>Wijkhub open</h3>", letter.html)
    assert "Wijkhub open\n~~~~~~~~~~~~\n\nKom kijken.\n\nLees meer: https://hub.nl\n" in letter.text
    assert "Samen eten\n~~~~~~~~~~\nWanneer: woensdag, 18.00\N{NO-BREAK SPACE}uur\nWaar: De Stoep\n" in letter.text


def test_a_report_knows_when_the_meeting_was_and_how_many_were_there(session: Session) -> None:
    event = an_event(session, "Spangen-wandeling", starts_at=IN_DECEMBER - timedelta(days=80))
    invitation = an_invitation(session, event)
    rsvp = Rsvp(invitation=invitation, answer=Answer.YES, answered_at=IN_DECEMBER, door=Door.OFFICE)
    states = (GuestState.PRESENT, GuestState.PRESENT, GuestState.NO_SHOW)
    rsvp.guests = [Guest(event_id=event.id, given_name="x", state=state, listed_at=IN_DECEMBER) for state in states]
    session.add(rsvp)
    session.flush()

    letter = letter_of(session, {"type": "report", "text": " spangen-Wandeling", "html": "<p>Soep na afloop.</p>"})

    assert "vrijdag 9\N{NO-BREAK SPACE}oktober 2026 · er waren 2\N{NO-BREAK SPACE}mensen" in letter.text
    assert "Soep na afloop." in letter.text


def test_a_picture_of_an_organisation_waits_until_it_may_be_shown(session: Session) -> None:
    garden = an_organisation(session, "De Zandlaag", slug="zandlaag")
    block = {"type": "organisation", "organisation": garden.slug, "text": "x", "src": OURS, "alt": "Bonen"}

    assert OURS not in letter_of(session, block).html
    assert OURS in letter_of(session, {**block, "agreed": 1}).html
    assert codes(session, a_mailing(session, block)) >= {"not-agreed"}


def test_new_organisations_are_those_since_the_last_issue(session: Session) -> None:
    before = a_mailing(session, {"type": "divider"})
    before.prepared_at = IN_DECEMBER - timedelta(days=30)
    for name, days in (("Oud", 40), ("Leeshoek", 20), ("Fietshulp", 10), ("Wacht Liever", 5)):
        an_organisation(session, name, areas=["spangen"]).added_at = IN_DECEMBER - timedelta(days=days)
    an_organisation(session, "Gestopt", stopped_on=IN_DECEMBER.date()).added_at = IN_DECEMBER - timedelta(days=1)
    session.flush()

    letter = letter_of(session, {"type": "new_organisations", "without": "wacht liever"})

    assert re.findall(r"^- (.*)$", letter.text, re.MULTILINE) == ["Fietshulp, Spangen", "Leeshoek, Spangen"]


def test_without_new_organisations_the_block_stays_out_and_the_check_says_so(session: Session) -> None:
    mailing = a_mailing(session, {"type": "new_organisations"})

    assert "Nieuw onder de tegel" not in letter_of(session, {"type": "new_organisations"}).text
    assert "nobody-new" in remarks(session, mailing)


def test_who_never_was_in_the_picture_comes_first(session: Session) -> None:
    for name in ("Aardappel", "Boon", "Courgette"):
        an_organisation(session, name, slug=name.lower())
    for slug, days in (("aardappel", 60), ("courgette", 90)):
        sent = a_mailing(session, {"type": "organisation", "organisation": slug, "text": "x"})
        sent.prepared_at = IN_DECEMBER - timedelta(days=days)
    session.flush()

    assert [one.slug for one in spotlight.candidates(session)] == ["boon", "courgette", "aardappel"]
    again = a_mailing(session, {"type": "organisation", "organisation": "aardappel", "text": "x"})
    assert seen_before(session, again) == "Aardappel was in oktober 2026 al in beeld. Nog nooit in beeld: Boon."
    for name in ("Dille", "Erwt", "Framboos"):
        an_organisation(session, name)
    assert seen_before(session, again).endswith("Nog nooit in beeld: Boon, Dille, Erwt en 1 meer.")


def seen_before(session: Session, mailing: Mailing) -> str:
    warnings = check_mailing(session, mailing, now=IN_DECEMBER).warnings
    [said] = [one.sentence for one in warnings if one.code == "seen-before"]
    return said


def test_partners_are_named_in_words_and_their_logos_stay_small(session: Session) -> None:
    letter = letter_of(session, {"type": "partners", "text": "de gemeente en het Tegelfonds", "src": OURS})

    assert "Mogelijk gemaakt door de gemeente en het Tegelfonds." in letter.text
    assert re.search(rf'<img src="{OURS}" alt="" height="40"', letter.html)


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ({"type": "intro"}, "empty-block"),
        ({"type": "call"}, "empty-block"),
        ({**CALL, "contact": "", "url": "", "label": ""}, "no-contact"),
        ({**CALL, "until": "1-12-2026"}, "over"),
        ({**CALL, "url": ""}, "dead-button"),
        ({**FUNDING, "until": ""}, "no-deadline"),
        ({**FUNDING, "until": "1-12-2026"}, "over"),
        ({**FUNDING, "time": "eind van de middag"}, "no-hour"),
        ({**FUNDING, "time": "25.00"}, "no-hour"),
        ({"type": "languages", "languages": "Turks, Klingon"}, "unknown-language"),
        ({"type": "poll", "text": "Wat wil je?", "answer_1": "Koken", "answer_2": "koken"}, "same-answer"),
        ({"type": "news", "html": "x"}, "empty-block"),
        ({"type": "news", "text": "x", "html": '<a href="javascript:x">hier</a>'}, "dead-link"),
        ({"type": "practical"}, "empty-block"),
        ({"type": "report"}, "empty-block"),
        ({"type": "partners"}, "empty-block"),
        ({**INTRO, "src": OURS}, "no-alt"),
        ({**INTRO, "src": "https://elders.example.com/a.jpg", "alt": "x"}, "foreign-picture"),
    ],
)
def test_what_a_reader_can_do_nothing_with_stops_the_mailing(
    session: Session, block: dict[str, object], code: str
) -> None:
    assert code in codes(session, a_mailing(session, block))


RICH_FIELDS = [(kind, one.name) for kind in BLOCK_TYPES for one in block_words(kind).fields if one.input == "rich"]


@pytest.mark.parametrize(("kind", "field"), RICH_FIELDS)
def test_a_link_that_leads_nowhere_stops_in_every_block_that_holds_one(session: Session, kind: str, field: str) -> None:
    mailing = a_mailing(session, {"type": kind, field: '<p><a href="/intern">Kijk</a></p>'})

    found = [finding.code for finding in check_mailing(session, mailing, now=IN_DECEMBER).stops]

    assert found.count("dead-link") == 1


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([{**INTRO, "html": "<p>" + "woord " * 81 + "</p>"}], "long-intro"),
        ([{"type": "text", "html": "<p>[[mailbox.greeting]]</p>"}, INTRO], "many-greetings"),
        ([{"type": "image", "src": OURS, "alt": "Een feest"}], "people-unasked"),
        ([{"type": "report", "text": "Bestaat niet"}], "unknown-meeting"),
        ([CALL, {"type": "button", "label": "Ga", "url": "a.nl"}], "many-buttons"),
    ],
)
def test_what_deserves_a_second_look_is_said(session: Session, blocks: list[dict[str, object]], code: str) -> None:
    assert code in remarks(session, a_mailing(session, *blocks))


def codes(session: Session, mailing: Mailing) -> set[str]:
    return {finding.code for finding in check_mailing(session, mailing, now=IN_DECEMBER).stops}


def remarks(session: Session, mailing: Mailing) -> set[str]:
    return {finding.code for finding in check_mailing(session, mailing, now=IN_DECEMBER).warnings}


def test_a_wrong_day_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="Vul een dag in die bestaat"):
        read_block({"type": "funding", "until": "31-2-2027"})


@pytest.mark.parametrize("typed", ["17.00 uur", "17:00", "1700", "17 uur"])
def test_the_moment_a_chance_closes_is_the_wall_clocks(typed: str) -> None:
    summer = closing_moment(Funding(until="1-7-2027", time=typed))

    assert summer == datetime(2027, 7, 1, 15, 0, tzinfo=UTC)
