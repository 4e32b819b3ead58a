"""Old numbers lead on: the page of an organisation, person or mailbox that was merged is the page of what it became."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.models import Mailbox
from mailer.records.forwarding import where_now
from mailer.web import current
from mailer.web.office.directory.duplicates.room import KINDS, Kind, screens


@screens.before_app_request
def follow() -> Response | None:
    """Lead a page of the directory with an old number to the new one. Only for who is signed in, and only a GET."""
    arguments = request.view_args or {}
    if request.method != "GET" or current.visitor() is None:
        return None
    for kind in KINDS.values():
        old_id = arguments.get(kind.argument)
        new_id = _new_number(kind, old_id) if isinstance(old_id, int) else None
        if new_id is not None and request.endpoint:
            return redirect(url_for(request.endpoint, **{**arguments, kind.argument: new_id}), 302)
    return None


def _new_number(kind: Kind, old_id: int) -> int | None:
    if kind.model is Mailbox:
        mailbox = current.session().get(Mailbox, old_id)
        return mailbox.replacement.replaced_by_id if mailbox and mailbox.replacement else None
    return where_now(current.session(), kind.merge_kind.value, old_id)
