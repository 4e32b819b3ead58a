"""Sentences about who stands in for whom: the order of preference of each reach made visible. Part of ``telling``.

``rows`` are always standings of seats that fit the rule, of the organisations behind a mailbox. Who is chosen is
decided in ``recipients.reaching``; here it is only said.
"""

from __future__ import annotations

from collections.abc import Sequence

from mailer.audiences.models import Reach
from mailer.audiences.why.standing import TAKEN_OUT, Standing
from mailer.foundation.language import gettext as _
from mailer.foundation.language import listing, ngettext
from mailer.subscriptions.permission import say_refusal


def name_of(row: Standing) -> str:
    """Return who sits here: "Samira el Mozaïek (Buurttuin De Voeg)"."""
    if not row.person_id:
        return row.organisation
    name = row.person or _("Iemand zonder naam")
    return f"{name} ({row.organisation})" if row.organisation else name


def say_order(reach: Reach) -> str:
    """Return in which order the mailboxes of an organisation are tried."""
    return {
        Reach.EVERYONE: _("Alle mensen die passen, en het postvak van de organisatie."),
        Reach.CONTACTS: _("Eerst de contactpersonen. Kan niemand van hen mail krijgen? Dan het eigen postvak."),
        Reach.ONE_PER_ORGANISATION: _(
            "Eerst het eigen postvak. Kan dat geen mail krijgen? Dan de eerste contactpersoon bij wie het wel kan."
        ),
    }[reach]


def say_stand_in(reach: Reach, row: Standing, rows: Sequence[Standing], everybody: Sequence[Standing]) -> str:
    """Return why the letter goes here and not to a better choice; empty when this was the first choice.

    ``everybody`` are those who do not fit too.
    """
    better = [each for each in _siblings(row, rows) if each.refusal and _is_better(reach, each, row)]
    if row.refusal:
        return ""  # Nobody could take over: it is still the first choice.
    if better:
        return _as_sentence(
            ngettext(
                "%(who)s kan deze mail niet krijgen, dus gaat hij naar %(instead)s.",
                "%(who)s kunnen deze mail niet krijgen, dus gaat hij naar %(instead)s.",
                len(better),
                who=listing([_with_reason(each) for each in better]),
                instead=_place(row),
            )
        )
    if reach is Reach.ONE_PER_ORGANISATION and row.is_contact and not _own(row, everybody):
        return _(
            "%(organisation)s heeft geen eigen postvak, dus gaat de mail naar %(instead)s.",
            organisation=row.organisation,
            instead=_place(row),
        )
    if reach is Reach.CONTACTS and row.organisation_id and not row.person_id and not _contacts(row, everybody):
        return _(
            "%(organisation)s heeft geen contactpersoon met een e-mailadres, dus gaat de mail naar het eigen postvak.",
            organisation=row.organisation,
        )
    return ""


def say_passed_over(reach: Reach, row: Standing, rows: Sequence[Standing]) -> tuple[str, list[str]]:
    """Return why the letter does not go here though the seat fits, and the addresses it goes to."""
    siblings = _siblings(row, rows)
    same = [each for each in siblings if each.is_chosen and each.person_id == row.person_id]
    chosen = same or [each for each in siblings if each.is_chosen]
    if not chosen:
        return _say_nobody(row, siblings), []
    if all(each.refusal for each in chosen):
        return _say_nobody_may(chosen), []
    addresses = list(dict.fromkeys(each.address for each in chosen if not each.refusal))
    return (
        _(
            "De mail gaat naar %(addresses)s, want %(reason)s.",
            addresses=listing(addresses),
            reason=_reason(reach, row, chosen, is_same=bool(same)),
        ),
        addresses,
    )


def _reason(reach: Reach, row: Standing, chosen: Sequence[Standing], *, is_same: bool) -> str:
    first = chosen[0]
    if row.refusal and not first.refusal:
        return _("dit postvak kan de mail niet krijgen (%(reason)s)", reason=say_refusal(row.refusal).lower())
    if is_same:
        return _("dat postvak gebruikt %(who)s het liefst", who=name_of(row))
    if reach is Reach.ONE_PER_ORGANISATION and not first.person_id:
        return _(
            "elke organisatie krijgt één mail, en het eigen postvak van %(organisation)s gaat voor",
            organisation=row.organisation,
        )
    if row.person_id and not row.is_contact:
        return _("%(who)s is geen contactpersoon", who=name_of(row))
    if reach is Reach.CONTACTS:
        return _("de contactpersonen gaan voor")
    return _("%(who)s komt als eerste in de rij", who=name_of(first))


def _say_nobody_may(chosen: Sequence[Standing]) -> str:
    """Nobody there can be written to: the first choice stays in the count, and the letter goes nowhere."""
    where = dict.fromkeys(f"{each.address} ({say_refusal(each.refusal).lower()})" for each in chosen)
    return _(
        "De mail zou naar %(where)s gaan, maar daar mag hij niet heen. Er gaat dus geen mail.", where=listing([*where])
    )


def _say_nobody(row: Standing, siblings: Sequence[Standing]) -> str:
    taken_out = [each.address for each in siblings if each.by_hand == TAKEN_OUT]
    if taken_out:
        return _(
            "De mail zou naar %(addresses)s gaan, maar dat is met de hand uit de selectie gehaald. "
            "Dan komt er niemand voor in de plaats.",
            addresses=listing(list(dict.fromkeys(taken_out))),
        )
    return _(
        "%(who)s is geen contactpersoon, en %(organisation)s heeft geen eigen postvak. Er gaat dus geen mail.",
        who=name_of(row),
        organisation=row.organisation,
    )


def _siblings(row: Standing, rows: Sequence[Standing]) -> list[Standing]:
    """The other seats of the same organisation; of somebody without one: the other mailboxes of that person."""
    return [
        each
        for each in rows
        if each.organisation_id == row.organisation_id
        and (row.organisation_id or each.person_id == row.person_id)
        and (each.person_id, each.mailbox_id) != (row.person_id, row.mailbox_id)
    ]


def _is_better(reach: Reach, other: Standing, row: Standing) -> bool:
    """Whether the other seat comes before this one in the order of the reach."""
    if other.person_id == row.person_id:
        return (other.position, other.mailbox_id) < (row.position, row.mailbox_id)
    if reach is Reach.ONE_PER_ORGANISATION:
        return _rank(other) < _rank(row) and (not other.person_id or other.is_contact)
    return reach is Reach.CONTACTS and not row.person_id and other.is_contact


def _rank(row: Standing) -> tuple[bool, bool, int, int]:
    return bool(row.person_id), not row.is_contact, row.place, row.person_id


def _own(row: Standing, rows: Sequence[Standing]) -> list[Standing]:
    return [each for each in _siblings(row, rows) if not each.person_id]


def _contacts(row: Standing, rows: Sequence[Standing]) -> list[Standing]:
    return [each for each in _siblings(row, rows) if each.is_contact]


def _with_reason(row: Standing) -> str:
    return f"{_place(row)} ({say_refusal(row.refusal).lower()})"


def _as_sentence(said: str) -> str:
    return said[:1].upper() + said[1:]


def _place(row: Standing) -> str:
    """ "het eigen postvak info@devoeg.example.org", "contactpersoon Samira, samira@devoeg.example.org"."""
    if not row.person_id:
        return _("het eigen postvak %(address)s", address=row.address)
    if row.is_contact:
        return _(
            "contactpersoon %(name)s, %(address)s", name=row.person or _("Iemand zonder naam"), address=row.address
        )
    return _("%(name)s, %(address)s", name=row.person or _("Iemand zonder naam"), address=row.address)
