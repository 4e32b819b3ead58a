"""A sender's logo on top of its letters: ours, readable on every ground and without pictures, never in the way."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.mailings.drawing_logos import HEAVIEST_BYTES, set_logo
from mailer.mailings.logos import logo_of
from mailer.mailings.pictures import picture_path
from tests.factories import A_MOMENT, a_topic
from tests.mailings.test_rendering import letter_of

TEXT = {"type": "text", "html": "Hallo"}


def a_logo(width: int = 800, height: int = 200, colour: tuple[int, ...] = (11, 85, 99, 0)) -> bytes:
    written = io.BytesIO()
    Image.new("RGBA", (width, height), colour).save(written, "PNG")
    return written.getvalue()


def test_a_letter_shows_the_logo_in_place_of_the_name_with_words_for_who_does_not_see_it(session: Session) -> None:
    sender = a_topic(session).sender
    set_logo(session, sender, a_logo(), now=A_MOMENT)

    html = letter_of(session, TEXT).html

    shown = re.search(r'<img src="([^"]+)" alt="([^"]*)" width="(\d+)" height="(\d+)"', html)
    assert shown is not None
    assert shown[1] == f"https://tegelpost.example.org/beeld/{sender.logo}"
    assert shown.groups()[1:] == (sender.name, "192", "48")
    assert sender.name in letter_of(session, TEXT).text


def test_a_mark_too_narrow_for_words_stands_beside_the_name(session: Session) -> None:
    sender = a_topic(session).sender
    set_logo(session, sender, a_logo(200, 200), alt="Ons teken", now=A_MOMENT)

    html = letter_of(session, TEXT).html

    assert re.search(r'<img src="[^"]+" alt="" width="48" height="48"', html)
    assert re.search(rf">{re.escape(sender.name)}<br ?/?>", html)


def test_without_a_logo_the_name_stands_there_as_before(session: Session) -> None:
    sender = a_topic(session).sender
    before = letter_of(session, TEXT).html
    set_logo(session, sender, a_logo(), alt="Ons logo", now=A_MOMENT)
    assert 'alt="Ons logo"' in letter_of(session, TEXT).html

    assert set_logo(session, sender, None, now=A_MOMENT) is None

    assert letter_of(session, TEXT).html == before
    assert "<img" not in before


def test_what_is_see_through_gets_a_white_ground(session: Session) -> None:
    picture = set_logo(session, a_topic(session).sender, a_logo(), now=A_MOMENT)

    assert picture is not None
    path = picture_path(session, picture.name)
    assert path is not None
    with Image.open(path) as kept:
        assert (kept.width, kept.height) == (384, 96)
        assert kept.convert("RGBA").getpixel((5, 5)) == (255, 255, 255, 255)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg onload=alert(1)>", "Dit is geen foto die we kunnen gebruiken."),
        (a_logo(1200, 40), "Dit logo is te klein of te plat."),
        (a_logo(40, 20), "Dit logo is te klein of te plat."),
    ],
)
def test_what_cannot_be_a_logo_is_refused_and_changes_nothing(session: Session, content: bytes, sentence: str) -> None:
    sender = a_topic(session).sender

    with pytest.raises(BadInput, match=re.escape(sentence)):
        set_logo(session, sender, content, now=A_MOMENT)

    assert logo_of(session, sender) is None


def test_a_logo_that_is_too_heavy_for_every_letter_is_refused(session: Session) -> None:
    coloured = Image.merge("RGB", [Image.effect_noise((400, 96), 200) for _channel in range(3)])
    heavy = io.BytesIO()
    coloured.save(heavy, "PNG")
    assert len(heavy.getvalue()) > HEAVIEST_BYTES

    with pytest.raises(BadInput, match="het mag 60 kB zijn"):
        set_logo(session, a_topic(session).sender, heavy.getvalue(), now=A_MOMENT)
