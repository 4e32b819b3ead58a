"""The building inspector: what must be so in every room, whoever wrote it."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from sqlalchemy.orm import DeclarativeBase

import mailer.audiences.models
import mailer.deliveries.models
import mailer.records.models  # noqa: F401 - these three bring the models of every floor
from mailer.app import create_app
from mailer.audiences.models import Reach
from mailer.audiences.rules import criteria
from mailer.audiences.showing.lists import RefusedLine
from mailer.foundation.database import Base
from mailer.foundation.language import _sentences
from mailer.foundation.links import Links
from mailer.foundation.settings import CHECKOUT, Settings
from mailer.foundation.tokens import Tokens
from mailer.subscriptions.permission import Refusal, explain_refusal, say_refusal
from mailer.web.office.audiences.clauses import EVERYBODY, clause_words
from mailer.web.office.audiences.refused import shown_refused
from mailer.web.office.states import mailbox_state
from tests.audiences import random_rules
from tests.audiences.oracle import Oracle
from tests.conftest import make_settings

CODE = sorted([*(CHECKOUT / "mailer").rglob("*.py"), *(CHECKOUT / "workers").rglob("*.py")])
PAGES = sorted((CHECKOUT / "mailer").rglob("*.html"))
LETTERS = CHECKOUT / "templates" / "emails"
DOCS = CHECKOUT / "docs"


def of_project(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def test_the_floors_hold() -> None:
    lint = Path(sys.executable).parent / "lint-imports"

    told = subprocess.run([str(lint), "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True)

    assert told.returncode == 0, told.stdout


def test_no_models_module_imports_a_verb() -> None:
    allowed = re.compile(r"^mailer\.(foundation|[a-z]+\.models)(\.|$)")

    strangers = [
        f"{of_project(path)}: {name}"
        for path in CODE
        if path.name == "models.py" or path.parent.name == "models"
        for name in imported_by(path)
        if name.startswith("mailer.") and not allowed.match(name)
    ]

    assert strangers == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = re.compile(r"\bdatetime\.(now|utcnow|today)\(|\bdate\.today\(")

    others = [
        of_project(path) for path in CODE if path.name != "clock.py" and asking.search(path.read_text(encoding="utf-8"))
    ]

    assert others == []


def test_no_verb_commits() -> None:
    roofs = {"app.py", "cli", "web", "workers"}
    committing = re.compile(r"\bsession\.commit\(")

    verbs = [
        of_project(path)
        for path in CODE
        if not roofs & set(path.relative_to(CHECKOUT).parts)
        and path.name != "database.py"
        and committing.search(path.read_text(encoding="utf-8"))
    ]

    assert verbs == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [of_project(path) for path in CODE if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]

    assert silent == []


# Rooms of many files, whose way in says which file is for what. Models and queries are called so everywhere.
TOLD_ROOMS = ("audiences", "deliveries", "directory", "directory/duplicates", "directory/importing", "events")
TOLD_ROOMS += ("mailings", "subscriptions", "foundation/journal", "foundation/mirror", "records/merging")
TOLD_ROOMS += tuple(f"deliveries/{room}" for room in ("letters", "line", "regulating", "restored", "showing"))
IMPORTING = ("cells", "choices", "columns", "filling", "known", "lists", "recognising", "reporting", "rows", "settling")
TOLD_ROOMS += tuple(f"directory/importing/{room}" for room in (*IMPORTING, "taking_back"))
TOLD_ROOMS += tuple(f"audiences/{room}" for room in ("recipients", "rules", "showing", "why"))
TOLD_ROOMS += tuple(f"mailings/{room}" for room in ("checks", "compiling", "drafts", "published"))


@pytest.mark.parametrize("room", TOLD_ROOMS)
def test_the_way_into_a_room_names_each_of_its_files(room: str) -> None:
    folder = CHECKOUT / "mailer" / room
    way_in = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    named, families = re.findall(r"``(\w+)``", way_in), tuple(re.findall(r"``(\w+)…``", way_in))

    files = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    files -= {"__init__", "models", "queries"}

    assert {name for name in files if name not in named and not (families and name.startswith(families))} == set()


def test_every_setting_is_explained_for_who_runs_an_installation() -> None:
    guide = (DOCS / "operating.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`MAILER_{name.upper()}`" not in guide]

    assert missing == []


def test_every_model_is_in_the_glossary() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")

    missing = [model.__name__ for model in models(Base) if f"`{model.__name__}`" not in glossary]

    assert missing == []


def test_every_condition_has_its_chip_its_line_in_the_formats_and_its_meaning_in_plain_python() -> None:
    formats = (DOCS / "interfaces.md").read_text(encoding="utf-8")
    known = set(criteria._kinds)

    assert set(clause_words()) == known | {EVERYBODY}
    assert {kind for kind in known if f'{{"{kind}":' not in formats} == set()
    assert {kind for kind in known if kind not in vars(Oracle)} == set()
    assert {kind for kind in known if f'{{"{kind}":' not in inspect.getsource(random_rules)} == set()
    options = {option for kind in known for option in criteria._kinds[kind].options}
    assert {option for option in options if f'"{option}":' not in formats} == set()


def test_every_refusal_of_the_gate_has_its_words_its_look_its_advice_and_its_word_in_the_formats() -> None:
    formats = (DOCS / "interfaces.md").read_text(encoding="utf-8")

    for reason in Refusal:
        line = RefusedLine("Noor", address="noor@example.org", refusal=reason, mailbox_id=1)
        assert explain_refusal(reason).endswith("."), reason
        assert mailbox_state(reason).word == say_refusal(reason) == shown_refused(line, Reach.EVERYONE).word
        assert shown_refused(line, Reach.EVERYONE).advice, reason
        assert f"`{reason}`" in formats, reason


def test_every_decision_is_in_the_index_under_its_own_title() -> None:
    index = (DOCS / "decisions" / "README.md").read_text()

    listed = [line for line in index.splitlines() if line.startswith("- ")]

    assert listed == [
        f"- [{path.name[:4]}]({path.name}) · {path.read_text().splitlines()[0].removeprefix(f'# {path.name[:4]} · ')}"
        for path in sorted((DOCS / "decisions").glob("0*.md"))
    ]


def test_every_link_in_a_letter_leads_to_a_page(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    adapter = create_app(settings).url_map.bind("tegelpost.example.org", url_scheme="https")
    links = Links("https://tegelpost.example.org", Tokens(b"a secret"))

    for name, function in inspect.getmembers(Links, inspect.isfunction):
        if name.startswith("_"):
            continue
        wanted = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty][1:]
        link = function(links, *["x.png" if p.annotation == "str" else 17 for p in wanted])
        path = link.removeprefix("https://tegelpost.example.org").partition("?")[0]
        # RFC 8058: what a mail program posts to has no other way in.
        assert adapter.test(path, method="POST" if name == "one_click" else "GET"), f"{name}: {path}"


def test_every_letter_folder_has_its_three_files() -> None:
    folders = [folder for folder in LETTERS.iterdir() if folder.is_dir() and folder.name not in {"blocks", "macros"}]
    assert folders

    incomplete = {
        folder.name: sorted({"subject.txt", "body.mjml", "body.txt"} - {file.name for file in folder.iterdir()})
        for folder in folders
    }

    assert {name: missing for name, missing in incomplete.items() if missing} == {}


def test_nothing_in_pages_and_letters_loads_from_strangers() -> None:
    loading = re.compile(
        r"""(?:src|srcset|data|action)\s*=\s*["']?\s*(?:https?:)?//|@import|url\(\s*["']?https?:""", re.I
    )

    found = [
        of_project(path)
        for path in [*PAGES, *LETTERS.rglob("*.mjml"), *(CHECKOUT / "mailer" / "web" / "static").rglob("*.css")]
        if loading.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_no_page_has_style_or_script_in_it() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style|<[^>{]*\s(style|on[a-z]+)=", re.I)

    found = [of_project(path) for path in PAGES if inline.search(path.read_text(encoding="utf-8"))]

    assert found == []


def test_every_sentence_a_person_reads_is_in_english_too() -> None:
    english = _sentences("en")

    missing = sorted({f"{place}: {text!r}" for place, text in spoken_sentences() if text not in english})

    assert missing == []


def test_english_keeps_every_placeholder_of_the_dutch() -> None:
    holes = re.compile(r"%\((\w+)\)")

    differing = [
        dutch
        for dutch, texts in _sentences("en").items()
        if any(not set(holes.findall(text)) <= set(holes.findall(dutch)) | {"n"} for text in texts)
        or not set(holes.findall(dutch)) <= set(holes.findall(texts[-1])) | {"n"}
    ]

    assert differing == []


def test_no_english_sentence_is_left_without_its_dutch() -> None:
    spoken = {text for _place, text in spoken_sentences()}

    unused = sorted(set(_sentences("en")) - spoken - dynamic_sentences())

    assert unused == []


def test_every_room_that_words_name_is_there() -> None:
    """Of a docstring, a comment or a document: ``directory.importing.known``, ``mailings.checks.stops``."""
    inside = CHECKOUT / "mailer"
    floors = "|".join(sorted(path.name for path in inside.iterdir() if path.is_dir() and path.name[0].isalpha()))
    named = re.compile(rf"`{{1,2}}(?:mailer\.)?((?:{floors})(?:\.\w+)+)`")

    def is_there(name: str) -> bool:
        *rooms, last = name.split(".")
        above, place = inside.joinpath(*rooms), inside.joinpath(*rooms, last)
        way_in = above / "__init__.py"
        return (
            place.is_dir()
            or place.with_suffix(".py").exists()
            or above.with_suffix(".py").exists()
            or (way_in.exists() and re.search(rf"\b{last}\b", way_in.read_text(encoding="utf-8")) is not None)
        )

    texts = [*CODE, CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]
    gone = [
        f"{of_project(path)}: {name}"
        for path in texts
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not is_there(name)
    ]

    assert gone == []


@pytest.mark.parametrize("path", [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=of_project)
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    broken = [
        target
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not (path.parent / target).exists()
    ]

    assert broken == []


def imported_by(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def models(parent: type[DeclarativeBase]) -> list[type]:
    return sorted((mapper.class_ for mapper in parent.registry.mappers), key=lambda model: model.__name__)


KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}


def spoken_sentences() -> Iterator[tuple[str, str]]:
    """Every sentence in code and templates that goes through the catalogue: (place, Dutch)."""
    templates = [*PAGES, *(CHECKOUT / "mailer").rglob("*.txt"), *LETTERS.rglob("*.mjml"), *LETTERS.rglob("*.txt")]
    for path in [*CODE, *templates]:
        method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
        for line, message, _comments, _context in extract_from_file(
            method, str(path), keywords=KEYWORDS, options={"silent": "false"} if path.suffix != ".py" else None
        ):
            yield f"{of_project(path)}:{line}", message[0] if isinstance(message, tuple) else message


def dynamic_sentences() -> set[str]:
    """Sentences that reach the catalogue by a variable: names of rows that every installation starts with."""
    return set()
