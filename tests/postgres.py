"""A PostgreSQL server of our own, in a temporary folder, for as long as tests need it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.outside import missing, require


def programs() -> Path:
    """The folder of the server's programs, which Debian does not put on the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        missing("postgresql is not installed")
    return folders[-1]


@contextmanager
def server() -> Iterator[str]:
    """The address of a server that is started and stopped here."""
    require("package:asyncpg")
    folder = programs()
    # The server refuses to run as root.
    user = _other_user() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="dgt-pg-") as made, socket.socket() as probe:
        home = Path(made)
        if user is not None:
            os.chown(home, user, -1)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        data = home / "data"
        quiet = {"user": user, "cwd": home, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        init = [folder / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(init, check=True, **quiet)
        settings = ["listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={home}", "fsync=off"]
        options = [part for one in settings for part in ("-c", one)]
        process = subprocess.Popen([folder / "postgres", "-D", data, *options], **quiet)
        try:
            _wait(port, process)
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(15)


def _other_user() -> int:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    return missing("no user to run postgresql as")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 15
    while True:
        try:
            # The port opens a moment before the server takes queries, and then it answers "starting up".
            with socket.create_connection(("127.0.0.1", port), 1) as connection:
                connection.sendall((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big"))
                if connection.recv(1) in (b"S", b"N"):
                    return
        except OSError:
            pass
        assert process.poll() is None, "postgresql did not start"
        assert time.monotonic() < end, "postgresql does not answer"
        time.sleep(0.05)
