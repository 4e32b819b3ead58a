"""The loop one would write first: render with Jinja, build with ``email``, send with ``smtplib``, commit each row."""

from __future__ import annotations

import smtplib
import sqlite3
from email.message import EmailMessage
from pathlib import Path

from jinja2 import Environment

# One environment and compiled templates: naive, not foolish.
_JINJA = Environment(autoescape=True)


def send_all(port: int, folder: Path, *, letters: int, html: str, text: str) -> None:
    """Send so many letters over one connection, and write down each."""
    rows = sqlite3.connect(folder / "naive.sqlite3", isolation_level=None)
    rows.execute("PRAGMA journal_mode = WAL")
    rows.execute("PRAGMA synchronous = FULL")
    rows.execute("CREATE TABLE IF NOT EXISTS sent (address TEXT, reply INTEGER)")
    html_page, text_page = _JINJA.from_string(html), _JINJA.from_string(text)
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(letters):
            address = f"info{number}@devoeg{number}.example.org"
            values = {"greeting": f"Beste mensen van Buurttuin {number},", "leave": f"https://x.example.org/u/{number}"}
            message = EmailMessage()
            message["From"] = "Delfshaven Lokaal <post@tegelpost.example.org>"
            message["To"] = address
            message["Subject"] = "Wat er te doen is"
            message["Message-ID"] = f"<n{number}@tegelpost.example.org>"
            message["List-Unsubscribe"] = f"<{values['leave']}>"
            message.set_content(text_page.render(values))
            message.add_alternative(html_page.render(values), subtype="html")
            server.send_message(message, "b@bounce.example.org", [address])
            rows.execute("INSERT INTO sent VALUES (?, 250)", (address,))
    rows.close()
