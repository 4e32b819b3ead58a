"""Step 3, Bekijken en testen: the letter as one of its readers gets it, and a proof to oneself."""

from __future__ import annotations

import re

from flask import Response as FlaskResponse
from flask import flash, request
from werkzeug.wrappers import Response

from mailer.audiences.showing.lines import MailboxLine, list_mailboxes
from mailer.deliveries.letters.previewing import letter_for
from mailer.deliveries.letters.proofing import send_proof
from mailer.directory.models import Mailbox
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput, NotFound
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import Mailing
from mailer.mailings.purpose import purpose_of
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.forms import Filled
from mailer.web.office.access import may
from mailer.web.office.mailings.looking import TEXT, look_of, looks, shown_as
from mailer.web.office.mailings.previewing import example
from mailer.web.office.mailings.room import PROOF, find_mailing, go, screens, step_page, url_of
from mailer.wire.slots import Letter

MOST_OFFERED = 30
MOST_PROOFS = 5
BETWEEN_ADDRESSES = re.compile(r"[\s,;]+")


@screens.get("/mailings/<int:mailing_id>/bekijken")
@may(Action.LOOK)
def proof(mailing_id: int) -> str:
    """Show the letter as one reader gets it."""
    mailing = find_mailing(mailing_id)
    return _page(mailing, Filled.of({"to": current.operator().address}))


@screens.get("/mailings/<int:mailing_id>/bekijken/als/<int:mailbox_id>")
@may(Action.LOOK)
def letter_as(mailing_id: int, mailbox_id: int) -> FlaskResponse:
    """Give the letter's HTML for the frame, as this mailbox gets it."""
    return shown_as(_letter(find_mailing(mailing_id), mailbox_id), look_of(request.args.get("kijk")))


@screens.post("/mailings/<int:mailing_id>/proefmail")
@may(Action.COMPOSE)
def send_proofs(mailing_id: int) -> Response | tuple[str, int]:
    """Send a proof to oneself or others: up to five addresses."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    filled = Filled(request.form)
    addresses = _addresses(filled)
    if filled.errors:
        return _page(mailing, filled), 422
    for address in addresses:
        send_proof(session, mailing, to=address, now=now)
    note(session, current.operator(), "proof-sent", mailing, now=now, note=str(len(addresses)))
    flash(
        ngettext("De proefmail is onderweg.", "%(n)s proefmails zijn onderweg.", len(addresses)),
        "good",
    )
    return go("proof", mailing)


def _addresses(filled: Filled) -> list[str]:
    typed = filled.text("to", needed=_("Vul in naar wie de proefmail gaat."), longest=2_000)
    found: dict[str, str] = {}
    for piece in filter(None, BETWEEN_ADDRESSES.split(typed)):
        try:
            address = parse_address(piece)
            found.setdefault(address.key, address.shown)
        except BadInput as problem:
            filled.wrong("to", problem.sentence)
    if len(found) > MOST_PROOFS:
        filled.wrong("to", _("Een proefmail kan naar hoogstens %(n)s adressen tegelijk.", n=MOST_PROOFS))
    return list(found.values())


def _page(mailing: Mailing, filled: Filled) -> str:
    sought = request.args.get("zoek", "").strip()
    lines, problem = _recipients(mailing)
    fitting = [line for line in lines if _fits(line, sought)]
    chosen = _chosen(fitting or lines, request.args.get("als", ""))
    letter = _letter(mailing, chosen.mailbox_id) if chosen else example(mailing)
    look = look_of(request.args.get("kijk"))
    frame = (
        url_of("letter_as", mailing, mailbox_id=chosen.mailbox_id, kijk=look)
        if chosen
        else url_of("preview", mailing, kijk=look)
    )
    return step_page(
        "proof.html",
        mailing,
        PROOF,
        filled=filled,
        problem=problem,
        offered=[(line.mailbox_id, _say(line)) for line in fitting[:MOST_OFFERED]],
        chosen=chosen,
        total=len(lines),
        found=len(fitting),
        sought=sought,
        letter=letter,
        frame=frame,
        look=look,
        looks=looks(),
        is_text=look == TEXT,
    )


def _recipients(mailing: Mailing) -> tuple[list[MailboxLine], str]:
    """Return who gets the mail, shared mailboxes first: those are the ones to look at."""
    if not mailing.audience:
        return [], ""
    try:
        lines = list_mailboxes(current.session(), mailing.audience, now=current.now(), purpose=purpose_of(mailing))
    except BadInput as problem:
        return [], problem.sentence
    return sorted((line for line in lines if line.refusal is None), key=lambda line: -len(line.people)), ""


def _chosen(lines: list[MailboxLine], wanted: str) -> MailboxLine | None:
    return next((line for line in lines if str(line.mailbox_id) == wanted), lines[0] if lines else None)


def _fits(line: MailboxLine, sought: str) -> bool:
    return sought.casefold() in " ".join([line.address, *line.organisations, *line.people]).casefold()


def _say(line: MailboxLine) -> str:
    behind = ", ".join([*line.organisations[:1], *line.people[:2]])
    return f"{line.address} ({behind})" if behind else line.address


def _letter(mailing: Mailing, mailbox_id: int) -> Letter:
    mailbox = current.session().get(Mailbox, mailbox_id)
    if mailbox is None:
        raise NotFound(_("Dit postvak is er niet (meer)."))
    return letter_for(current.session(), mailing, mailbox, now=current.now())
