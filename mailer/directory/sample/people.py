"""People: names, languages, the channel they like, and phones that cannot ring."""

from __future__ import annotations

from datetime import date
from random import Random

from mailer.directory.sample.dice import a_day, apportion, deal, some
from mailer.directory.sample.organisations import THEMES
from mailer.directory.sample.person_names import imagine_names
from mailer.directory.sample.places import DIGITS
from mailer.directory.sample.sketch import SAMPLE_DAY, Mail, SamplePerson

SIZE = 540
LANGUAGES = {"nl": 455, "en": 22, "tr": 18, "ar": 16, "pt": 12, "pl": 9, "es": 4, "ti": 2, "uk": 2}
CHANNELS = {"email": 410, "phone": 76, "whatsapp": 54}
WITHOUT_MAIL = {"phone": 48, "nothing": 12}
# What people without an organisation are known for; a note for staff.
CALLINGS = {"Sleutelfiguur in de wijk": 62, "Wijkraadslid": 24, "Ambtenaar": 18, "Fonds": 10, "Raadslid": 6}


def imagine_people(rng: Random, count: int) -> list[SamplePerson]:
    """Return so many people, not yet tied to an organisation or an address."""
    people = imagine_names(rng, count)
    _choose_languages(rng, people)
    for person in people:
        person.added_on = a_day(rng, date(2016, 1, 4), SAMPLE_DAY)
    return people


def settle_people(rng: Random, people: list[SamplePerson]) -> None:
    """Give people what follows from their organisations and mail: phones, channels, neighbourhoods, themes."""
    _give_phones(rng, people)
    _choose_channels(rng, people)
    loose = [person for person in people if not person.roles]
    for person, calling in zip(loose, deal(rng, len(loose), CALLINGS), strict=True):
        person.note = calling
        person.themes = rng.sample(THEMES, rng.choice([0, 1, 1, 2]))
        person.neighbourhood = rng.choice([*list(DIGITS)[:10], None])
    for person in people:
        if person.roles:
            place = person.roles[0].organisation.neighbourhood
            person.neighbourhood = place if place in DIGITS else None


def _choose_languages(rng: Random, people: list[SamplePerson]) -> None:
    """Exact numbers; whoever's name comes with the language goes first, so that lists read believably."""
    free = list(people)
    rng.shuffle(free)
    for language, count in apportion(len(people), LANGUAGES).items():
        if language == "nl":
            continue
        free.sort(key=lambda person: (person.culture != language, person.culture not in ("", "nl")))
        for person in free[:count]:
            person.language = language
        free = free[count:]


def _give_phones(rng: Random, people: list[SamplePerson]) -> None:
    unreachable = [person for person in people if person.mail is Mail.NONE]
    silent = {id(person) for person in some(rng, unreachable, apportion(len(unreachable), WITHOUT_MAIL)["nothing"])}
    for number, person in enumerate(people, start=1):
        if id(person) in silent:
            continue
        if person.mail is Mail.NONE or rng.random() < 0.55:
            person.mobile = f"+3160000{number % 10000:04d}"
        if rng.random() < 0.1:
            person.phone = f"+31100000{number % 1000:03d}"


def _choose_channels(rng: Random, people: list[SamplePerson]) -> None:
    """Calling and WhatsApp go to people with a mobile phone, first of all to those without mail."""
    counts = apportion(len(people), CHANNELS)
    free = [person for person in people if person.mobile]
    rng.shuffle(free)
    free.sort(key=lambda person: person.mail is not Mail.NONE)
    callers, rest = free[: counts["phone"]], free[counts["phone"] :]
    for person in callers:
        person.channel = "phone"
    for person in rest[: counts["whatsapp"]]:
        person.channel = "whatsapp"
