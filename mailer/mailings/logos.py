"""A sender's logo on top of its letters: a picture of ours on a tile of its own, so that it reads on every ground.

Not in one-off letters, which are plain, and not on pages (``static/mark.svg``).
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Picture
from mailer.subscriptions.models import Sender

if TYPE_CHECKING:
    from PIL import Image

# As letters show it, in CSS pixels; the picture has twice as many, for sharp screens.
WIDEST, TALLEST = 200, 48
SHARP = 2
# Smaller than this nobody reads it.
LEAST_HEIGHT = 32
HEAVIEST_BYTES = 60_000
LONGEST_ALT = 120
# Narrower is a mark beside the name, in CSS pixels.
ROOM_FOR_WORDS = 120


def set_logo(
    session: Session, sender: Sender, content: bytes | None, *, alt: str = "", now: datetime
) -> Picture | None:
    """Give the sender this picture as its logo, or with None the name in words again.

    Letters that were sent keep theirs: a picture's address is of its content. Raises ``BadInput`` when it is no
    picture, too small to read or too heavy for every letter.
    """
    # Here and below: what draws takes 10 MB, and who sends letters all day draws nothing.
    from mailer.mailings.pictures import store  # noqa: PLC0415 - see above

    picture = store(session, _drawn(content), now=now) if content is not None else None
    if picture is not None and picture.size_bytes > HEAVIEST_BYTES:
        size = {"size": picture.size_bytes // 1000, "most": HEAVIEST_BYTES // 1000}
        raise BadInput(_("Dit logo is %(size)s kB, en het mag %(most)s kB zijn. Kies er een zonder foto erin.", **size))
    sender.logo = picture.name if picture is not None else ""
    sender.logo_alt = " ".join(alt.replace("\0", "").split())[:LONGEST_ALT] if picture is not None else ""
    session.flush()
    return picture


def logo_of(session: Session, sender: Sender) -> SimpleNamespace | None:
    """Return what the top of a letter shows of the sender's logo, or None where its name stands in words."""
    picture = session.scalars(select(Picture).where(Picture.name == sender.logo)).one_or_none() if sender.logo else None
    if picture is None:
        return None
    width, height = (max(1, round(size / SHARP)) for size in (picture.width, picture.height))
    # In a narrow place words would fall apart where pictures are off: then the name stands beside it.
    is_mark = width < ROOM_FOR_WORDS
    alt = "" if is_mark else sender.logo_alt or sender.name
    src = settings_of(session).links.picture(picture.name)
    return SimpleNamespace(src=src, alt=alt, width=width, height=height, is_mark=is_mark)


def _drawn(content: bytes) -> Image.Image:
    """On white, with nothing see-through: where a mail program turns colours around, it turns all of it."""
    from PIL import Image  # noqa: PLC0415 - see above

    from mailer.mailings.pictures import draw_anew  # noqa: PLC0415 - see above

    drawn = draw_anew(content, widest=WIDEST * SHARP, tallest=TALLEST * SHARP)
    if drawn.height < LEAST_HEIGHT:
        raise BadInput(
            _("Dit logo is te klein of te plat. Kies er een van minstens %(n)s pixels hoog.", n=LEAST_HEIGHT)
        )
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn.convert("RGBA"))
    return ground
