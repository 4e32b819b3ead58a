"""Worker processes that are measured together: started, let go at one moment, and asked what they took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mailer.foundation.settings import Settings

RSA, ED25519 = "RSA-2048", "Ed25519"


class Workers:
    """Some processes on one database; ``keys`` are the files of the keys that they sign with, RSA first."""

    def __init__(
        self,
        settings: Settings,
        processes: int,
        connections: int,
        keys: list[Path],
        *,
        profile: bool = False,
        turn: float | None = None,
    ) -> None:
        self._settings = settings
        # All together have as many connections as the yardstick.
        shares = [connections // processes + (number < connections % processes) for number in range(processes)]
        self._commands = [
            [sys.executable, "-m", "benchmarks.sending_worker", "--connections", str(share)]
            + (["--profile"] if profile else [])
            + (["--turn", str(turn)] if turn else [])
            for share in shares
        ]
        self._keys = keys
        self._running: list[subprocess.Popen[str]] = []
        self.told: list[dict[str, Any]] = []

    def start(self, relay: str) -> None:
        """Start them, and wait until each is ready."""
        environment = {**os.environ, **self._environment(relay)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        self._running = [subprocess.Popen(command, **pipes) for command in self._commands]  # type: ignore[call-overload]
        for one in self._running:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == "ready"

    def go(self) -> int:
        """Let them go, and return how many letters left when all are done."""
        for one in self._running:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        told = [one.communicate()[0] for one in self._running]
        self.told = [json.loads(one.splitlines()[-1]) for one in told]
        return sum(one["letters"] for one in self.told)

    @property
    def cpu_seconds(self) -> float:
        return sum(one["user"] + one["system"] for one in self.told)

    @property
    def megabytes(self) -> float:
        return max((one["megabytes"] for one in self.told), default=0.0)

    def print_stages(self) -> None:
        """Print for each stage the time by the clock and of the processor, for each letter."""
        first = self.told[0]
        letters = max(1, first["letters"])
        for name, counted in first["stages"].items():
            seconds, worked = (counted.get(what, 0) / letters * 1e6 for what in ("seconds", "worked"))
            print(f"  {name:14} {seconds:8.1f} by the clock {worked:8.1f} worked {counted.get('calls', 0):7} times")
        print(f"  {'all threads':14} {'':21} {(first['user'] + first['system']) / letters * 1e6:8.1f} worked")

    def _environment(self, relay: str) -> dict[str, str]:
        settings = self._settings
        signing = {"MAILER_DKIM_DOMAINS": "tegelpost.example.org"} if self._keys else {}
        signing |= dict(
            zip(("MAILER_DKIM_KEY_FILE", "MAILER_DKIM_ED25519_KEY_FILE"), map(str, self._keys), strict=False)
        )
        return {
            "MAILER_DATA_DIR": str(settings.data_dir),
            "MAILER_DATABASE_URL": settings.effective_database_url,
            "MAILER_SECRET_KEY": "benchmark",
            "MAILER_SMTP_URL": f"smtp://{relay}",
            "MAILER_BASE_URL": "https://tegelpost.example.org",
            **({"MAILER_DKIM_ED25519_SELECTOR": "ed"} if len(self._keys) > 1 else {}),
            **signing,
        }


def make_keys(folder: Path) -> dict[str, Path]:
    """Make keys to sign with: name → file."""
    made = {ED25519: Ed25519PrivateKey.generate(), RSA: generate_private_key(65537, 2048)}
    files = {}
    for name, key in made.items():
        files[name] = folder / f"{name}.pem"
        files[name].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        files[name].chmod(0o600)
    return files
