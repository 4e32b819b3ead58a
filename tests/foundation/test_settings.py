"""Settings are checked at start, and the embedded default keeps its own secret."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mailer.foundation.errors import BadInput
from mailer.foundation.settings import Settings, keep_secret, load_settings


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_LEASE_SECONDS", "soon")
    monkeypatch.setenv("MAILER_BASE_URL", "tegelpost.example.org")

    with pytest.raises(BadInput) as refusal:
        load_settings()

    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "MAILER_BASE_URL",
        "MAILER_LEASE_SECONDS",
    ]


def test_the_first_start_makes_a_secret_and_later_starts_keep_it(tmp_path: Path) -> None:
    first = keep_secret(tmp_path / "var")

    assert keep_secret(tmp_path / "var") == first
    assert len(first) >= 40
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_processes_that_start_together_keep_one_secret(tmp_path: Path) -> None:
    command = (
        "import pathlib, sys; from mailer.foundation.settings import keep_secret; "
        "print(keep_secret(pathlib.Path(sys.argv[1])))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", command, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    told = {process.communicate()[0].strip() for process in started}

    assert len(told) == 1
    assert len(told.pop()) >= 40
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_secret_that_was_set_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILER_SECRET_KEY", "from the environment")

    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]

    assert settings.secret == b"from the environment"
    assert not (tmp_path / "secret_key").exists()


def test_the_embedded_default_is_sqlite_in_the_data_folder(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]

    assert settings.effective_database_url == f"sqlite:///{tmp_path}/tegelpost.sqlite3"
