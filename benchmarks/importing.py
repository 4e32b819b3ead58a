"""Reading in 20,000 organisations and 20,000 people: seconds, memory, and how long others wait for the database."""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mailer.directory.importing import import_file
from mailer.foundation.clock import now
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.foundation.settings import Settings

WORDS = ("Buurttuin", "Speeltuin", "Koor", "Atelier", "Taalhuis", "Kookclub", "Leeskring", "Inloop")
NAMES = ("De Voeg", "'t Kasseitje", "De Stoep", "Klinkerhart", "Halfsteens", "De Dorpel", "Opsluitband")
GIVEN = ("Fatuma", "Samira", "Joost", "Noor", "Yusuf", "Marit", "Ömer", "Inés")


def run(arguments: list[str]) -> None:
    """Measure trying and applying, each in a process of its own, on a fresh database."""
    parser = argparse.ArgumentParser(prog="bench importing")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--database-url", default="", help="PostgreSQL; SQLite in a folder of its own when not given.")
    parser.add_argument("--step", choices=["organisations:try", "organisations:apply", "people:try", "people:apply"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args(arguments)
    if asked.step:
        _measure(asked.step, asked.folder, asked.rows, asked.database_url)
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-importing-"))
    print(f"{asked.rows} rows, {'PostgreSQL' if asked.database_url else 'SQLite'}")
    print(f"{'step':22} {'seconds':>8} {'cpu':>7} {'peak MB':>8}  outcome")
    for step in ("organisations:try", "organisations:apply", "people:try", "people:apply"):
        command = [sys.executable, "-m", "benchmarks", "importing", "--step", step, "--folder", str(folder)]
        command += ["--rows", str(asked.rows), "--database-url", asked.database_url]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(
            f"{step:22} {found['seconds']:8.1f} {found['cpu']:7.1f} {found['peak']:8}  {found['outcome']}", flush=True
        )


def _measure(step: str, folder: Path, rows: int, database_url: str) -> None:
    subject, _colon, deed = step.partition(":")
    data = organisations(rows) if subject == "organisations" else people(rows)
    database = Database(Settings(data_dir=folder, database_url=database_url))
    migrate(database)
    began, cpu = time.monotonic(), time.process_time()
    with database.transaction() as session:
        report = import_file(session, data, file_name=f"{subject}.csv", now=now(), apply=deed == "apply")
    print(
        json.dumps(
            {
                "seconds": time.monotonic() - began,
                "cpu": time.process_time() - cpu,
                "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
                "outcome": report.counts,
            }
        )
    )


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
