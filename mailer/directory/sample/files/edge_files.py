"""Files that an import refuses, each with the beginning of the sentence that it should say."""

from __future__ import annotations

from mailer.directory.sample.files.old_office import old_office

_NAMES = "Nr;Naam organisatie;Wijk\r\n"


def edge_files() -> dict[str, tuple[bytes, str]]:
    """Return name → (file, how its refusal begins)."""
    rows = "".join(f"{number};Koor nummer {number};Spangen\r\n" for number in range(1, 20_002))
    return {
        "leeg.csv": (b"", "Dit bestand is leeg."),
        "alleen_kolomnamen.csv": (_NAMES.encode("utf-8-sig"), "In deze lijst staan alleen kolomnamen."),
        "oud_excel.xls": (old_office({"Workbook": b"\x09\x08\x10\x00"}), "Dit is een oud Excel-bestand (.xls)."),
        "wachtwoord.xlsx": (
            old_office({"EncryptionInfo": b"", "EncryptedPackage": bytes(8192)}),
            "Dit bestand heeft een wachtwoord.",
        ),
        "te_veel_rijen.csv": ((_NAMES + rows).encode("utf-8-sig"), "Deze lijst heeft 20001 rijen."),
    }
