"""Tools that judge letters and that this machine may have: they are asked as programs, never imported."""

from __future__ import annotations

import json
import shutil
import subprocess
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from mailer.foundation.settings import CHECKOUT

# Where ``python3 dev.py letters`` installs them.
MODULES = CHECKOUT / ".tools" / "letters" / "node_modules"
ASK_FOR_SUPPORT = Path(__file__).parent / "support.mjs"


def unsupported(html: str, *, clients: list[str]) -> list[dict[str, Any]]:
    """Return what caniemail's data say these mail programs do not show, or only half: kind, client, title."""
    node = shutil.which("node")
    if node is None or not (MODULES / "caniemail").is_dir():
        pytest.skip("caniemail is not here: python3 dev.py letters (needs npm)")
    asked = json.dumps({"html": html, "clients": clients, "library": str(MODULES / "caniemail" / "dist" / "index.js")})
    told = subprocess.run([node, str(ASK_FOR_SUPPORT)], input=asked, capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def markup_errors(folder: Path) -> list[str]:
    """Return what the Nu HTML checker calls an error in the HTML files of this folder, each sentence once a file."""
    java, jar = shutil.which("java"), MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if java is None or not jar.is_file():
        pytest.skip("the Nu HTML checker is not here: python3 dev.py letters (needs npm and java)")
    files = sorted(map(str, folder.glob("*.html")))
    told = subprocess.run([java, "-jar", str(jar), "--format", "json", *files], capture_output=True, text=True)
    messages = json.loads(told.stderr)["messages"]
    return sorted({f"{Path(one['url']).name}: {one['message']}" for one in messages if one["type"] == "error"})


def spam_report(raw: bytes) -> tuple[float, list[str]]:
    """Return SpamAssassin's score by its local rules only, and the rules that were hit."""
    program = shutil.which("spamassassin")
    if program is None:
        pytest.skip("spamassassin is not on this machine (Debian: apt install spamassassin)")
    command = [program, "--local", "--cf=report_safe 0", "--cf=add_header all Told _SCORE_ _TESTSSCORES(,)_"]
    told = subprocess.run(command, input=raw, capture_output=True, check=True)
    header = str(message_from_bytes(told.stdout, policy=policy.default)["X-Spam-Told"])
    score, _space, hits = header.partition(" ")
    return float(score), [hit.strip() for hit in hits.split(",") if hit.strip()]
