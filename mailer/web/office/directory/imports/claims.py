"""What a list says of its own addresses ("subscribed on …"): staff says what proof there is, for all at once."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.importing import can_be_undone
from mailer.directory.models import ImportBatch
from mailer.foundation.errors import BadInput, Conflict
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.roles import Action
from mailer.subscriptions.claims import Claims, claims_of, confirm_claims
from mailer.subscriptions.queries import all_topics
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.directory.imports.room import find_batch, screens

# The name in the form of "every topic": one must choose it.
EVERY_TOPIC = "alle"


@screens.get("/adresboek/inlezen/<int:batch_id>/inschrijvingen")
@may(Action.RECORD_PERMISSION)
def claims(batch_id: int) -> str | Response:
    """Show who says to have subscribed, and ask what proof there is."""
    batch = find_batch(batch_id)
    found = claims_of(current.session(), batch, now=current.now())
    return _form(Filled.of({}), batch, found) if found.waiting and batch.applied_at else _nothing_waits(batch)


@screens.post("/adresboek/inlezen/<int:batch_id>/inschrijvingen")
@may(Action.RECORD_PERMISSION)
def confirm(batch_id: int) -> Response | tuple[str, int]:
    """Write down consent for all of them."""
    session, batch, filled = current.session(), find_batch(batch_id), Filled(request.form)
    topics = {topic.slug: topic for topic in all_topics(session)}
    topic = filled.one_of("topic", [*topics, EVERY_TOPIC], needed=_("Kies waarvoor ze zich inschreven."))
    source = filled.text("source", needed=_("Schrijf op welk bewijs er is."), longest=300)
    wording = filled.text("wording", needed=_("Schrijf op wat er gezegd of gevraagd werd."), longest=2000)
    if topic is not None and not filled.errors:
        try:
            added = confirm_claims(
                session,
                batch,
                topic=topics.get(topic),
                source=source,
                wording=wording,
                now=current.now(),
                by=current.operator(),
            )
        except BadInput as problem:
            filled.refuse(problem)
        except Conflict as problem:
            flash(problem.sentence, "care")
            return redirect(url_for("imports.show", batch_id=batch.id), 303)
        else:
            flash(ngettext("Vastgelegd voor %(n)s postvak.", "Vastgelegd voor %(n)s postvakken.", added), "good")
            return redirect(url_for("imports.show", batch_id=batch.id), 303)
    return _form(filled, batch, claims_of(session, batch, now=current.now())), 422


def _nothing_waits(batch: ImportBatch) -> Response:
    flash(_("Er valt niets te bevestigen."), "care")
    return redirect(url_for("imports.show", batch_id=batch.id), 303)


def _form(filled: Filled, batch: ImportBatch, found: Claims) -> str:
    topics = [(topic.slug, topic.name) for topic in all_topics(current.session())]
    return render_template(
        "office/directory/import-claims.html",
        filled=filled,
        batch=batch,
        found=found,
        topics=[*topics, (EVERY_TOPIC, _("Alle verzendlijsten"))],
        goes_along=can_be_undone(current.session(), batch),
    )
