from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.audiences.purpose import Purpose
from mailer.audiences.rules.saying import audience_sentence, rule_sentence
from mailer.audiences.saving import save_segment
from mailer.audiences.why.explaining import Explanation, Outcome, explain
from mailer.audiences.why.reasons import reasons_for
from mailer.directory.models import Mailbox, Network
from mailer.foundation.language import speaking
from mailer.subscriptions.leaving import leave
from mailer.subscriptions.permission import Refusal
from tests.factories import a_mailbox, a_neighbourhood, a_network, a_person, a_theme, a_topic, an_organisation

GREEN = {"theme": ["groen"]}


def words(session: Session) -> None:
    for slug in ("groen", "jeugd", "sport"):
        a_theme(session, slug)
    for slug in ("spangen", "bospolder"):
        a_neighbourhood(session, slug)
    a_network(session, "welzijnscoalitie")


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {
                "all": [
                    {"neighbourhood": ["spangen", "bospolder"]},
                    {"theme": ["jeugd", "sport"]},
                    {"network": "welzijnscoalitie"},
                ]
            },
            "Organisaties en mensen die werken in Bospolder of Spangen, met thema Sport en bewegen of Jeugd en gezin, "
            "en die lid zijn van Welzijnscoalitie.",
        ),
        (
            {"all": [{"theme": "groen"}, {"none": [{"neighbourhood": "spangen"}, {"theme": "sport"}]}]},
            "Organisaties en mensen met thema Groen en duurzaamheid, "
            "maar niet die werken in Spangen, en ook niet met thema Sport en bewegen.",
        ),
        (
            {"any": [{"theme": "groen"}, {"all": [{"theme": "sport"}, {"neighbourhood": "spangen"}]}]},
            "Organisaties en mensen met thema Groen en duurzaamheid, of "
            "(met thema Sport en bewegen, en die werken in Spangen).",
        ),
        (
            {"any": [{"theme": "groen"}, {"none": [{"neighbourhood": "spangen"}]}]},
            "Organisaties en mensen met thema Groen en duurzaamheid, of (niet die werken in Spangen).",
        ),
        ({"none": [{"theme": "sport"}]}, "Iedereen in het adresboek, maar niet met thema Sport en bewegen."),
        ({"all": []}, "Iedereen in het adresboek."),
        ({"all": [{"all": []}]}, "Iedereen in het adresboek."),
        (
            {"network": "welzijnscoalitie", "on": "2026-11-01"},
            "Organisaties en mensen die op zondag 1 november 2026 lid waren van Welzijnscoalitie.",
        ),
        (
            {"all": [{"language": "tr"}, {"added_since": "2026-10-01"}]},
            "Organisaties en mensen met Turks als taal, en die sinds donderdag 1 oktober 2026 in het adresboek staan.",
        ),
    ],
)
def test_a_rule_reads_as_one_dutch_sentence(session: Session, rule: dict[str, Any], sentence: str) -> None:
    words(session)

    assert rule_sentence(session, rule) == sentence


def test_the_sentence_is_complete_in_english(session: Session) -> None:
    words(session)

    with speaking("en"):
        spoken = rule_sentence(session, {"all": [{"theme": "groen"}, {"none": [{"neighbourhood": "spangen"}]}]})

    assert spoken == "Organisations and people with theme Groen en duurzaamheid, but not working in Spangen."


def test_an_audience_also_says_whom_and_who_by_hand(session: Session, now: datetime) -> None:
    words(session)
    save_segment(session, "Groene clubs", {"rule": GREEN}, now=now)
    audience = {"rule": {"segment": "groene-clubs"}, "reach": "contacts", "exclude": ["uit@devoeg.example.org"]}

    assert audience_sentence(session, audience) == (
        "Organisaties en mensen uit de selectie Groene clubs. De mail gaat naar de contactpersonen, of anders naar het "
        "postvak van de organisatie. Met de hand eruit: uit@devoeg.example.org."
    )


def test_who_is_in_is_told_by_whom_and_with_what(session: Session, now: datetime) -> None:
    words(session)
    voeg = an_organisation(session, "Buurttuin De Voeg", themes=["groen", "sport"], areas=["bospolder"])
    a_person(session, of=voeg, mailbox="samira@devoeg.example.org")
    rule = {"all": [{"theme": ["groen", "jeugd"]}, {"neighbourhood": ["spangen", "bospolder"]}]}

    told = explain(session, {"rule": rule}, "Samira@devoeg.example.org", now=now)

    assert told == Explanation(
        True,
        ["Samira el Mozaïek (Buurttuin De Voeg) doet mee met het thema Groen en duurzaamheid en werkt in Bospolder."],
        None,
        Outcome.LETTER,
    )


