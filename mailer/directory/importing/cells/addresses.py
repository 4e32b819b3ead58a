"""E-mail addresses out of a cell: several at once, with names and comments around them, and what is wrong with them."""

# ruff: noqa: SIM905 - a list of words reads best as text
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mailer.directory.addressing import likely_kind
from mailer.directory.importing.cells.cleaning import Remark, empty_value, say_nothing
from mailer.directory.importing.cells.places import looks_like_website
from mailer.directory.models import MailboxKind
from mailer.foundation.addresses import Address, parse_address
from mailer.foundation.errors import BadInput
from mailer.foundation.language import gettext as _
from mailer.wire.spelling import tidy

_COMMENT = re.compile(r"\(([^()@]*)\)")
_IN_BRACKETS = re.compile(r"<([^<>]*)>")
_BETWEEN = re.compile(r"[;,|\n]|\s/\s|/(?=[^/\s]*@)|\s+of\s+|\s+en\s+", re.IGNORECASE)
_AT_IN_WORDS = re.compile(r"\s*(?:\(at\)|\[at\]|\(apenstaart\)|\[apenstaart\]|\sat\s)\s*", re.IGNORECASE)
_NO_ADDRESS = frozenset({"x@x.nl", "x@x", "a@a.nl", "geen@geen.nl", "test@test.nl", "onbekend@onbekend.nl"})
# Domains that people mistype, and what they meant. Only ever a suggestion.
_TYPOS = dict(
    pair.split("=")
    for pair in (
        "gmial.com=gmail.com gmai.com=gmail.com gmail.con=gmail.com gmail.nl=gmail.com gamil.com=gmail.com "
        "gmal.com=gmail.com gmail.co=gmail.com gnail.com=gmail.com gmaill.com=gmail.com hotmail.con=hotmail.com "
        "hotmial.com=hotmail.com hotmal.com=hotmail.com hotmai.com=hotmail.com homail.com=hotmail.com "
        "hotmail.co=hotmail.com outlok.com=outlook.com outlook.con=outlook.com ziggo.nll=ziggo.nl zigo.nl=ziggo.nl "
        "ziggo.com=ziggo.nl kpnmial.nl=kpnmail.nl yaho.com=yahoo.com yahoo.con=yahoo.com"
    ).split()
)
_TYPO_ENDINGS = {".con": ".com", ".cmo": ".com", ".nll": ".nl", ".ogr": ".org", ".orgg": ".org", ".comm": ".com"}


@dataclass(frozen=True)
class FoundAddress:
    """An address, and what the cell said about whose it is."""

    address: Address
    kind: MailboxKind


@dataclass(frozen=True)
class FoundAddresses:
    """The addresses of one cell in order, websites that stood among them, and the remarks."""

    addresses: tuple[FoundAddress, ...] = ()
    websites: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def read_addresses(text: str, *, takes_mistyped: bool = False) -> FoundAddresses:
    """Return every address in the cell.

    What needs a person's eye (a domain that looks mistyped, "(at)") is not taken, and is a doubt; unless somebody
    looked and said that it is right (``takes_mistyped``).
    """
    said = say_nothing(text)
    remarks = list(said.remarks)
    addresses: list[FoundAddress] = []
    websites: list[str] = []
    remarks += _names_beside(said.value)
    for part in _parts(said.value):
        if looks_like_website(part):
            websites.append(part)
            remarks.append(
                Remark(
                    "website-in-address", _("Hier staat een website: %(link)s. We bewaren hem als website.", link=part)
                )
            )
            continue
        found = _read_one(part, takes_mistyped=takes_mistyped)
        if isinstance(found, Remark):
            remarks.append(found)
            continue
        remarks += _told_about(part, found)
        if found.address.key not in {known.address.key for known in addresses}:
            addresses.append(found)
    return FoundAddresses(tuple(addresses), tuple(websites), tuple(remarks))


