"""The bytes of a list wait in a folder while somebody looks at its report; what waits too long is thrown away."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import ImportBatch
from mailer.foundation.database import settings_of
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _

KEPT_DAYS = 30


def keep_bytes(session: Session, data: bytes, *, now: datetime) -> None:
    """Keep the bytes of a list under their hash. What waited too long goes."""
    folder = settings_of(session).imports_dir
    folder.mkdir(parents=True, exist_ok=True)
    oldest = (now - timedelta(days=KEPT_DAYS)).timestamp()
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
    # A list is full of people.
    with open(folder / hashlib.sha256(data).hexdigest(), "wb", opener=_owner_only) as file:
        file.write(data)


def kept_bytes(session: Session, batch: ImportBatch) -> bytes:
    """Return the bytes of a list that was uploaded.

    Raises ``BadInput`` when they are gone.
    """
    try:
        return (settings_of(session).imports_dir / batch.file_hash).read_bytes()
    except OSError as problem:
        raise BadInput(_("Dit bestand is niet bewaard. Kies het opnieuw en bekijk de proef nog eens.")) from problem


def drop_bytes(session: Session, batch: ImportBatch) -> None:
    """Throw the bytes of a list away, unless another batch is of the same file."""
    same_bytes = select(ImportBatch.id).where(ImportBatch.file_hash == batch.file_hash, ImportBatch.id != batch.id)
    if session.scalars(same_bytes.limit(1)).first() is None:
        (settings_of(session).imports_dir / batch.file_hash).unlink(missing_ok=True)


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
