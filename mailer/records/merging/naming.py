"""Names that stand in rules and letters instead of numbers: an organisation's slug, an address. They follow as well.

A rule with a name that nobody has any more is refused, and "never to this address" must go on to hold.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from mailer.audiences.models import Segment
from mailer.foundation.addresses import parse_address
from mailer.foundation.errors import BadInput
from mailer.mailings.models import Block, Mailing
from mailer.records.merging.subject import Merging

Rename = Callable[[str], str]
ADDRESS_KEYS = ("address", "include", "exclude")


def rename_organisation(merging: Merging) -> None:
    """Put the slug of the organisation that stays wherever the lost one's stood."""
    old, new = merging.lose.slug, merging.keep.slug
    _rename_audiences(merging, ("organisation",), lambda name: new if name == old else name)
    session = merging.session
    for block in session.scalars(select(Block).where(Block.type == "organisation")).all():
        if block.fields.get("organisation") == old:
            block.fields = {**block.fields, "organisation": new}
    session.flush()


def rename_address(merging: Merging) -> None:
    """Put the address that stays wherever the lost one stood, however it was typed."""
    old, new = merging.lose.address_key, merging.keep.address
    _rename_audiences(merging, ADDRESS_KEYS, lambda typed: new if _key(typed) == old else typed)


def renamed(value: Any, keys: tuple[str, ...], rename: Rename) -> Any:
    """Return the rule or audience with the names behind these keys changed; a name that is there twice, once."""
    if isinstance(value, dict):
        return {
            key: _renamed_names(part, rename) if key in keys else renamed(part, keys, rename)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [renamed(part, keys, rename) for part in value]
    return value


def _renamed_names(names: Any, rename: Rename) -> Any:
    if isinstance(names, str):
        return rename(names)
    if isinstance(names, list) and all(isinstance(name, str) for name in names):
        return list(dict.fromkeys(map(rename, names)))
    return names


def _rename_audiences(merging: Merging, keys: tuple[str, ...], rename: Rename) -> None:
    session = merging.session
    rows: list[Any] = [*session.scalars(select(Segment)), *session.scalars(select(Mailing))]
    for row in rows:
        changed = renamed(row.audience, keys, rename)
        if changed != row.audience:
            row.audience = changed
    session.flush()


def _key(typed: str) -> str:
    try:
        return parse_address(typed).key
    except BadInput:
        return ""
