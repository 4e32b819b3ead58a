"""What taking a list back does, or did: as a value, as JSON keeps it, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.directory.importing.taking_back.remaining import Remaining
from mailer.directory.models import ImportBatch
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext


@dataclass(frozen=True)
class Undone:
    """What taking a list back does, or did: rows of the directory, and what stays as it is."""

    removed: int
    restored: int
    revived: int
    # The same, by table.
    removed_from: Mapping[str, int]
    restored_in: Mapping[str, int]
    remaining: tuple[Remaining, ...]
    # Lists that came on top of it, and must be taken back first; the newest first.
    later: tuple[ImportBatch, ...] = ()

    @property
    def changes_something(self) -> bool:
        """Tell whether anything goes or comes back; everything may be in use by now."""
        return bool(self.removed or self.restored or self.revived)

    def as_json(self) -> dict[str, Any]:
        """Return it as a row keeps it."""
        return {
            "removed": self.removed,
            "restored": self.restored,
            "revived": self.revived,
            "removed_from": dict(self.removed_from),
            "restored_in": dict(self.restored_in),
            "remaining": [one.as_json() for one in self.remaining],
            "later": [one.id for one in self.later],
        }

    @classmethod
    def from_json(cls, session: Session, kept: Mapping[str, Any]) -> Undone:
        """Return what ``as_json`` kept."""
        later = select(ImportBatch).where(ImportBatch.id.in_(kept["later"])).order_by(ImportBatch.id.desc())
        remaining = tuple(Remaining(**one) for one in kept["remaining"])
        return cls(**{**kept, "remaining": remaining, "later": tuple(session.scalars(later))})


def undone_sentences(undone: Undone, *, is_done: bool) -> list[str]:
    """Return what happens (or happened) to organisations, people and mailboxes, in words."""
    gone, back = _listed(undone.removed_from), _listed(undone.restored_in)
    if is_done:
        told = [_("Weg uit het adresboek: %(what)s.", what=gone) if gone else ""]
        told.append(_("Weer zoals ze waren: %(what)s.", what=back) if back else "")
    else:
        told = [_("Uit het adresboek gaan: %(what)s.", what=gone) if gone else ""]
        told.append(_("Hun vorige gegevens komen terug bij: %(what)s.", what=back) if back else "")
    told.append(_lifted(undone.removed_from.get("suppression", 0), is_done=is_done))
    told.append(_lapsed(undone.removed_from.get("consent", 0), is_done=is_done))
    return [sentence for sentence in told if sentence] or [_("Er verandert niets.")]


def _lifted(addresses: int, *, is_done: bool) -> str:
    """Whoever left elsewhere may be written to again: that must never happen unsaid."""
    if not addresses:
        return ""
    if is_done:
        return ngettext(
            "%(n)s adres staat niet meer op ‘niet meer mailen’.",
            "%(n)s adressen staan niet meer op ‘niet meer mailen’.",
            addresses,
        )
    return ngettext(
        "Let op: %(n)s adres gaat van ‘niet meer mailen’ af. Dat had zich elders uitgeschreven of werkte niet.",
        "Let op: %(n)s adressen gaan van ‘niet meer mailen’ af. Die hadden zich elders uitgeschreven of werkten niet.",
        addresses,
    )


def _lapsed(consents: int, *, is_done: bool) -> str:
    """What was confirmed of the list goes with it."""
    if not consents:
        return ""
    if is_done:
        return ngettext("%(n)s toestemming is vervallen.", "%(n)s toestemmingen zijn vervallen.", consents)
    return ngettext(
        "%(n)s toestemming vervalt, want die kwam uit deze lijst.",
        "%(n)s toestemmingen vervallen, want die kwamen uit deze lijst.",
        consents,
    )


def _listed(by_table: Mapping[str, int]) -> str:
    organisations, people, mailboxes = (by_table.get(name, 0) for name in ("organisation", "person", "mailbox"))
    told = [
        ngettext("%(n)s organisatie", "%(n)s organisaties", organisations) if organisations else "",
        ngettext("%(n)s mens", "%(n)s mensen", people) if people else "",
        ngettext("%(n)s postvak", "%(n)s postvakken", mailboxes) if mailboxes else "",
    ]
    return listing([words for words in told if words])
