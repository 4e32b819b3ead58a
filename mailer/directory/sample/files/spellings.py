"""How people type: the same word in several spellings, a telephone number in every shape, dates as they like."""

from __future__ import annotations

from datetime import date
from random import Random

THEMES = {
    "welzijn": ["welzijn", "ontmoeting", "Welzijn en ontmoeting", "welzijnswerk"],
    "groen": ["groen", "Groene", "natuur", "duurzaamheid"],
    "gezondheid": ["gezondheid", "zorg", "gezondheidszorg"],
    "onderwijs": ["onderwijs", "taal", "educatie"],
    "kunst-cultuur": ["kunst en cultuur", "K&C", "cultuur", "kunst & cultuur"],
    "sport": ["sport", "bewegen", "Sport en bewegen"],
    "jeugd": ["jeugd", "jongeren", "jeugd en gezin"],
    "armoede": ["armoede", "schulden"],
    "ondernemen": ["ondernemen", "werk"],
    "wonen": ["wonen", "energie"],
}
PLACES = {
    "bospolder": ["Bospolder", "bospolder"],
    "tussendijken": ["Tussendijken", "Tussen Dijken", "Tussenijken"],
    "spangen": ["Spangen", "spangen"],
    "nieuwe-westen": ["Nieuwe Westen", "Het Nieuwe Westen", "Nw. Westen", "N.W.", "Nieuwe-Westen"],
    "middelland": ["Middelland", "Midelland"],
    "delfshaven-buurt": ["Historisch Delfshaven", "Oud-Delfshaven", "Delfshaven (buurt)", "Coolhaven"],
    "schiemond": ["Schiemond", "Lloyd", "Lloydkwartier", "Müllerpier"],
    "oud-mathenesse": ["Oud-Mathenesse", "Oud Mathenesse", "OudMathenesse"],
    "witte-dorp": ["Witte Dorp", "'t Witte Dorp", "Het Witte Dorp"],
    "nieuw-mathenesse": ["M4H", "Nieuw Mathenesse", "Keilekwartier"],
    "heel-delfshaven": ["heel DH", "Heel Delfshaven"],
    "buiten-delfshaven": ["buiten Delfshaven", "Rotterdam-breed"],
    "onbekend": ["onbekend"],
}
KINDS = {
    "bewonersinitiatief": ["bewonersinitiatief", "Bewonersinitiatief", "bewonersgroep", "initiatief"],
    "stichting": ["stichting", "stg", "Stg."],
    "vereniging": ["vereniging", "ver.", "Vereniging"],
    "sociale-onderneming": ["sociale onderneming", "soc. onderneming"],
    "religieuze-organisatie": ["religieus", "kerk", "moskee"],
    "school": ["school", "basisschool", "kinderopvang"],
    "zorgaanbieder": ["zorgaanbieder", "zorg"],
    "corporatie": ["corporatie"],
    "overheid": ["wijkraad", "gemeente", "overheid"],
    "fonds": ["fonds"],
}
TARGET_GROUPS = {
    "kinderen": ["kinderen", "kids"],
    "jongeren": ["jongeren", "tieners"],
    "volwassenen": ["volwassenen"],
    "ouderen": ["ouderen", "senioren", "55+"],
    "vrouwen": ["vrouwen", "moeders"],
    "nieuwkomers": ["nieuwkomers", "statushouders"],
    "mensen-met-een-beperking": ["mensen met een beperking", "beperking"],
    "iedereen": ["iedereen", "jong en oud", "alle leeftijden"],
}
YES = ["ja", "ja", "j", "J", "x", "X", "1", "waar", "WAAR", "true", "yes", "y"]
NO = ["nee", "nee", "", "", "n", "0", "onwaar", "ONWAAR", "?"]
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]

# What Windows writes for a letter that its code page 1252 does not have; all others become a question mark.
_BEST_FIT = str.maketrans("ıİşŞğĞłŁńśźżćąęŻŚ", "iIsSgGlLnszzcaeZS")


def for_windows(text: str) -> str:
    """Return the text as a Windows-1252 file can hold it: Yıldıztaş becomes Yildiztas, an emoji a question mark."""
    return text.translate(_BEST_FIT).encode("cp1252", errors="replace").decode("cp1252")


def spell(rng: Random, spellings: dict[str, list[str]], slugs: list[str], *, between: str) -> str:
    """Return the words, each in one of its spellings."""
    return between.join(rng.choice(spellings[slug]) for slug in slugs)


def type_phone(rng: Random, number: str) -> str:
    """Return "+31100000123" in one of the shapes people type; now and then without its zero, as Excel leaves it."""
    if not number:
        return ""
    rest = number.removeprefix("+31")
    split = 1 if rest.startswith("6") else 2
    area, own = rest[:split], rest[split:]
    return rng.choice(
        [
            f"0{area}-{own}",
            f"0{area}-{own}",
            f"0{area} {own[:3]} {own[3:5]} {own[5:]}",
            f"(0{area}) {own}",
            f"0{rest}",
            f"+31 {area} {own[:4]} {own[4:]}",
            f"0031{rest}",
            rest,
        ]
    )


def type_date(rng: Random, day: date) -> str:
    """Return the day as Dutch people and Excel write it."""
    return rng.choice(
        [
            f"{day.day}-{day.month}-{day:%y}",
            f"{day:%d/%m/%Y}",
            day.isoformat(),
            f"{day.day}-{MONTHS[day.month - 1]}-{day:%y}",
            # Excel's own day number.
            str((day - date(1899, 12, 30)).days),
        ]
    )


def type_postcode(rng: Random, postcode: str) -> str:
    """Return "3025 ZZ" in one of its shapes."""
    digits, letters = postcode[:4], postcode[5:]
    if not letters:
        return digits
    return rng.choice(
        [f"{digits}{letters}", f"{digits} {letters}", f"{digits}{letters.lower()}", f"{digits}-{letters}"]
    )
