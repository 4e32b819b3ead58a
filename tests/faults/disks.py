"""A disk so small that it can be filled in a moment, under whatever keeps its files there."""

from __future__ import annotations

import resource
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path


class SmallDisk:
    """A folder on a file system of its own where one can be mounted; else writers get a limit to what files hold."""

    def __init__(self, folder: Path, *, megabytes: int) -> None:
        self._folder = folder
        self._ballast = folder / "ballast"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
        done = subprocess.run(mount, capture_output=True) if shutil.which("mount") else None
        self._is_mounted = done is not None and done.returncode == 0

    def fill(self, pids: list[int]) -> None:
        """Let nothing more be written there; ``pids``: who writes there, for where no disk can be mounted."""
        if not self._is_mounted:
            return self._limit(pids, 4096)
        with open(self._ballast, "wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        return None

    def free(self, pids: list[int]) -> None:
        """Let there be room again."""
        self._ballast.unlink(missing_ok=True)
        if not self._is_mounted:
            self._limit(pids, resource.RLIM_INFINITY)

    def close(self) -> None:
        if self._is_mounted:
            # A file that somebody still has open does not keep it here.
            subprocess.run(["umount", "--lazy", str(self._folder)], check=True)

    def _limit(self, pids: list[int], size_bytes: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size_bytes, hard))
