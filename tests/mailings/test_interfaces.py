"""What docs/interfaces.md promises about mailings is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mailer.mailings.blocks import BLOCK_TYPES, read_block
from mailer.mailings.drafts.specs import read_spec
from mailer.wire.slots import KNOWN_SLOTS

TEXT = (Path(__file__).parents[2] / "docs" / "interfaces.md").read_text(encoding="utf-8")


def test_the_example_is_a_mailing() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None

    spec = read_spec(json.loads(example.group(1)))

    assert [block.type for block in spec.blocks] == ["heading", "text", "agenda", "button"]


def test_every_block_and_its_fields_are_listed() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TEXT, re.MULTILINE)) | {"divider": ""}

    assert set(BLOCK_TYPES) <= set(listed)
    for kind, model in BLOCK_TYPES.items():
        named = [name for name in model.model_fields if name not in ("type", "variants")]
        assert [name for name in named if f"`{name}`" not in listed[kind]] == []


def test_the_example_of_words_in_another_language_is_a_block() -> None:
    [example] = re.findall(r'`("variants": .*?)`', TEXT, re.DOTALL)

    block = read_block({"type": "text", "html": "<p>Kom je ook?</p>", **json.loads(f"{{{example}}}")})

    assert [code for code, variant in block.variants.items() if variant.words and variant.checked_by] == ["en"]


def test_every_slot_is_listed() -> None:
    assert set(re.findall(r"`\[\[([a-z_.]+)\]\]`", TEXT)) == set(KNOWN_SLOTS)
