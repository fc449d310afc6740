"""A PostgreSQL server for tests: a throw-away cluster on a loopback port, or the one that KIOSK_TEST_POSTGRES names."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

_USER = "postgres"
_SECONDS = 60.0


@contextlib.contextmanager
def postgres_server() -> Generator[str]:
    """Give the URL of a server on which databases may be made, without a database name: ``postgresql://…:PORT``."""
    named = os.environ.get("KIOSK_TEST_POSTGRES", "")
    if named:
        yield named.rstrip("/")
        return
    folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-"))
    try:
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(folder, _USER)
        with _cluster(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _cluster(folder: Path) -> Generator[str]:
    data, port = folder / "data", _free_port()
    _run("initdb", "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    _run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://{_USER}@127.0.0.1:{port}"
    finally:
        _run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")


def _run(program: str, *words: str) -> None:
    command = [_path(program), *words]
    if os.geteuid() == 0:
        command = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", *command]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, check=False, timeout=_SECONDS, cwd="/", env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert done.returncode == 0, f"{program}: {done.stderr.decode(errors='replace')}"


def _path(program: str) -> str:
    found = shutil.which(program)
    if found is not None:
        return found
    return str(max(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3])))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
