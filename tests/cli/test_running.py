"""``mailer up``: it is ready only when every process of its own runs, and a taken port is said in a sentence."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mailer.cli import main
from mailer.cli.running import free_port, prepare_demonstration, wait_until_ready
from mailer.cli.supervisor import Supervisor
from mailer.foundation.errors import BadInput
from mailer.mailings.checks.checking import check_mailing
from mailer.mailings.models import Mailing

STAYS = [sys.executable, "-c", "import time; time.sleep(600)"]
FALLS = [sys.executable, "-c", "raise SystemExit(1)"]


@pytest.fixture
def somebody_else() -> Iterator[int]:
    """A web server of another program; yields its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def group() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop()


def start(group: Supervisor, **commands: list[str]) -> None:
    for name, command in commands.items():
        group.add(name, command, {})
    for child in group.children:
        child.start()


def test_an_answer_on_the_port_is_not_ours_when_one_of_us_fell(group: Supervisor, somebody_else: int) -> None:
    start(group, web=STAYS, catcher=FALLS)
    until = time.monotonic() + 20
    while not group.fallen() and time.monotonic() < until:
        time.sleep(0.02)

    with pytest.raises(BadInput) as refused:
        wait_until_ready(f"http://127.0.0.1:{somebody_else}/", group)

    assert refused.value.sentence == "Starten lukte niet: catcher viel stil. Probeer het opnieuw."


def test_it_is_ready_when_the_web_answers_and_all_run(group: Supervisor, somebody_else: int) -> None:
    start(group, web=STAYS, catcher=STAYS)

    assert wait_until_ready(f"http://127.0.0.1:{somebody_else}/", group) is True


def test_a_taken_port_moves_or_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert free_port(port, may_move=True) != port
        with pytest.raises(BadInput, match=f"Poort {port} is al in gebruik"):
            free_port(port, may_move=False)


@pytest.mark.parametrize("program", ["catcher", "web"])
def test_a_program_that_lost_its_port_ends_with_a_sentence(
    program: str, database: object, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "mailer", program, "--port", port], capture_output=True, text=True
        )

    assert ended.returncode == 1
    assert ended.stderr == f"Poort {port} is al in gebruik. Kies een andere: mailer up --port 8001.\n"


def test_up_on_a_taken_port_is_refused_before_anything_is_made(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("MAILER_DATA_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ending:
        main(["up", "--demo", "--port", str(taken.getsockname()[1])])

    assert ending.value.code == 1
    assert "is al in gebruik" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_has_one_newsletter_that_can_be_sent_at_once(session: Session, now: datetime) -> None:
    prepare_demonstration(session, now=now)
    prepare_demonstration(session, now=now)

    newsletter = session.scalars(select(Mailing)).one()
    assert newsletter.title == "Nieuwsbrief januari 2027"
    assert check_mailing(session, newsletter, now=now).stops == []
