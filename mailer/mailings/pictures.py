"""Pictures in letters: made small, freed of what the camera knew, and served by ourselves.

Everything is drawn anew by Pillow, so whatever else was in the file (EXIF with the place it was taken, scripts, a
second file behind the first) is gone. The name is a hash of the content: the same picture twice is one file, and a name
tells nothing.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import warnings
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Picture
from mailer.staff.models import Operator

# SVG is a program and GIF moves; neither belongs in a letter.
FORMATS = ("JPEG", "PNG", "WEBP")
# What a file of an iPhone's photo begins with (ISO/IEC 23008-12): nothing here reads it (decision 0018).
HEIC = re.compile(rb".{4}ftyp(?:heic|heix|heim|heis|hevc|hevx)", re.DOTALL)
WIDEST = 1200
TALLEST = 1600
MOST_PIXELS = 50_000_000


def keep_picture(session: Session, content: bytes, *, now: datetime, by: Operator | None = None) -> Picture:
    """Store an uploaded picture and return its row; the same picture again returns the row it has.

    Raises ``BadInput`` when it is no picture, or one of a kind that does not belong in a letter.
    """
    return store(session, draw_anew(content), now=now, by=by)


def store(session: Session, drawn: Image.Image, *, now: datetime, by: Operator | None = None) -> Picture:
    """Store a picture as it is drawn, and return its row; the same picture again returns the row it has."""
    data, ending = _encode(drawn)
    name = f"{hashlib.sha256(data).hexdigest()[:32]}.{ending}"
    _write(settings_of(session).pictures_dir / name, data)
    known = session.scalars(select(Picture).where(Picture.name == name)).one_or_none()
    if known is not None:
        return known
    picture = Picture(
        name=name,
        width=drawn.width,
        height=drawn.height,
        size_bytes=len(data),
        uploaded_at=now,
        uploaded_by_id=by.id if by else None,
    )
    session.add(picture)
    session.flush()
    return picture


def picture_url(session: Session, picture: Picture) -> str:
    """Return where the picture is served: what an image block's ``src`` holds."""
    return settings_of(session).links.picture(picture.name)


def picture_path(session: Session, name: str) -> Path | None:
    """Return the file of a picture, or None when there is none of that name."""
    known = session.scalars(select(Picture.name).where(Picture.name == name)).one_or_none()
    path = settings_of(session).pictures_dir / known if known else None
    return path if path is not None and path.is_file() else None


def draw_anew(content: bytes, *, widest: int = WIDEST, tallest: int = TALLEST) -> Image.Image:
    """Return the picture that the file shows, no larger than that and without anything else that was in the file.

    Raises ``BadInput`` when it is no picture, or one of a kind that does not belong in a letter.
    """
    try:
        # A small file that unfolds to gigabytes is refused before it is drawn.
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadInput(_("Deze foto is te groot. Maak hem eerst kleiner."), field="picture")
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                drawn = upright.convert("RGBA" if _is_see_through(upright) else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as problem:
        raise BadInput(_why_unread(content), field="picture") from problem
    drawn.thumbnail((widest, tallest), Image.Resampling.LANCZOS)
    # A new image carries no metadata along.
    fresh = Image.new(drawn.mode, drawn.size)
    fresh.paste(drawn)
    return fresh


def _why_unread(content: bytes) -> str:
    if HEIC.match(content):
        return _(
            "Dit is een heic-foto van een iPhone. Kies de foto op de iPhone zelf: dan wordt het vanzelf een jpg. "
            "Of bewaar hem eerst als jpg."
        )
    return _("Dit is geen foto die we kunnen gebruiken. Kies een jpg-, png- of webp-bestand.")


def _is_see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _encode(image: Image.Image) -> tuple[bytes, str]:
    written = io.BytesIO()
    if image.mode == "RGBA":
        image.save(written, "PNG", optimize=True)
        return written.getvalue(), "png"
    image.save(written, "JPEG", quality=82, optimize=True, progressive=True)
    return written.getvalue(), "jpg"


def _write(path: Path, data: bytes) -> None:
    """Write the file whole or not at all: another process may serve it at this moment."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(unfinished).chmod(0o644)
    Path(unfinished).replace(path)
