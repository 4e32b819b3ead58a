"""Words that policy makers use and readers do not, each with what one could say instead.

Only whole words count, also in the plural and with an ending; the list is short on purpose: a remark at every word is
a remark that nobody reads.
"""

from __future__ import annotations

import re

# The beginning of a word as a pattern → what one could write.
PLAIN_WORDS = {
    r"inbested\w*|inbesteed\w*": "zelf laten doen door partijen uit de wijk",
    r"co-?creati\w*|cocreëer\w*": "samen maken",
    r"veerkracht\w*": "sterk genoeg zijn, erbovenop komen",
    r"integra(?:al|le)": "alles samen",
    r"participati\w*|participe\w+": "meedoen",
    r"(?:ge)?borg(?:en|t|ing|d)": "zorgen dat het zo blijft",
    r"stakeholders?": "wie ermee te maken heeft",
    r"faciliter\w+|gefaciliteerd": "helpen, mogelijk maken",
    r"implement\w+|geïmplementeerd": "invoeren, gaan doen",
    r"innovati\w+|innover\w+": "nieuw, vernieuwen",
    r"transiti\w+": "overgang, verandering",
    r"pilots?": "proef",
    r"optimalis\w+|geoptimaliseerd": "beter maken",
    r"initië\w+|geïnitieerd": "beginnen",
    r"inventaris\w+|geïnventariseerd": "op een rij zetten",
    r"signaler\w+|gesignaleerd": "zien, merken",
    r"draagvlak": "steun",
    r"doelstelling\w*": "doel",
    r"aangaande|betreffende|inzake|omtrent": "over",
    r"teneinde": "om",
    r"middels": "met",
    r"alsmede": "en",
    r"dient(?:en)? te|dienen": "moeten",
    r"mogelijkerwijs": "misschien",
    r"desalniettemin|desondanks": "toch",
    r"eveneens|tevens": "ook",
    r"geenszins": "niet",
    r"indien": "als",
    r"reeds": "al",
    r"ten behoeve van|ten bate van": "voor",
    r"in het kader van": "voor, bij",
    r"met betrekking tot|ten aanzien van": "over",
    r"op korte termijn": "snel",
    r"zorg\s?drag\w+|draagt zorg": "zorgen",
    r"expertise": "kennis",
    r"synergie\w*": "samen sterker",
    r"uitrol\w*|uitgerold": "overal gaan doen",
    r"empower\w*": "sterker maken",
    r"kick-?off\w*": "begin, start",
    r"netwerkpartner\w*": "organisatie in het netwerk",
}
WORD = {re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE): plain for pattern, plain in PLAIN_WORDS.items()}


def hard_words(text: str) -> list[tuple[str, str]]:
    """Return the hard words of a text as (as written, what one could say), each once, in the order of the text."""
    found = [(match.start(), match.group(), plain) for word, plain in WORD.items() for match in word.finditer(text)]
    once: dict[str, tuple[str, str]] = {}
    for _place, written, plain in sorted(found):
        once.setdefault(written.casefold(), (written, plain))
    return list(once.values())
