"""The Nu HTML checker reads every page of the composer; what it calls wrong and we want all the same has its reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.foundation.database import Database
from mailer.mailings.blocks import BLOCK_TYPES
from mailer.mailings.drafts.keeping import keep_snippet, keep_template
from mailer.mailings.models import MailingState
from tests.factories import A_MOMENT, a_mailing, a_person, an_event
from tests.letters.tools import markup_errors
from tests.web.visitor import Visitor, an_operator

pytestmark = pytest.mark.journey

SignIn = Callable[..., Visitor]
# None today. An entry is the whole sentence of the checker, with why we want it all the same.
WANTED: dict[str, str] = {}
STEPS = (
    "inhoud",
    "inhoud?blok=onderwerp",
    "inhoud?blok=nieuw",
    "inhoud?deel=voorbeeld&kijk=donker",
    "ontvangers",
    "bekijken",
    "bekijken?kijk=tekst",
    "controle",
    "verzenden",
    "versies",
    "verschil",
    "uitleg",
)
AROUND = ("/mailings", "/mailings/nieuw", "/mailings/sjablonen", "/mailings?stand=verzonden")
FOLLOWED = ("volgen", "mails", "inhoud", "bekijken")


def a_full_draft(database: Database) -> tuple[int, list[int], int]:
    """A draft with a block of every kind, pieces that are kept, somebody to read it; and one that is under way."""
    with database.transaction() as session:
        event, by = an_event(session), an_operator(session)
        a_person(session, "Samira", mailbox="samira@devoeg.example.org")
        texts = {"type": "text", "html": "<p>We borgen dit.</p><ul><li>een</li></ul>"}
        mailing = a_mailing(session, texts, *({"type": kind} for kind in BLOCK_TYPES), event=event.id)
        keep_snippet(session, mailing.blocks[0], name="Onze begroeting", now=A_MOMENT, by=by)
        keep_template(session, mailing, name="Onze nieuwsbrief", now=A_MOMENT, by=by)
        planned = a_mailing(session, texts)
        planned.state, planned.scheduled_at = MailingState.SCHEDULED, datetime(2099, 1, 14, 9, tzinfo=UTC)
        return mailing.id, [block.id for block in mailing.blocks], planned.id


def test_pages_of_the_composer_are_good_html(database: Database, sign_in: SignIn, tmp_path: Path) -> None:
    mailing, blocks, planned = a_full_draft(database)
    staff = sign_in("admin")
    paths = [*AROUND, *(f"/mailings/{mailing}/{step}" for step in STEPS)]
    paths += [f"/mailings/{mailing}/inhoud?blok={block}" for block in blocks]
    paths += [f"/mailings/{planned}/{step}" for step in FOLLOWED]

    for number, path in enumerate(paths):
        page = staff.get(path)
        assert page.status_code == 200, path
        (tmp_path / f"{number:02}.html").write_text(page.text, encoding="utf-8")
    funding = blocks[1 + list(BLOCK_TYPES).index("funding")]
    refused = staff.post(f"/mailings/{mailing}/blokken/{funding}", {"until": "32-13-2027"})
    assert refused.status_code == 422
    (tmp_path / "refused.html").write_text(refused.text, encoding="utf-8")

    named = {f"{number:02}.html": path for number, path in enumerate(paths)}
    told = (error.partition(": ") for error in markup_errors(tmp_path))
    assert [f"{named.get(file, file)}: {error}" for file, _colon, error in told if error not in WANTED] == []
