from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mailer.audiences.rules.understanding import understand
from mailer.audiences.showing.counting import count
from mailer.audiences.showing.facets import count_words, organisations_that_fit
from mailer.directory.models import NetworkMembership
from tests.factories import a_neighbourhood, a_network, a_person, an_organisation


def beside(session: Session, rule: dict[str, object], now: datetime) -> set[int]:
    return organisations_that_fit(session, understand(session, {"rule": rule}).rule, now=now)


@pytest.mark.parametrize("kind", ["theme", "neighbourhood", "network"])
def test_a_word_counts_what_choosing_it_would_give(session: Session, now: datetime, kind: str) -> None:
    a_neighbourhood(session, "heel-delfshaven", covers_all=True)
    an_organisation(session, themes=["groen", "sport"], areas=["spangen"], member_of=["coalitie"])
    an_organisation(session, themes=["groen"], areas=["heel-delfshaven"])
    an_organisation(session, themes=["sport"], seat=a_neighbourhood(session, "bospolder"))
    an_organisation(session, themes=["groen"], stopped_on=date(2026, 1, 1), member_of=["coalitie"])
    former = an_organisation(session, themes=["groen"], areas=["spangen"])
    former.memberships.append(NetworkMembership(network=a_network(session, "coalitie"), left_on=date(2026, 12, 1)))
    session.flush()
    rest = {"theme": ["groen"]}

    counted = count_words(session, kind, beside(session, rest, now), now=now)

    assert any(counted.values())
    for slug, amount in counted.items():
        both = {"all": [rest, {kind: slug}]}
        assert amount == count(session, {"rule": both}, now=now).organisations, slug


def test_a_rule_about_people_still_counts_their_organisations(session: Session, now: datetime) -> None:
    voeg = an_organisation(session, themes=["groen"])
    a_person(session, of=voeg, language="tr")

    assert beside(session, {"language": "tr"}, now) == {voeg.id}


def test_what_has_no_words_has_no_numbers(session: Session, now: datetime) -> None:
    assert count_words(session, "address", set(), now=now) == {}
