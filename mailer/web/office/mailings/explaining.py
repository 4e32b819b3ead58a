"""Why somebody got a mailing or not: of a sent one as it was that day, of a draft as it is now."""

from __future__ import annotations

from flask import render_template, request

from mailer.deliveries.showing.recalling import Recalled, explain_mailing, frozen_audience, say_outcome_then
from mailer.foundation.errors import BadInput, NotFound
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, screens


@screens.get("/mailings/<int:mailing_id>/uitleg")
@may(Action.LOOK)
def explanation(mailing_id: int) -> str:
    """Show what was asked for this mailing, and let somebody ask about an address."""
    return _page(mailing_id, Filled.of({}))


@screens.post("/mailings/<int:mailing_id>/uitleg")
@may(Action.LOOK)
def explain_to(mailing_id: int) -> str | tuple[str, int]:
    """Explain one address. A POST that changes nothing: addresses belong in no web address."""
    filled = Filled(request.form)
    try:
        recalled = explain_mailing(
            current.session(), find_mailing(mailing_id), filled.text("address", longest=320), now=current.now()
        )
    except (BadInput, NotFound) as problem:
        filled.refuse(BadInput(problem.sentence, field="address"))
        return _page(mailing_id, filled), 422
    return _page(mailing_id, filled, recalled)


def _page(mailing_id: int, filled: Filled, recalled: Recalled | None = None) -> str:
    mailing = find_mailing(mailing_id)
    return render_template(
        "office/mailings/explain.html",
        mailing=mailing,
        kept=frozen_audience(current.session(), mailing.id),
        filled=filled,
        recalled=recalled,
        outcome=say_outcome_then(recalled) if recalled else "",
    )
