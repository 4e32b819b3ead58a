"""Every route of the house: who may open it, and that nothing changes without a form of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from mailer.app import WITHOUT_FORM_TOKEN
from mailer.staff.models import OperatorRole
from mailer.staff.roles import COLUMNS, TABLE, Action, is_allowed
from mailer.web.office.access import EVERYONE, _office, needed
from tests.web.visitor import Visitor

SAFE = {"GET", "HEAD", "OPTIONS"}


def office_rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in _office]


def a_path(rule: Rule) -> str:
    """An address that the rule takes; what it is about need not exist."""
    parts = []
    for is_argument, text in rule._trace:
        if not is_argument:
            parts.append(text.lstrip("|"))
            continue
        number = type(rule._converters[text]).__name__ == "IntegerConverter"
        parts.append("999999" if number else "x")
    return "".join(parts)


def test_every_screen_of_the_office_says_who_may_open_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in office_rules(app) if needed(app, rule.endpoint) is None]

    assert silent == []


def test_no_route_that_changes_something_answers_get(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        methods = rule.methods or set()
        if methods - SAFE:
            assert not methods & {"GET"}, f"{rule.endpoint} answers {methods}"


def test_no_form_is_accepted_without_its_token(app: Flask, sign_in: Callable[..., Visitor]) -> None:
    visitor, stranger = sign_in("admin"), Visitor(app)
    foreign = stranger.form_token()
    changing = [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE]

    exempt = set()
    for rule in changing:
        answers = {visitor.post(a_path(rule), token=token).status_code for token in ("", foreign, "x.y.z")}
        if answers != {400}:
            exempt.add(rule.endpoint)

    assert exempt == set(WITHOUT_FORM_TOKEN)
    assert len(changing) >= 4


@pytest.mark.parametrize("role", list(OperatorRole))
def test_each_role_opens_exactly_the_screens_of_its_row(
    app: Flask, sign_in: Callable[..., Visitor], role: OperatorRole
) -> None:
    visitor = sign_in(role.value)

    for rule in office_rules(app):
        needs = needed(app, rule.endpoint)
        if needs == EVERYONE:
            continue
        assert isinstance(needs, Action)
        method = visitor.get if "GET" in (rule.methods or set()) else visitor.post
        status = method(a_path(rule)).status_code
        assert (status != 403) is is_allowed(role, needs), f"{role} got {status} at {rule}"


def test_a_stranger_opens_no_screen(app: Flask, visitor: Visitor) -> None:
    for rule in office_rules(app):
        if needed(app, rule.endpoint) == EVERYONE:
            continue
        if "GET" in (rule.methods or set()):
            assert visitor.get(a_path(rule)).status_code == 303, rule
        else:
            assert visitor.post(a_path(rule)).status_code == 401, rule


def test_the_table_has_a_row_for_every_action_and_a_column_for_every_role() -> None:
    assert set(TABLE) == set(Action)
    assert set(COLUMNS) == set(OperatorRole)
    assert {len(row) for row in TABLE.values()} == {len(COLUMNS)}
