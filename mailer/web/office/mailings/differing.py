"""The difference from the previous mailing of that topic: who is new, who is gone and why, by name."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from mailer.deliveries.showing.differing import difference, new_mailboxes, say_new
from mailer.deliveries.showing.gone import gone_mailboxes, gone_reasons, say_gone
from mailer.directory.models import Mailbox, OrganisationMailbox, PersonMailbox
from mailer.mailings.models import Mailing
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.audiences.showing import names_behind
from mailer.web.office.filtering import Filters
from mailer.web.office.mailings.room import find_mailing, screens
from mailer.web.pages import PER_PAGE, Page, page_number


@dataclass(frozen=True)
class Changed:
    """One mailbox that is new or gone, and why."""

    mailbox_id: int
    address: str
    who: str
    reason: str


@screens.get("/mailings/<int:mailing_id>/verschil")
@may(Action.LOOK)
def differences(mailing_id: int) -> str:
    """List who is gone since the previous mailing and why (``reden``), or who is new (``wie=nieuw``)."""
    session, now = current.session(), current.now()
    mailing = find_mailing(mailing_id)
    filters = Filters.read("mailings.differences", ("wie", "reden"))
    found = difference(session, mailing, now=now) if mailing.topic else None
    is_new = filters.value("wie") == "nieuw"
    here = Filters("mailings.differences", {**filters.chosen, "mailing_id": str(mailing.id)})
    return render_template(
        "office/mailings/difference.html",
        mailing=mailing,
        difference=found,
        is_new=is_new,
        reason=filters.value("reden"),
        reasons=[(each, say_gone(each), amount) for each, amount in gone_reasons(session, mailing, now=now).items()]
        if found and found.gone
        else [],
        page=_page(mailing, is_new=is_new, reason=filters.value("reden")) if found else None,
        url=here.url,
        turn=here.page,
    )


def _page(mailing: Mailing, *, is_new: bool, reason: str) -> Page[Changed]:
    session, now = current.session(), current.now()
    question = (
        new_mailboxes(session, mailing, now=now) if is_new else gone_mailboxes(session, mailing, now=now, reason=reason)
    )
    total = session.scalar(select(func.count()).select_from(question.order_by(None).subquery())) or 0
    here = min(max(1, page_number(request.args.get("bladzijde"))), max(1, -(-total // PER_PAGE)))
    rows = session.execute(question.limit(PER_PAGE).offset((here - 1) * PER_PAGE)).all()
    mailboxes = {
        mailbox.id: mailbox
        for mailbox in session.scalars(
            select(Mailbox)
            .where(Mailbox.id.in_([mailbox_id for mailbox_id, _reason in rows]))
            .options(
                selectinload(Mailbox.people).selectinload(PersonMailbox.person),
                selectinload(Mailbox.organisations).selectinload(OrganisationMailbox.organisation),
            )
        )
    }
    say = say_new if is_new else say_gone
    changed = [
        Changed(mailbox_id, mailboxes[mailbox_id].address, ", ".join(names_behind(mailboxes[mailbox_id])), say(why))
        for mailbox_id, why in rows
    ]
    return Page(changed, here, total)
