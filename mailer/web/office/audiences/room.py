"""The room of selections: its blueprint, and finding the selection that an address names."""

from __future__ import annotations

from mailer.audiences.models import Segment
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.web import current
from mailer.web.office.access import office_blueprint

screens = office_blueprint("audiences", "mailer.web.office.audiences")


def find_segment(segment_id: int) -> Segment:
    """Return the selection; raises ``NotFound``."""
    segment = current.session().get(Segment, segment_id)
    if segment is None:
        raise NotFound(_("Deze selectie bestaat niet (meer)."))
    return segment
