"""Remembering why: for every mailbox in the directory, in the audience or not, how its seats stood when it was frozen.

One INSERT … SELECT of what an explanation asks (``audiences.why.standing``), beside the conditions in words of then.
So "waarom kreeg dit adres deze mail niet?" has its answer a year later, whatever was renamed, merged or left meanwhile
(decision 0055). Reading it back is ``showing.recalling``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.orm import Session

from mailer.audiences.rules.atoms import atoms_of
from mailer.audiences.rules.criteria import Audience, Leaf, kind_of, leaves_of, rule_to_json
from mailer.audiences.rules.saying import audience_sentence, is_deep, say_lines, say_rule
from mailer.audiences.rules.understanding import understand
from mailer.audiences.why.standing import standings
from mailer.deliveries.asking import purpose_of
from mailer.deliveries.models import FrozenAudience, FrozenSeat
from mailer.foundation.language import gettext as _
from mailer.foundation.language import ngettext, speaking
from mailer.mailings.models import Mailing


def remember_audience(session: Session, mailing: Mailing, letters: Table, *, now: datetime) -> None:
    """Keep why each mailbox is in the audience of this mailing or not, as it is at this moment.

    ``letters`` are those of the audience (``audiences.recipients.keeping``).
    """
    assert mailing.audience is not None
    understood = understand(session, mailing.audience)
    with speaking("nl"):
        words = _words(session, mailing, understood)
    session.add(
        FrozenAudience(
            mailing_id=mailing.id,
            frozen_at=now,
            asked={"rule": rule_to_json(understood.rule), "reach": understood.reach.value},
            words=words,
        )
    )
    session.flush()
    standing = standings(session, understood, now=now, purpose=purpose_of(session, mailing), letters=letters)
    rows = select(literal(mailing.id).label("mailing_id"), *standing.c)
    session.execute(insert(FrozenSeat).from_select([column.name for column in rows.selected_columns], rows))


def _words(session: Session, mailing: Mailing, understood: Audience) -> dict[str, Any]:
    assert mailing.audience is not None
    leaves = list(leaves_of(understood.rule))
    said = [kind_of(leaf).say(session, leaf.value) for leaf in leaves]
    by_leaf = dict(zip(leaves, said, strict=True))
    return {
        "sentence": say_rule(understood.rule, by_leaf.__getitem__),
        "lines": [[line.depth, line.said] for line in say_lines(understood.rule, by_leaf.__getitem__)]
        if is_deep(understood.rule)
        else [],
        "short": audience_sentence(session, {**mailing.audience, "include": [], "exclude": []})
        if mailing.audience.get("rule")
        else "",
        "by_hand": _say_by_hand(understood),
        "said": said,
        "facts": [_fact(session, Leaf(*atom)) for atom in atoms_of(understood.rule)],
        "topic": mailing.topic.name if mailing.topic else "",
        "themes": sorted(entry.theme.name for entry in mailing.themes),
        "neighbourhoods": sorted(entry.neighbourhood.name for entry in mailing.neighbourhoods),
    }


def _fact(session: Session, atom: Leaf) -> str:
    fact = kind_of(atom).fact
    return fact(session, [atom.value]) if fact else ""


def _say_by_hand(understood: Audience) -> str:
    """How many, not who: addresses are kept only in rows that go when the mailbox is erased."""
    told = []
    if understood.include:
        told.append(
            ngettext("%(n)s adres met de hand erbij", "%(n)s adressen met de hand erbij", len(understood.include))
        )
    if understood.exclude:
        told.append(
            ngettext("%(n)s adres met de hand eruit", "%(n)s adressen met de hand eruit", len(understood.exclude))
        )
    return _("%(told)s.", told=", ".join(told)) if told else ""
