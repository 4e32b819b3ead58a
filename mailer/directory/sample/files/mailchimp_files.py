"""What the sample's network took along from another mailing program: who was subscribed, who left, what bounced."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from mailer.directory.sample.files.rows import Cells, FileRow

SUBSCRIBED, UNSUBSCRIBED, CLEANED = 310, 38, 13
_WHO = ["Email Address", "First Name", "Last Name", "TAGS", "MEMBER_RATING", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME"]
_REST = ["LAST_CHANGED", "LEID", "EUID", "NOTES"]
_UNSUB = ["UNSUB_TIME", "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER"]
_CLEAN = ["CLEAN_TIME", "CLEAN_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_ID"]
_BEGAN = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Kind:
    """One of the three lists: its name, its own columns, how many, and what an import should say of each row."""

    name: str
    columns: list[str]
    size: int
    outcome: str


KINDS = (
    Kind("mailchimp_subscribed_voorbeeld.csv", [], SUBSCRIBED, "same"),
    Kind("mailchimp_unsubscribed_voorbeeld.csv", _UNSUB, UNSUBSCRIBED, "new"),
    Kind("mailchimp_cleaned_voorbeeld.csv", _CLEAN, CLEANED, "new"),
)


def mailchimp_files(rng: Random, people: list[FileRow]) -> dict[str, tuple[bytes, list[FileRow]]]:
    """Return name → (file, its rows), made of people of the other list who have an address of their own."""
    clean = _with_own_address(people)
    rng.shuffle(clean)
    files = {}
    for kind in KINDS:
        some, clean = clean[: kind.size], clean[kind.size :]
        rows = [FileRow(_cells(rng, kind, row.cells), kind.outcome) for row in some]
        files[kind.name] = _written(kind, rows), rows
    return files


def _with_own_address(people: list[FileRow]) -> list[FileRow]:
    addresses = [_address(row.cells) for row in people]
    return [
        row
        for row, address in zip(people, addresses, strict=True)
        if address.count("@") == 1
        and address == address.strip().lower()
        and addresses.count(address) == 1
        and row.outcome == "new"
        and row.case in (0, 6)
        and _name(row.cells)[0]
        and _name(row.cells)[1]
    ]


def _address(cells: Cells) -> str:
    return cells.get("E-mail werk", "") or cells.get("E-mail privé", "") or cells.get("mail", "")


def _name(cells: Cells) -> tuple[str, str]:
    given = cells.get("Voornaam", "") or cells.get("vn", "")
    family = [
        cells.get("Tussenvoegsel", "") or cells.get("tv", ""),
        cells.get("Achternaam", "") or cells.get("an", ""),
    ]
    return given, " ".join(part for part in family if part)


def _cells(rng: Random, kind: Kind, cells: Cells) -> Cells:
    joined = _BEGAN + timedelta(minutes=rng.randrange(4 * 365 * 24 * 60))
    later = joined + timedelta(days=rng.randrange(10, 300))
    given, family = _name(cells)
    moment = f"{later:%Y-%m-%d %H:%M:%S}"
    return {
        "Email Address": _address(cells),
        "First Name": given,
        "Last Name": family,
        "TAGS": rng.choice(["", '"Coalitie"', '"Coalitie","Spangen"', '"Nieuw"']),
        "MEMBER_RATING": str(rng.randrange(1, 6)),
        "OPTIN_TIME": f"{joined:%Y-%m-%d %H:%M:%S}",
        "OPTIN_IP": "192.0.2.7",
        "CONFIRM_TIME": f"{joined:%Y-%m-%d %H:%M:%S}",
        "LAST_CHANGED": moment,
        "LEID": str(rng.randrange(10_000_000)),
        "EUID": f"{rng.randrange(16**10):010x}",
        "UNSUB_TIME": moment,
        "CLEAN_TIME": moment,
        "UNSUB_CAMPAIGN_TITLE": "Nieuwsbrief (voorbeeld)",
        "UNSUB_REASON": rng.choice(["", "No longer interested", "Too many emails"]) if kind.columns == _UNSUB else "",
    }


def _written(kind: Kind, rows: list[FileRow]) -> bytes:
    headers = [*_WHO, *kind.columns, *_REST]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headers)
    for number, row in enumerate(rows, start=2):
        row.number = number
        writer.writerow([row.cells.get(header, "") for header in headers])
    return text.getvalue().encode()