def test_who_is_out_is_told_what_is_missing(session: Session, now: datetime) -> None:
    words(session)
    an_organisation(session, "De Stoep", themes=["sport"], areas=["bospolder"], mailbox="info@destoep.example.org")
    rule = {"all": [GREEN, {"neighbourhood": "bospolder"}, {"none": [{"theme": "sport"}]}]}

    told = explain(session, {"rule": rule}, "info@destoep.example.org", now=now)

    assert not told.is_in
    assert told.because == [
        "De Stoep past niet bij de regel: gevraagd is ‘met thema Groen en duurzaamheid’ "
        "en uitgesloten is ‘met thema Sport en bewegen’."
    ]


def test_the_refusal_of_the_gate_is_told_too(session: Session, now: datetime) -> None:
    words(session)
    topic, mailbox = a_topic(session), a_mailbox(session, "samira@devoeg.example.org")
    a_person(session, of=an_organisation(session, "De Voeg", themes=["groen"]), mailbox=mailbox)
    leave(session, mailbox, topic, door="one-click", now=now)

    told = explain(session, {"rule": GREEN}, mailbox.address, now=now, purpose=Purpose(topic))

    assert told.refusal is Refusal.LEFT
    assert told.because[-1] == "Dit postvak is uitgeschreven."


@pytest.mark.parametrize(
    ("more", "address", "sentence"),
    [
        ({"exclude": ["info@devoeg.example.org"]}, "info@devoeg.example.org", "met de hand uit de selectie gehaald."),
        ({"include": ["los@devoeg.example.org"]}, "los@devoeg.example.org", "met de hand aan de selectie toegevoegd."),
        ({}, "los@devoeg.example.org", "Achter dit postvak staat niemand die nu meedoet"),
        ({}, "vreemd@devoeg.example.org", "Dit adres staat niet in het adresboek."),
    ],
)
def test_what_was_done_by_hand_is_told(
    session: Session, now: datetime, more: dict[str, Any], address: str, sentence: str
) -> None:
    words(session)
    an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")
    a_mailbox(session, "los@devoeg.example.org")

    told = explain(session, {"rule": GREEN, **more}, address, now=now)

    assert told.is_in is ("include" in more)
    assert sentence in told.because[0]


def test_a_mailbox_that_was_passed_over_is_told_so(session: Session, now: datetime) -> None:
    words(session)
    voeg = an_organisation(session, "De Voeg", themes=["groen"], mailbox="info@devoeg.example.org")
    a_person(session, of=voeg, mailbox="samira@devoeg.example.org")

    told = explain(session, {"rule": GREEN, "reach": "one_per_organisation"}, "samira@devoeg.example.org", now=now)

    assert told == Explanation(
        False,
        [
            "Samira el Mozaïek (De Voeg) doet mee met het thema Groen en duurzaamheid.",
            "De mail gaat naar info@devoeg.example.org, want elke organisatie krijgt één mail, "
            "en het eigen postvak van De Voeg gaat voor.",
        ],
        None,
        Outcome.PASSED_OVER,
        ["info@devoeg.example.org"],
    )


def test_a_reader_is_told_only_what_holds_and_is_not_sensitive(session: Session, now: datetime) -> None:
    words(session)
    session.add(Network(slug="stil", name="Stil overleg", is_internal=True))
    session.flush()
    voeg = an_organisation(
        session,
        "Buurttuin De Voeg",
        themes=["groen"],
        areas=["bospolder"],
        member_of=["stil", "welzijnscoalitie"],
        mailbox="info@devoeg.example.org",
    )
    rule = {
        "all": [
            {"neighbourhood": ["spangen", "bospolder"]},
            {"theme": ["groen", "sport"]},
            {"network": ["stil", "welzijnscoalitie"]},
            {"none": [{"target_group": "nieuwkomers"}]},
        ]
    }
    info = session.scalars(select(Mailbox).where(Mailbox.address == "info@devoeg.example.org")).one()

    told = reasons_for(session, {"rule": rule}, now=now)

    assert voeg.name == "Buurttuin De Voeg"
    assert {mailbox_id: reason.sentence for mailbox_id, reason in told.items()} == {
        info.id: "Buurttuin De Voeg werkt in Bospolder, "
        "doet mee met het thema Groen en duurzaamheid en is lid van Welzijnscoalitie"
    }


def test_a_reason_that_may_not_be_told_is_left_out(session: Session, now: datetime) -> None:
    assert reasons_for(session, {"rule": {"target_group": "nieuwkomers"}}, now=now) == {}
