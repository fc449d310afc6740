"""The demo's world: an invented card, a portal, a mailbox. All on this machine, all gone when it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from kiosk.clock import utc_now
from kiosk.demo.ending import held
from kiosk.demo.errors import DemoPartError
from kiosk.demo.parts import START_SECONDS, Part
from kiosk.demo.reader import Reader, put_card
from kiosk.demo.switch import MAINTENANCE_MINUTES, PortalMode, Switch
from kiosk.paths import config_dir


class DemoWorld:
    """Starts the parts in a folder of their own; a context manager, so that nothing stays behind.

    Args:
        use_reader: put the card behind the smart-card service's virtual reader where one is free; otherwise the card
            runs inside the kiosk.
        language: the language of the welcome screen.

    Attributes:
        folder: where everything of this world lies; removed at the end.
        origin: the portal's.
        mailbox: the mailbox's address for reading.
        smtp_port: the mailbox's port for mail.
        card_file: the card.
        reader: where the card is.
        parts: the processes.
        switch: takes the portal away and brings it back.
    """

    switch: Switch

    def __init__(self, *, use_reader: bool = True, language: str = "ja") -> None:
        self._use_reader = use_reader
        self._stack = ExitStack()
        self.language = language
        self.folder = Path()
        self.origin = ""
        self.sealing_pin = ""
        self.mailbox = ""
        self.smtp_port = 0
        self.card_file = Path()
        self.reader = Reader.UNWANTED
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        with held():
            # mkdtemp makes a folder only this user can read; the invented card's secrets lie in it.
            self.folder = Path(tempfile.mkdtemp(prefix="kiosk-demo-"))
            self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        try:
            mailbox = self._part("mailbox", "--smtp-port", "0", "--http-port", "0")
            self._make_card()
            self._lay_out_files()
            told = mailbox.ready()
            self.smtp_port, self.mailbox = int(told["smtp"]), str(told["http"])
            portal = self._start_portal()
            if self._use_reader:
                self.reader = put_card(self.card_file, self.folder, self._stack)
            told = portal.ready()
            self.origin, self.sealing_pin = str(told["origin"]), str(told["sealing_pin"])
            self._write_settings()
            self._set_staff_code()
            self._start_switch(portal)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        with held():
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
    def files(self) -> Path:
        """The applicant's folder: photo and documents lie there, and what is saved goes there."""
        return self.folder / "files"

    @property
    def holder_file(self) -> Path:
        """Who the invented card belongs to, with its secrets."""
        return config_dir() / "demo" / "holder.toml"

    def office(self, *words: str) -> str:
        """Do something at the immigration office (``grant NUMBER`` …) and return what it printed.

        Raises:
            DemoPartError: the command failed.
        """
        command = [sys.executable, "-m", "reference_portal", *words, "--database", self.database]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=START_SECONDS, check=True)
        except subprocess.SubprocessError as error:
            raise DemoPartError(part=words[0]) from error
        return done.stdout

    def approve_staff(self) -> None:
        """Let the bureau approve somebody of an invented organisation; the mail is in the mailbox a moment later.

        Raises:
            DemoPartError: the office's command failed.
        """
        import tomllib

        with (config_dir() / "demo" / "staff.toml").open("rb") as file:
            said = tomllib.load(file)
        self.office(
            "approve-staff", "--origin", self.origin, *(part for name in said for part in (f"--{name}", said[name]))
        )

    def description(self) -> dict[str, Any]:
        """Return what ``demo --no-ui`` prints: everything another program needs to use this world."""
        from kiosk.card.virtual.holder import load_holder
        from kiosk.demo.inside import PASSWORD, STAFF_CODE

        holder = load_holder(self.holder_file)
        return {
            "origin": self.origin,
            "mailbox": self.mailbox,
            "smtp": self.smtp_port,
            "database": self.database,
            "settings": str(self.settings_file),
            "card": str(self.card_file),
            "reader": self.reader is Reader.USED,
            "trust": str(self.folder / "trust"),
            "switch": str(self.switch.file),
            "holder": {
                "name": holder.name,
                "birth_date": holder.birth_date,
                "sex": holder.sex,
                "address": holder.address,
            },
            "secrets": {
                "authentication": holder.authentication_secret,
                "signing": holder.signing_secret,
                "password": PASSWORD,
            },
            "staff_code": STAFF_CODE,
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

    def _lay_out_files(self) -> None:
        # A copy: what a person saves there must not stay behind.
        shutil.copytree(config_dir() / "demo" / "files", self.files)

    @property
    def _switch_file(self) -> Path:
        return self.folder / "portal.switch"

    def _start_portal(self) -> Part:
        return self._part(*self._serving(0))

    def _serving(self, port: int) -> tuple[str, ...]:
        return (
            "serve",
            *("--database", self.database),
            *("--port", str(port)),
            *("--trust", str(self.folder / "trust")),
            *("--attachments", str(self.folder / "attachments")),
            *("--smtp", f"127.0.0.1:{self.smtp_port}"),
        )

    def _start_switch(self, portal: Part) -> None:
        """Let the portal be switched. It is stopped before the parts are, so that it starts none behind their back."""
        port = int(self.origin.rpartition(":")[2])

        def make_so(mode: PortalMode) -> None:
            if self.switch.mode is PortalMode.MAINTENANCE:
                self.office("maintenance", "off")
            if mode is PortalMode.MAINTENANCE:
                self.office("maintenance", "now", "--minutes", str(MAINTENANCE_MINUTES))
            if mode is PortalMode.GONE:
                portal.end()
            elif not portal.running:
                portal.again(*self._serving(port))

        self.switch = Switch(self._switch_file, make_so)
        with held():
            self._stack.callback(self.switch.stop)
            self.switch.start()

    def _part(self, *words: str) -> Part:
        part = Part(words[0], "reference_portal", words, self.folder, self._stack)
        self.parts.append(part)
        return part

    @property
    def _store(self) -> Path:
        return self.folder / "store"

    def _set_staff_code(self) -> None:
        from kiosk.demo.inside import STAFF_CODE
        from kiosk.staff.access import StaffAccess

        StaffAccess(self._store, utc_now).set(bytearray(STAFF_CODE.encode()))

    def _write_settings(self) -> None:
        behind = self.reader is Reader.USED
        card = "" if behind else self.card_file.as_posix()
        rows = {
            "": {"language": self.language, "log_file": (self.folder / "kiosk.log").as_posix()},
            "portal": {"origin": self.origin, "status_interval_seconds": 2.0, "sealing_pin": self.sealing_pin},
            "card": {
                "source": "pcsc" if behind else "virtual",
                "virtual_card": card,
                "trust_anchors": (self.folder / "trust").as_posix(),
            },
            "store": {"folder": self._store.as_posix(), "key_source": "file"},
            "attachments": {"folders": [self.files.as_posix()]},
            "demo": {
                "holder": self.holder_file.as_posix(),
                "mailbox": self.mailbox,
                "switch": self._switch_file.as_posix(),
            },
        }
        self.settings_file.write_text("".join(_toml(name, values) for name, values in rows.items()), encoding="utf-8")


def _toml(name: str, values: dict[str, Any]) -> str:
    # JSON's texts, numbers and lists are TOML's too.
    rows = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
    return f"[{name}]\n{rows}\n" if name else f"{rows}\n"
