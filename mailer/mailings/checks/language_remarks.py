"""What makes a letter hard to read or a link hard to trust; it may be meant. No address is ever fetched."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import select

from mailer.foundation.language import gettext as _
from mailer.mailings.checks.jargon import hard_words
from mailer.mailings.checks.reading import Check, Finding, Reading, addresses, all_words
from mailer.mailings.models import Picture

MOST_IN_ONE_PLACE = 3
HEAVY_PICTURE_BYTES = 300_000


def _hard_words(reading: Reading) -> Iterator[Finding]:
    said: set[str] = set()
    for text, place, block in all_words(reading):
        fresh = [(word, plain) for word, plain in hard_words(text) if word.casefold() not in said]
        said.update(word.casefold() for word, _plain in fresh)
        for word, plain in fresh[:MOST_IN_ONE_PLACE]:
            sentence = _("“%(word)s” is een moeilijk woord. Je kunt ook zeggen: %(plain)s.", word=word, plain=plain)
            yield Finding("hard-word", sentence, place, block)


def _links(reading: Reading) -> Iterator[Finding]:
    for address, block in addresses(reading):
        parts = urlsplit(address)
        if parts.scheme == "http":
            sentence = _(
                "De link %(address)s begint met http://. Vaak werkt https:// ook; dat is veiliger.", address=address
            )
            yield Finding("link-not-https", sentence, "blocks", block)
        if parts.scheme in ("http", "https") and _looks_odd(parts.hostname):
            sentence = _("Het adres %(address)s lijkt niet te kloppen. Kijk of er niets ontbreekt.", address=address)
            yield Finding("odd-link", sentence, "blocks", block)


def _heavy_pictures(reading: Reading) -> Iterator[Finding]:
    rows = {row.id: str(row.fields.get("src") or "").rpartition("/")[2] for row, _block in reading.blocks}
    named = {row_id: name for row_id, name in rows.items() if name}
    if not named:
        return
    question = select(Picture.name, Picture.size_bytes).where(Picture.name.in_(named.values()))
    sizes = {row.name: row.size_bytes for row in reading.session.execute(question)}
    for row_id, name in named.items():
        if sizes.get(name, 0) > HEAVY_PICTURE_BYTES:
            sentence = _(
                "Deze foto is %(size)s kB. Kies een kleinere: telefoons laden hem langzaam.", size=sizes[name] // 1000
            )
            yield Finding("heavy-picture", sentence, "blocks", row_id)


def _looks_odd(host: str | None) -> bool:
    return not host or "." not in host or host.startswith(".") or ".." in host or "_" in host


LANGUAGE_REMARKS: tuple[Check, ...] = (_hard_words, _links, _heavy_pictures)
