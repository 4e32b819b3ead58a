"""The list of saved selections: each as a sentence, with how many it reaches today."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from mailer.audiences.models import Segment
from mailer.audiences.queries import segments
from mailer.audiences.rules.saying import audience_sentence
from mailer.audiences.showing.counting import AudienceCount, count
from mailer.foundation.errors import BadInput
from mailer.staff.roles import Action
from mailer.web import current
from mailer.web.office.access import may
from mailer.web.office.audiences.room import screens


@dataclass(frozen=True)
class Line:
    """One selection. ``problem`` when its rule can no longer be read: a word was thrown away."""

    segment: Segment
    sentence: str = ""
    numbers: AudienceCount | None = None
    problem: str = ""


@screens.get("/selecties")
@may(Action.LOOK)
def index() -> str:
    """List the selections, by name."""
    return render_template(
        "office/audiences/index.html", lines=[_line(segment) for segment in segments(current.session())]
    )


def _line(segment: Segment) -> Line:
    session = current.session()
    try:
        numbers = count(session, segment.audience, now=current.now())
        return Line(segment, audience_sentence(session, segment.audience), numbers)
    except BadInput as problem:
        return Line(segment, problem=problem.sentence)
