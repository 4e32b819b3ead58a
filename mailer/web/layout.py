"""What every template may ask of the page it stands in: ``here``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, url_for

from mailer.foundation import language
from mailer.staff.roles import role_word
from mailer.web import current
from mailer.web.office.access import can
from mailer.web.office.navigation import Entry, navigation

PRODUCT = "Tegelpost"


@dataclass(frozen=True)
class Visitor:
    """Who is signed in, as the page shows it."""

    name: str
    role_word: str


class Here:
    """The page at hand: its language, its visitor, its menu."""

    name = PRODUCT

    @property
    def language(self) -> str:
        return language.current_language()

    @property
    def visitor(self) -> Visitor | None:
        if g.get("operator") is None:
            return None
        return Visitor(g.operator_name, role_word(g.operator_role))

    @property
    def navigation(self) -> list[Entry]:
        return navigation()

    @property
    def sample(self) -> bool:
        return current.settings().sample

    @property
    def request_id(self) -> str:
        return str(g.get("request_id", ""))


def install(app: Flask) -> None:
    """Give every template ``here``, ``can(action)``, ``now()`` and ``url_if(endpoint)``."""

    def context() -> dict[str, Any]:
        return {"here": Here()}

    app.context_processor(context)
    app.jinja_env.globals.update(can=can, now=current.now, url_if=url_if)


def url_if(endpoint: str, subject_id: int | None = None, **filters: str) -> str:
    """Return the address of a screen, or "" when there is no such screen: a link leads somewhere or is not there."""
    view = current_app.view_functions.get(endpoint)
    if view is None:
        return ""
    (rule,) = list(current_app.url_map.iter_rules(endpoint))[:1]
    values: dict[str, Any] = {**dict.fromkeys(rule.arguments, subject_id), **filters}
    return url_for(endpoint, **values)
