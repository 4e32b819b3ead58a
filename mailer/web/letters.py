"""A letter in a frame of ours: it shows its own style, runs nothing, and its links open beside us."""

from __future__ import annotations

import re

from flask import Response, make_response

from mailer.web.headers import LETTER_SECURITY_POLICY, as_letter

HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
OUTSIDE = '<base target="_blank">'
# The page around it may see how far the letter was scrolled; without scripts the letter can do nothing with that.
LOOKED_INTO = LETTER_SECURITY_POLICY.replace("sandbox ", "sandbox allow-same-origin ", 1)


def letter_page(html: str) -> Response:
    """Return the letter as a page of its own: sandboxed, an origin of its own."""
    return as_letter(make_response(html))


def framed(html: str) -> Response:
    """Return the letter for a frame: our own pages refuse to stand in one, so its links open outside."""
    return letter_page(opened_outside(html))


def framed_beside_form(html: str) -> Response:
    """Return the letter for the frame beside the form that writes it (decision 0041)."""
    response = framed(html)
    response.headers["Content-Security-Policy"] = LOOKED_INTO
    return response


def opened_outside(html: str) -> str:
    """Return the letter with its links opening in a new window."""
    return HEAD.sub(lambda head: head.group() + OUTSIDE, html, count=1) if HEAD.search(html) else OUTSIDE + html
