"""When two organisations look like one: a slip in the name, the same site, the same door. Pure: values in, answers out.

The import asks it of a row and the directory; ``duplicates`` asks it of the directory and itself. One opinion for both.
"""

# ruff: noqa: SIM905 - a list of words reads best as text
from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from mailer.wire.spelling import fold

# Shorter names differ by one letter and are two: "Koor A" and "Koor B".
SHORTEST_WITH_TYPO = 9
# From here on two names could be a longer and a shorter form, or a slip (per cent).
ALIKE = 80
# Mailboxes of everybody: a domain that says nothing about whose the mailbox is.
MAIL_PROVIDERS = frozenset(
    "gmail.com googlemail.com hotmail.com hotmail.nl outlook.com outlook.nl live.com live.nl msn.com icloud.com me.com "
    "mac.com yahoo.com yahoo.nl ziggo.nl ziggomail.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl xs4all.nl upcmail.nl "
    "chello.nl casema.nl home.nl quicknet.nl tele2.nl telfort.nl telfortglasvezel.nl online.nl onsbrabantnet.nl "
    "solcon.nl caiway.nl caiway.net zeelandnet.nl versatel.nl wanadoo.nl 12move.nl freeler.nl dds.nl freedom.nl "
    "proton.me protonmail.com pm.me gmx.com gmx.net gmx.de mail.com aol.com yandex.com web.de t-online.de wp.pl o2.pl "
    "interia.pl".split()
)
# Sites with a page for everybody: there the page is the site.
_SHARED_SITES = frozenset(
    "facebook.com m.facebook.com nl-nl.facebook.com instagram.com linkedin.com nl.linkedin.com twitter.com x.com "
    "youtube.com linktr.ee sites.google.com meetup.com tiktok.com".split()
)
_SMALL_WORDS = frozenset("de het t een en van voor in op aan der den te".split())


def website_host(link: str) -> str:
    """Return the host of a kept website without "www.": two links to one site compare equal."""
    return (urlsplit(link).hostname or "").removeprefix("www.")


def site_of(link: str) -> str:
    """Return what makes a site somebody's own: its host, and the page where everybody has a page."""
    host = website_host(link)
    return host + urlsplit(link).path.rstrip("/").casefold() if host in _SHARED_SITES else host


def traces_of(website: str, street: str, postcode: str) -> Iterator[str]:
    """Yield what an organisation leaves besides its name: its site, and its door (a number, not a whole street)."""
    if site := site_of(website):
        yield f"www {site}"
    if len(postcode) > 5 and any(sign.isdigit() for sign in street):
        yield f"door {postcode} {fold(street)}"


def house_number(street: str) -> str:
    """Return the number of a door: "12b" of "Voegstraat 12b-3"; empty when there is none."""
    found = re.search(r"\s(\d+\s?[a-z]?)\b", fold(street))
    return found[1].replace(" ", "") if found else ""


def slips(key: str) -> set[str]:
    """Return the key and every form of it with one sign left out: two keys that share one differ by one slip."""
    if len(key) < SHORTEST_WITH_TYPO:
        return set()
    return {key} | {key[:place] + key[place + 1 :] for place in range(len(key))}


def only_letters_differ(one: str, other: str) -> bool:
    """Return whether the digits of both are the same: "Groep 1" and "Groep 2" are never a slip."""
    return [sign for sign in one if sign.isdigit()] == [sign for sign in other if sign.isdigit()]


def is_one_slip(one: str, other: str) -> bool:
    """Return whether two keys differ by one letter that was typed wrong, left out or doubled."""
    if one == other or DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1:
        return False
    return min(len(one), len(other)) >= SHORTEST_WITH_TYPO and only_letters_differ(one, other)


def are_alike(one: str, other: str) -> bool:
    """Return whether one key could be a shorter form of the other, or a slip."""
    words, others = set(one.split()), set(other.split())
    if words < others or others < words:
        return True
    return fuzz.ratio(one, other) >= ALIKE


def main_words(key: str) -> str:
    """Return the words that carry a name, sorted: "Tuin van de Voeg" and "Voeg, de tuin" are equal."""
    words = sorted(word for word in key.split() if word not in _SMALL_WORDS)
    return " ".join(words) if len(words) > 1 else ""


def is_provider(domain: str) -> bool:
    """Return whether anybody can have a mailbox at this domain."""
    return domain in MAIL_PROVIDERS
