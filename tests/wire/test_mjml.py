"""MJML becomes HTML that loads nothing from strangers; the compiler's bugs are known by name."""

from __future__ import annotations

import html
import re

import mjml
import pytest

from mailer.wire.mjml import BrokenTemplate, attribute, compile_mjml, is_ours, rich_text

NASTY = '\xa0é \\ "q" 🎉\u200b it\'s <b> & x e\u0301 {{ 7 }} [[why]]'


def a_letter(body: str, head: str = "") -> str:
    return (
        f'<mjml lang="nl" dir="ltr"><mj-head><mj-attributes><mj-all font-family="Arial, sans-serif" /></mj-attributes>'
        f"{head}</mj-head><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"
    )


def raw(body: str) -> str:
    """What the compiler itself makes of it, without our fence."""
    return str(mjml.mjml2html(a_letter(body), fonts={}))


class TestTheCompilersBugs:
    """When one of these fails after an upgrade, a bug was mended: see whether its fence in wire/mjml.py may go."""

    def test_bug_1_attribute_values_are_printed_with_debug_escaping(self) -> None:
        compiled = raw('<mj-image src="x.png" alt="a\xa0b\\c" />')

        assert r'alt="a\u{a0}b\\c"' in compiled

    def test_bug_1_also_strikes_html_inside_text(self) -> None:
        compiled = raw('<mj-text><a href="#" title="a\xa0b">x</a></mj-text>')

        assert r'title="a\u{a0}b"' in compiled

    def test_bug_2_white_space_with_a_line_end_between_tags_is_dropped(self) -> None:
        compiled = raw("<mj-text><strong>Jan</strong>\n<em>de</em></mj-text>")

        assert "<strong>Jan</strong><em>de</em>" in compiled

    def test_bug_3_unknown_tags_and_mismatched_ends_pass_without_a_word(self) -> None:
        compiled = raw("<mj-foo>Weg</mj-foo><mj-text>Blijft</mj-txt>")

        assert "<mj-foo>Weg</mj-foo>" in compiled
        assert "Blijft" in compiled

    def test_styles_that_ask_to_be_inlined_are_not(self) -> None:
        source = a_letter(
            '<mj-text css-class="x"><p>Hoi</p></mj-text>', '<mj-style inline="inline">.x p { margin: 7px }</mj-style>'
        )

        assert '<p style="' not in str(mjml.mjml2html(source, fonts={}))


def test_any_value_comes_through_an_attribute_unharmed() -> None:
    compiled = compile_mjml(
        a_letter(f'<mj-image src="https://post.example.org/a.png" alt="{attribute(NASTY)}" />'),
        pictures_from="https://post.example.org",
    )

    found = re.search(r'alt="([^"]*)"', compiled)

    assert found is not None
    assert html.unescape(found.group(1)) == NASTY


def test_any_value_comes_through_text_unharmed() -> None:
    compiled = compile_mjml(a_letter(f"<mj-text><p>{attribute(NASTY)}</p></mj-text>"))

    found = re.search(r"<p>(.*?)</p>", compiled)

    assert found is not None
    assert html.unescape(found.group(1)) == NASTY


def test_line_ends_and_control_characters_become_spaces_or_nothing() -> None:
    assert attribute("a\r\nb\tc\x00d\x1b") == "a  b cd"


def test_words_on_two_lines_are_not_glued_together() -> None:
    text = rich_text("<strong>Jan</strong>\n   <em>de</em> Boer")

    assert "<strong>Jan</strong> <em>de</em> Boer" in compile_mjml(a_letter(f"<mj-text><p>{text}</p></mj-text>"))


def test_characters_that_no_letter_can_hold_are_left_out_of_rich_text() -> None:
    written = "".join(map(chr, (*range(0x20), *range(0x7E, 0xA1), 0xD800, 0xFFFE, 0xFFFF)))

    compiled = compile_mjml(a_letter(f"<mj-text>{rich_text(f'<p>De{written}tuin</p>')}</mj-text>"))

    found = re.search(r"<p>(.*?)</p>", compiled, re.DOTALL)
    assert found is not None
    assert html.unescape(found.group(1)).split() == ["De", "~", "tuin"]


def test_attributes_inside_rich_text_come_through_unharmed() -> None:
    text = rich_text('<a href="https://example.org/é\\a\n?x=1&amp;y=2">wij\xa0en&nbsp;ik</a>')

    compiled = compile_mjml(a_letter(f"<mj-text><p>{text}</p></mj-text>"))

    assert '<a href="https://example.org/é\\a ?x=1&amp;y=2">wij&nbsp;en&nbsp;ik</a>' in compiled


def test_styles_marked_inline_are_inlined_and_the_others_stay() -> None:
    head = (
        '<mj-style inline="inline">.x p { margin: 7px }</mj-style>'
        "<mj-style>@media (prefers-color-scheme: dark) { .x { color: #FFFFFF !important } }</mj-style>"
    )

    compiled = compile_mjml(a_letter('<mj-text css-class="x"><p>Hoi</p></mj-text>', head))

    assert '<p style="margin: 7px;">Hoi</p>' in compiled
    assert "@media (prefers-color-scheme: dark)" in compiled


def test_no_font_is_fetched() -> None:
    compiled = compile_mjml(
        "<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>"
    )

    assert "fonts.googleapis" not in compiled
    assert "<link" not in compiled


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<mj-foo>Weg</mj-foo>", "<mj-foo> is not on our list"),
        ("<mj-text>a</mj-txt>", "</mj-txt> closes nothing"),
        ('<mj-text colour="red">a</mj-text>', "no attribute colour"),
        ("<mj-text color>a</mj-text>", "without a value"),
        ("<mj-text><p>a</mj-text>", "</mj-text> closes nothing"),
        ("<mj-text><script>a</script></mj-text>", "<script> is not on our list"),
        ("<mj-text>a < b</mj-text>", "the MJML compiler refuses"),
    ],
)
def test_what_the_compiler_would_swallow_is_refused(body: str, problem: str) -> None:
    with pytest.raises(BrokenTemplate, match=re.escape(problem)):
        compile_mjml(a_letter(body))


def test_a_refusal_names_the_line() -> None:
    with pytest.raises(BrokenTemplate, match="line 3: <mj-foo>"):
        compile_mjml(a_letter("\n\n<mj-foo />"))


@pytest.mark.parametrize(
    "body",
    [
        '<mj-image src="https://elders.example.com/a.png" alt="" />',
        '<mj-image src="https://post.example.org.elders.example.com/a.png" alt="" />',
        '<mj-image src="http://post.example.org/a.png" alt="" />',
        '<mj-image src="/a.png" alt="" />',
        '<mj-text><p style="background: url(https://elders.example.com/a.png)">a</p></mj-text>',
    ],
)
def test_nothing_is_loaded_from_strangers(body: str) -> None:
    with pytest.raises(BrokenTemplate, match="load"):
        compile_mjml(a_letter(body), pictures_from="https://post.example.org")


def test_an_installation_without_an_address_owns_nothing() -> None:
    assert not is_ours("/a.png", "")
    assert is_ours("https://post.example.org/beeld/a.png", "https://post.example.org")


def test_words_that_look_like_loading_are_only_words() -> None:
    words = attribute('<script src="x"> url(a) @import <mj-text> <link>')
    head = f"<mj-title>{words}</mj-title><mj-preview>{words}</mj-preview>"

    compiled = compile_mjml(a_letter(f"<mj-text><p>{words} src=&#34;x&#34;</p></mj-text>", head))

    assert html.unescape(compiled).count('<script src="x"> url(a) @import <mj-text> <link>') == 4
