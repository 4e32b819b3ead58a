"""Recording why we may write: for one mailbox, for those ticked in the list, or for all that the filters leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.subscriptions.joining import record_basis
from mailer.subscriptions.models import Basis, Topic
from mailer.subscriptions.queries import all_topics
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.mailboxes import FILTERS, wanted_mailboxes
from mailer.web.office.filtering import Filters

screens = office_blueprint("basis", __name__)
MOST_TICKED = 500


@screens.get("/adresboek/postvakken/grondslag")
@may(Action.RECORD_PERMISSION)
def ask() -> str | tuple[str, int]:
    """Show the form for the mailboxes chosen in the address."""
    chosen = _chosen()
    if not chosen:
        raise BadInput(_("Kies eerst een of meer postvakken in de lijst."))
    return _form(Filled.of({}), chosen)


@screens.post("/adresboek/postvakken/grondslag")
@may(Action.RECORD_PERMISSION)
def record() -> Response | tuple[str, int]:
    """Write down why we may write to each of the mailboxes chosen."""
    chosen, filled = _chosen(), Filled(request.form)
    topics = all_topics(current.session())
    basis = filled.one_of(
        "basis", [Basis.PUBLISHED.value, Basis.CONSENT.value], needed=_("Kies waarom we mogen mailen.")
    )
    given_on = filled.day("given_on", needed=_("Vul in op welke dag."))
    source = filled.text("source", needed=_("Schrijf op waar je dit vandaan hebt."), longest=300)
    is_consent = basis == Basis.CONSENT
    asked = _("Schrijf op wat er gezegd of gevraagd werd.") if is_consent else ""
    wording = filled.text("wording", needed=asked, longest=2000)
    topic = _topic(filled, topics)
    if basis is not None and given_on is not None and not filled.errors:
        try:
            recorded = record_basis(
                current.session(),
                chosen,
                basis=Basis(basis),
                given_on=given_on,
                source=source,
                wording=wording,
                topic=topic,
                by=current.operator(),
                now=current.now(),
            )
        except BadInput as problem:
            filled.refuse(problem)
        else:
            _tell(chosen, recorded.added, recorded.known)
            return _onward(chosen)
    return _form(filled, chosen), 422


def _chosen() -> Sequence[Mailbox]:
    """The mailboxes in the address or the form: all that the filters leave, or those ticked."""
    question = wanted_mailboxes(Filters.read("mailboxes.index", FILTERS))
    if request.values.get("everything") != "yes":
        ids = {int(one) for one in request.values.getlist("mailbox") if one.isdecimal() and len(one) < 12}
        question = question.where(Mailbox.id.in_(sorted(ids)[:MOST_TICKED]))
    return current.session().scalars(question).all()


def _topic(filled: Filled, topics: Sequence[Topic]) -> Topic | None:
    slug = filled.one_of("topic", [topic.slug for topic in topics])
    return next((topic for topic in topics if topic.slug == slug), None)


def _tell(chosen: Sequence[Mailbox], added: int, known: int) -> None:
    subject = chosen[0] if len(chosen) == 1 else None
    note(current.session(), current.operator(), "basis-recorded", subject, now=current.now(), note=str(added))
    sentence = ngettext("Vastgelegd voor %(n)s postvak.", "Vastgelegd voor %(n)s postvakken.", added)
    if known:
        sentence += " " + ngettext("Bij %(n)s stond dit al.", "Bij %(n)s stond dit al.", known)
    flash(sentence, "good")


def _onward(chosen: Sequence[Mailbox]) -> Response:
    if len(chosen) == 1:
        return redirect(url_for("mailboxes.show", mailbox_id=chosen[0].id), 303)
    return redirect(Filters.read("mailboxes.index", FILTERS).url(), 303)


def _form(filled: Filled, chosen: Sequence[Mailbox]) -> str:
    everything = request.values.get("everything") == "yes"
    filters = Filters.read("mailboxes.index", FILTERS)
    # The filters go along, so that the list afterwards is the list one came from.
    args: dict[str, Any] = {**filters.chosen, **({"everything": "yes"} if everything else {})}
    return render_template(
        "office/directory/basis-form.html",
        filled=filled,
        chosen=chosen,
        personal=[mailbox for mailbox in chosen if mailbox.kind is not MailboxKind.FUNCTIONAL],
        topics=all_topics(current.session()),
        everything=everything,
        action=url_for("basis.record", **args),
        filters=filters,
    )
