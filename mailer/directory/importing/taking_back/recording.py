"""What a list writes is recorded in the journal, under its batch: that is what takes it back."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy.orm import Session

from mailer.directory.models import ImportBatch
from mailer.foundation.journal import recording


def deed_of(batch: ImportBatch) -> str:
    """Return the name under which the journal keeps what a batch wrote."""
    return f"import-batch:{batch.id}"


def recorded(session: Session, batch: ImportBatch | None, *, now: datetime) -> AbstractContextManager[object]:
    """Record what is written inside as the deed of the batch; without a batch nothing is recorded."""
    return recording(session, deed=deed_of(batch), now=now) if batch is not None else nullcontext()
