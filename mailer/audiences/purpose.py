"""What a letter is about, which only the gate listens to. Who fits is for the rule to say (``rules``)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select

from mailer.subscriptions.models import Topic


@dataclass(frozen=True)
class Purpose:
    """What the letter is about, for the gate: its topic, and the ids of its themes and neighbourhoods (none: all).

    ``participants`` selects the mailboxes of a meeting this is news of.
    """

    topic: Topic | None = None
    themes: Collection[int] = ()
    neighbourhoods: Collection[int] = ()
    participants: Select[int] | None = None


ANY_PURPOSE = Purpose()
