"""Bytes become sheets. What a file is, is seen in its bytes, never believed from its name."""

from __future__ import annotations

from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.sheets.separated import read_separated
from mailer.wire.sheets.values import Sheet, TextForm

LIMIT_BYTES = 10 * 1024 * 1024
AS_ITS_BYTES_TELL = TextForm()

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A workbook with a password is an encrypted package inside an old Office file ([MS-OFFCRYPTO] 2.3.4.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_A_LIST = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")


def read_sheets(data: bytes, *, limit_bytes: int = LIMIT_BYTES, form: TextForm = AS_ITS_BYTES_TELL) -> list[Sheet]:
    """Return the sheets of a workbook (.xlsx), or the one sheet of a text file (.csv, .txt).

    ``form`` is how somebody said that a text file is to be read.

    Raises ``BadInput`` with a sentence for what is too large, protected, damaged, or no list at all.
    """
    if len(data) > limit_bytes:
        raise BadInput(
            _("Dit bestand is te groot. Het mag hoogstens %(n)s MB zijn.", n=limit_bytes // (1024 * 1024) or 1)
        )
    if not data.strip():
        raise BadInput(_("Dit bestand is leeg. Kies een bestand waar een lijst in staat."))
    if data.startswith(_OLD_OFFICE):
        raise BadInput(_why_not_old_office(data))
    if data.startswith(b"PK"):
        # Here, as in ``writing``: who sends letters all day reads no workbook.
        from mailer.wire.sheets.workbook import read_workbook  # noqa: PLC0415 - see above

        return read_workbook(data)
    if data.startswith(_NOT_A_LIST):
        raise BadInput(_("Dit is geen lijst die we kunnen lezen. Bewaar de lijst als .xlsx of .csv."))
    return [read_separated(data, form)]


def _why_not_old_office(data: bytes) -> str:
    if _ENCRYPTED in data:
        return _("Dit bestand heeft een wachtwoord. Haal het wachtwoord eraf en probeer het opnieuw.")
    return _("Dit is een oud Excel-bestand (.xls). Open het in Excel, kies Opslaan als, en bewaar het als .xlsx.")
