"""Postcodes, streets and websites out of cells. Pure; which neighbourhood a place is in is for ``words``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mailer.directory.importing.cells.cleaning import Cleaned, Remark, say_nothing
from mailer.foundation.language import gettext as _

_POSTCODE = re.compile(r"^(?:NL[- ]?)?([1-9]\d{3})[\s.-]*([A-Z]{2})?$")
_LETTER_FOR_DIGIT = re.compile(r"^(?:NL[- ]?)?([1-9][0-9OIl]{3})[\s.-]*([A-Z]{2})?$")
# Digits without letters are a postcode only behind a comma: "Park 1943" is a street.
_TAIL = re.compile(r"(?:[,\n\s]+(?:NL[- ]?)?([1-9]\d{3})\s?([A-Za-z]{2})|[,\n]\s*([1-9]\d{3}))\b[,\s]*([^\d,\n]*)$")
_NEVER_ISSUED = ("SA", "SD", "SS")
_CITIES = {"r'dam": "Rotterdam", "rdam": "Rotterdam", "rotterdam": "Rotterdam", "r’dam": "Rotterdam"}
_EXCEL_DAY = re.compile(
    r"\b\d{1,2}[- ](?:jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)\b|\b\d{1,2}-\d{1,2}-(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_LONGEST_LINK = 300
_HOST = re.compile(r"^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")


@dataclass(frozen=True)
class Place:
    """An address in parts; each may be empty."""

    street: str = ""
    postcode: str = ""
    city: str = ""


def read_postcode(text: str) -> Cleaned[str]:
    """Return "3025 ZZ", or "3025" when that is all; empty with a remark when it is no postcode."""
    said = say_nothing(text)
    typed = said.value.upper()
    if not typed:
        return said
    if found := _POSTCODE.match(typed):
        remarks = said.remarks
        if found[2] in _NEVER_ISSUED:
            message = _("De letters %(letters)s komen in geen postcode voor.", letters=found[2])
            remarks = (*remarks, Remark("postcode-letters", message))
        return Cleaned(f"{found[1]} {found[2]}" if found[2] else found[1], remarks)
    if found := _LETTER_FOR_DIGIT.match(typed):
        meant = f"{found[1].replace('O', '0').replace('I', '1').replace('l', '1')} {found[2] or ''}".strip()
        message = _(
            "In postcode “%(typed)s” staat een letter waar een cijfer hoort. Bedoel je %(meant)s?",
            typed=typed,
            meant=meant,
        )
        return Cleaned("", (Remark("postcode-letter-for-digit", message),))
    message = _("“%(typed)s” is geen postcode. Een postcode ziet er zo uit: 3025 AB.", typed=said.value)
    return Cleaned("", (Remark("no-postcode", message),))


def read_place(text: str) -> Cleaned[Place]:
    """Return the street with its number, and the postcode and city when they stand in the same cell."""
    said = say_nothing(text)
    typed = said.value
    remarks = list(said.remarks)
    if _EXCEL_DAY.search(typed):
        message = _("Excel maakte van het huisnummer een datum: “%(typed)s”. Kijk het adres na.", typed=typed)
        remarks.append(Remark("number-became-date", message))
    if found := _TAIL.search(typed):
        postcode = read_postcode(" ".join(part for part in (found[1] or found[3], found[2]) if part))
        street = typed[: found.start()].replace("\n", ", ").strip(" ,")
        return Cleaned(Place(street, postcode.value, read_city(found[4])), (*remarks, *postcode.remarks))
    return Cleaned(Place(typed.replace("\n", ", ")), tuple(remarks))


def read_city(text: str) -> str:
    """Return the city; "R'dam" is Rotterdam."""
    said = say_nothing(text).value.strip(" ,.")
    return _CITIES.get(said.casefold(), said)


def read_website(text: str) -> Cleaned[str]:
    """Return the first web address, with https:// when none was typed."""
    said = say_nothing(text)
    found = [link for link in map(_link, re.split(r"[\s;,|]+", said.value)) if link]
    remarks = list(said.remarks)
    if said.value and not found:
        message = _("“%(typed)s” is geen website. Een website ziet er zo uit: www.voorbeeld.nl.", typed=said.value)
        remarks.append(Remark("no-website", message))
    if len(found) > 1:
        message = _("Hier staan meer websites. We bewaren de eerste: %(first)s.", first=found[0])
        remarks.append(Remark("more-websites", message))
    return Cleaned(found[0] if found else "", tuple(remarks))


def site_of(link: str) -> tuple[str, str, str]:
    """Return what two links to one site have in common: host without www, path, question."""
    parts = urlsplit(link)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query


def looks_like_website(text: str) -> bool:
    """Return whether the text is a web address and not an e-mail address."""
    return "@" not in text and text.casefold().startswith(("www.", "http://", "https://")) and bool(_link(text))


def _link(text: str) -> str:
    text = text.strip().strip(".,<>()")
    if not text or "@" in text:
        return ""
    link = text if re.match("https?://", text, re.IGNORECASE) else f"https://{text}"
    try:
        host = urlsplit(link).hostname or ""
        ascii_host = host.encode("idna").decode() if host else ""
    except (ValueError, UnicodeError):
        return ""
    return link.rstrip("/") if _HOST.match(ascii_host) and len(link) <= _LONGEST_LINK else ""
