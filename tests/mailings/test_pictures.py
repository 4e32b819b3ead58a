"""Pictures: small, without what the camera knew, the same one only once."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.mailings.models import Picture
from mailer.mailings.pictures import keep_picture, picture_path, picture_url


def a_photo(width: int = 40, height: int = 30, *, mode: str = "RGB", kind: str = "JPEG", **more: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), "#0B5563").save(written, kind, **more)  # type: ignore[arg-type]
    return written.getvalue()


def stored(session: Session, picture: Picture) -> Image.Image:
    path = picture_path(session, picture.name)
    assert path is not None
    return Image.open(io.BytesIO(path.read_bytes()))


def test_a_large_photo_is_made_small(session: Session, now: datetime) -> None:
    picture = keep_picture(session, a_photo(3000, 2000), now=now)

    assert (picture.width, picture.height) == (1200, 800)
    assert stored(session, picture).size == (1200, 800)
    assert picture_url(session, picture) == f"https://tegelpost.example.org/beeld/{picture.name}"


def test_what_the_camera_knew_is_gone_and_the_photo_stands_upright(session: Session, now: datetime) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera van Samira"
    exif[0x0112] = 6  # Lying on its side.
    exif.get_ifd(0x8825)[1] = "N"

    picture = keep_picture(session, a_photo(40, 30, exif=exif), now=now)

    assert (picture.width, picture.height) == (30, 40)
    assert dict(stored(session, picture).getexif()) == {}
    path = picture_path(session, picture.name)
    assert path is not None
    assert b"Samira" not in path.read_bytes()


def test_a_second_file_behind_the_first_is_gone(session: Session, now: datetime) -> None:
    picture = keep_picture(session, a_photo() + b"<script>alert(1)</script>", now=now)

    path = picture_path(session, picture.name)
    assert path is not None
    assert b"script" not in path.read_bytes()


def test_the_same_photo_twice_is_one_file(session: Session, now: datetime) -> None:
    first, second = (keep_picture(session, a_photo(), now=now) for _ in range(2))

    assert first is second
    assert session.scalar(select(func.count(Picture.id))) == 1


def test_a_see_through_picture_stays_see_through(session: Session, now: datetime) -> None:
    picture = keep_picture(session, a_photo(mode="RGBA", kind="PNG"), now=now)

    assert picture.name.endswith(".png")
    assert stored(session, picture).mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"geen foto",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        a_photo(kind="GIF", mode="P"),
        a_photo()[:200],
        b"%PDF-1.7 ...",
    ],
)
def test_what_is_no_photo_for_a_letter_is_refused(session: Session, now: datetime, content: bytes) -> None:
    with pytest.raises(BadInput) as refusal:
        keep_picture(session, content, now=now)

    assert refusal.value.field == "picture"
    assert session.scalar(select(func.count(Picture.id))) == 0


def test_a_small_file_that_unfolds_to_gigabytes_is_refused(session: Session, now: datetime) -> None:
    bomb = a_photo(12_000, 9_000, mode="L", kind="PNG")

    with pytest.raises(BadInput):
        keep_picture(session, bomb, now=now)


def test_only_pictures_we_know_have_a_file(session: Session, now: datetime) -> None:
    secret = settings_of(session).pictures_dir.parent / "secret_key"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("geheim")

    assert picture_path(session, "../secret_key") is None
    assert picture_path(session, "weg.jpg") is None


def test_a_photo_as_an_iphone_keeps_it_is_refused_with_what_to_do(session: Session, now: datetime) -> None:
    heic = (Path(__file__).parent / "photos" / "tegel.heic").read_bytes()

    with pytest.raises(BadInput) as refused:
        keep_picture(session, heic, now=now)

    assert refused.value.sentence == (
        "Dit is een heic-foto van een iPhone. Kies de foto op de iPhone zelf: dan wordt het vanzelf een jpg. "
        "Of bewaar hem eerst als jpg."
    )
    assert refused.value.field == "picture"
