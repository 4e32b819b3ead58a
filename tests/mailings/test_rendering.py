"""A mailing becomes a letter: filled from rows, words of people never interpreted, nothing loaded from strangers."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.events.models import Event, EventState
from mailer.foundation.language import speaking
from mailer.mailings import sample
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.drafts.composing import create_mailing
from mailer.mailings.models import Mailing
from mailer.wire.slots import KNOWN_SLOTS, Letter, split
from tests.approving import assert_approved
from tests.factories import a_mailing, a_neighbourhood, a_theme, a_topic, an_event, an_organisation

VALUES = {
    "mailbox.greeting": "Beste Samira en Joost,",
    "mailbox.address": "info@devoeg.example.org",
    "mailbox.organisations": "Buurttuin De Voeg",
    "why": "Jullie staan in het netwerk van Delfshaven Lokaal. We mailen jullie ongeveer 1 keer per maand.",
    **{name: f"https://tegelpost.example.org/{name[5:]}" for name in KNOWN_SLOTS if name.startswith("link.")},
}
IN_DECEMBER = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)


def letter_of(session: Session, *blocks: dict[str, object], now: datetime = IN_DECEMBER, **more: object) -> Letter:
    """The letter with these blocks as one mailbox gets it."""
    return filled(session, a_mailing(session, *blocks, **more), now=now)


def filled(session: Session, mailing: Mailing, *, now: datetime = IN_DECEMBER) -> Letter:
    return split(compile_letter(session, mailing, now=now)).fill(VALUES)


def words_of(source: str) -> str:
    """What a person reads of the HTML."""
    body = source[source.index("<body") :]
    return " ".join(html.unescape(re.sub(r"<!--.*?-->|<[^>]+>", " ", body, flags=re.DOTALL)).split())


def a_matchavond(session: Session, **more: object) -> Event:
    return an_event(
        session,
        **{
            "venue_name": "Buurthuis De Stoep (voorbeeld)",
            "venue_address": "Voegstraat 12, 3025 ZZ Rotterdam",
            "venue_url": "https://destoep.example.org/route",
            "venue_note": "Gelijkvloers, rolstoelvriendelijk. Tram 4 en 8 op 3 minuten.",
            "costs": "gratis, met soep",
            "capacity": 60,
            "per_organisation": 1,
            "contact_name": "Marit",
            "contact_phone": "+31100000100",
            "doors_open_at": datetime(2027, 1, 14, 18, 0, tzinfo=UTC),
            "rsvp_closes_at": datetime(2027, 1, 11, 11, 0, tzinfo=UTC),
            **more,
        },
    )


def a_sample_newsletter(session: Session) -> Mailing:
    a_topic(session)
    a_matchavond(session)
    an_event(
        session,
        "Netwerk-ontmoeting Bospolder-Tussendijken",
        starts_at=datetime(2027, 1, 19, 9, 0, tzinfo=UTC),
        venue_name="Taalhuis De Dorpel",
    )
    garden = an_organisation(
        session,
        "Moestuin De Zandlaag",
        slug="moestuin-de-zandlaag",
        themes=["groen"],
        areas=["nieuwe-westen"],
        website="https://zandlaag.example.org",
    )
    return create_mailing(session, sample.newsletter_spec(organisation=garden.slug), now=IN_DECEMBER)


def a_sample_invitation(session: Session) -> Mailing:
    a_topic(session, "uitnodigingen")
    event = a_matchavond(session)
    return create_mailing(session, sample.invitation_spec(event=event.id), now=IN_DECEMBER)


def a_sample_reminder(session: Session) -> Mailing:
    a_topic(session, "uitnodigingen")
    return create_mailing(session, sample.reminder_spec(event=a_matchavond(session).id), now=IN_DECEMBER)


def a_sample_change(session: Session) -> Mailing:
    a_topic(session, "uitnodigingen")
    return create_mailing(session, sample.change_spec(event=a_matchavond(session).id), now=IN_DECEMBER)


@pytest.mark.parametrize("kind", ["newsletter", "invitation", "reminder", "change"])
def test_the_letter_is_the_approved_one(session: Session, kind: str) -> None:
    make = {
        "newsletter": a_sample_newsletter,
        "invitation": a_sample_invitation,
        "reminder": a_sample_reminder,
        "change": a_sample_change,
    }[kind]

    letter = compile_letter(session, make(session), now=IN_DECEMBER)

    assert_approved(f"letters/{kind}/subject.txt", letter.subject + "\n")
    assert_approved(f"letters/{kind}/body.html", _with_meetings_numbered_anew(letter.html) + "\n")
    assert_approved(f"letters/{kind}/body.txt", letter.text)


def _with_meetings_numbered_anew(html: str) -> str:
    """PostgreSQL goes on counting where another test stopped."""
    numbers = sorted({int(number) for number in re.findall(r"<!--answers (\d+)", html)})
    return re.sub(r"(?<=<!--answers )\d+", lambda found: str(numbers.index(int(found[0])) + 1), html)


@pytest.mark.parametrize("make", [a_sample_newsletter, a_sample_invitation, a_sample_reminder, a_sample_change])
def test_a_letter_keeps_the_rules_of_accessible_mail(session: Session, make: object) -> None:
    letter = filled(session, make(session))  # type: ignore[operator]

    assert len(letter.html.encode()) < 60_000
    assert letter.html.startswith('<!DOCTYPE html><html lang="nl" dir="ltr"')
    assert f"<title>{letter.subject}</title>" in letter.html
    assert '<meta name="color-scheme" content="light dark">' in letter.html
    without_facts = re.sub(r'<table class="facts".*?</table>', "", letter.html, flags=re.DOTALL)
    assert all('role="presentation"' in table for table in re.findall(r"<table[^>]*>", without_facts))
    assert "<mj-" not in letter.html
    assert "src=" not in letter.html
    assert "[[" not in letter.html + letter.text + letter.subject
    assert VALUES["link.leave"] in letter.html
    assert VALUES["link.leave"] in letter.text


def test_the_invitation_asks_yes_or_no_in_both_parts(session: Session) -> None:
    letter = filled(session, a_sample_invitation(session))

    assert re.search(r'<a href="https://tegelpost.example.org/rsvp_yes"[^>]*>Ja, we komen</a>', letter.html)
    assert re.search(r'<a href="https://tegelpost.example.org/rsvp_no"[^>]*>Nee, we komen niet</a>', letter.html)
    assert "Ja, we komen: https://tegelpost.example.org/rsvp_yes\n" in letter.text
    assert "Nee, we komen niet: https://tegelpost.example.org/rsvp_no\n" in letter.text


def test_words_of_rows_and_of_staff_are_never_interpreted(session: Session) -> None:
    nasty = "[[link.leave]] {{ 7 * 7 }} {% if %} <mj-text>& \\ \xa0é"
    event = an_event(session, nasty, description=f"Kom {nasty}", venue_name=nasty, venue_note=nasty)
    organisation = an_organisation(session, nasty, slug="nasty")
    staff = nasty.replace("[[link.leave]]", "[[voornaam]]")

    letter = letter_of(
        session,
        {"type": "heading", "text": staff},
        {"type": "quote", "text": staff, "name": staff},
        {"type": "event", "event": event.id},
        {"type": "agenda"},
        {"type": "organisation", "organisation": organisation.slug, "text": "x"},
        subject=staff,
        preheader=staff,
    )

    shown = " ".join(nasty.split())
    heading = " ".join(staff.split())
    assert letter.subject == heading
    assert letter.text.count(nasty.replace("\xa0", " ")) + letter.text.count(nasty) == 7
    assert words_of(letter.html).count(shown) == 7
    assert words_of(letter.html).count(heading) == 4
    assert letter.html.count(VALUES["link.leave"]) == 1


def test_known_slots_in_staffs_words_are_filled(session: Session) -> None:
    letter = letter_of(
        session,
        {"type": "text", "html": '<p>[[mailbox.greeting]] <a href="[[link.preferences]]">Kies</a></p>'},
        subject="Nieuws voor [[mailbox.organisations]]",
    )

    assert letter.subject == "Nieuws voor Buurttuin De Voeg"
    assert "<title>Nieuws voor Buurttuin De Voeg</title>" in letter.html
    assert '<a href="https://tegelpost.example.org/preferences"' in letter.html
    assert "Beste Samira en Joost, Kies\nKies: https://tegelpost.example.org/preferences" in letter.text


def test_the_agenda_shows_open_meetings_in_time_and_place_soonest_first(session: Session) -> None:
    day = timedelta(days=1)
    for title, starts_at, state in (
        ("Later", IN_DECEMBER + 20 * day, EventState.OPEN),
        ("Eerder", IN_DECEMBER + 10 * day, EventState.OPEN),
        ("Geweest", IN_DECEMBER - day, EventState.OPEN),
        ("Te laat", IN_DECEMBER + 43 * day, EventState.OPEN),
        ("Gaat niet door", IN_DECEMBER + 11 * day, EventState.CANCELLED),
        ("Nog niet af", IN_DECEMBER + 11 * day, EventState.DRAFT),
    ):
        an_event(session, title, starts_at=starts_at, state=state)

    text = letter_of(session, {"type": "agenda", "within_days": 42}).text

    shown = [
        line
        for line in text.splitlines()
        if line in ("Later", "Eerder", "Geweest", "Te laat", "Gaat niet door", "Nog niet af")
    ]
    assert shown == ["Eerder", "Later"]


def test_the_agenda_can_be_of_one_theme_or_neighbourhood(session: Session) -> None:
    green, sport = an_event(session, "Groen"), an_event(session, "Sport")
    everywhere = an_event(session, "Overal")
    green.themes = [type(green).themes.property.mapper.class_(theme=a_theme(session, "groen"))]
    sport.themes = [type(green).themes.property.mapper.class_(theme=a_theme(session, "sport"))]
    place = type(green).neighbourhoods.property.mapper.class_
    green.neighbourhoods = [place(neighbourhood=a_neighbourhood(session, "spangen"))]
    everywhere.neighbourhoods = [place(neighbourhood=a_neighbourhood(session, "heel-delfshaven", covers_all=True))]
    session.flush()

    by_theme = letter_of(session, {"type": "agenda", "theme": "groen"}).text
    by_place = letter_of(session, {"type": "agenda", "neighbourhood": ["spangen"]}).text

    assert [title in by_theme for title in ("Groen\n", "Sport\n", "Overal\n")] == [True, False, False]
    assert [title in by_place for title in ("Groen\n", "Sport\n", "Overal\n")] == [True, False, True]


def test_an_agenda_without_meetings_says_so(session: Session) -> None:
    assert "De komende tijd staat er niets op de agenda." in letter_of(session, {"type": "agenda"}).text


def test_a_meeting_of_another_mailing_is_answered_by_mail(session: Session) -> None:
    an_event(session, "Groot & Overleg")

    letter = letter_of(session, {"type": "agenda"})

    assert 'href="mailto:team@tegelpost.example.org?subject=Aanmelden%3A%20Groot%20%26%20Overleg"' in letter.html
    assert "Laat weten of jullie komen: mail naar team@tegelpost.example.org" in letter.text


def test_an_event_that_is_off_says_so_and_asks_nothing(session: Session) -> None:
    event = an_event(session, state=EventState.CANCELLED, cancelled_because="De zaal staat onder water.")

    letter = letter_of(session, {"type": "event", "event": event.id}, kind="event_news", event=event.id)

    assert "Deze bijeenkomst gaat niet door. De zaal staat onder water." in letter.text
    assert "Ja, we komen" not in letter.html + letter.text


def test_a_picture_on_somebody_elses_server_is_not_loaded(session: Session) -> None:
    ours = {"type": "image", "src": "https://tegelpost.example.org/beeld/a.jpg", "alt": "Een tuin", "caption": "Mooi"}
    theirs = {**ours, "src": "https://elders.example.com/a.jpg"}

    letter = letter_of(session, ours, theirs)

    assert re.findall(r'src="([^"]*)"', letter.html) == ["https://tegelpost.example.org/beeld/a.jpg"]
    assert 'alt="Een tuin"' in letter.html
    assert letter.text.count("[Foto: Een tuin]\nMooi") == 2


def test_a_decoration_has_an_empty_alt(session: Session) -> None:
    block = {"type": "image", "src": "https://tegelpost.example.org/beeld/a.jpg", "alt": ""}

    assert 'alt=""' in letter_of(session, block).html


def test_an_empty_draft_can_be_previewed(session: Session, now: datetime) -> None:
    blocks = [{"type": kind} for kind in ("heading", "text", "image", "button", "quote", "event", "organisation")]
    mailing = create_mailing(session, {"kind": "newsletter", "blocks": blocks}, now=now)

    letter = compile_letter(session, mailing, now=now)

    assert "Nog geen afzender" in letter.text


def test_a_letter_is_dutch_whoever_looks_at_it(session: Session) -> None:
    mailing = a_mailing(session)
    dutch = compile_letter(session, mailing, now=IN_DECEMBER)

    with speaking("en"):
        seen_in_english = compile_letter(session, mailing, now=IN_DECEMBER)

    assert seen_in_english == dutch


def test_a_letter_about_a_meeting_says_on_top_what_kind_of_news_it_is(session: Session) -> None:
    event = a_matchavond(session)
    rule = {"rule": {"answer": {"event": event.id, "is": "none"}}, "reach": "everyone"}
    reminder = letter_of(session, kind="invitation", event=event.id, audience=rule)
    invitation = letter_of(session, kind="invitation", event=event.id)
    change = letter_of(session, {"type": "change", "text": "De zaal", "before": "klein", "after": "groot"})
    event.state = EventState.CANCELLED
    off = letter_of(session, kind="event_news", event=event.id)

    letters = {"Herinnering": reminder, "Gewijzigd": change, "Gaat niet door": off}
    for word, letter in letters.items():
        assert re.search(rf"<td[^>]*>{word}</td>", letter.html), word
        assert f" – {word}\n" in letter.text
    assert "***" not in invitation.text


def test_the_sample_mark_is_in_the_letters_of_a_demonstration(make_database: object) -> None:
    database = make_database(sample=True)  # type: ignore[operator]
    with database.transaction() as session:
        letter = compile_letter(session, a_mailing(session), now=IN_DECEMBER)

    assert "Voorbeeldgegevens. Alles is verzonnen." in letter.text
    assert "Voorbeeldgegevens. Alles is verzonnen." in letter.html


def test_a_meeting_says_whom_to_call_below_its_buttons(session: Session) -> None:
    letter = filled(session, a_sample_reminder(session))

    told = "Vragen? Vraag het aan Marit: bel 010-000 0100."
    assert told in letter.text
    assert told in words_of(letter.html).replace(" .", ".")
    assert letter.text.index("Nee, we komen niet") < letter.text.index(told)


def test_news_of_a_change_leads_to_who_cannot_come_now(session: Session) -> None:
    letter = filled(session, a_sample_change(session))

    assert "De zaal\nOud: kleine zaal, 1e verdieping\nNieuw: grote zaal, begane grond" in letter.text
    assert f"Wij komen toch niet: {VALUES['link.rsvp_no']}" in letter.text
    assert f'href="{VALUES["link.rsvp_no"]}"' in letter.html
    assert words_of(letter.html).count("De zaal") == 1


def test_the_text_part_says_on_top_what_languages_stand_below(session: Session) -> None:
    english = {"en": {"words": {"html": "<p>Soup.</p>"}, "checked_by": "Samira"}}

    letter = letter_of(session, {"type": "text", "html": "<p>Soep.</p>", "variants": english})

    assert letter.text.splitlines()[2] == "Onderaan staat deze brief ook in: English"
    assert "Onderaan staat" not in letter_of(session, {"type": "text", "html": "<p>Soep.</p>"}).text
