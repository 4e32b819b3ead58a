"""A fresh installation knows the words of the neighbourhood, and how people spell them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mailer.directory.models import (
    Neighbourhood,
    NeighbourhoodAlias,
    OrganisationKind,
    OrganisationKindAlias,
    RoleKind,
    RoleKindAlias,
    TargetGroup,
    TargetGroupAlias,
    Theme,
    ThemeAlias,
)
from mailer.foundation.database import Database
from mailer.foundation.migrating import migrate
from mailer.wire.spelling import fold

WORDS = [Neighbourhood, Theme, OrganisationKind, TargetGroup, RoleKind]
ALIASES = [NeighbourhoodAlias, ThemeAlias, OrganisationKindAlias, TargetGroupAlias, RoleKindAlias]


def _places_of(session: Session, spelling: str) -> set[str]:
    query = select(Neighbourhood.slug).join(NeighbourhoodAlias).where(NeighbourhoodAlias.alias == fold(spelling))
    return set(session.scalars(query))


def test_the_neighbourhoods_are_those_that_others_call_by_slug(session: Session) -> None:
    slugs = session.scalars(select(Neighbourhood.slug).order_by(Neighbourhood.position)).all()

    assert slugs == [
        "bospolder",
        "tussendijken",
        "spangen",
        "nieuwe-westen",
        "middelland",
        "oud-mathenesse",
        "witte-dorp",
        "schiemond",
        "nieuw-mathenesse",
        "delfshaven-buurt",
        "heel-delfshaven",
        "buiten-delfshaven",
        "onbekend",
    ]


def test_the_themes_are_those_that_others_call_by_slug(session: Session) -> None:
    slugs = session.scalars(select(Theme.slug).order_by(Theme.position)).all()

    assert slugs == [
        "welzijn",
        "groen",
        "gezondheid",
        "onderwijs",
        "kunst-cultuur",
        "sport",
        "jeugd",
        "armoede",
        "ondernemen",
        "wonen",
    ]


@pytest.mark.parametrize("spelling", ["BoTu", "Bospolder-Tussendijken", "Bospolder/Tussendijken", "BOTU2028"])
def test_botu_is_two_neighbourhoods(session: Session, spelling: str) -> None:
    assert _places_of(session, spelling) == {"bospolder", "tussendijken"}


@pytest.mark.parametrize(
    ("spelling", "slug"),
    [
        ("Tussenijken", "tussendijken"),
        ("N.W.", "nieuwe-westen"),
        ("Nw. Westen", "nieuwe-westen"),
        ("Midelland", "middelland"),
        ("OudMathenesse", "oud-mathenesse"),
        ("'t Witte Dorp", "witte-dorp"),
        ("Müllerpier", "schiemond"),
        ("M4H", "nieuw-mathenesse"),
        ("Oud-Delfshaven", "delfshaven-buurt"),
        ("heel DH", "heel-delfshaven"),
    ],
)
def test_a_neighbourhood_is_known_by_how_people_spell_it(session: Session, spelling: str, slug: str) -> None:
    assert _places_of(session, spelling) == {slug}


def test_delfshaven_alone_is_left_to_a_person(session: Session) -> None:
    assert _places_of(session, "Delfshaven") == set()


def test_only_heel_delfshaven_covers_all_and_two_values_are_not_inside(session: Session) -> None:
    covering = session.scalars(select(Neighbourhood.slug).where(Neighbourhood.covers_all)).all()
    outside = session.scalars(select(Neighbourhood.slug).where(~Neighbourhood.is_inside)).all()

    assert covering == ["heel-delfshaven"]
    assert sorted(outside) == ["buiten-delfshaven", "onbekend"]


@pytest.mark.parametrize("aliases", ALIASES)
def test_every_alias_is_folded(session: Session, aliases: type[ThemeAlias]) -> None:
    for alias in session.scalars(select(aliases.alias)):
        assert fold(alias) == alias


def test_going_down_keeps_a_word_that_is_in_use_and_going_up_brings_back_the_rest(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO person (title, given_name, particle, family_name, name_key, mobile, phone, language, "
                "channel, note, added_at, changed_at, neighbourhood_id) SELECT '', 'Samira', '', '', "
                "'samira', '', '', 'nl', 'email', '', '2026-11-01', '2026-11-01', id "
                "FROM neighbourhood WHERE slug = 'spangen'"
            )
        )

    migrate(database, to="0001")

    with database.transaction(writes=False) as session:
        assert session.scalars(select(Neighbourhood.slug)).all() == ["spangen"]
        assert [session.scalars(select(words.slug)).all() for words in WORDS[1:]] == [[], [], [], []]

    migrate(database)

    with database.transaction(writes=False) as session:
        assert len(session.scalars(select(Neighbourhood.slug)).all()) == 13
