"""A task of the start page: something that waits for a person. What there is to do is in ``overview``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    """Something that waits for a person. ``endpoint`` and ``subject_id``, or its ``filters``, say where to do it."""

    amount: int
    word: str
    explanation: str
    endpoint: str
    subject_id: int | None = None
    is_urgent: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)
