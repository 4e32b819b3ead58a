"""What the screens of reading in share: their blueprint, one batch, its state, a workbook as an answer."""

from __future__ import annotations

from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from mailer.directory.models import ImportBatch
from mailer.directory.queries import get_row
from mailer.foundation.language import gettext as _
from mailer.web import current
from mailer.web.office.access import office_blueprint
from mailer.web.office.states import State

screens = office_blueprint("imports", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def find_batch(batch_id: int) -> ImportBatch:
    """Return the batch of the address; raises ``NotFound`` when there is none."""
    return get_row(current.session(), ImportBatch, batch_id)


def batch_state(batch: ImportBatch) -> State:
    """Return how far an import is."""
    if batch.tried_at is None:
        return State(_("Geüpload"), "file", "")
    if batch.taken_back_at is not None:
        return State(_("Teruggedraaid"), "undo", "")
    return State(_("Toegepast"), "check", "good") if batch.applied_at else State(_("Proef klaar"), "question", "care")


def workbook(data: bytes, name: str) -> Response:
    """Return a workbook to keep under this name."""
    answer = FlaskResponse(data, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
