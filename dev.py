#!/usr/bin/env python3
"""The one list of commands for whoever works on Tegelpost. Needs Python 3.11+ and a package index.

python3 dev.py run        start everything: web, worker, clock, mail catcher, sample data
python3 dev.py test       run the tests
python3 dev.py help       the whole list
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PRIVATE_TOOLS = ROOT / ".tools"
LETTER_CHECKERS = ("caniemail@2.0.2", "vnu-jar@26.9.27")


def setup(*, extras: tuple[str, ...] = ()) -> None:
    """Make .venv exactly as uv.lock says; a second time costs a tenth of a second."""
    command = [find_uv(), "sync", "--locked", "--quiet"]
    # Without naming extras uv would remove those of an earlier command, and install them again at the next.
    wanted = sorted({*extras, *remembered_extras()})
    for extra in wanted:
        command += ["--extra", extra]
    if not VENV.exists():
        say("Making .venv (the first time takes about a minute)…")
    must(command, env=environment_of_uv())
    (VENV / "extras").write_text(" ".join(wanted))


def environment_of_uv() -> dict[str, str]:
    """Let uv work with the Python that runs this, in our own .venv, whatever else is active."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON": sys.executable}
    environment.pop("VIRTUAL_ENV", None)
    return environment


def remembered_extras() -> list[str]:
    remembered = VENV / "extras"
    return remembered.read_text().split() if remembered.exists() else []


