"""Klopt dit nog?: a letter leaves, somebody answers without signing in, staff decides, the directory is right again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from mailer.audiences.checking import survey
from mailer.directory.models import CheckLetter, Organisation, Person, Proposal
from mailer.directory.provenance import sources_of
from mailer.directory.queries import people_of
from mailer.foundation import clock
from mailer.staff.signing_in import make_sign_in_link
from tests.journeys.conftest import Story, html_of, text_of
from tests.web.visitor import Visitor, an_operator

pytestmark = pytest.mark.journey

ORIGIN = "https://tegelpost.example.org"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
RADIO = re.compile(r'name="(person_\d+)" value="left"')
CHOICE = re.compile(r'name="(choice_\d+)"')


def staff(story: Story) -> Visitor:
    with story.database.transaction() as session:
        operator = an_operator(session, "marit@tegelpost.example.org", role="editor")
        link = make_sign_in_link(session, operator, now=clock.now())
        path = story.database.settings.links.sign_in(link.id).removeprefix(ORIGIN)
    visitor = Visitor(story.app)
    assert visitor.post(path).status_code == 303
    return visitor


def an_organisation_with_a_contact(story: Story) -> tuple[int, str, str]:
    """One of the sample that can be asked and has exactly one colleague with a given name: id, slug and name."""
    now = clock.now()
    with story.database.transaction(writes=False) as session:
        ids = session.scalars(select(Organisation.id).where(Organisation.stopped_on.is_(None))).all()
        for organisation_id in survey(session, ids, now=now).to_ask:
            organisation = session.get_one(Organisation, organisation_id)
            roles = people_of(session, organisation, day=clock.today(now))
            if len(roles) == 1 and roles[0].person.given_name:
                return organisation.id, organisation.slug, organisation.name
    raise AssertionError("the sample has no such organisation")


def test_an_organisation_puts_itself_right_and_staff_says_yes(story: Story) -> None:
    story.mailer("sample", "create")
    organisation_id, slug, name = an_organisation_with_a_contact(story)

    # The letter leaves over SMTP, once, and a second command finds it asked.
    story.mailer("directory", "check-letters", "--organisation", slug)
    story.mailer("work", "--until-idle")
    again = story.mailer("directory", "check-letters", "--organisation", slug, "--json").json
    (letter,) = story.letters()
    assert (letter["Subject"], again["to_ask"], again["asked_before"]) == (f"Klopt dit nog? {name}", 0, 1)
    assert name in text_of(letter)
    found = re.search(rf"Ja, dit klopt: {ORIGIN}(/k/\w+)\s", text_of(letter))
    assert found is not None
    assert f'href="{ORIGIN}{found[1]}/wijzig"' in html_of(letter)
    path = found[1]

    # A scanner follows both links, twice; then somebody fills in what changed, looks, and sends.
    reader = Visitor(story.app)
    for _scan in range(2):
        assert [reader.get(one).status_code for one in (path, f"{path}/wijzig")] == [200, 200]
    with story.database.transaction(writes=False) as session:
        assert session.scalars(select(Proposal)).all() == []
        before = session.get_one(Organisation, organisation_id)
    page = reader.get(f"{path}/wijzig").text
    (colleague,) = RADIO.findall(page)
    seen = {field: unescape(value) for field, value in HIDDEN.findall(page) if field.startswith("seen_")}
    form: dict[str, str | list[str]] = {**seen, **{field.removeprefix("seen_"): value for field, value in seen.items()}}
    form |= {field: seen[f"seen_{field}"].split(",") for field in ("themes", "areas", "target_groups")}
    form |= {"street": "Kasseistraat 99", colleague: "left", "remark": "Bel gerust."}
    form |= {"given_name": "Fatuma", "family_name": "van der Klinker", "address": "fatuma@nieuw.example.org"}
    assert reader.post(f"{path}/wijzig", form).status_code == 200
    assert reader.post(f"{path}/verstuur", form).status_code == 303

    # Nothing changed but the day; staff sees it beside what we have, and takes all of it over.
    editor = staff(story)
    queue = editor.get("/adresboek/voorstellen").text
    assert (before.street or "–") in queue
    assert ("Kasseistraat 99" in queue, "Fatuma van der Klinker" in queue, "Bel gerust." in queue) == (True, True, True)
    numbers = [one.removeprefix("choice_") for one in dict.fromkeys(CHOICE.findall(queue))]
    assert len(numbers) == 4
    editor.post("/adresboek/voorstellen", {"proposal": numbers, "all": "yes"})

    # The directory is right, says who said it, and nobody may be mailed who may not.
    with story.database.transaction(writes=False) as session:
        organisation = session.get_one(Organisation, organisation_id)
        assert (organisation.street, organisation.checked_on) == ("Kasseistraat 99", clock.today(clock.now()))
        assert sources_of(session, organisation)["street"].kind.value == "organisation"
        fatuma = session.scalars(
            select(Person).where(Person.family_name == "Klinker", Person.given_name == "Fatuma")
        ).one()
        assert [(role.organisation_id, role.is_contact) for role in fatuma.roles] == [(organisation_id, True)]
        assert session.scalars(select(CheckLetter.answer)).one().value == "changes"
    everyone = story.file("all.json", {"rule": {"all": []}, "reach": "everyone"})
    told = story.mailer("audience", "explain", everyone, "fatuma@nieuw.example.org", "--json").json
    assert told["refusal"] == "no_basis"
    history = editor.get(f"/adresboek/organisaties/{organisation_id}").text
    assert ("Nagekeken door de organisatie zelf" in history, "het programma" in history) == (True, False)
    assert ("Voorstel overgenomen" in history, "gaf de organisatie zelf veranderingen door" in history) == (True, True)
    assert "Veranderd" in reader.get(path).text
