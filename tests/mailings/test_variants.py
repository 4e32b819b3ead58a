"""Words in other languages beside the Dutch: a part of their own in every form, and nothing that nobody read over."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.mailings import phrases
from mailer.mailings.blocks import Text, fields_of, read_block
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.published.webletters import for_everybody
from tests.factories import a_mailing
from tests.mailings.test_more_blocks import FUNDING
from tests.mailings.test_rendering import IN_DECEMBER, letter_of, words_of
from tests.mailings.test_webletters import a_sent_mailing

ENGLISH = {"words": {"html": "<p>The garden is <b>open</b> on Sunday.</p>"}}
ARABIC = {"words": {"html": "<p>الحديقة مفتوحة. اتصل 010-0000 100</p>"}, "checked_by": "Samira"}
GARDEN = {"type": "text", "html": "De tuin is zondag open.", "variants": {"en": ENGLISH, "ar": ARABIC}}


def test_the_words_of_another_language_stand_below_the_dutch_in_a_table_of_their_own(session: Session) -> None:
    letter = letter_of(session, {"type": "heading", "text": "Welkom"}, GARDEN)

    tables = re.findall(r'<table[^>]* lang="(\w+)" dir="(\w+)"[^>]*>(.*?)</table>', letter.html, re.DOTALL)
    assert [(lang, direction) for lang, direction, _rows in tables] == [("ar", "rtl"), ("en", "ltr")]
    arabic, english = (rows for _lang, _direction, rows in tables)
    assert "The garden is <strong>open</strong> on Sunday." in english
    assert arabic.count('align="right"') == arabic.count("<td") == 2
    assert re.search(r'<span dir="ltr"[^>]*><a class="call"[^>]*>010-0000 100</a></span>', arabic)
    assert letter.html.index("De tuin is zondag open.") < letter.html.index(arabic)


def test_somebody_who_reads_no_dutch_finds_the_way_on_top_by_the_name_of_the_language(session: Session) -> None:
    html = letter_of(session, GARDEN).html

    links = re.findall(r'<a href="(#[^"]+)" lang="(\w+)" dir="(\w+)"[^>]*>([^<]+)</a>', html)
    assert links == [("#taal-ar", "ar", "rtl", "العربية"), ("#taal-en", "en", "ltr", "English")]
    assert html.index('href="#taal-en"') < html.index("De tuin is zondag open.")
    assert 'id="taal-en"' in html
    assert 'href="#taal-en"' not in letter_of(session, GARDEN, kind="invitation").html


def test_the_text_part_says_it_under_the_name_of_the_language(session: Session) -> None:
    text = letter_of(session, GARDEN).text

    assert "English\n-------\n\nThe garden is open on Sunday." in text
    assert text.index("De tuin is zondag open.") < text.rindex("العربية") < text.rindex("English")


def test_titles_labels_and_answers_lead_where_their_dutch_leads(session: Session) -> None:
    news = {
        "type": "news",
        "text": "Straatfeest",
        "html": "Kom ook.",
        "label": "Lees meer over het feest",
        "url": "https://feest.example.org/",
        "variants": {"en": {"words": {"text": "Street party", "html": "Join us.", "label": "More about the party"}}},
    }
    poll = {
        "type": "poll",
        "text": "Meer bankjes?",
        "answer_1": "Ja",
        "answer_3": "Nee",
        "variants": {"en": {"words": {"text": "More benches?", "answer_1": "Yes", "answer_3": "No"}}},
    }

    letter = letter_of(session, news, poll)

    english = letter.html[letter.html.index('id="taal-en"') :]
    assert re.search(r"<h3[^>]*>Street party</h3><p[^>]*>Join us.</p>", english)
    assert re.search(r'<a href="https://feest.example.org/"[^>]*>More about the party</a>', english)
    answers = re.findall(r'<a href="([^"]*/peiling/[^"]+)"', letter.html)
    assert answers[:2] == answers[2:]
    assert "More about the party: https://feest.example.org/" in letter.text


def test_what_nobody_read_over_stays_off_and_the_check_says_so(session: Session) -> None:
    unread = {**GARDEN, "variants": {"ar": {"words": ARABIC["words"]}}}

    assert "الحديقة" not in letter_of(session, unread).html
    assert [one.code for one in warnings(session, unread)] == ["variant-unchecked"]
    assert warnings(session, GARDEN) == []


@pytest.mark.parametrize("change", [{"html": "De tuin is maandag open."}, {"words": "<p>الحديقة مغلقة</p>"}])
def test_what_changed_after_it_was_read_over_stays_out_until_somebody_read_it_again(
    session: Session, change: dict[str, str]
) -> None:
    kept = fields_of(read_block(GARDEN))
    arabic = {**kept["variants"]["ar"], "words": {"html": change.get("words", ARABIC["words"]["html"])}}
    changed = {"type": "text", "html": change.get("html", kept["html"]), "variants": {"ar": arabic}}

    assert "الحديقة" in letter_of(session, {"type": "text", **kept}).html
    assert "الحديقة" not in letter_of(session, changed).html
    assert [one.sentence for one in warnings(session, changed)] == [
        "De tekst in het Arabisch staat niet in de mail: hij is veranderd, of het Nederlands, nadat Samira hem las. "
        "Laat hem nog eens lezen en kies bij het blok: Opnieuw nagelezen."
    ]
    read_again = {**changed, "variants": {"ar": {**arabic, "checked_as": ""}}}
    assert "الحديقة" in letter_of(session, read_again).html


def test_a_mark_tells_words_apart_that_only_moved_between_fields() -> None:
    news = {"type": "news", "text": "Feest", "html": "Kom ook.", "label": "Meer", "url": "https://feest.example.org/"}
    marks = [
        fields_of(read_block({**news, "variants": {"ar": {"words": words, "checked_by": "Samira"}}}))["variants"]["ar"]
        for words in ({"text": "حفلة"}, {"label": "حفلة"})
    ]

    assert marks[0]["checked_as"] != marks[1]["checked_as"]


def test_a_language_that_was_checked_as_a_whole_needs_no_name_beside_each_text(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = (phrases.PHRASEBOOK / "ar.toml").read_text(encoding="utf-8")
    book = book.replace('checked_by = ""', 'checked_by = "S"').replace('checked_on = ""', 'checked_on = "2027"')
    (tmp_path / "ar.toml").write_text(book, encoding="utf-8")
    monkeypatch.setattr(phrases, "PHRASEBOOK", tmp_path)

    assert "الحديقة" in letter_of(session, {**GARDEN, "variants": {"ar": {"words": ARABIC["words"]}}}).html


def test_words_without_dutch_stop_the_mailing_and_are_in_no_letter(session: Session) -> None:
    alone = {"type": "news", "text": "Nieuws", "html": "", "variants": {"en": {"words": {"html": "Only English"}}}}

    stops = [one for one in check(session, alone).stops if one.code.startswith("variant")]

    assert [one.sentence for one in stops] == [
        "Bij “Tekst” staat wel tekst in Engels, maar geen Nederlands. Schrijf eerst het Nederlands."
    ]
    assert "Only English" not in letter_of(session, alone).html


def test_the_check_names_what_is_not_yet_said_in_the_other_language(session: Session) -> None:
    half = {"type": "news", "text": "Feest", "html": "Kom ook.", "variants": {"en": {"words": {"text": "Party"}}}}

    assert [one.sentence for one in warnings(session, half)] == ["In het Engels ontbreekt nog: “Tekst”."]


def test_unknown_slots_and_dead_links_are_found_in_every_language(session: Session) -> None:
    words = '<p>[[nobody]] <a href="javascript:alert(1)">press</a></p>'
    block = {"type": "text", "html": "Hallo", "variants": {"en": {"words": {"html": words}}}}

    codes = [one.code for one in check(session, block).stops]

    assert {"unknown-slot", "dead-link"} <= set(codes)


def test_other_languages_are_read_by_people_not_by_rules_for_dutch(session: Session) -> None:
    long = " ".join(["word"] * 30) + ". "
    block = {"type": "text", "html": "Kort.", "variants": {"en": {"words": {"html": long * 4}}}}

    assert "long-sentences" not in [one.code for one in check(session, block).warnings]


def test_what_is_over_leaves_the_web_in_every_language(session: Session) -> None:
    funding = {**FUNDING, "variants": {"en": {"words": {"text": "Street fund"}}}}
    mailing = a_sent_mailing(session, funding, {"type": "text", "html": "Hallo"})

    before, after = (
        for_everybody(session, mailing, now=datetime.fromisoformat(at)) or ""
        for at in ("2027-01-29T15:59Z", "2027-01-29T16:00Z")
    )

    assert "Street fund" in before
    assert all(word not in words_of(after) for word in ("Street fund", "English", "Straatpotje"))
    assert "Hallo" in after


@pytest.mark.parametrize(
    ("variants", "sentence"),
    [
        ({"xx": {"words": {}}}, "De taal xx kennen we niet. Kies uit: ar, en, es, fr, pl, pt, tr, uk."),
        ({"en": {"words": {"src": "x"}}}, "Het veld src is in elke taal hetzelfde."),
        ({"en": {"words": {"html": "x" * 30_000}}}, "De vertaling van html klopt niet, of is te lang."),
        ({"en": {"words": {"html": "x"}, "dir": "rtl"}}, "Het blok text heeft geen veld dir."),
        ("English", "Het veld variants van het blok text klopt niet."),
    ],
)
def test_what_is_no_variant_is_refused_with_a_sentence(variants: object, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_block({"type": "text", "html": "x", "variants": variants})

    assert refusal.value.problems[0] == sentence


def test_a_block_without_other_languages_is_stored_as_before() -> None:
    assert fields_of(Text(html="<p>x</p>")) == {"html": "<p>x</p>"}
    kept = fields_of(read_block({"type": "text", "html": "x", "variants": {"en": {"words": {"html": "<i>y</i>\0"}}}}))
    assert kept["variants"] == {"en": {"words": {"html": "<p><em>y</em></p>"}, "checked_by": ""}}


def check(session: Session, block: dict[str, object]):  # type: ignore[no-untyped-def]
    return check_mailing(session, a_mailing(session, block), now=IN_DECEMBER)


def warnings(session: Session, block: dict[str, object]):  # type: ignore[no-untyped-def]
    return [one for one in check(session, block).warnings if one.code.startswith("variant")]
