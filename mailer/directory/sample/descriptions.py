"""What organisations say of themselves: nothing, a line, or a few sentences in plain Dutch. Content, not interface."""

from __future__ import annotations

from random import Random

from mailer.directory.sample.sketch import SampleOrganisation

OPENINGS = {
    "welzijn": ["Bij ons is de koffie altijd warm.", "Wij brengen buren bij elkaar.", "Samen eten en samen praten."],
    "groen": ["Wij maken de straat groener.", "Samen tuinieren, samen oogsten.", "Tegel eruit, plant erin."],
    "gezondheid": ["Samen wandelen en samen fitter worden.", "Wij zorgen een beetje voor elkaar."],
    "onderwijs": ["Nederlands oefenen in kleine groepen.", "Hulp bij huiswerk en bij taal."],
    "kunst-cultuur": ["Iedereen kan maken, zingen of spelen.", "Kunst uit de straat, voor de straat."],
    "sport": ["Bewegen met de hele buurt.", "Elke week sporten op het plein."],
    "jeugd": ["Een plek waar kinderen zichzelf zijn.", "Spelen, bouwen en meedoen."],
    "armoede": ["Weinig geld? Kom langs, zonder schaamte.", "Delen wat over is met wie het nodig heeft."],
    "ondernemen": ["Repareren, leren en samen ondernemen.", "Werk en ideeën uit de buurt."],
    "wonen": ["Samen minder energie gebruiken.", "Wij helpen elkaar met klussen in huis."],
}
MIDDLES = [
    "We begonnen met drie buren en een thermoskan.",
    "Elke week komen er ongeveer twintig mensen.",
    "Je hoeft je niet aan te melden, binnenlopen mag altijd.",
    "We spreken met elkaar zeven talen en met handen en voeten.",
    "Vrijwilligers doen bijna alles, en dat merk je aan de sfeer.",
    "De sleutel ligt bij de buurvrouw van nummer 12.",
    "In de zomer zijn we vooral buiten.",
    "We delen onze ruimte graag met andere groepen.",
]
CLOSINGS = [
    "Kom een keer kijken, je bent welkom.",
    "Wil je meedoen? We zoeken nog handen.",
    "Heb je een idee? Vertel het ons bij de koffie.",
    "Op dinsdag en donderdag is er altijd iemand.",
]


def describe(rng: Random, organisation: SampleOrganisation, *, sentences: int) -> str:
    """Return a description of so many sentences; of none, an empty one."""
    if not sentences:
        return ""
    opening = rng.choice(OPENINGS[organisation.theme])
    if sentences == 1:
        return opening
    return " ".join([opening, *rng.sample(MIDDLES, sentences - 2), rng.choice(CLOSINGS)])
