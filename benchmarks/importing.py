"""Reading in 20,000 organisations and 20,000 people: seconds and memory, on SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pydantic import SecretStr

from benchmarks.servers import find_postgresql, postgresql
from mailer.directory.importing import import_file
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings

WORDS = ("Buurttuin", "Speeltuin", "Koor", "Atelier", "Taalhuis", "Kookclub", "Leeskring", "Inloop")
NAMES = ("De Voeg", "'t Kasseitje", "De Stoep", "Klinkerhart", "Halfsteens", "De Dorpel", "Opsluitband")
GIVEN = ("Fatuma", "Samira", "Joost", "Noor", "Yusuf", "Marit", "Ömer", "Inés")


STEPS = ("organisations:try", "organisations:apply", "people:try", "people:apply")


def run(arguments: list[str]) -> None:
    """Measure trying and applying, each in a process of its own, on an empty database of each kind that there is."""
    asked = _parser().parse_args(arguments)
    if asked.step:
        _measure(asked.step, asked.folder, asked.database_url)
        return
    until = time.monotonic() + asked.minutes * 60
    print(f"{asked.rows} rows a list, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    print(f"{'database':11} {'step':20} {'seconds':>8} {'cpu':>7} {'peak MB':>8}  outcome")
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="bench-importing-")))
        (folder / "organisations.csv").write_bytes(organisations(asked.rows))
        (folder / "people.csv").write_bytes(people(asked.rows))
        for name, url in _databases(asked.database_url, opened):
            for step in STEPS:
                print(f"{name:11} {step:20} {_told(step, folder, url, until)}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench importing")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=8, help="What is not measured by then is not measured.")
    parser.add_argument("--database-url", default="", help="An empty PostgreSQL; one of its own when not given.")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser


def _databases(url: str, opened: ExitStack) -> Iterator[tuple[str, str]]:
    yield "SQLite", ""
    programs = find_postgresql()
    if url or programs:
        yield "PostgreSQL", url or opened.enter_context(postgresql(programs or Path()))
    else:
        print("PostgreSQL  not found on this machine: not measured")


def _told(step: str, folder: Path, url: str, until: float) -> str:
    command = [sys.executable, "-m", "benchmarks", "importing", "--step", step, "--folder", str(folder)]
    try:
        done = subprocess.run(
            [*command, "--database-url", url],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=max(until - time.monotonic(), 0),
        )
    except subprocess.TimeoutExpired:
        return "not measured: time is up"
    found = json.loads(done.stdout)
    outcome = ", ".join(f"{number} {word}" for word, number in found["outcome"].items() if number)
    return f"{found['seconds']:8.1f} {found['cpu']:7.1f} {found['peak']:8}  {outcome}"


def _measure(step: str, folder: Path, database_url: str) -> None:
    subject, _colon, deed = step.partition(":")
    data = (folder / f"{subject}.csv").read_bytes()
    database = Database(Settings(data_dir=folder, database_url=database_url, secret_key=SecretStr("b" * 40)))
    migrate(database)
    began, cpu = time.monotonic(), time.process_time()
    with database.transaction() as session:
        report = import_file(session, data, file_name=f"{subject}.csv", now=now(), apply=deed == "apply")
    found = {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "outcome": report.counts}
    print(json.dumps(found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def organisations(rows: int) -> bytes:
    """Return a list of organisations as an office keeps it, every column filled."""
    rng = random.Random(2027)
    lines = [
        "Nr;Naam organisatie;Soort;Straat + nr;Postcode;Plaats;Wijk;Werkgebied;Thema's;Doelgroep;Coalitie (j/n);"
        "Netwerk;E-mail;Website;Telefoon;Opmerkingen;Laatst gewijzigd"
    ]
    lines += [
        f"{n};{rng.choice(WORDS)} {rng.choice(NAMES)} {n};stg;Voegstraat {n};30{rng.randint(21, 29)} ZZ;R'dam;Spangen;"
        f"Spangen;{rng.choice(['groen', 'sport, taal'])};kinderen;{rng.choice(['ja', 'nee'])};;"
        f"info@org{n}.example.org;www.org{n}.example.org;010-{n:07};belt liever;3-11-25"
        for n in range(1, rows + 1)
    ]
    return "\r\n".join(lines).encode("utf-8-sig")


def people(rows: int) -> bytes:
    """Return a list of people who each work for one of those organisations."""
    rng = random.Random(2027)
    names = [line.split(";")[1] for line in organisations(rows).decode("utf-8-sig").splitlines()[1:]]
    lines = ["Aanhef;Voornaam;Tussenvoegsel;Achternaam;Functie;Organisatie(s);E-mail werk;Mobiel;Wijk;Nieuwsbrief;Taal"]
    lines += [
        f"Mw;{rng.choice(GIVEN)};van der;Klinker{n};coördinator;{names[n % len(names)]};"
        f"p{n}@post{n % 90}.example.org;06-{n:08};Bospolder;ja;NL"
        for n in range(1, rows + 1)
    ]
    return "\r\n".join(lines).encode("utf-8-sig")
