"""The fields of two rows side by side: which value is proposed and why, and putting the chosen ones in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from mailer.directory.importing.rows.people import channel_word
from mailer.directory.importing.settling.mailboxes import kind_word
from mailer.directory.models import Channel, FieldSource, Mailbox, Organisation, Person, SourceKind
from mailer.directory.names import are_initials
from mailer.directory.provenance import sources_of
from mailer.foundation.clock import say_date
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.records.merging.subject import KEEP, LOSE, Choices, Merging
from mailer.records.models import MergeKind
from mailer.wire.phones import show_phone
from mailer.wire.spelling import fold, fold_name

Say = Callable[[Any], str]


@dataclass(frozen=True)
class Field:
    """What goes together: an address is one field, so that no street gets the postcode of another."""

    name: str
    label: str
    attributes: tuple[str, ...]
    say: Say
    # The fuller value is proposed (a longer text, a whole address) instead of the newer one.
    by_size: bool = False
    # What stands there when nobody chose; anything else was meant.
    usual: str = ""


@dataclass(frozen=True)
class FieldPair:
    """One field of both, as a person reads it, and which one is proposed."""

    name: str
    label: str
    kept: str
    lost: str
    proposed: str
    why: str

    @property
    def is_same(self) -> bool:
        return self.kept == self.lost


@dataclass(frozen=True)
class Said:
    """Who said the fields of one of the two last."""

    marks: dict[str, FieldSource]

    @classmethod
    def by(cls, session: Session, one: Any) -> Said:
        return cls({} if isinstance(one, Mailbox) else sources_of(session, one))

    def is_by_hand(self, field: Field) -> bool:
        """Somebody of the office typed it, or the organisation itself."""
        people = (SourceKind.HAND, SourceKind.ORGANISATION)
        return any(mark.kind in people for mark in self._of(field))

    def last(self, field: Field, otherwise: datetime) -> datetime:
        """When it was said last; ``otherwise`` when nobody knows."""
        return max((mark.said_at for mark in self._of(field)), default=otherwise)

    def _of(self, field: Field) -> list[FieldSource]:
        names = (attribute.removesuffix("_id") for attribute in field.attributes)
        return [self.marks[name] for name in names if name in self.marks]


def field_pairs(session: Session, kind: MergeKind, keep: Any, lose: Any) -> list[FieldPair]:
    """Return the fields that either has, in the order of the page."""
    said = Said.by(session, keep), Said.by(session, lose)
    pairs = (_pair(field, keep, lose, said) for field in fields_of(kind))
    return [pair for pair in pairs if pair.kept or pair.lost]


def fill_in(merging: Merging) -> None:
    """Put the chosen values in the row that stays; where nobody chose, the proposed ones."""
    keep, lose = merging.keep, merging.lose
    pairs = {pair.name: pair for pair in field_pairs(merging.session, merging.kind, keep, lose)}
    refuse_unknown(merging.kind, merging.choices)
    for field in fields_of(merging.kind):
        pair = pairs.get(field.name)
        if pair is not None and merging.choices.fields.get(field.name, pair.proposed) == LOSE:
            for attribute in field.attributes:
                setattr(keep, attribute, getattr(lose, attribute))
                merging.taken.add(attribute.removesuffix("_id"))
    if merging.kind is not MergeKind.MAILBOX:
        _settle(keep, lose, now=merging.now)


def refuse_unknown(kind: MergeKind, choices: Choices) -> None:
    """Raise ``BadInput`` for a choice of a field that this kind does not have, or of neither side."""
    known = {field.name for field in fields_of(kind)}
    for name, side in choices.fields.items():
        if name not in known or side not in (KEEP, LOSE):
            raise BadInput(_("Kies voor elk veld een van de twee."), field=name)


def fields_of(kind: MergeKind) -> Sequence[Field]:
    """Return the fields of a kind of row, in the order in which people read them."""
    return {
        MergeKind.ORGANISATION: _organisation_fields,
        MergeKind.PERSON: _person_fields,
        MergeKind.MAILBOX: _mailbox_fields,
    }[kind]()


def _organisation_fields() -> Sequence[Field]:
    return (
        Field("name", _("Naam"), ("name",), lambda one: one.name),
        Field("kind", _("Soort"), ("kind_id",), lambda one: one.kind.name if one.kind else ""),
        Field("address", _("Adres"), ("street", "postcode", "city"), _say_address, by_size=True),
        Field("seat", _("Zit in"), ("seat_id",), lambda one: one.seat.name if one.seat else ""),
        Field("primary_theme", _("Eerste thema"), (), _say_primary_theme),
        Field("website", _("Website"), ("website",), lambda one: one.website),
        Field("phone", _("Telefoon"), ("phone",), lambda one: show_phone(one.phone)),
        Field("chamber_number", _("KvK"), ("chamber_number",), lambda one: one.chamber_number),
        Field("list_number", _("Nummer in de lijst"), ("list_number",), lambda one: one.list_number),
        Field("description", _("Eigen woorden"), ("description",), lambda one: one.description, by_size=True),
        Field("stopped", _("Gestopt"), ("stopped_on", "stopped_because"), _say_stopped),
    )


def _person_fields() -> Sequence[Field]:
    name = ("title", "given_name", "particle", "family_name", "name_key")
    return (
        Field("name", _("Naam"), name, _say_name, by_size=True),
        Field("mobile", _("Mobiel"), ("mobile",), lambda one: show_phone(one.mobile)),
        Field("phone", _("Telefoon"), ("phone",), lambda one: show_phone(one.phone)),
        Field("language", _("Taal"), ("language",), lambda one: one.language, usual="nl"),
        Field(
            "channel",
            _("Liever via"),
            ("channel",),
            lambda one: channel_word(one.channel),
            usual=channel_word(Channel.EMAIL),
        ),
        Field(
            "neighbourhood",
            _("Wijk"),
            ("neighbourhood_id",),
            lambda one: one.neighbourhood.name if one.neighbourhood else "",
        ),
    )


def _mailbox_fields() -> Sequence[Field]:
    return (Field("kind", _("Soort postvak"), ("kind",), lambda one: kind_word(one.kind)),)


def _pair(field: Field, keep: Any, lose: Any, said: tuple[Said, Said]) -> FieldPair:
    kept, lost = field.say(keep), field.say(lose)
    proposed, why = _propose(field, keep, lose, kept, lost, said)
    return FieldPair(field.name, field.label, kept, lost, proposed, why)


def _propose(field: Field, keep: Any, lose: Any, kept: str, lost: str, said: tuple[Said, Said]) -> tuple[str, str]:
    if kept == lost:
        return KEEP, ""
    if field.name == "stopped":
        return (LOSE if keep.stopped_on else KEEP), _("een van de twee bestaat nog")
    if not kept or not lost:
        return (KEEP if kept else LOSE), _("alleen hier ingevuld")
    if isinstance(keep, Mailbox):
        return KEEP, _("dit adres blijft")
    if field.name == "name" and _only_one_has_initials(keep, lose):
        return (LOSE if are_initials(keep.given_name) else KEEP), _("hier staat meer")
    if field.usual in (kept, lost):
        return (LOSE if kept == field.usual else KEEP), _("bewust gekozen")
    if field.name == "address" and (kept.endswith(lost) or lost.endswith(kept)):
        # Only a postcode and a city, typed by hand, do not take the street away.
        return (KEEP if len(kept) > len(lost) else LOSE), _("hier staat meer")
    ours, theirs = (one.is_by_hand(field) for one in said)
    if ours != theirs:
        return (KEEP if ours else LOSE), _("met de hand ingevuld")
    if field.name == "name" and kept.isupper() != lost.isupper():
        return (LOSE if kept.isupper() else KEEP), _("niet in hoofdletters")
    if field.by_size and len(kept) != len(lost):
        return (KEEP if len(kept) > len(lost) else LOSE), _("hier staat meer")
    moments = said[0].last(field, keep.changed_at), said[1].last(field, lose.changed_at)
    return (LOSE if moments[1] > moments[0] else KEEP), _("het laatst veranderd")


def _only_one_has_initials(keep: Any, lose: Any) -> bool:
    return isinstance(keep, Person) and are_initials(keep.given_name) != are_initials(lose.given_name)


def _settle(keep: Any, lose: Any, *, now: datetime) -> None:
    """What needs no choice: notes of both, the first day it was known, the last day somebody looked."""
    keep.note = "\n\n".join(dict.fromkeys(filter(None, (keep.note, lose.note))))
    keep.added_at = min(keep.added_at, lose.added_at)
    days: list[date] = [day for day in (keep.checked_on, lose.checked_on) if day is not None]
    keep.checked_on = max(days, default=None)
    keep.changed_at = now
    if isinstance(keep, Organisation):
        keep.name_key = fold_name(keep.name)[:200]
    if isinstance(keep, Person):
        keep.name_key = fold(keep.full_name)[:250]


def _say_address(one: Organisation) -> str:
    place = " ".join(filter(None, (one.postcode, one.city)))
    # A city alone, which every form fills in, is no address.
    return ", ".join(filter(None, (one.street, place))) if one.street or one.postcode else ""


def _say_primary_theme(one: Organisation) -> str:
    return next((row.theme.name for row in one.themes if row.is_primary), "")


def _say_stopped(one: Organisation) -> str:
    return _("op %(day)s", day=say_date(one.stopped_on)) if one.stopped_on else ""


def _say_name(one: Person) -> str:
    return " ".join(filter(None, (one.title, one.full_name)))
