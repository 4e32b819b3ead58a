from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Integer, column
from sqlalchemy.orm import Session

from mailer.audiences.models import Reach
from mailer.audiences.queries import segment_of_slug, unknown_addresses
from mailer.audiences.rules.criteria import (
    Audience,
    Group,
    How,
    Leaf,
    audience_to_json,
    compile_rule,
    depth_of,
    parse_audience,
    parse_rule,
    rule_to_json,
)
from mailer.audiences.rules.understanding import understand
from mailer.audiences.saving import change_segment, delete_segment, save_segment
from mailer.audiences.seats import Seat
from mailer.audiences.showing.counting import count
from mailer.foundation.errors import BadInput, Conflict, NotFound
from tests.factories import a_mailbox, a_theme, an_organisation

GREEN = {"theme": ["groen"]}


@pytest.mark.parametrize(
    "rule",
    [
        {"all": [{"theme": ["groen", "sport"]}, {"any": []}, {"none": [{"neighbourhood": ["spangen"]}]}]},
        {"neighbourhood": ["spangen"], "area_wide": False},
        {"network": "welzijnscoalitie", "on": "2026-11-01"},
        {"network": ["a", "b"]},
        {"kind": ["bewonersinitiatief"]},
        {"target_group": ["jongeren"]},
        {"role": ["coordinator"]},
        {"language": ["nl"]},
        {"organisation": ["de-voeg"]},
        {"address": ["a@example.org"]},
        {"added_since": "2026-10-01"},
        {"checked_before": "2025-06-01"},
        {"segment": "vaste-lezers"},
    ],
)
def test_a_rule_survives_the_way_to_json_and_back(rule: dict[str, Any]) -> None:
    assert rule_to_json(parse_rule(rule)) == rule


def test_an_audience_survives_too(session: Session) -> None:
    audience = parse_audience({"rule": GREEN, "reach": "contacts", "include": ["A@Example.org"], "exclude": []})

    assert audience == Audience(Leaf("theme", ("groen",)), Reach.CONTACTS, ("a@example.org",))
    assert parse_audience(audience_to_json(audience)) == audience


def test_a_word_alone_and_a_list_of_one_are_the_same() -> None:
    assert parse_rule({"theme": "groen"}) == parse_rule({"theme": ["groen"]}) == Leaf("theme", ("groen",))
    assert parse_rule({"none": []}) == Group(How.NONE)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"thema": ["groen"]}, "De regel klopt niet: ‘thema’ ken ik niet als voorwaarde."),
        ({"all": [GREEN, {"any": [{"theme": []}]}]}, "Voorwaarde 2.1 klopt niet: achter ‘theme’ hoort een woord"),
        ({"all": [GREEN, "groen"]}, "Voorwaarde 2 klopt niet: hier hoort een voorwaarde te staan"),
        ({"all": GREEN}, "De regel klopt niet: achter ‘all’ hoort alleen een lijst met voorwaarden."),
        ({"theme": ["groen"], "on": "2026-01-01"}, "‘on’ hoort niet bij ‘theme’"),
        ({"network": "x", "on": "1-2-2026"}, "achter ‘on’ hoort een datum zoals 2026-10-01"),
        ({"added_since": 3}, "achter ‘added_since’ hoort een datum"),
        ({"neighbourhood": "x", "area_wide": "ja"}, "achter ‘area_wide’ hoort true of false"),
        ({"address": "geen adres"}, "Dit e-mailadres klopt niet"),
        ("groen", "De regel klopt niet"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place(rule: Any, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_rule(rule)

    assert sentence in refused.value.sentence


def nested(groups: int) -> dict[str, Any]:
    rule: dict[str, Any] = GREEN
    for number in range(groups):
        rule = {("all", "any")[number % 2]: [rule, GREEN]}
    return rule


def test_rules_do_not_nest_for_ever() -> None:
    assert depth_of(parse_rule(nested(40))) == 40

    with pytest.raises(BadInput, match="te diep: meer dan 40 groepen in elkaar"):
        parse_rule(nested(41))


def test_the_deepest_rule_can_still_be_asked_of_the_database(session: Session, now: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="info@devoeg.example.org")

    assert count(session, {"rule": nested(40)}, now=now).mailboxes == 1


@pytest.mark.parametrize("how", ["any", "none"])
def test_words_of_one_kind_beside_each_other_are_looked_for_in_one_set(now: datetime, how: str) -> None:
    apart = {how: [{"theme": ["groen"]}, {"kind": ["school"]}, {"theme": ["sport", "groen"]}]}
    together = {how: [{"theme": ["groen", "sport"]}, {"kind": ["school"]}]}

    asked = [str(compile_rule(parse_rule(rule), a_seat(), now)) for rule in (apart, together)]

    assert asked[0] == asked[1]


def test_words_that_must_all_hold_are_looked_for_apart(now: datetime) -> None:
    rule = parse_rule({"all": [{"theme": ["groen"]}, {"theme": ["sport"]}]})

    assert str(compile_rule(rule, a_seat(), now)).count("organisation_theme.theme_id IN") == 2


def a_seat() -> Seat:
    return Seat(column("organisation_id", Integer), column("person_id", Integer), column("mailbox_id", Integer))


def test_selections_inside_selections_are_not_deeper_than_the_database_can_ask(session: Session, now: datetime) -> None:
    a_theme(session)
    save_segment(session, "Diep", {"rule": nested(30)}, now=now)
    deeper: dict[str, Any] = {"segment": "diep"}
    for _ in range(11):
        deeper = {"all": [deeper, GREEN]}

    with pytest.raises(BadInput, match="bewaar een deel als eigen selectie"):
        save_segment(session, "Dieper", {"rule": deeper}, now=now)


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"none": [{"theme": "groeen"}]}, "Het thema ‘groeen’ bestaat niet."),
        ({"neighbourhood": "spange"}, "De wijk ‘spange’ bestaat niet."),
        ({"network": "x"}, "Het netwerk ‘x’ bestaat niet."),
        ({"organisation": "x"}, "De organisatie ‘x’ bestaat niet."),
        ({"segment": "x"}, "De selectie ‘x’ bestaat niet."),
    ],
)
def test_an_unknown_word_is_refused_before_anybody_is_chosen(
    session: Session, rule: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput) as refused:
        understand(session, {"rule": rule})

    assert refused.value.sentence == sentence


