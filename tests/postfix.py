"""A real Postfix of the test's own: on a free port, with its own configuration and queue, delivering into a Maildir.

It needs root (its programs change user) and Debian's package; where either is missing the tests skip. A Postfix that
already runs on the machine is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwnam

import pytest

from benchmarks.servers import free_port, wait_for

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = postfix.example.test
mydestination =
alias_maps =
# Whoever a letter is for, it goes into one Maildir; Postfix writes the recipient above it.
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:inbox/
virtual_mailbox_base = {folder}
virtual_mailbox_limit = 0
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_destination_concurrency_limit = 20
mailbox_size_limit = 0
message_size_limit = 20480000
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_rate_limit = 0
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Received:
    """A message as it lies in the Maildir, with CRLF again; above it stands what Postfix wrote."""

    recipient: str
    message: bytes


@dataclass
class Postfix:
    """A running Postfix."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def received(self, count: int, *, seconds: float = 120) -> list[Received]:
        """Wait for so many messages, and a little for one too many; return all there are."""
        until = time.monotonic() + seconds
        while len(self._files()) < count:
            assert time.monotonic() < until, f"{len(self._files())} of {count} messages came\n{self.log[-3000:]}"
            time.sleep(0.1)
        time.sleep(0.5)
        return [_read(path) for path in sorted(self._files())]

    def _files(self) -> list[Path]:
        return list((self.folder / "inbox" / "new").glob("*"))


@pytest.fixture
def postfix():
    """Start it, and stop it afterwards."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("postfix") is None:
        pytest.skip("needs root and Postfix")
    # Not in pytest's own folder: only its owner may look in there, and Postfix works as another user.
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    try:
        running = _configure(folder)
        _command(running, "start")
        try:
            wait_for(running.port)
            yield running
        finally:
            _command(running, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path) -> Postfix:
    owner = getpwnam("postfix")
    nobody = getpwnam("nobody")
    folder.chmod(0o755)
    for name, uid in (("config", 0), ("queue", 0), ("data", owner.pw_uid), ("inbox", nobody.pw_uid)):
        (folder / name).mkdir()
        os.chown(folder / name, uid, -1)
    port = free_port()
    names = {"folder": folder, "port": port, "uid": nobody.pw_uid, "gid": nobody.pw_gid}
    (folder / "config" / "main.cf").write_text(MAIN.format(**names))
    (folder / "config" / "master.cf").write_text(MASTER.format(**names))
    return Postfix(folder, port)


def _command(running: Postfix, verb: str) -> None:
    done = subprocess.run(
        ["postfix", "-c", str(running.folder / "config"), verb], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, f"postfix {verb}: {done.stdout}{done.stderr}"


def _read(path: Path) -> Received:
    lines = path.read_bytes()
    assert b"\r" not in lines
    recipient = next(line for line in lines.split(b"\n") if line.startswith(b"Delivered-To: "))
    return Received(recipient.removeprefix(b"Delivered-To: ").decode(), lines.replace(b"\n", b"\r\n"))
