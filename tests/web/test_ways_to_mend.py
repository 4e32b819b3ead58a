"""Controle: whatever is found, one press leads to where it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable

from mailer.foundation.database import Database
from mailer.mailings.blocks import BLOCK_TYPES
from mailer.mailings.drafts.composing import create_mailing
from tests.factories import A_MOMENT, a_mailing, an_event
from tests.web.visitor import Visitor

SignIn = Callable[..., Visitor]
FINDING = re.compile(r"<li><span class=\"icon-(?:stop|care)\">.*?</li>", re.DOTALL)


def ways_from(staff: Visitor, mailing: int) -> dict[str, str]:
    """What was found → where it leads, empty when nowhere."""
    ways = {}
    for item in FINDING.findall(staff.get(f"/mailings/{mailing}/controle").text):
        sentence = re.sub(r"<a .*?</a>", "", item, flags=re.DOTALL)
        link = re.search(r'<a [^>]*href="([^"]+)"', item)
        ways[" ".join(re.sub(r"<[^>]*>", " ", sentence).split())] = link[1].replace("&amp;", "&") if link else ""
    return ways


def test_everything_that_is_found_leads_to_its_place(database: Database, sign_in: SignIn) -> None:
    with database.transaction() as session:
        event = an_event(session)
        everything = a_mailing(
            session,
            {"type": "text", "html": "<p>We borgen dit op zondag 14 januari 2027. [vul in] [[geen.veld]]</p>"},
            *({"type": kind} for kind in BLOCK_TYPES),
            kind="invitation",
            event=event.id,
            subject="",
            preheader="",
        ).id
        nothing = create_mailing(session, {"kind": "invitation"}, now=A_MOMENT).id
    staff = sign_in("sender")

    ways = {**ways_from(staff, everything), **ways_from(staff, nothing)}

    assert len(ways) > 20
    assert [sentence for sentence, way in ways.items() if not way] == []
    assert {way: staff.get(way).status_code for way in set(ways.values()) if staff.get(way).status_code != 200} == {}