def _names_beside(text: str) -> list[Remark]:
    """A name beside an address may be its reader's, or its organisation's: only a person knows, so it is told."""
    names = [name.strip(" \t\n;,\"'") for name in re.findall(r"([^<>]*)<[^<>]*@[^<>]*>", text)]
    names = [name for name in names if name and "@" not in name]
    return [Remark("name-with-address", _("Bij het adres staat een naam: %(name)s.", name=name)) for name in names]


def _told_about(part: str, found: FoundAddress) -> list[Remark]:
    """Say what was tidied, so that it can be seen, and what stood in brackets."""
    bare = _COMMENT.sub("", part).strip()
    remarks = []
    if bare.casefold() != found.address.shown.casefold() and not bare.endswith(f" {found.address.shown}"):
        message = _("“%(typed)s” lezen we als %(address)s.", typed=bare, address=found.address.shown)
        remarks.append(Remark("address-tidied", message))
    told = " ".join(" ".join(_COMMENT.findall(part)).split())
    if told:
        message = _("Bij %(address)s staat: %(told)s.", address=found.address.shown, told=told)
        remarks.append(Remark("address-comment", message))
    return remarks


def kind_of(address: Address, *, told: str = "") -> MailboxKind:
    """Return whose an address is, by its own name or by what was told beside it; never guessed otherwise."""
    if "priv" in told.casefold() or "thuis" in told.casefold():
        return MailboxKind.PERSONAL
    return likely_kind(address)


def _parts(text: str) -> list[str]:
    # The display name may hold a comma ("Mozaïek, S. el" <s@x.test>): what is between <> is the address.
    if inside := [found for found in _IN_BRACKETS.findall(text) if "@" in found]:
        text = ";".join([*inside, re.sub(r"[^;<>]*<[^<>]*>", ";", text)])
    return [part for part in (part.strip(" \t.,'\"") for part in _BETWEEN.split(text)) if part]


def _read_one(part: str, *, takes_mistyped: bool) -> FoundAddress | Remark:
    told = " ".join(_COMMENT.findall(part))
    bare = _COMMENT.sub(" ", part) if not _AT_IN_WORDS.search(part) else part
    typed = unicodedata.normalize("NFKC", bare) if "＠" in bare else bare
    typed = re.sub(r"^mailto:\s*", "", typed.strip(" .,;:<>'\""), flags=re.IGNORECASE)
    typed = re.sub(r"\s*@\s*", "@", typed)
    if "@" not in typed and _AT_IN_WORDS.search(typed):
        meant = _AT_IN_WORDS.sub("@", typed).replace(" ", "")
        return Remark(
            "at-in-words",
            _("Bij “%(typed)s” staat geen @. Bedoel je %(meant)s?", typed=tidy(part), meant=meant),
            is_doubt=True,
            typed=part,
            meant=(meant,),
        )
    # "info @x.test" is one address; "Samira samira@x.test" is a name and an address.
    typed = next((word for word in reversed(typed.split()) if "@" in word), typed).strip(".,")
    if typed.casefold() in _NO_ADDRESS:
        return empty_value(typed)
    try:
        address = parse_address(typed)
    except BadInput as refusal:
        return Remark("no-address", refusal.sentence)
    if not takes_mistyped and (meant := _mistyped(address)):
        message = _("Klopt het adres %(address)s? Bedoel je misschien %(meant)s?", address=address.shown, meant=meant)
        return Remark("mistyped-domain", message, is_doubt=True, typed=typed, meant=(meant,))
    return FoundAddress(address, kind_of(address, told=told))


def _mistyped(address: Address) -> str:
    local = address.shown.rpartition("@")[0]
    if meant := _TYPOS.get(address.domain):
        return f"{local}@{meant}"
    for wrong, right in _TYPO_ENDINGS.items():
        if address.domain.endswith(wrong):
            return f"{local}@{address.domain.removesuffix(wrong)}{right}"
    return ""
