"""Reading in a list, one module a step: upload, what it would do, its doubts, applying, taking it back."""

from mailer.subscriptions import importing as _stops  # noqa: F401 - lists of who must not be mailed are settled there
from mailer.web.office.directory.imports import (
    claims,
    columns,
    discarding,
    doubts,
    missing,
    progress,
    reporting,
    spelling,
    undoing,
    uploading,
)
from mailer.web.office.directory.imports.room import screens

__all__ = [
    "claims",
    "columns",
    "discarding",
    "doubts",
    "missing",
    "progress",
    "reporting",
    "screens",
    "spelling",
    "undoing",
    "uploading",
]
