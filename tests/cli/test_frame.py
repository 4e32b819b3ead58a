"""How commands are found, and how they end: 0 done, 1 refused with a sentence, 2 wrong usage."""

from __future__ import annotations

from pathlib import Path
from pkgutil import iter_modules

import pytest

from mailer import cli as commands
from mailer.cli.frame import ROOMS, main, read_json
from mailer.foundation.errors import BadInput

# What every command shares; they hold none of their own.
SHARED = {"frame", "supervisor"}


def status_of(*words: str) -> int:
    with pytest.raises(SystemExit) as ending:
        main(list(words))
    return int(str(ending.value.code))


def test_every_module_of_commands_is_found_by_its_noun() -> None:
    named = {module for modules in ROOMS.values() for module in modules}

    assert named == {module.name for module in iter_modules(commands.__path__)} - SHARED


@pytest.mark.parametrize("noun", sorted(ROOMS))
def test_every_noun_explains_itself(noun: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([noun, "--help"])

    assert "Usage: mailer" in capsys.readouterr().out


def test_wrong_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("mailing", "fly") == 2
    assert "No such command" in capsys.readouterr().err


def test_a_refusal_ends_with_1_and_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("audience", "count", str(tmp_path / "nowhere.json")) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert "nowhere.json" in told.err
    assert "Traceback" not in told.err


def test_broken_json_is_refused_with_the_line_that_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "rule.json"
    path.write_text('{"rule":\n  {"all": [}\n}')

    with pytest.raises(BadInput, match="regel 2"):
        read_json(str(path))