def test_a_saved_selection_is_used_inside_another_with_its_own_exceptions(session: Session, now: datetime) -> None:
    an_organisation(session, themes=["groen"], mailbox="groen@devoeg.example.org")
    an_organisation(session, themes=["groen"], mailbox="uit@devoeg.example.org")
    a_mailbox(session, "los@devoeg.example.org")
    an_organisation(session, mailbox="erbij@devoeg.example.org")
    save_segment(
        session,
        "Groene clubs",
        {"rule": GREEN, "include": ["erbij@devoeg.example.org"], "exclude": ["uit@devoeg.example.org"]},
        now=now,
    )

    assert count(session, {"rule": {"segment": "groene-clubs"}}, now=now).mailboxes == 2


def test_a_circle_of_selections_is_refused(session: Session, now: datetime) -> None:
    a_theme(session)
    first = save_segment(session, "Eerste", {"rule": GREEN}, now=now)
    save_segment(session, "Tweede", {"rule": {"segment": "eerste"}}, now=now)

    with pytest.raises(BadInput, match=r"in een kring: ‘Eerste’ → ‘Tweede’ → ‘Eerste’\. Haal er één uit"):
        change_segment(session, first, name="Eerste", audience={"rule": {"segment": "tweede"}}, now=now)


def test_a_selection_cannot_be_part_of_itself(session: Session, now: datetime) -> None:
    a_theme(session)
    first = save_segment(session, "Eerste", {"rule": GREEN}, now=now)

    with pytest.raises(BadInput, match="De selectie ‘Eerste’ kan niet in zichzelf zitten"):
        change_segment(session, first, name="Eerste", audience={"rule": {"none": [{"segment": "eerste"}]}}, now=now)


def test_a_selection_keeps_its_slug_when_its_name_changes(session: Session, now: datetime) -> None:
    a_theme(session)
    segment = save_segment(session, "Café’s & Tuinen", {"rule": GREEN}, now=now)

    change_segment(session, segment, name="Tuinen", audience={"rule": GREEN}, now=now)

    assert (segment.slug, segment.name) == ("cafes-en-tuinen", "Tuinen")
    assert segment_of_slug(session, "cafes-en-tuinen") is segment


def test_two_names_that_look_alike_get_slugs_of_their_own(session: Session, now: datetime) -> None:
    a_theme(session)

    slugs = [save_segment(session, name, {"rule": GREEN}, now=now).slug for name in ("Groen!", "Groen?", "!!")]

    assert slugs == ["groen", "groen-2", "selectie"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "Bestaat al"])
def test_a_selection_needs_a_name_of_its_own(session: Session, now: datetime, name: str) -> None:
    a_theme(session)
    save_segment(session, "Bestaat al", {"rule": GREEN}, now=now)

    with pytest.raises(BadInput) as refused:
        save_segment(session, name, {"rule": GREEN}, now=now)

    assert refused.value.field == "name"


def test_a_selection_that_another_needs_is_not_thrown_away(session: Session, now: datetime) -> None:
    a_theme(session)
    inner = save_segment(session, "Binnen", {"rule": GREEN}, now=now)
    outer = save_segment(session, "Buiten", {"rule": {"segment": "binnen"}}, now=now)

    with pytest.raises(Conflict, match="Buiten"):
        delete_segment(session, inner)

    delete_segment(session, outer)
    delete_segment(session, inner)
    with pytest.raises(NotFound):
        segment_of_slug(session, "binnen")


def test_addresses_that_are_not_in_the_directory_are_pointed_out(session: Session) -> None:
    a_mailbox(session, "goed@devoeg.example.org")
    audience = {"include": ["goed@devoeg.example.org"], "exclude": ["fout@devoeg.example.org"]}

    assert unknown_addresses(session, audience) == ["fout@devoeg.example.org"]
