"""Letters on the web: what is over is gone, what was wrong is said, and the archive knows nobody."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mailer.deliveries.freezing import freeze_letter
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput, Conflict
from mailer.mailings.compiling.rendering import compile_letter
from mailer.mailings.compiling.stationery import read_tokens
from mailer.mailings.models import Mailing, MailingState
from mailer.mailings.published import archive
from mailer.mailings.published.correcting import correct, suppose_letter
from mailer.mailings.published.sharing import LONGEST_SHARED, share_text
from mailer.mailings.published.webletters import for_everybody
from mailer.wire.joining import NO_BREAK
from tests.factories import a_mailing, a_topic, an_organisation
from tests.mailings.test_more_blocks import FUNDING
from tests.mailings.test_rendering import IN_DECEMBER, words_of

DAY = timedelta(days=1)


def a_sent_mailing(
    session: Session, *blocks: dict[str, object], now: datetime = IN_DECEMBER, **more: object
) -> Mailing:
    mailing = a_mailing(session, *blocks, **more)
    freeze_letter(session, mailing, now=now)
    mailing.state, mailing.prepared_at = MailingState.SENT, now
    session.flush()
    return mailing


def test_a_chance_for_money_leaves_the_web_when_it_is_over(session: Session) -> None:
    mailing = a_sent_mailing(session, {"type": "in_short"}, {"type": "text", "html": "Hallo"}, FUNDING)

    shown = {
        at: for_everybody(session, mailing, now=at) or ""
        for at in (datetime.fromisoformat("2027-01-29T15:59Z"), datetime.fromisoformat("2027-01-29T16:00Z"))
    }

    assert [html.count("Straatpotje Groen") for html in shown.values()] == [2, 0]
    assert all("Hallo" in html for html in shown.values())


def test_the_archive_leads_back_to_the_other_letters(session: Session) -> None:
    html = for_everybody(session, a_sent_mailing(session), now=IN_DECEMBER) or ""

    assert re.search(r'<a href="https://tegelpost.example.org/archief/nieuwsbrief"[^>]*>← Alle brieven</a>', html)


def test_a_number_in_a_correction_can_be_called(session: Session) -> None:
    mailing = a_sent_mailing(session)

    html = for_everybody(session, mailing, now=IN_DECEMBER, supposing="Bel 010-000 0231.") or ""

    assert re.search(r'<a class="call" [^>]*href="tel:\+31100000231" style="color:#\w+[^>]*>010-000 0231</a>', html)


def test_the_archive_shows_nothing_that_is_somebodys_own(session: Session) -> None:
    mailing = a_sent_mailing(
        session,
        {
            "type": "text",
            "html": '<p>[[mailbox.greeting]] [[mailbox.address]]</p><p><a href="[[link.leave]]">x</a></p>',
        },
    )

    html = for_everybody(session, mailing, now=IN_DECEMBER) or ""

    assert "Beste lezer, jullie mailadres" in words_of(html)
    assert "Iedereen kan hem lezen." in html
    assert "Uitschrijven" not in html
    assert "[[" not in html
    assert 'href="https://tegelpost.example.org/archief/nieuwsbrief"' in html


def test_the_archive_has_newsletters_that_were_sent_and_nothing_else(session: Session) -> None:
    older = a_sent_mailing(session, now=IN_DECEMBER - 30 * DAY)
    newest = a_sent_mailing(session)
    a_mailing(session)
    for kind in ("call", "event_news"):
        a_sent_mailing(session, kind=kind)
    stopped = a_sent_mailing(session)
    stopped.state = MailingState.CANCELLED
    session.flush()

    assert archive.archived(session, a_topic(session)) == [newest, older]
    assert archive.archived_topics(session) == [a_topic(session)]
    assert archive.find_archived(session, "nieuwsbrief", newest.id) is newest
    assert archive.find_archived(session, "uitnodigingen", newest.id) is None
    assert archive.find_archived(session, "nieuwsbrief", stopped.id) is None


def test_a_correction_is_said_on_top_of_the_letter_and_drafted_for_who_got_it(session: Session) -> None:
    mailing = a_sent_mailing(session)

    made = correct(session, mailing, "  De avond is op <b>15</b> januari [[x]]. ", now=IN_DECEMBER + DAY)

    html = for_everybody(session, mailing, now=IN_DECEMBER + 2 * DAY) or ""
    body = words_of(html)
    said = "Verbetering van dinsdag 29 december 2026, 10.00 uur: De avond is op <b>15</b> januari [[x]]."
    assert body.index(said) < body.index("Hallo!")
    assert made.letter is not None
    assert made.letter.state is MailingState.DRAFT
    assert made.letter.audience == {"rule": {"received": {"mailing": mailing.id}}, "reach": "everyone"}
    assert made.letter.topic is mailing.topic
    frozen = compile_letter(session, made.letter, now=IN_DECEMBER)
    assert frozen.text.startswith("Delfshaven Lokaal (voorbeeld) – Verbetering")
    assert frozen == compile_letter(session, suppose_letter(mailing, made.words), now=IN_DECEMBER)
    assert "&lt;b&gt;15&lt;/b&gt;" in made.letter.blocks[1].fields["html"]


def test_a_letter_that_was_not_sent_is_changed_and_not_corrected(session: Session) -> None:
    with pytest.raises(Conflict):
        correct(session, a_mailing(session), "Anders.", now=IN_DECEMBER)
    with pytest.raises(BadInput, match="Schrijf op wat er niet klopte"):
        correct(session, a_sent_mailing(session), "  ", now=IN_DECEMBER)


def test_a_text_to_pass_on_fits_on_a_phone_and_leads_to_the_letter(session: Session) -> None:
    headings = [{"type": "news", "text": f"{number} {'woord ' * 12}"} for number in range(12)]
    mailing = a_sent_mailing(session, *headings)

    text = share_text(session, mailing, now=IN_DECEMBER)

    assert len(text) <= LONGEST_SHARED
    assert text.startswith("Tien fondsen, één avond\nEn: wie heeft een keuken?\n- 0 woord")
    assert text.endswith(f"Lees de brief: https://tegelpost.example.org/archief/nieuwsbrief/{mailing.id}")


def test_a_text_to_pass_on_holds_no_slots(session: Session) -> None:
    mailing = a_sent_mailing(session, {"type": "heading", "text": "Voor [[mailbox.organisations]]"})

    assert "[[" not in share_text(session, mailing, now=IN_DECEMBER)


def test_a_text_to_pass_on_says_nothing_twice_and_nothing_that_is_over(session: Session) -> None:
    title, section = ({"type": "heading", "text": words, "level": level} for words, level in (("Zin?", 1), ("Geld", 2)))
    call = {"type": "call", "text": "Wie heeft een keuken?", "until": "27-12-2026"}
    garden = an_organisation(session, "Moestuin De Zandlaag", slug="moestuin")
    meet = {"type": "organisation", "organisation": garden.slug, "text": "<p>Thee.</p>"}
    mailing = a_sent_mailing(session, title, section, FUNDING, call, meet, subject="Zin?", preheader="Lees mee")

    lines = share_text(session, mailing, now=IN_DECEMBER).splitlines()

    assert lines[:4] == ["Zin?", "Lees mee", "- Straatpotje Groen", "- Maak kennis met Moestuin De Zandlaag"]
    assert lines[4] == ""


def test_paper_that_prints_no_grounds_shows_a_correction_in_dark_words(session: Session) -> None:
    mailing = a_sent_mailing(session, {"type": "text", "html": "Hallo"})

    shown = for_everybody(session, mailing, now=IN_DECEMBER, supposing="Het is op dinsdag.") or ""

    style = re.search(r'aria-label="Verbeteringen" style="([^"]*)"', shown)
    light = read_tokens(settings_of(session).templates_dir / "tokens.toml")["light"]
    assert style is not None
    assert f"background:{light['face']};color:{light['ink']};" in style[1]


def test_each_way_to_reach_the_sender_has_a_line_of_its_own_in_the_text_part(session: Session) -> None:
    sender = a_topic(session).sender
    sender.phone, sender.phone_hours = "+31100000100", "maandag, 10.00 – 16.00 uur"

    text = compile_letter(session, a_mailing(session), now=IN_DECEMBER).text

    assert f"{sender.reply_to}\n010-000 0100 (maandag, 10.00 – 16.00 uur)\n" in text.replace(NO_BREAK, " ")
