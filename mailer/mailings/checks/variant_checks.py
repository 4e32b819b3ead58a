"""What is looked at in the words of other languages: Dutch beside them, somebody who read them, and all of it said.

Never the language itself: no rule of ours reads Turkish, so a person does (``checked_by``).
"""

from __future__ import annotations

from collections.abc import Iterator

from mailer.foundation.language import gettext as _
from mailer.foundation.language import language_name, listing
from mailer.mailings import blocks
from mailer.mailings.blocks.variants import Variant
from mailer.mailings.checks.reading import Check, Finding, Reading
from mailer.mailings.phrases import Language, language_of


def _without_dutch(reading: Reading) -> Iterator[Finding]:
    for row, block, language, variant in _variants(reading):
        alone = [name for name in variant.words if not getattr(block, name)]
        if alone:
            sentence = _(
                "Bij %(fields)s staat wel tekst in %(language)s, maar geen Nederlands. Schrijf eerst het Nederlands.",
                fields=_say_fields(block, alone),
                language=language_name(language.code),
            )
            yield Finding("variant-alone", sentence, "blocks", row)


def _unchecked(reading: Reading) -> Iterator[Finding]:
    for row, block, language, variant in _variants(reading):
        if variant.words and not variant.is_on(language, block.dutch()):
            yield Finding("variant-unchecked", _say_unchecked(language, variant), "blocks", row)


def _unfinished(reading: Reading) -> Iterator[Finding]:
    for row, block, language, variant in _variants(reading):
        missing = [name for name in block.translatable() if getattr(block, name) and name not in variant.words]
        if missing:
            sentence = _(
                "In het %(language)s ontbreekt nog: %(fields)s.",
                language=language_name(language.code),
                fields=_say_fields(block, missing),
            )
            yield Finding("variant-unfinished", sentence, "blocks", row)


def _say_unchecked(language: Language, variant: Variant) -> str:
    called = language_name(language.code)
    if variant.checked_by:
        return _(
            "De tekst in het %(language)s staat niet in de mail: hij is veranderd, of het Nederlands, nadat %(name)s "
            "hem las. Laat hem nog eens lezen en kies bij het blok: Opnieuw nagelezen.",
            language=called,
            name=variant.checked_by,
        )
    return _(
        "De tekst in het %(language)s staat niet in de mail: niemand die de taal spreekt, heeft hem nagelezen. "
        "Vul bij het blok in wie dat deed.",
        language=called,
    )


def _variants(reading: Reading) -> Iterator[tuple[int, blocks.Block, Language, Variant]]:
    for row, block in reading.blocks:
        for code, variant in block.variants.items():
            if (language := language_of(code)) is not None:
                yield row.id, block, language, variant


def _say_fields(block: blocks.Block, names: list[str]) -> str:
    labels = {field.name: field.label for field in blocks.block_words(block.type).fields}
    return listing([f"“{labels[name]}”" for name in names])


VARIANT_STOPS: tuple[Check, ...] = (_without_dutch,)
VARIANT_REMARKS: tuple[Check, ...] = (_unchecked, _unfinished)
