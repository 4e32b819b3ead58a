"""Taking a merge back, for thirty days: every row as it was, but for what somebody changed since; that is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mailer.deliveries.line.reopening import lock_mailings
from mailer.deliveries.models import Delivery
from mailer.directory.identities import change_identities
from mailer.directory.models import ImportRow
from mailer.foundation.errors import Conflict, NotFound
from mailer.foundation.journal import KEPT_DAYS, Kept, foresee, later_deeds, recorded_deed, take_back
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext
from mailer.mailings.models import MailingState
from mailer.records.merging.letters import wait_again
from mailer.records.merging.subject import MODELS
from mailer.records.models import Merge, MergeKind
from mailer.staff.logbook import note
from mailer.staff.models import Operator


@dataclass(frozen=True)
class Unmerged:
    """What taking back did, or would do: rows put back, and a sentence for each thing that stays as it is."""

    rows: int
    kept: tuple[str, ...]


def foresee_unmerge(session: Session, merge: Merge, *, now: datetime) -> Unmerged:
    """Return what taking back would do; only reads. Raises ``Conflict`` when it cannot be done (any more)."""
    _refuse(session, merge, now=now)
    return _told(foresee(session, deed=merge.deed))


def unmerge(session: Session, merge_id: int, *, now: datetime, by: Operator | None) -> Unmerged:
    """Make two of what was made one.

    Raises ``NotFound`` for a merge that never was, ``Conflict`` when it was taken back before, when it is too long ago
    or when a later merge of the same rows must be taken back first.
    """
    change_identities(session)
    merge = session.get(Merge, merge_id, with_for_update=True, populate_existing=True)
    if merge is None:
        raise NotFound(_("Deze samenvoeging kennen we niet."))
    _refuse(session, merge, now=now)
    mailings = _hold(session, merge)
    gone_since = _letters_since(session, merge)
    told = _told(take_back(session, deed=merge.deed, now=now))
    _keep_true(session, gone_since)
    if merge.kind is MergeKind.MAILBOX:
        wait_again(session, (merge.kept_id, merge.lost_id), mailings, now=now)
    _give_back_import_rows(session, merge)
    merge.taken_back_at, merge.taken_back_by_id = now, by.id if by else None
    session.flush()
    session.expire_all()
    for row_id in (merge.kept_id, merge.lost_id):
        if subject := session.get(MODELS[merge.kind], row_id):
            note(session, by, f"{merge.kind.value}-unmerged", subject, now=now)
    return told


def _refuse(session: Session, merge: Merge, *, now: datetime) -> None:
    if sentence := _why_not(session, merge, now=now):
        raise Conflict(sentence)


def _why_not(session: Session, merge: Merge, *, now: datetime) -> str | None:
    if merge.taken_back_at is not None:
        return _("Deze samenvoeging is al teruggedraaid.")
    if now > merge.merged_at + timedelta(days=KEPT_DAYS) or recorded_deed(session, merge.deed) is None:
        return _("Terugdraaien kan dertig dagen. Dit is langer geleden.")
    if any(deed.name.startswith("merge:") for deed in later_deeds(session, merge.deed)):
        return _("Hierna is nog iets samengevoegd. Draai dat eerst terug.")
    return None


def _hold(session: Session, merge: Merge) -> dict[int, MailingState]:
    """Hold what is put back, in the order of everybody (decision 0076); return the states of the letters' mailings."""
    model = MODELS[merge.kind]
    has_letters = merge.kind is MergeKind.MAILBOX
    theirs = Delivery.mailbox_id.in_((merge.kept_id, merge.lost_id))
    ids = session.scalars(select(Delivery.mailing_id).where(theirs).distinct()).all() if has_letters else ()
    states = lock_mailings(session, ids)
    session.execute(select(model.id).where(model.id == merge.kept_id).with_for_update())
    if has_letters:
        session.execute(select(Delivery.id).where(theirs).order_by(Delivery.id).with_for_update(key_share=True))
    return states


def _letters_since(session: Session, merge: Merge) -> dict[int, str]:
    """Letters that went to the address that stays since: that they went there stays true."""
    if merge.kind is not MergeKind.MAILBOX:
        return {}
    rows = session.execute(
        select(Delivery.id, Delivery.address).where(
            Delivery.mailbox_id == merge.kept_id, Delivery.settled_at >= merge.merged_at
        )
    )
    return dict(rows.all())


def _keep_true(session: Session, gone_since: dict[int, str]) -> None:
    for delivery_id, address in gone_since.items():
        changed = Delivery.id == delivery_id, Delivery.address != address
        session.execute(update(Delivery).where(*changed).values(address=address))


def _give_back_import_rows(session: Session, merge: Merge) -> None:
    if merge.kind is MergeKind.MAILBOX or session.get(MODELS[merge.kind], merge.lost_id) is None:
        return
    column = f"{merge.kind.value}_id"
    session.execute(update(ImportRow).where(ImportRow.id.in_(merge.import_rows)).values({column: merge.lost_id}))


def _told(done: object) -> Unmerged:
    removed, restored, revived = (int(getattr(done, name)) for name in ("removed", "restored", "revived"))
    kept: tuple[Kept, ...] = getattr(done, "kept", ())
    return Unmerged(rows=removed + restored + revived, kept=tuple(_sentences(kept)))


def _sentences(kept: Iterable[Kept]) -> list[str]:
    by_table: dict[str, int] = {}
    for one in kept:
        by_table[one.table] = by_table.get(one.table, 0) + 1
    return [
        ngettext(
            "%(what)s: %(n)s is sindsdien veranderd en blijft zoals het nu is.",
            "%(what)s: %(n)s zijn sindsdien veranderd en blijven zoals ze nu zijn.",
            n,
            what=say_table(table),
        )
        for table, n in sorted(by_table.items())
    ]


def say_table(table: str) -> str:
    """Return what people call the rows of a table."""
    return {
        "organisation": _("Gegevens van de organisatie"),
        "person": _("Gegevens van iemand"),
        "mailbox": _("Postvakken"),
        "organisation_mailbox": _("Postvakken van de organisatie"),
        "person_mailbox": _("Postvakken van iemand"),
        "role": _("Functies"),
        "network_membership": _("Lidmaatschappen"),
        "organisation_alias": _("Andere namen"),
        "organisation_theme": _("Thema’s"),
        "organisation_service_area": _("Werkgebied"),
        "subscription": _("Inschrijvingen"),
        "invitation": _("Uitnodigingen"),
        "rsvp": _("Aanmeldingen"),
        "guest": _("Gasten"),
        "delivery": _("Mails"),
    }.get(table, _("Andere gegevens"))
