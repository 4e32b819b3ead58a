"""The rule builder to any depth, by buttons in one form, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from mailer.audiences.models import Segment
from mailer.audiences.rules.criteria import How
from mailer.audiences.saving import save_segment
from mailer.directory.models import MailboxKind
from mailer.foundation import clock
from mailer.foundation.database import Database
from mailer.web.office.audiences import Builder
from tests.factories import a_mailbox, a_mailing, a_person, a_topic, an_event, an_organisation
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
A, B, C = {"theme": ["groen"]}, {"theme": ["sport"]}, {"neighbourhood": ["spangen"]}


@pytest.fixture(autouse=True)
def directory(database: Database) -> None:
    with database.transaction() as session:
        a_topic(session)
        an_organisation(session, "Tuin", themes=["groen"], areas=["spangen"], mailbox="tuin@devoeg.example.org")
        an_organisation(session, "Club", themes=["sport"], areas=["bospolder"], mailbox="club@devoeg.example.org")


def form_of(rule: dict[str, Any]) -> dict[str, Any]:
    """The fields in which a builder keeps a rule of themes and neighbourhoods, as the page has them."""
    builder = Builder.from_audience({"rule": rule})
    fields: dict[str, Any] = {"how-0": builder.root.how.value, "clause": []}

    def fill(branch: Any) -> None:
        for part in branch.parts:
            fields["clause"].append(str(part.key))
            fields[f"in-{part.key}"] = str(branch.key)
            if hasattr(part, "parts"):
                fields.update({f"kind-{part.key}": "group", f"how-{part.key}": part.how.value})
                fill(part)
                continue
            fields[f"kind-{part.key}"] = part.kind
            fields[f"value-{part.key}"] = part.chosen
            if part.kind == "neighbourhood":
                fields[f"wide-{part.key}"] = "yes"
            if part.is_not:
                fields[f"not-{part.key}"] = "yes"

    fill(builder.root)
    return fields


def pressed(rule: dict[str, Any], button: str, **more: Any) -> Builder:
    return Builder.from_form(MultiDict({**form_of(rule), "do": button, **more}))


DEEP = {"all": [A, {"any": [B, {"all": [C, {"none": [A]}]}]}]}


def test_a_form_keeps_a_rule_of_any_depth() -> None:
    assert pressed(DEEP, "count").rule() == DEEP


@pytest.mark.parametrize(
    ("rule", "button", "after"),
    [
        # 1: groen, 2: the group, 3: sport.
        ({"all": [A, {"any": [B, C]}]}, "remove-2", {"all": [A]}),
        ({"all": [A, {"any": [B, C]}]}, "remove-3", {"all": [A, {"any": [C]}]}),
        ({"all": [A, {"any": [B, C]}]}, "out-3", {"all": [A, {"any": [C]}, B]}),
        ({"all": [A, {"any": [B, C]}]}, "unwrap-2", {"all": [A, B, C]}),
        ({"all": [A, {"any": [B, C]}]}, "into-1", {"all": [{"any": [B, C, A]}]}),
        ({"all": [A, B]}, "wrap-1", {"all": [{"any": [A]}, B]}),
        ({"any": [A, B]}, "wrap-2", {"any": [A, {"all": [B]}]}),
        ({"all": [A, {"any": [B, C]}]}, "wrap-2", {"all": [A, {"any": [{"any": [B, C]}]}]}),
        ({"all": [A]}, "out-1", {"all": [A]}),
        ({"all": [A]}, "into-1", {"all": [A]}),
        ({"all": [A]}, "remove-99", {"all": [A]}),
        ({"all": [A]}, "wrap-x", {"all": [A]}),
        ({"all": [A]}, "clear", {"any": []}),
    ],
)
def test_buttons_change_the_tree(rule: dict[str, Any], button: str, after: dict[str, Any]) -> None:
    assert pressed(rule, button).rule() == after


def test_a_new_group_counts_the_other_way_than_the_one_it_is_in() -> None:
    inside_all, inside_any = pressed({"all": [A]}, "group-0"), pressed({"any": [A]}, "group-0")

    assert [part.how for builder in (inside_all, inside_any) for part in builder.root.parts[1:]] == [How.ANY, How.ALL]  # type: ignore[union-attr]
    assert inside_all.rule() == {"all": [A]}  # an empty group says nothing


def test_a_condition_is_added_inside_a_group() -> None:
    builder = pressed({"all": [A, {"any": [B]}]}, "add-2", **{"new-kind-2": "everybody"})

    assert builder.rule() == {"all": [A, {"any": [B, {"all": []}]}]}


def test_a_part_that_names_a_group_that_is_not_there_is_not_lost() -> None:
    builder = Builder.from_form(MultiDict({"clause": "1", "kind-1": "theme", "value-1": "groen", "in-1": "77"}))

    assert builder.rule() == {"all": [A]}


def test_a_deep_rule_from_a_file_is_edited_and_saved(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        segment_id = save_segment(session, "Diep", {"rule": DEEP}, now=clock.now()).id
    marit = sign_in("editor")

    page = marit.get(f"/selecties/{segment_id}").text
    changed = marit.post(f"/selecties/{segment_id}", {**filled_in(page), "do": "remove-1"}).text
    done = marit.post(f"/selecties/{segment_id}/bewaar", filled_in(changed))

    assert done.status_code == 303
    with database.transaction() as session:
        rule = session.scalars(select(Segment).where(Segment.id == segment_id)).one().audience["rule"]
    assert rule == {"all": [{"any": [B, {"all": [C, {"none": [A]}]}]}]}


def filled_in(page: str) -> dict[str, Any]:
    """What a browser would send back of the fields on a page."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]+>", page):
        name = re.search(r' name="([^"]+)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name is None or (('type="checkbox"' in tag or 'type="radio"' in tag) and " checked" not in tag):
            continue
        fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "do", "tab")}


