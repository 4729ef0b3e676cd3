"""The processes of a gateway benchmark: started, watched through /proc, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent.parent
START = 60.0
"""Seconds that a process may take to listen."""
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


class Server:
    """A process that listens at a port, on a core of its own if there are two.

    port: where it will listen; left out, it prints that. log: where what it prints goes then.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        core: int = 0,
        env: dict[str, str] | None = None,
        port: int = 0,
        log: Path | None = None,
    ) -> None:
        path = os.pathsep.join([str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._output = None if log is None else log.open("w")
        self._process = subprocess.Popen(
            command,
            stdout=self._output or subprocess.PIPE,
            stderr=None if self._output is None else subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": path, **(env or {})},
        )
        pin(core, self._process.pid)
        self.port = port
        up = self._answers() if port else self._says_its_port()
        if not up:
            self.stop()
            said = "" if log is None else log.read_text()[-300:]
            raise RuntimeError(f"{' '.join(command)} did not start: {said}")

    def _says_its_port(self) -> bool:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if line.isdigit():
            self.port = int(line)
        return line.isdigit()

    def _answers(self) -> bool:
        until = time.monotonic() + START
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return True
        return False

    def cpu(self) -> float:
        """Seconds that its threads have run."""
        total = 0
        for task in Path(f"/proc/{self._process.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def resident(self) -> float:
        """Resident memory in MB."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in (self._output, self._process.stdout):
            if stream is not None:
                stream.close()


def pin(core: int, pid: int = 0) -> None:
    """Keep a process, or this one, on a core; with one core there is nothing to choose."""
    if len(_CORES) > 1:
        os.sched_setaffinity(pid, {_CORES[core % len(_CORES)]})


def python(*command: str, core: int = 0) -> Server:
    """A module of ours as a process."""
    return Server([sys.executable, "-m", *command], core=core)
