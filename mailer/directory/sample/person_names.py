"""Names of people: first names from the whole world, surnames out of the paving, so that nobody plausible has one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random

from mailer.directory.sample.dice import apportion, deal, some
from mailer.directory.sample.organisation_names import NAME_OF_A_PERSON
from mailer.directory.sample.sketch import SamplePerson

# first name → the language it most often comes with; empty: of many.
PLAIN_GIVEN = {
    **dict.fromkeys(["Joost", "Marit", "Henk", "Sanne", "Willem", "Anneke", "Ruben", "Lotte", "Gerda", "Bram"], "nl"),
    **dict.fromkeys(["Mohamed", "Fatuma", "Yusuf", "Chaima", "Samira", "Khadija", "Bilal", "Nadia", "Ibrahim"], "ar"),
    **dict.fromkeys(["Emre", "Hatice", "Murat", "Selin", "Kemal", "Zeynep"], "tr"),
    **dict.fromkeys(["Gloria", "Wendell", "Joy", "Kwame", "Precious", "Desmond", "Naomi"], "en"),
    **dict.fromkeys(["Maria", "Nelson", "Edna", "Adilson"], "pt"),
    **dict.fromkeys(["Agnieszka", "Piotr", "Ewa"], "pl"),
    **dict.fromkeys(["Carmen", "Luis"], "es"),
    **dict.fromkeys(["Tesfay", "Senait"], "ti"),
    **dict.fromkeys(["Olena", "Taras"], "uk"),
    **dict.fromkeys(["Noor", "Mei-Lin", "Ravi", "Soraya", "Amir", "Esther", "Lina", "Dewi", "Sunita", "Rosa"], ""),
}
ACCENTED_GIVEN = {
    **dict.fromkeys(["Zoë", "Daniël", "Chloë", "Björn", "Renée"], "nl"),
    **dict.fromkeys(["Ayşe", "Ömer", "Gülşen", "İsmail", "Çağla"], "tr"),
    **dict.fromkeys(["João", "Inês"], "pt"),
    **dict.fromkeys(["Łukasz", "Małgorzata"], "pl"),
    **dict.fromkeys(["Inés", "Jesús"], "es"),
}
# (particle, family name)
PLAIN_FAMILY = [
    ("", "Stoeptegel"),
    ("", "Zandvoeg"),
    ("", "Kasseien"),
    ("", "Opsluitband"),
    ("", "Kinderkopje"),
    ("", "Bakstra"),
    ("", "Grindpad"),
    ("", "Plavuis"),
    ("", "Marmerova"),
    ("", "Kiezelaar"),
]
ACCENTED_FAMILY = [("", "Yıldıztaş"), ("", "Łupek")]
WITH_PARTICLE = [
    ("van der", "Klinker"),
    ("da", "Pedra"),
    ("de", "Troffel"),
    ("van 't", "Trottoir"),
    ("ben", "Zellij"),
    ("ter", "Stoep"),
]
ACCENTED_WITH_PARTICLE = [("el", "Mozaïek")]
HYPHENATED = ["Natuursteen-Gravel", "Tegel-Kiezelaar", "Klinker-Bakstra"]
NON_LATIN = [("محمد", "الزليج", "ar"), ("Олена", "Плитка", "uk"), ("ተስፋይ", "እምኒ", "ti")]
VERY_LONG = [
    ("Maria Wilhelmina Theodora Johanna", "Kinderkopje van Grind tot Klinkerbestrating"),
    ("Desmond Emmanuel Nathaniel Kofi", "Zandvoeg van den Opsluitband en Trottoir"),
]
SINGLE_NAMES = [
    *["Samira", "Mama Zaza", "Oom Bram", "Joy", "Wendell", "Noor", "Tante Rosa", "Bilal", "Opa Henk", "Precious"],
    *["Meester Ravi", "Juf Lina", "Esther", "Buurman Kemal"],
]
TITLES = ["mw. drs.", "dr.", "ing.", "mr.", "ir.", "prof. dr.", "drs.", "ds."]

# Of 540. "plain" are the rest; the four kinds of plain names follow in KINDS_OF_PLAIN.
KINDS = {"plain": 499, "single": 12, "no-given": 9, "hyphenated": 15, "non-latin": 3, "very-long": 2}
# (particle, accent) of 499, so that 113 of all have a particle (21%) and 97 an accent (18%).
KINDS_OF_PLAIN = {(True, True): 23, (True, False): 90, (False, True): 74, (False, False): 312}
SAME_NAME_PAIRS = 3
TITLED = 8


def imagine_names(rng: Random, count: int) -> list[SamplePerson]:
    """Return so many people with no more than a name (and title, and the language it comes with)."""
    kinds = deal(rng, count, KINDS)
    plain = iter(deal(rng, kinds.count("plain"), KINDS_OF_PLAIN))
    rare = {"non-latin": 0, "very-long": 0}
    used: set[str] = set()
    people = []
    for kind in kinds:
        if kind == "plain":
            person = _unused(partial(_plain, rng, *next(plain)), used)
        elif kind in rare:
            person = _rare(kind, rare[kind])
            rare[kind] += 1
        else:
            person = _unused(partial(_special, rng, kind), used)
        used.add(person.full_name)
        people.append(person)
    _name_like_an_organisation(people)
    _name_twice(rng, people)
    for person in some(rng, _plain_people(people), apportion(count, {1: TITLED, 0: 532})[1]):
        person.title = rng.choice(TITLES)
    return people


def _unused(imagine: Callable[[], SamplePerson], used: set[str]) -> SamplePerson:
    """A name nobody has yet; in a big sample, where all are taken, one that somebody has."""
    for _attempt in range(60):
        person = imagine()
        if person.full_name not in used:
            break
    return person


def _plain(rng: Random, particle: bool, accent: bool) -> SamplePerson:
    in_family = accent and rng.random() < (0.4 if particle else 0.3)
    given = ACCENTED_GIVEN if accent and not in_family else PLAIN_GIVEN
    if particle:
        families = ACCENTED_WITH_PARTICLE if in_family else WITH_PARTICLE
    else:
        families = ACCENTED_FAMILY if in_family else PLAIN_FAMILY
    name = rng.choice(list(given))
    before, family = rng.choice(families)
    return SamplePerson(given_name=name, particle=before, family_name=family, culture=given[name])


def _special(rng: Random, kind: str) -> SamplePerson:
    if kind == "single":
        return SamplePerson(given_name=rng.choice(SINGLE_NAMES))
    if kind == "no-given":
        return SamplePerson(family_name=rng.choice(PLAIN_FAMILY)[1])
    return SamplePerson(given_name=rng.choice(list(PLAIN_GIVEN)), family_name=rng.choice(HYPHENATED))


def _rare(kind: str, number: int) -> SamplePerson:
    if kind == "non-latin":
        given, family, culture = NON_LATIN[number % len(NON_LATIN)]
        return SamplePerson(given_name=given, family_name=family, culture=culture)
    given, family = VERY_LONG[number % len(VERY_LONG)]
    return SamplePerson(given_name=given, family_name=family)


def _plain_people(people: list[SamplePerson]) -> list[SamplePerson]:
    short = [person for person in people if person.given_name and person.family_name and len(person.full_name) < 50]
    return [person for person in short if "-" not in person.family_name and person.family_name.isascii()]


def _name_like_an_organisation(people: list[SamplePerson]) -> None:
    given, family = NAME_OF_A_PERSON
    if any(person.full_name == f"{given} {family}" for person in people):
        return
    for person in people:
        if person.family_name == family and person.full_name.isascii() and person.given_name:
            person.given_name, person.culture = given, PLAIN_GIVEN[given]
            return


def _name_twice(rng: Random, people: list[SamplePerson]) -> None:
    """Two people of one name, three times: a name is never enough to merge on."""
    plain = [person for person in _plain_people(people) if person.full_name.isascii() and not person.particle]
    plain = [person for person in plain if person.full_name != " ".join(NAME_OF_A_PERSON)]
    pairs = apportion(len(people), {1: SAME_NAME_PAIRS, 0: 537})[1]
    chosen = rng.sample(plain, min(2 * pairs, len(plain) // 2 * 2))
    for one, other in zip(chosen[::2], chosen[1::2], strict=True):
        twin = replace(one)
        other.given_name, other.family_name, other.culture = twin.given_name, twin.family_name, twin.culture
