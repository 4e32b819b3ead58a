"""A mailing as JSON (docs/interfaces.md: Mailing), read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.mailings.blocks import Block, read_block
from mailer.mailings.models import MailingKind

FIELDS = {
    "kind": str,
    "title": str,
    "topic": str,
    "subject": str,
    "preheader": str,
    "event": int,
    "audience": dict,
    "themes": list,
    "neighbourhoods": list,
    "blocks": list,
}


@dataclass(frozen=True)
class MailingSpec:
    """What a mailing should be; names of other rows are still slugs and ids."""

    kind: MailingKind
    title: str = ""
    topic: str | None = None
    subject: str = ""
    preheader: str = ""
    event: int | None = None
    audience: dict[str, Any] | None = None
    themes: list[str] = field(default_factory=list)
    neighbourhoods: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def read_spec(values: Any) -> MailingSpec:
    """Return the spec that the JSON holds. Raises ``BadInput`` with a sentence for every problem in it."""
    if not isinstance(values, Mapping):
        raise BadInput(_("Een mailing is een JSON-object met onder meer kind, topic, subject en blocks."))
    problems = [*_wrong_fields(values), *_wrong_kind(values)]
    blocks, wrong_blocks = _read_blocks(values.get("blocks"))
    problems += wrong_blocks
    if problems:
        raise BadInput(problems[0], problems=problems)
    given = {name: value for name, value in values.items() if value is not None}
    return MailingSpec(**{**given, "kind": MailingKind(values["kind"]), "blocks": blocks})


def _wrong_fields(values: Mapping[str, Any]) -> list[str]:
    problems = [_("Een mailing heeft geen veld %(field)s.", field=name) for name in values if name not in FIELDS]
    for name, kind in FIELDS.items():
        value = values.get(name)
        # True is an int in Python, but no event.
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            problems.append(_("Het veld %(field)s klopt niet.", field=name))
    for name in ("themes", "neighbourhoods"):
        if isinstance(values.get(name), list) and not all(isinstance(slug, str) for slug in values[name]):
            problems.append(_("Het veld %(field)s klopt niet.", field=name))
    return problems


def _wrong_kind(values: Mapping[str, Any]) -> list[str]:
    known = [kind.value for kind in MailingKind]
    if values.get("kind") in known:
        return []
    return [_("Kies als soort (kind) een van deze: %(known)s.", known=", ".join(known))]


def _read_blocks(values: Any) -> tuple[list[Block], list[str]]:
    blocks: list[Block] = []
    problems: list[str] = []
    for number, value in enumerate(values if isinstance(values, list) else [], start=1):
        if not isinstance(value, Mapping):
            problems.append(_("Blok %(n)s: dit is geen JSON-object.", n=number))
            continue
        try:
            blocks.append(read_block(value))
        except BadInput as refusal:
            problems += [_("Blok %(n)s: %(problem)s", n=number, problem=problem) for problem in refusal.problems]
    return blocks, problems
