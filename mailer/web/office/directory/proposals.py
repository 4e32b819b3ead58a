"""Voorstellen: what others say should change, beside what we have, with a choice for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from mailer.directory import proposing, queries
from mailer.directory.models import Organisation, Proposal, ProposalField, ProposalSource, ProposalState
from mailer.directory.proposing.wording import Wording, say_field, say_source
from mailer.directory.queries.proposals import count_open_proposals, open_proposals
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may, office_blueprint
from mailer.web.office.directory.tabs import directory_tabs

screens = office_blueprint("proposals", __name__)
ACCEPT, DECLINE, ALL = "accept", "decline", "all"
OUTCOMES = (ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.OVERTAKEN)


@dataclass(frozen=True)
class Shown:
    """One proposal as staff reads it."""

    proposal: Proposal
    label: str
    ours: str
    theirs: str
    source: str
    has_changed: bool
    is_so_already: bool

    @property
    def is_remark(self) -> bool:
        return self.proposal.field is ProposalField.REMARK


@dataclass(frozen=True)
class Group:
    """All that waits about one organisation, or about one person without one."""

    key: str
    name: str
    organisation_id: int | None
    person_id: int | None
    proposals: Sequence[Shown]


@screens.get("/adresboek/voorstellen")
@may(Action.LOOK)
def index() -> str:
    """Show what waits, per organisation."""
    return _page(Filled.of({}))


@screens.post("/adresboek/voorstellen")
@may(Action.EDIT_DIRECTORY)
def decide() -> Response | tuple[str, int]:
    """Carry out the choices of one organisation; when one of them cannot be done, none is."""
    filled = Filled(request.form)
    waiting = {str(one.id): one for one in open_proposals(current.session())}
    asked = [number for number in filled.several("proposal") if number in waiting]
    outcomes: Counter[ProposalState] = Counter()
    # What went well before something did not is taken back at once: the page shows what is so.
    attempt = current.session().begin_nested()
    for number in asked:
        state = _decide(waiting[number], filled, number)
        if state is not None:
            outcomes[state] += 1
    if filled.errors:
        attempt.rollback()
        return _page(filled), 422
    flash(_say(outcomes), "good" if outcomes else "care")
    return redirect(url_for("proposals.index"), 303)


@screens.post("/adresboek/organisaties/<int:organisation_id>/voorstel")
@may(Action.ANSWER)
def remark(organisation_id: int) -> Response:
    """Keep what somebody of staff heard, for whoever keeps the directory."""
    organisation = queries.get_row(current.session(), Organisation, organisation_id)
    said = Filled(request.form).text("remark", longest=1000)
    if not said:
        raise BadInput(_("Schrijf op wat je hoorde."))
    origin = proposing.Origin(ProposalSource.STAFF)
    text = _("%(said)s (%(name)s)", said=said, name=current.operator().shown_name)
    proposing.propose(current.session(), organisation, ProposalField.REMARK, text, origin=origin, now=current.now())
    flash(_("Het staat klaar bij Voorstellen."), "good")
    return redirect(url_for("organisations.show", organisation_id=organisation.id), 303)


def _decide(proposal: Proposal, filled: Filled, number: str) -> ProposalState | None:
    session, now, by = current.session(), current.now(), current.operator()
    choice = ACCEPT if filled.value("all") else filled.value(f"choice_{number}")
    try:
        if choice == ACCEPT:
            proposing.accept(session, proposal, by=by, now=now)
        elif choice == DECLINE:
            proposing.decline(session, proposal, reason=filled.text("reason", longest=300), by=by, now=now)
        else:
            return None
    except BadInput as problem:
        filled.wrong(f"choice_{number}", problem.sentence)
        return None
    return proposal.state


def _say(outcomes: Counter[ProposalState]) -> str:
    accepted, declined, overtaken = (outcomes[state] for state in OUTCOMES)
    told = [ngettext("%(n)s voorstel overgenomen.", "%(n)s voorstellen overgenomen.", accepted)] if accepted else []
    told += [ngettext("%(n)s voorstel afgewezen.", "%(n)s voorstellen afgewezen.", declined)] if declined else []
    told += [ngettext("%(n)s voorstel was al zo.", "%(n)s voorstellen waren al zo.", overtaken)] if overtaken else []
    return " ".join(told) or _("Er is niets gekozen. Kies per regel, of neem alles over.")


def _page(filled: Filled) -> str:
    session = current.session()
    return render_template(
        "office/directory/proposals.html",
        groups=_groups(open_proposals(session)),
        total=count_open_proposals(session),
        filled=filled,
        tabs=directory_tabs("proposals.index"),
    )


def _groups(waiting: Sequence[Proposal]) -> list[Group]:
    wording = Wording(current.session())
    together: dict[str, list[Proposal]] = {}
    for proposal in waiting:
        key = f"o{proposal.organisation_id}" if proposal.organisation_id else f"p{proposal.person_id}"
        together.setdefault(key, []).append(proposal)
    groups = [_group(key, proposals, wording) for key, proposals in together.items()]
    return sorted(groups, key=lambda group: group.name.casefold())


def _group(key: str, proposals: Sequence[Proposal], wording: Wording) -> Group:
    organisation, person = proposals[0].organisation, proposals[0].person
    name = organisation.name if organisation else person.full_name if person else ""
    person_id = person.id if person and organisation is None else None
    return Group(
        key, name, organisation.id if organisation else None, person_id, [_show(one, wording) for one in proposals]
    )


def _show(proposal: Proposal, wording: Wording) -> Shown:
    return Shown(
        proposal=proposal,
        label=say_field(proposal.field),
        ours=wording.ours(proposal),
        theirs=wording.theirs(proposal),
        source=say_source(proposal.source),
        has_changed=proposing.has_changed_meanwhile(proposal),
        is_so_already=proposing.is_so_already(current.session(), proposal),
    )
