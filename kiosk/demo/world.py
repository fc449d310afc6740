"""The demo's world: an invented card, a portal, a mailbox. All on this machine, all gone when it ends."""

from __future__ import annotations

import json
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from kiosk.clock import utc_now
from kiosk.demo.errors import DemoPartError
from kiosk.paths import config_dir

VPCD = ("127.0.0.1", 35963)
"""Where the vpcd driver of pcscd listens for a virtual card."""

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON line a part printed when it was ready, and its process."""

    process: subprocess.Popen[str]
    values: dict[str, Any]


class DemoWorld:
    """Starts the parts in a folder of their own; a context manager, so that nothing stays behind.

    Args:
        use_reader: put the card behind pcscd's virtual reader where there is one; otherwise, and where there is
            none, the card runs inside the kiosk.
        language: the language of the welcome screen.
    """

    def __init__(self, *, use_reader: bool = True, language: str = "ja") -> None:
        self._use_reader = use_reader
        self._language = language
        self._stack = ExitStack()
        self.folder = Path()
        self.origin = ""
        self.mailbox = ""
        self.smtp_port = 0
        self.card_file = Path()
        self.reader_available = False

    def __enter__(self) -> Self:
        # mkdtemp makes a folder only this user can read; the invented card's secrets lie in it.
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            self._make_card()
            self._start_mailbox()
            self._start_portal()
            self._start_reader()
            self._write_settings()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # --- what others ask ---------------------------------------------------------------------------------------------

    @property
    def database(self) -> str:
        """The portal's database URL."""
        return f"sqlite:///{(self.folder / 'portal.sqlite').as_posix()}"

    @property
    def settings_file(self) -> Path:
        """The kiosk's settings for this world."""
        return self.folder / "kiosk.toml"

    @property
    def holder_file(self) -> Path:
        """Who the invented card belongs to, with its secrets."""
        return config_dir() / "demo" / "holder.toml"

    def office(self, *words: str) -> str:
        """Do something at the immigration office (``grant NUMBER`` …) and return what it printed.

        Raises:
            DemoPartError: the command failed.
        """
        command = [sys.executable, "-m", "reference_portal", words[0], "--database", self.database, *words[1:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        if done.returncode:
            raise DemoPartError(part=words[0])
        return done.stdout

    def description(self) -> dict[str, Any]:
        """Return what ``demo --no-ui`` prints: everything another program needs to use this world."""
        from kiosk.card.virtual.holder import load_holder

        holder = load_holder(self.holder_file)
        return {
            "origin": self.origin,
            "mailbox": self.mailbox,
            "smtp": self.smtp_port,
            "database": self.database,
            "settings": str(self.settings_file),
            "card": str(self.card_file),
            "reader": self.reader_available,
            "trust": str(self.folder / "trust"),
            "holder": {
                "name": holder.name,
                "birth_date": holder.birth_date,
                "sex": holder.sex,
                "address": holder.address,
            },
            "secrets": {
                "authentication": holder.authentication_secret,
                "signing": holder.signing_secret,
            },
        }

    # --- the parts ---------------------------------------------------------------------------------------------------

    def _make_card(self) -> None:
        from kiosk.card.virtual.authority import TestAuthority
        from kiosk.card.virtual.holder import load_holder
        from kiosk.card.virtual.store import save_card

        authority = TestAuthority.create(utc_now())
        card = authority.issue(load_holder(self.holder_file), utc_now())
        self.card_file = self.folder / "card.json"
        save_card(card, self.card_file)
        authority.write_trust(self.folder / "trust")

    def _start_mailbox(self) -> None:
        answer = self._part("mailbox", "--smtp-port", "0", "--http-port", "0")
        self.smtp_port = int(answer.values["smtp"])
        self.mailbox = str(answer.values["http"])

    def _start_portal(self) -> None:
        answer = self._part(
            "serve",
            *("--database", self.database),
            *("--port", "0"),
            *("--trust", str(self.folder / "trust")),
            *("--attachments", str(self.folder / "attachments")),
            *("--smtp", f"127.0.0.1:{self.smtp_port}"),
        )
        self.origin = str(answer.values["origin"])

    def _part(self, *words: str) -> Answer:
        command = [sys.executable, "-m", "reference_portal", *words]
        process = self._spawn(command, stdout=subprocess.PIPE)
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise DemoPartError(part=words[0])
        return Answer(process, json.loads(line))

    def _start_reader(self) -> None:
        if not (self._use_reader and reader_listens()):
            return
        host, port = VPCD
        command = [sys.executable, "-m", "kiosk.card.virtual", "--card", str(self.card_file)]
        self._spawn([*command, "--vpcd", f"{host}:{port}"], stdout=subprocess.DEVNULL)
        self.reader_available = True

    def _spawn(self, command: list[str], stdout: int) -> subprocess.Popen[str]:
        log: IO[str] = (self.folder / f"{Path(command[2]).name}-{secrets.token_hex(3)}.log").open("w", encoding="utf-8")
        self._stack.callback(log.close)
        process = subprocess.Popen(command, stdout=stdout, stderr=log, stdin=subprocess.DEVNULL, text=True)
        self._stack.callback(_end, process)
        return process

    def _write_settings(self) -> None:
        source = "pcsc" if self.reader_available else "virtual"
        card = "" if self.reader_available else self.card_file.as_posix()
        rows = {
            "": {"language": self._language, "log_file": (self.folder / "kiosk.log").as_posix()},
            "portal": {"origin": self.origin, "status_interval_seconds": 2.0},
            "card": {"source": source, "virtual_card": card, "trust_anchors": (self.folder / "trust").as_posix()},
            "store": {"folder": (self.folder / "store").as_posix(), "key_source": "file"},
            "attachments": {"folders": [(config_dir() / "demo" / "files").as_posix()]},
            "demo": {"holder": self.holder_file.as_posix(), "mailbox": self.mailbox},
        }
        self.settings_file.write_text("".join(_toml(name, values) for name, values in rows.items()), encoding="utf-8")


def reader_listens() -> bool:
    """Say whether pcscd's virtual reader waits for a card on this machine."""
    try:
        with socket.create_connection(VPCD, timeout=0.5):
            return True
    except OSError:
        return False


def _toml(name: str, values: dict[str, Any]) -> str:
    # JSON's texts, numbers and lists are TOML's too.
    rows = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[{name}]\n{rows}\n" if name else f"{rows}\n"


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
