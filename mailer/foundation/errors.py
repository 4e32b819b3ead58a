"""The refusals a verb may raise. A roof turns each into a page, an exit status or a problem document."""

from __future__ import annotations


class MailerError(Exception):
    """A refusal with a sentence a person can read and act on."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(MailerError):
    """What was asked for is not (or no longer) there."""


class NotAllowed(MailerError):
    """The person may not do this."""


class Conflict(MailerError):
    """Somebody else changed the same thing in the meantime."""


class Overtaken(Conflict):
    """What a deed was worked out from was changed before it was written down: doing it again will help."""


class BadInput(MailerError):
    """The person gave something we cannot use.

    ``field`` names the form field or column it concerns; ``problems`` holds every sentence when there are several.
    """

    def __init__(self, sentence: str, *, field: str | None = None, problems: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.problems = problems or [sentence]
