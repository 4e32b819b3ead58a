"""Recording why we may write to a mailbox. Proof is only added; it brings nobody back who left or was suppressed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.models import Mailbox, MailboxKind
from mailer.foundation.clock import today
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.staff.models import Operator
from mailer.subscriptions.models import Basis, Consent, Topic


@dataclass(frozen=True)
class Recorded:
    """``added`` proofs were new; ``known`` stood there already, word for word."""

    added: int
    known: int


def record_basis(
    session: Session,
    mailboxes: Iterable[Mailbox],
    *,
    basis: Basis,
    given_on: date,
    source: str,
    now: datetime,
    wording: str = "",
    topic: Topic | None = None,
    by: Operator | None = None,
) -> Recorded:
    """Write down why each of these mailboxes may be written to; no topic: for every topic.

    The same proof twice is kept once. Who left stays away and who is suppressed stays suppressed: that takes the
    mailbox itself (``leaving.choose``) or new consent (``suppressing.lift``).
    Raises ``BadInput`` when a mailbox is not functional and the basis is a published address, when there is no source,
    or when the day has not come yet.
    """
    asked = list({mailbox.id: mailbox for mailbox in mailboxes}.values())
    source = source.strip()
    _refuse_bad_proof(asked, basis=basis, given_on=given_on, source=source, day=today(now))
    proof = Consent(basis=basis, given_on=given_on, source=source, wording=wording.strip())
    known = _with_this_proof(session, asked, proof, topic)
    for mailbox in asked:
        if mailbox.id not in known:
            session.add(
                Consent(
                    mailbox_id=mailbox.id,
                    topic_id=topic.id if topic else None,
                    basis=basis,
                    given_on=given_on,
                    source=source,
                    wording=proof.wording,
                    recorded_at=now,
                    recorded_by_id=by.id if by else None,
                )
            )
    session.flush()
    return Recorded(added=len(asked) - len(known), known=len(known))


def _refuse_bad_proof(mailboxes: list[Mailbox], *, basis: Basis, given_on: date, source: str, day: date) -> None:
    if not source:
        raise BadInput(
            _("Schrijf op waar het vandaan komt, bijvoorbeeld: visitekaartje, of de website van de organisatie."),
            field="source",
        )
    if given_on > day:
        raise BadInput(_("De datum ligt in de toekomst. Vul de dag in waarop dit zo was."), field="given_on")
    wrong = [mailbox.address for mailbox in mailboxes if mailbox.kind is not MailboxKind.FUNCTIONAL]
    if basis is Basis.PUBLISHED and wrong:
        raise BadInput(_personal_is_not_published(wrong), field="basis")


def _personal_is_not_published(addresses: list[str]) -> str:
    shown = ", ".join(addresses[:3])
    return ngettext(
        "‘Het adres is bekendgemaakt’ kan alleen bij een algemeen postvak van een organisatie, zoals info@. "
        "Dit is een persoonlijk postvak: %(addresses)s. Daarvoor is toestemming nodig.",
        "‘Het adres is bekendgemaakt’ kan alleen bij een algemeen postvak van een organisatie, zoals info@. "
        "Dit zijn %(n)s persoonlijke postvakken, zoals %(addresses)s. Daarvoor is toestemming nodig.",
        len(addresses),
        addresses=shown,
    )


def _with_this_proof(session: Session, mailboxes: list[Mailbox], proof: Consent, topic: Topic | None) -> set[int]:
    statement = select(Consent.mailbox_id).where(
        Consent.basis == proof.basis,
        Consent.given_on == proof.given_on,
        Consent.source == proof.source,
        Consent.wording == proof.wording,
        Consent.topic_id.is_(None) if topic is None else Consent.topic_id == topic.id,
    )
    return set(session.scalars(statement)) & {mailbox.id for mailbox in mailboxes}
