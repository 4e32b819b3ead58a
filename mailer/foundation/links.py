"""Public addresses as pure functions: workers write links without Flask. A house test finds each in the URL map.

Personal links (interfaces: letters): GET shows, POST changes; only ``one_click`` acts at once, by POST (RFC 8058).
"""

from __future__ import annotations

from dataclasses import dataclass

from mailer.foundation.tokens import Tokens


@dataclass(frozen=True)
class Links:
    """The links of one installation: where it lives, and how it signs."""

    base_url: str
    tokens: Tokens

    def rsvp(self, delivery_id: int, *, answer: str | None = None) -> str:
        """Where a party answers; ``answer`` ("yes", "no") is only pre-chosen there."""
        chosen = f"?a={answer}" if answer else ""
        return self._personal("r", "rsvp", delivery_id) + chosen

    def party(self, invitation_id: int) -> str:
        """The same page for a party, whatever letter led there: for agendas, receipts and the telephone."""
        return f"{self.base_url}/r/{self.tokens.sign('party', invitation_id)}"

    def preferences(self, delivery_id: int) -> str:
        """Where a mailbox chooses what it gets."""
        return self._personal("p", "preferences", delivery_id)

    def leave(self, delivery_id: int) -> str:
        """The page with one button to leave."""
        return self._personal("u", "leave", delivery_id)

    def one_click(self, delivery_id: int) -> str:
        """What a mail program POSTs to (RFC 8058); no page of ours links to it."""
        return self._personal("u1", "one-click", delivery_id)

    def web_version(self, delivery_id: int) -> str:
        """The letter in a browser."""
        return self._personal("w", "web", delivery_id)

    def check(self, check_letter_id: int) -> str:
        """Where an organisation sees what we have of it, and says whether it is still right."""
        return self._personal("k", "check", check_letter_id)

    def check_changes(self, check_letter_id: int) -> str:
        """The same, with its form open."""
        return f"{self.check(check_letter_id)}/wijzig"

    def sign_in(self, link_id: int) -> str:
        """Where staff confirms signing in."""
        return f"{self.base_url}/inloggen/{self.tokens.sign('sign-in', link_id)}"

    def picture(self, name: str) -> str:
        """A picture of a letter, served by ourselves."""
        return f"{self.base_url}/beeld/{name}"

    def poll(self, block_id: int, *, answer: int = 1) -> str:
        """Where anybody answers the question of a letter; ``answer`` (from 1) is only pre-chosen there."""
        return f"{self.base_url}/s/{self.tokens.sign('poll', block_id)}?a={answer}"

    def archive(self, topic: str) -> str:
        """The newsletters of a topic (slug), for everybody to read."""
        return f"{self.base_url}/archief/{topic}"

    def archive_feed(self, topic: str) -> str:
        """The same for feed readers."""
        return f"{self.archive(topic)}/feed.xml"

    def archived(self, topic: str, mailing_id: int) -> str:
        """One newsletter as everybody may read it."""
        return f"{self.archive(topic)}/{mailing_id}"

    def _personal(self, path: str, purpose: str, letter_id: int) -> str:
        return f"{self.base_url}/{path}/{self.tokens.sign(purpose, letter_id)}"
