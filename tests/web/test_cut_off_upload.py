"""An upload that breaks off half-way, over a real connection to the real server: nothing is kept, nothing changes."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import waitress
from flask import Flask
from sqlalchemy import func, select

from mailer.directory.models import ImportBatch, Organisation
from mailer.foundation.database import Database
from mailer.wire.sheets import Table, write_xlsx
from tests.web.visitor import Visitor

BOUNDARY = "grens"


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The server that serves the product, on a free port."""
    server: Any = waitress.create_server(app, host="127.0.0.1", port=0, threads=2, ident=None)
    is_over = threading.Event()

    def serve() -> None:
        try:
            server.run()
        except OSError:
            # Closed by us between two looks at its sockets.
            if not is_over.is_set():
                raise

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield int(server.effective_port)
    is_over.set()
    server.close()
    thread.join(timeout=10)


def request_of(visitor: Visitor, data: bytes) -> bytes:
    """The whole request with which a browser uploads this file."""
    token = visitor.form_token()
    cookies = "; ".join(f"{cookie.key}={cookie.value}" for cookie in visitor.client._cookies.values())
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="list"; filename="lijst.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n"
    )
    body = parts.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        "POST /adresboek/inlezen HTTP/1.1\r\nHost: tegelpost.example.org\r\nX-Forwarded-Proto: https\r\n"
        f"Referer: https://tegelpost.example.org/adresboek/inlezen\r\nCookie: {cookies}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


def answer_to(port: int, sent: bytes) -> bytes:
    """Send this, say no more, and read what comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while some := connection.recv(65536):
            received += some
    return received


def kept(database: Database) -> tuple[int, int, list[str]]:
    with database.transaction(writes=False) as session:
        batches = session.scalar(select(func.count()).select_from(ImportBatch)) or 0
        organisations = session.scalar(select(func.count()).select_from(Organisation)) or 0
    folder = database.settings.imports_dir
    return batches, organisations, [path.name for path in folder.iterdir()] if folder.exists() else []


def test_half_an_upload_leaves_nothing(port: int, sign_in: Callable[..., Visitor], database: Database) -> None:
    rows = "".join(f"Koor {n};Spangen\n" for n in range(5000))
    whole = request_of(sign_in("editor"), f"Naam organisatie;Wijk\n{rows}".encode())

    half = answer_to(port, whole[: len(whole) // 2])

    assert b" 303 " not in half
    assert kept(database) == (0, 0, [])
    # The same request whole is taken, so it was not refused for anything else; and the server is still there.
    assert b" 303 " in answer_to(port, whole).split(b"\r\n", 1)[0]
    assert kept(database)[:2] == (1, 0)


def test_half_a_file_is_refused_with_a_sentence(sign_in: Callable[..., Visitor], database: Database) -> None:
    table = Table("Lijst", ["Naam organisatie", "Wijk"], [[f"Koor {n}", "Spangen"] for n in range(200)])
    data = write_xlsx([table])

    answer = sign_in("editor").post("/adresboek/inlezen", {"list": (io.BytesIO(data[: len(data) // 2]), "lijst.xlsx")})

    assert answer.status_code == 422
    assert "Dit Excel-bestand is beschadigd." in answer.text
    assert kept(database) == (0, 0, [])
