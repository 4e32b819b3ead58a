"""The words of a block in other languages as fields of its form: folded away until somebody asks for a language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailer.foundation.language import language_name
from mailer.mailings.blocks import BLOCK_TYPES, FieldWords, block_words, read_block
from mailer.mailings.models import Block
from mailer.mailings.phrases import Language, language_of, languages
from mailer.web.forms import Filled
from mailer.wire.markup import from_markup

# The languages that the form shows, one more to show from now on, and one that was read over anew.
SHOWN, ONE_MORE, READ_AGAIN = "variants", "variant-more", "variant-read"


# "(hoeft niet)": what is said in Dutch is worth saying.
BETWEEN_BRACKETS = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True)
class VariantForm:
    """The fields of one language: named after the language and the field (``en-html``)."""

    language: Language
    # What the office calls it: "Turks".
    called: str
    fields: list[FieldWords]
    checked_by: str
    away: str
    # Who read it before it, or its Dutch, changed; empty: nobody, or nothing changed.
    read_before_by: str = ""

    @property
    def names(self) -> list[str]:
        """The names of all its fields."""
        return [*(field.name for field in self.fields), self.checked_by]


def variant_forms(filled: Filled, block: Block) -> list[VariantForm]:
    """Return the fields of each language that this form shows."""
    kind, outdated = block.type, _outdated(block)
    forms = [_form(language, kind) for code in filled.several(SHOWN) if (language := language_of(code)) is not None]
    return [
        replace(
            form,
            fields=_worth_showing(filled, form, kind),
            read_before_by=outdated.get(form.language.code, ""),
        )
        for form in forms
    ]


def languages_to_add(filled: Filled, kind: str) -> list[tuple[str, str]]:
    """Return the languages that may still come; none where a block has no words of its own."""
    if not BLOCK_TYPES[kind].translatable():
        return []
    found = [(one.code, f"{language_name(one.code)} ({one.name})") for one in languages()]
    return sorted((one for one in found if one[0] not in filled.several(SHOWN)), key=lambda option: option[1])


def added_language(filled: Filled) -> str:
    """Return the code of the language that one more was asked for; empty: none."""
    language = language_of(filled.value(ONE_MORE))
    return language.code if language is not None else ""


def is_unfolded(filled: Filled, block: Block, forms: Sequence[VariantForm]) -> bool:
    """Tell whether to show the fields at once: something is wrong in them, a language is empty or to be read again."""
    kept = block.fields.get(SHOWN, {})
    names = [SHOWN, *(name for form in forms for name in form.names)]
    asks = any(form.read_before_by for form in forms) or any(not variant["words"] for variant in kept.values())
    return asks or any(map(filled.error, names))


def values_of(block: Block) -> dict[str, object]:
    """Return what the fields show."""
    kept: Mapping[str, Any] = block.fields.get(SHOWN, {})
    values: dict[str, object] = {SHOWN: list(kept)}
    for code, variant in kept.items():
        values.update({_name(code, field): words for field, words in variant["words"].items()})
        values[_name(code, "checked_by")] = variant["checked_by"]
    return values


def variants_from(filled: Filled, block: Block) -> dict[str, Any]:
    """Return ``{"variants": …}`` as they were filled in; nothing when the form has no such fields.

    Whoever stood there as its reader before read what it said then, until somebody says that it was read again.
    """
    if not filled.several(SHOWN):
        return {}
    codes = [*filled.several(SHOWN), filled.value(ONE_MORE)]
    return {
        SHOWN: {
            code: _variant(filled, language, block)
            for code in codes
            if (language := language_of(code)) is not None and not filled.is_ticked(_name(code, "away"))
        }
    }


def _variant(filled: Filled, language: Language, block: Block) -> dict[str, Any]:
    words = {}
    for name, field in zip(BLOCK_TYPES[block.type].translatable(), _form(language, block.type).fields, strict=True):
        typed = filled.text(field.name, longest=20_000)
        words[name] = from_markup(typed) if field.input == "rich" else typed
    reader, before = filled.text(_name(language.code, "checked_by")), block.fields.get(SHOWN, {}).get(language.code, {})
    is_same = reader == before.get("checked_by") and filled.value(READ_AGAIN) != language.code
    return {"words": words, "checked_by": reader, "checked_as": before.get("checked_as", "") if is_same else ""}


def _outdated(block: Block) -> dict[str, str]:
    """Return language → who read it before it changed; not where the language needs no reader."""
    read = read_block({"type": block.type, **block.fields})
    return {
        code: variant.checked_by
        for code, variant in read.variants.items()
        if variant.is_outdated(read.dutch()) and not ((language := language_of(code)) and language.is_on)
    }


def _worth_showing(filled: Filled, form: VariantForm, kind: str) -> list[FieldWords]:
    """The fields that have words already, in Dutch or in the language; the first one always."""
    dutch = list(BLOCK_TYPES[kind].translatable())
    own = dict(zip(dutch, form.fields, strict=True))
    return [one for name, one in own.items() if name == dutch[0] or filled.value(name) or filled.value(one.name)]


def _form(language: Language, kind: str) -> VariantForm:
    words = {one.name: one for one in block_words(kind).fields}
    called = language_name(language.code)
    fields = [
        replace(
            one,
            name=_name(language.code, one.name),
            label=f"{called}: {BETWEEN_BRACKETS.sub('', one.label)}",
            hint="",
        )
        for one in (words[name] for name in BLOCK_TYPES[kind].translatable())
    ]
    return VariantForm(language, called, fields, _name(language.code, "checked_by"), _name(language.code, "away"))


def _name(code: str, field: str) -> str:
    return f"{code}-{field}"