def find_uv() -> str:
    """Return the path of uv: the one on PATH, else one of our own in .tools (system pip may refuse: PEP 668)."""
    on_path = shutil.which("uv")
    if on_path:
        return on_path
    own = PRIVATE_TOOLS / BIN.name / ("uv.exe" if os.name == "nt" else "uv")
    if not own.exists():
        say("Installing uv in .tools/ (once)…")
        if subprocess.run([sys.executable, "-m", "venv", str(PRIVATE_TOOLS)]).returncode != 0:
            sys.exit("Python's venv module is not complete here. On Debian or Ubuntu: apt install python3-venv")
        python = PRIVATE_TOOLS / BIN.name / "python"
        must([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv>=0.9"])
    return str(own)


def run(*arguments: str) -> None:
    """Start the embedded default with sample data and a mail catcher; extra arguments go to 'mailer up'."""
    setup()
    tell = [str(BIN / "mailer"), "up", "--demo", *arguments]
    if os.name == "nt":
        sys.exit(subprocess.run(tell).returncode)
    os.execv(tell[0], tell)


def test(*arguments: str) -> None:
    """Run the tests; extra arguments go to pytest."""
    setup(extras=("dev",))
    chosen = arguments or ("-n", "auto", "--dist", "worksteal", "-m", "not browser")
    must([str(BIN / "pytest"), *chosen])


def check(*arguments: str) -> None:
    """Format, lint, types, floors, tests: what must hold on every commit."""
    setup(extras=("dev",))
    must([str(BIN / "ruff"), "format", "--check", "."])
    must([str(BIN / "ruff"), "check", "."])
    must([str(BIN / "mypy")])
    must([str(BIN / "lint-imports")])
    test(*arguments)


def format_code(*_: str) -> None:
    """Format the code and mend what the linter can mend by itself."""
    setup(extras=("dev",))
    must([str(BIN / "ruff"), "check", "--fix", "--quiet", "."])
    must([str(BIN / "ruff"), "format", "."])


def browser(*arguments: str) -> None:
    """Run the journeys in headless Chromium (CHROMIUM or chromium on PATH)."""
    setup(extras=("dev", "browser"))
    must([str(BIN / "pytest"), "-m", "browser", *arguments])


def bench(*arguments: str) -> None:
    """Measure what must be fast, side by side, as ratios in one run."""
    setup(extras=("dev",))
    must([str(BIN / "python"), "-m", "benchmarks", *arguments])


def faults(*arguments: str) -> None:
    """Let things go wrong in the middle of a send and read the mail server's own log (--list, --runs N)."""
    setup(extras=("dev",))
    must([str(BIN / "python"), "-m", "tests.faults", *arguments])


def limits(*arguments: str) -> None:
    """Send under a limit of letters a minute, kill the workers half-way, and read the mail server's own log."""
    setup(extras=("dev",))
    must([str(BIN / "python"), "-m", "tests.faults.limits", *arguments])


def letters(*arguments: str) -> None:
    """Let checkers judge every kind of letter, really sent, and the composer's pages; with a folder, put letters there.

    Without npm, caniemail's data and the Nu HTML checker are skipped.
    """
    setup(extras=("dev", "browser"))
    if arguments:
        must([str(BIN / "python"), "-m", "tests.letters", *arguments])
        return
    checkers()
    must([str(BIN / "pytest"), "tests/letters", "tests/web/test_markup_of_pages.py"])


def checkers(*_: str) -> None:
    """Fetch caniemail's data and the Nu HTML checker (npm) into .tools/letters: from then on the tests ask them too."""
    npm, folder = shutil.which("npm"), PRIVATE_TOOLS / "letters"
    if npm is not None and not (folder / "node_modules" / "vnu-jar").exists():
        say("Installing the letters' checkers in .tools/letters (once)…")
        folder.mkdir(parents=True, exist_ok=True)
        must([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *LETTER_CHECKERS])


def editor(*_: str) -> None:
    """Fetch and bundle the composer's text editor again, when the installation could not (no network, no npm)."""
    # Only the stamp goes: an editor that is there works on until a new one has taken its place.
    stamp = ROOT / "mailer" / "web" / "static" / "vendor" / "tiptap.stamp"
    stamp.unlink(missing_ok=True)
    again = [find_uv(), "sync", "--locked", "--inexact", "--quiet", "--reinstall-package", "tegelpost"]
    must(again, env=environment_of_uv())
    if not stamp.exists():
        there = stamp.with_suffix(".js").exists()
        meanwhile = "The one that is there still works." if there else "Writing works without it, in plain fields."
        sys.exit(f"The text editor was not made: is the npm registry within reach? {meanwhile}")


def approve(*arguments: str) -> None:
    """Rewrite the approved letters in tests/golden/. Read the difference before committing it."""
    setup(extras=("dev",))
    must([str(BIN / "pytest"), "tests", "-k", "approved", *arguments], env={**os.environ, "APPROVE": "1"})


def must(command: list[str], *, env: dict[str, str] | None = None) -> None:
    """Run the command in the checkout; end with its exit status when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env)
    if done.returncode != 0:
        say(f"Stopped: {' '.join(Path(word).name for word in command[:3])} ended with {done.returncode}.")
        sys.exit(done.returncode)


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def help_(*_: str) -> None:
    """Show this list."""
    print("python3 dev.py <command>\n")
    for name, command in COMMANDS.items():
        print(f"  {name:9} {(command.__doc__ or '').splitlines()[0]}")


COMMANDS = {
    "setup": lambda *arguments: setup(extras=tuple(arguments)),
    "run": run,
    "test": test,
    "check": check,
    "format": format_code,
    "browser": browser,
    "bench": bench,
    "faults": faults,
    "limits": limits,
    "letters": letters,
    "checkers": checkers,
    "approve": approve,
    "editor": editor,
    "help": help_,
}
COMMANDS["setup"].__doc__ = "Make .venv and nothing else; name extras to add them: setup dev."


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - the person may run this with an older Python
        sys.exit("Tegelpost needs Python 3.11 or newer.")
    name, *arguments = sys.argv[1:] or ["help"]
    if name in ("-h", "--help"):
        name = "help"
    if name not in COMMANDS:
        say(f"There is no command '{name}'.")
        help_()
        sys.exit(2)
    COMMANDS[name](*arguments)


if __name__ == "__main__":
    main()