def test_each_part_says_how_many_organisations_fit_it_alone(sign_in: SignIn) -> None:
    page = sign_in("reader").post("/selecties/tel", form_of({"all": [A, {"any": [B, C]}, {"none": [B]}]})).text

    alone = dict(re.findall(r'id="alone-(\d+)">([^<]*)<', page))
    joints = dict(re.findall(r'id="joint-(\d+)">([^<]*)<', page))
    assert alone == {"1": "1 organisatie", "3": "1 organisatie", "4": "1 organisatie", "5": "1 organisatie",
                     "2": "2 organisaties"}  # fmt: skip
    assert joints == {"1": "", "2": "en", "3": "", "4": "of", "5": "maar niet"}


def test_too_many_parts_is_one_sentence_and_loses_nothing(sign_in: SignIn) -> None:
    full = form_of({"all": [A] * 200})

    page = sign_in("editor").post("/selecties/nieuw", {**full, "do": "add-0", "new-kind-0": "theme"}).text

    assert "Een regel kan hier hooguit 200 delen hebben." in page
    assert len(re.findall(r'name="clause"', page)) == 200


def test_too_deep_is_one_sentence_and_loses_nothing(sign_in: SignIn) -> None:
    rule: dict[str, Any] = {"all": [A, B]}
    for _ in range(40):
        rule = {"any": [rule, B]}

    page = sign_in("editor").post("/selecties/nieuw", {**form_of(rule), "do": "count"}).text

    assert "Deze regel is te diep: meer dan 40 groepen in elkaar." in page
    assert page.count('value="group"') == 40


def test_somebody_is_put_in_or_out_by_name(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        office = a_mailbox(session, "fatuma@devoeg.example.org", kind=MailboxKind.PERSONAL)
        a_person(session, "Fatuma", mailbox=office)
    marit = sign_in("editor")
    looking = {**form_of({"all": [A]}), "looked-for": "fatuma", "do": "count"}

    found = marit.post("/selecties/nieuw", looking).text
    put_in = marit.post("/selecties/nieuw", {**looking, "do": "pin-in:fatuma@devoeg.example.org"}).text
    taken_out = marit.post(
        "/selecties/nieuw",
        {**looking, "do": "pin-out:fatuma@devoeg.example.org", "include": "fatuma@devoeg.example.org"},
    ).text

    assert 'value="pin-in:fatuma@devoeg.example.org"' in found
    assert "Fatuma el Mozaïek" in found
    assert 'aria-describedby="include-hint">fatuma@devoeg.example.org</textarea>' in put_in
    assert 'aria-describedby="include-hint"></textarea>' in taken_out
    assert 'aria-describedby="exclude-hint">fatuma@devoeg.example.org</textarea>' in taken_out


def test_an_organisation_is_chosen_by_name(sign_in: SignIn) -> None:
    marit = sign_in("editor")

    found = marit.post(
        "/selecties/nieuw", {"clause": "1", "kind-1": "organisation", "find-1": "tui", "do": "count"}
    ).text

    (slug,) = re.findall(r'name="value-1" value="(tuin-\d+)"', found)
    said = marit.post("/selecties/tel", {"clause": "1", "kind-1": "organisation", "value-1": slug}).text
    assert "Organisaties en mensen van Tuin." in said


def test_a_meeting_that_was_picked_long_ago_stays_picked(sign_in: SignIn, database: Database) -> None:
    with database.transaction() as session:
        old = an_event(session, "Heel lang geleden", starts_at=clock.now().replace(year=2020)).id
        for number in range(45):
            an_event(session, f"Avond {number}")
    asked = {"clause": "1", "kind-1": "answer", "event-1": str(old), "said-1": "yes"}

    page = sign_in("editor").post("/selecties/nieuw", asked).text

    assert re.search(rf'<option value="{old}" selected>Heel lang geleden', page)


@pytest.mark.parametrize("path", ["/selecties/nieuw", "/mailings/1/ontvangers"])
def test_what_keeps_a_choice_stands_before_the_long_lists(database: Database, sign_in: SignIn, path: str) -> None:
    with database.transaction() as session:
        a_mailing(session)

    page = sign_in("editor").get(path).text

    assert page.index("button-main button-wide") < page.index('id="audience-list"')
