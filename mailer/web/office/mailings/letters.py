"""The letters of a mailing by name: the whole list, one letter with its history, and the list as a file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response as FlaskResponse
from flask import make_response, render_template, request, url_for
from sqlalchemy.orm import joinedload

from mailer.deliveries.models import Delivery, DeliveryState
from mailer.deliveries.queries import Figures, figures
from mailer.deliveries.showing.fates import fates_of
from mailer.deliveries.showing.histories import history_of_letter
from mailer.deliveries.showing.register import letters_of, register_table
from mailer.deliveries.sums import say_sum
from mailer.foundation.clock import today
from mailer.foundation.errors import NotFound
from mailer.foundation.language import gettext as _
from mailer.mailings.models import Mailing
from mailer.staff.logbook import note
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office import states
from mailer.web.office.access import may
from mailer.web.office.mailings.room import find_mailing, screens
from mailer.web.pages import page_number, turn_to
from mailer.wire.sheets import write_csv, write_xlsx

S = DeliveryState
STANDS: dict[str, tuple[DeliveryState, ...]] = {
    "alles": (),
    "onzeker": (S.UNCERTAIN,),
    "mislukt": (S.REJECTED, S.EXPIRED),
    "later": (S.DEFERRED,),
    "verzonden": (S.ACCEPTED,),
    "wacht": (S.QUEUED, S.CLAIMED, S.HANDING_OVER),
    "gestopt": (S.CANCELLED,),
    "overgeslagen": (S.SKIPPED,),
}
"""A tab of the list, as the address says it → the states of its letters."""

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to: a tab, and a part of an address."""

    stand: str
    sought: str

    @classmethod
    def read(cls) -> Narrowed:
        stand = request.args.get("stand", "alles")
        return cls(stand if stand in STANDS else "alles", request.args.get("zoek", "").strip()[:100])

    def url(self, mailing: Mailing, *, stand: str = "", page: int = 1) -> str:
        return url_for(
            "mailings.letters",
            mailing_id=mailing.id,
            stand=None if (stand or self.stand) == "alles" else stand or self.stand,
            zoek=self.sought or None,
            bladzijde=page if page > 1 else None,
        )


@screens.get("/mailings/<int:mailing_id>/mails")
@may(Action.LOOK)
def letters(mailing_id: int) -> str:
    """List the letters of a mailing, narrowed to how they stand or to a part of an address."""
    session, now = current.session(), current.now()
    mailing, narrowed = find_mailing(mailing_id), Narrowed.read()
    counted = figures(session, mailing.id)
    question = letters_of(mailing.id, STANDS[narrowed.stand], sought=narrowed.sought)
    page = turn_to(session, question, page_number(request.args.get("bladzijde")))
    return render_template(
        "office/mailings/letters.html",
        mailing=mailing,
        page=page,
        fates=fates_of(session, page.rows, now=now),
        tabs=_tabs(mailing, narrowed, counted),
        narrowed=narrowed,
        sum=say_sum(counted),
        states=states,
    )


@screens.get("/mailings/<int:mailing_id>/mails/<int:delivery_id>")
@may(Action.LOOK)
def letter(mailing_id: int, delivery_id: int) -> str:
    """Show one letter: for whom, where it is and why, every try, and who decided what."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    found = session.get(Delivery, delivery_id, options=[joinedload(Delivery.mailbox)])
    if found is None or found.mailing_id != mailing.id:
        raise NotFound(_("Deze mail hoort niet bij deze mailing."))
    (fate,) = fates_of(session, [found], now=now)
    return render_template(
        "office/mailings/letter.html",
        mailing=mailing,
        fate=fate,
        history=history_of_letter(session, found),
        states=states,
    )


@screens.post("/mailings/<int:mailing_id>/mails/download")
@may(Action.EXPORT)
def download_letters(mailing_id: int) -> FlaskResponse:
    """Give every address with what became of it, as a file; who took it out stands in the logbook."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    is_book = request.form.get("as") == "xlsx"
    note(session, current.operator(), "letters-downloaded", mailing, now=now)
    table = register_table(session, mailing, now=now)
    response = make_response(write_xlsx([table]) if is_book else write_csv(table))
    response.headers["Content-Type"] = WORKBOOK if is_book else "text/csv; charset=utf-8"
    name = f"mailing-{mailing_id}-{today(now).isoformat()}.{'xlsx' if is_book else 'csv'}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tabs(mailing: Mailing, narrowed: Narrowed, counted: Figures) -> list[tuple[str, str, bool, int]]:
    """The tabs that have something in them, and the one at hand; their numbers add up to the first."""
    words = {
        "alles": _("Alles"),
        "onzeker": _("Onzeker"),
        "mislukt": _("Mislukt"),
        "later": _("Later opnieuw"),
        "verzonden": _("Verzonden"),
        "wacht": _("Nog te gaan"),
        "gestopt": _("Gestopt"),
        "overgeslagen": _("Overgeslagen"),
    }
    amounts = {
        stand: sum(getattr(counted, state.value) for state in members) if members else counted.planned
        for stand, members in STANDS.items()
    }
    return [
        (words[stand], narrowed.url(mailing, stand=stand), stand == narrowed.stand, amount)
        for stand, amount in amounts.items()
        if amount or stand in ("alles", narrowed.stand)
    ]
