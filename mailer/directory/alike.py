"""Do a cell of ours and one of a list come down to the same? "R'dam" is Rotterdam; only what would change differs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from mailer.directory.importing.cells.places import read_city, read_postcode, read_website, site_of
from mailer.directory.importing.cells.words import Vocabulary, Words
from mailer.wire.phones import read_phones
from mailer.wire.spelling import fold

_Values = Callable[[str], Iterable[Hashable]]
# Lists grow and never shrink: a list that names fewer changes nothing.
_LISTS = frozenset({"themes", "areas", "target_groups", "networks", "email", "email_private"})


def come_to_the_same(field: str, ours: str, theirs: str, vocabulary: Vocabulary) -> bool:
    """Return whether reading in ``theirs`` leaves ``ours`` of this field as it is."""
    if fold(ours) == fold(theirs):
        return True
    values = _readers(vocabulary).get(field)
    if values is None:
        return False
    mine, said = set(values(ours)), set(values(theirs))
    if not said:
        return False
    return said <= mine if field in _LISTS else said == mine


def _readers(vocabulary: Vocabulary) -> dict[str, _Values]:
    """Field → how its cell is read; every other field is compared as it is spelled."""
    return {
        "postcode": lambda text: _some(read_postcode(text).value),
        "city": lambda text: _some(read_city(text)),
        "website": lambda text: map(site_of, _some(read_website(text).value)),
        "phone": lambda text: read_phones(text).numbers,
        "mobile": lambda text: read_phones(text).numbers,
        "kind": _all_known(vocabulary.kinds),
        "themes": _all_known(vocabulary.themes),
        "target_groups": _all_known(vocabulary.target_groups),
        "networks": _all_known(vocabulary.networks),
        "neighbourhood": _all_known(vocabulary.neighbourhoods),
        "areas": _all_known(vocabulary.neighbourhoods),
    }


def _all_known(words: Words[Any]) -> _Values:
    """A cell with a word that is not known comes to nothing: it may say something else."""

    def values(text: str) -> Iterable[Hashable]:
        read = words.read_many(text)
        return () if read.remarks else [word.id for word in read.value]

    return values


def _some(text: str) -> list[str]:
    return [text] if text else []
