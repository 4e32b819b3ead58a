"""Staff's words keep a few tags, lead only where they may, and read well as plain text."""

from __future__ import annotations

import pytest

from mailer.wire.richtext import clean, dead_links, is_allowed_address, links, plain_text


def test_only_the_listed_tags_stay_and_no_words_are_lost() -> None:
    written = '<div class="x">Hé <b onclick="x()">vet</b> <font>groot</font><script>x()</script></div>'

    assert clean(written) == "<p>Hé <strong>vet</strong> groot</p>"


def test_plain_text_becomes_paragraphs() -> None:
    assert clean("Eén & twee\ndrie\n\n\nvier") == "<p>Eén &amp; twee<br>drie</p><p>vier</p>"


def test_loose_words_become_a_paragraph() -> None:
    assert clean("Hallo <em>daar</em>") == "<p>Hallo <em>daar</em></p>"


def test_cleaning_twice_changes_nothing() -> None:
    once = clean('<p>a &amp; b <a href="[[link.rsvp]]">kom</a></p><ul><li>x</ul>')

    assert clean(once) == once


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org/a?b=1",
        "mailto:info@example.org",
        "[[link.rsvp]]",
        "HTTPS://example.org",
    ],
)
def test_a_link_may_lead_to_the_web_a_mail_address_or_a_slot(address: str) -> None:
    assert is_allowed_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/mailings",
        "//example.org",
        "[[mailbox.address]]",
        "ftp://example.org",
        "https://example.org/?wie=[[mailbox.address]]",
        "[[link.rsvp]]x",
        "https://",
        "mailto:",
        "",
    ],
)
def test_a_link_leads_nowhere_else(address: str) -> None:
    assert not is_allowed_address(address)
    assert dead_links(clean(f'<p><a href="{address}">Kijk hier</a></p>')) == ["Kijk hier"]


def test_links_are_listed_with_their_words() -> None:
    cleaned = clean('<p><a href="https://example.org/?a=1&amp;b=2">De <em>route</em></a></p>')

    assert links(cleaned) == [("De route", "https://example.org/?a=1&b=2")]


def test_an_address_follows_the_sentence_it_stands_in() -> None:
    cleaned = clean('<p>Geen trap. <a href="https://example.org/route">Bekijk de route</a> vooraf.</p><p>Tot dan!</p>')

    assert plain_text(cleaned) == (
        "Geen trap. Bekijk de route vooraf.\nBekijk de route: https://example.org/route\n\nTot dan!"
    )


def test_a_link_alone_on_its_line_keeps_its_address_there() -> None:
    assert plain_text('<p><a href="[[link.rsvp]]">Laat het weten</a></p>') == "Laat het weten: [[link.rsvp]]"


def test_an_address_that_is_its_own_words_is_not_said_twice() -> None:
    text = plain_text('<p>Mail <a href="mailto:info@example.org">info@example.org</a> of bel.</p>')

    assert text == "Mail info@example.org of bel."


def test_lists_read_as_lists() -> None:
    cleaned = clean(
        "<p>Neem mee:</p><ul><li>een <strong>pen</strong></li><li>zin</li></ul>"
        "<ol><li>kom</li><li>blijf</li></ol><p>Dag</p>"
    )

    assert plain_text(cleaned) == "Neem mee:\n\n- een pen\n- zin\n\n1. kom\n2. blijf\n\nDag"


def test_line_breaks_and_special_characters_stay() -> None:
    assert plain_text("<p>19.00 uur&nbsp;soep<br>a &lt; b &amp; c</p>") == "19.00 uur soep\na < b & c"
