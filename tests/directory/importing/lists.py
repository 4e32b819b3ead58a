"""Small lists as people send them, for the tests of the import."""

from __future__ import annotations

ORGANISATIONS = (
    "Nr;Naam organisatie;Soort;Straat + nr;Postcode;Plaats;Wijk;Werkgebied;Thema's;Doelgroep;Coalitie (j/n);Netwerk;"
    "E-mail;Website;Telefoon;Contactpersoon;Opmerkingen;Laatst gewijzigd"
)
PEOPLE = (
    "Aanhef;Voornaam;Tussenvoegsel;Achternaam;Roepnaam;Functie;Organisatie(s);E-mail werk;E-mail privé;Mobiel;Vast;"
    "Wijk;Nieuwsbrief;Uitnodigingen;Taal;Bron;Datum toestemming;Opm."
)
DE_VOEG = (
    "17;Stichting Buurttuin De Voeg;stg;Voegstraat 12b;3025ZZ;R'dam;BoTu;Bospolder/Tussendijken;groen, ontmoeting;"
    "kinderen + ouderen;ja;Groene netwerk;info@devoeg.example.org / tuin.devoeg@mail.test;www.devoeg.example.org;"
    "010-000 12 34;S. el Mozaïek;belt liever;3-11-25"
)
FATUMA = (
    "Mw;Fatuma;van der;Klinker;;coördinator;Buurttuin De Voeg, Speeltuin 't Kasseitje;info@devoeg.example.org;;"
    "06-00001234;;Bospolder;ja;x;NL/Somalisch;visitekaartje;?;"
)


def organisations(*rows: str, encoding: str = "cp1252") -> bytes:
    """A list of organisations, a row a string; what a row leaves off is empty."""
    return "\r\n".join((ORGANISATIONS, *rows)).encode(encoding)


def people(*rows: str, encoding: str = "utf-8-sig") -> bytes:
    """A list of people."""
    return "\r\n".join((PEOPLE, *rows)).encode(encoding)


def organisation(name: str, *, number: str = "", **cells: str) -> str:
    """A row of the list with these cells: ``organisation("De Voeg", wijk="Spangen")``."""
    places = ["nr", "naam", "soort", "straat", "postcode", "plaats", "wijk", "werkgebied", "themas", "doelgroep"]
    places += ["coalitie", "netwerk", "mail", "website", "telefoon", "contact"]
    return ";".join({"nr": number, "naam": name, **cells}.get(place, "") for place in places)


def person(given: str, family: str = "", **cells: str) -> str:
    """A row of the list with these cells: ``person("Jan", "Jansen", werk="jan@a.test")``."""
    places = ["aanhef", "voornaam", "tussenvoegsel", "achternaam", "roepnaam", "functie", "organisatie", "werk"]
    places += ["prive", "mobiel", "vast", "wijk", "nieuwsbrief", "uitnodigingen", "taal"]
    return ";".join({"voornaam": given, "achternaam": family, **cells}.get(place, "") for place in places)
