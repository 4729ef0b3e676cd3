"""The processes of a gateway benchmark: started, watched through /proc, and ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent.parent
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


class Server:
    """A process that prints the port it listens at, on a core of its own if there are two."""

    def __init__(self, command: Sequence[str], *, core: int = 0, env: dict[str, str] | None = None) -> None:
        path = os.pathsep.join([str(FOLDER), *filter(None, [os.environ.get("PYTHONPATH")])])
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path, **(env or {})}
        )
        pin(core, self._process.pid)
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        if not line.isdigit():
            self.stop()
            raise RuntimeError(f"{' '.join(command)} did not start: {line}")
        self.port = int(line)

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
        assert self._process.stdout is not None
        self._process.stdout.close()


def pin(core: int, pid: int = 0) -> None:
    """Keep a process, or this one, on a core; with one core there is nothing to choose."""
    if len(_CORES) > 1:
        os.sched_setaffinity(pid, {_CORES[core % len(_CORES)]})


def python(*command: str, core: int = 0) -> Server:
    """A module of ours as a process."""
    return Server([sys.executable, "-m", *command], core=core)
