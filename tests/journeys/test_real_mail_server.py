"""Letters through a real Postfix, as they lie in the mailbox afterwards: every standard, every signature."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailer.deliveries.letters.proofing import send_proof
from mailer.mailings.models import Mailing
from mailer.mailings.sample import newsletter_spec
from tests.journeys.conftest import Story
from tests.postfix import Postfix, postfix
from tests.standards import violations
from tests.standards.signatures import opendkim_accepts

__all__ = ["postfix"]
pytestmark = pytest.mark.journey

DOMAIN = "stoepnetwerk.example.org"
PROOF_READER = "marit@elders.example.org"


def test_the_sample_newsletter_arrives_signed_and_by_the_standards(
    story: Story, postfix: Postfix, tmp_path: Path
) -> None:
    story.mailer("sample", "create")
    records = sign_with_two_keys(story)
    story.port = postfix.port
    mailing = story.compose(newsletter_spec())
    with story.database.transaction() as session:
        send_proof(
            session, session.get_one(Mailing, int(mailing)), to="marit@elders.example.org", now=datetime.now(UTC)
        )

    status = story.send(mailing)
    letters = postfix.received(status["accepted"] + 1)

    assert status["accepted"] > 200
    assert {name: status[name] for name in ("queued", "deferred", "rejected", "uncertain")} == {
        "queued": 0,
        "deferred": 0,
        "rejected": 0,
        "uncertain": 0,
    }
    assert Counter(letter.recipient for letter in letters).most_common(1)[0][1] == 1
    accepted = [line["address"] for line in story.mailer("mailing", "deliveries", mailing, "--json").lines]
    assert {letter.recipient for letter in letters} <= {*accepted, PROOF_READER}
    messages = [letter.message for letter in letters]
    assert violations(messages, records=records, ours="tegelpost.example.org") == []
    if shutil.which("opendkim"):
        assert opendkim_accepts(messages, records, tmp_path) == [["rsa-sha256", "ed25519-sha256"]] * len(messages)


def sign_with_two_keys(story: Story) -> dict[str, str]:
    """Make keys as somebody who runs an installation does; return what DNS would say."""
    folder = story.database.settings.data_dir / "dkim"
    story.more["MAILER_DKIM_DOMAINS"] = DOMAIN
    story.mailer("dkim", "make")
    story.mailer("dkim", "make", "--ed25519")
    story.more["MAILER_DKIM_ED25519_KEY_FILE"] = str(folder / "ed25519.pem")
    shown = story.mailer("dkim", "show", "--json").json
    assert shown["senders"] == [{"address": f"hallo@{DOMAIN}", "domain": DOMAIN, "aligned": True}]
    assert shown["advice"] == []
    return {record["name"]: record["value"] for record in shown["records"]}
