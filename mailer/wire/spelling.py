"""Spelling: text tidied as it is kept, and folded for comparing and searching, which is never shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

# Letters that Unicode does not take apart into a letter and an accent. Dotless ı becomes i, because its capital is I:
# "YILDIZ", "Yıldız" and "Yildiz" are one word to whoever searches; what is shown keeps its own letters.
_PLAIN_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
# Signs that are written but not seen: zero width, direction marks, soft hyphen, byte order mark.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_LINE_BREAKS = re.compile(r"\r\n|\r|\n|\u2028|\u2029|_x000D_")
_LATIN_ACCENTS = re.compile("[\u0300-\u036f]")
# "N.W." is "nw", "v.d." is "vd"; but "a.b@…" and "Stg.Tuin" keep their parts apart.
_DOT_OF_ABBREVIATION = re.compile(r"\b(\w)\.(?=\w\b)")
_LEGAL_FORMS = ("stichting", "stg", "vereniging", "ver")
_ARTICLES = ("de", "het", "t")


def tidy(text: str) -> str:
    """Return the text in NFC, without unseen signs, spaces one apart; newlines stay."""
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    lines = (" ".join(line.split()) for line in _LINE_BREAKS.split(text))
    return "\n".join(line for line in lines if line)


# A list says the same words again and again.
@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return the text for comparing: no capitals, accents or punctuation, "&" as "en", words one space apart."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", plain)).translate(_PLAIN_LETTERS)
    plain = _APOSTROPHES.sub("", plain)
    plain = _DOT_OF_ABBREVIATION.sub(r"\1", plain).replace("&", " en ")
    return " ".join("".join(letter if _belongs_to_a_word(letter) else " " for letter in plain).split())


def fold_name(name: str) -> str:
    """Return an organisation's name for comparing: folded, without "stichting", "vereniging" and a leading article.

    "Stg. Buurttuin de Voeg" and "Buurttuin De Voeg" are equal; a name of nothing but such words keeps them.
    """
    folded = fold(name)
    words = folded.split()
    while words and words[0] in _LEGAL_FORMS:
        words.pop(0)
    while words and words[0] in _ARTICLES:
        words.pop(0)
    return " ".join(words) or folded


def slug_of(text: str, *, longest: int = 100) -> str:
    """Return the text as a part of an address: "buurttuin-de-voeg"; empty when it has no Latin letter or digit."""
    words = re.findall("[a-z0-9]+", fold(text))
    slug = ""
    for word in words:
        if len(slug) + len(word) + 1 > longest:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "".join(words)[:longest]


def free_slug(stem: str, taken: Collection[str]) -> str:
    """Return the stem, or the first numbered one that is not taken: "buurttuin-2"."""
    if stem not in taken:
        return stem
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)


def _belongs_to_a_word(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNM"
