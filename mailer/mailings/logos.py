"""A sender's logo on top of its letters, as they show it: a picture of ours on a tile of its own.

Not in one-off letters, which are plain, and not on pages (``static/mark.svg``). Drawing it is ``drawing_logos``.
"""

from __future__ import annotations

from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.foundation.database import settings_of
from mailer.mailings.models import Picture
from mailer.subscriptions.models import Sender

# The picture has twice as many pixels as letters show, for sharp screens.
SHARP = 2
# Narrower is a mark beside the name, in CSS pixels.
ROOM_FOR_WORDS = 120


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
