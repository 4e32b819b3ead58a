"""Giving a sender its logo, drawn anew for letters. Apart from ``logos``: who sends all day draws nothing."""

from __future__ import annotations

from datetime import datetime

from PIL import Image
from sqlalchemy.orm import Session

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.logos import SHARP
from mailer.mailings.models import Picture
from mailer.mailings.pictures import draw_anew, store
from mailer.subscriptions.models import Sender

# As letters show it, in CSS pixels.
WIDEST, TALLEST = 200, 48
# In pixels of the picture. Smaller than this nobody reads it.
LEAST_HEIGHT = 32
HEAVIEST_BYTES = 60_000
LONGEST_ALT = 120


def set_logo(
    session: Session, sender: Sender, content: bytes | None, *, alt: str = "", now: datetime
) -> Picture | None:
    """Give the sender this picture as its logo, or with None the name in words again.

    Letters that were sent keep theirs: a picture's address is of its content. Raises ``BadInput`` when it is no
    picture, too small to read or too heavy for every letter.
    """
    picture = store(session, _drawn(content), now=now) if content is not None else None
    if picture is not None and picture.size_bytes > HEAVIEST_BYTES:
        size = {"size": picture.size_bytes // 1000, "most": HEAVIEST_BYTES // 1000}
        raise BadInput(_("Dit logo is %(size)s kB, en het mag %(most)s kB zijn. Kies er een zonder foto erin.", **size))
    sender.logo = picture.name if picture is not None else ""
    sender.logo_alt = " ".join(alt.replace("\0", "").split())[:LONGEST_ALT] if picture is not None else ""
    session.flush()
    return picture


def _drawn(content: bytes) -> Image.Image:
    """On white, with nothing see-through: where a mail program turns colours around, it turns all of it."""
    drawn = draw_anew(content, widest=WIDEST * SHARP, tallest=TALLEST * SHARP)
    if drawn.height < LEAST_HEIGHT:
        raise BadInput(
            _("Dit logo is te klein of te plat. Kies er een van minstens %(n)s pixels hoog.", n=LEAST_HEIGHT)
        )
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn.convert("RGBA"))
    return ground
