"""A portal as a process of its own over loopback, and one station that has signed applications to send to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.clock import utc_now
from kiosk.offline_queue.drafts import DraftStore
from kiosk.settings import Settings, load_settings
from tests.faults.office import Office
from tests.reference_portal.transport import event_loop

APPLICANTS = 10
"""Whose applications lie in one outbox."""

_SETTINGS = """
device_id = "station-1"
log_file = "{folder}/kiosk.log"
[portal]
origin = "{origin}"
sealing_pin = "{pin}"
[store]
folder = "{folder}/store"
key_source = "file"
"""


@dataclass(frozen=True, slots=True)
class Station:
    """One station.

    Attributes:
        office: the portal's data, and what makes applications.
        settings_file: of the station.
        settings: what stands there.
        store: open in this process.
    """

    office: Office
    settings_file: Path
    settings: Settings
    store: DraftStore

    def put(self, number: int) -> list[str]:
        """Sign, seal and put in so many applications, with a photo and two documents each; return their ids."""
        whose = [b"KAKUU MIHON %d" % (count % APPLICANTS) for count in range(number)]
        return [item for key in whose for item in self.office.put(self.store, key=key)]


@contextmanager
def mailbox() -> Generator[int]:
    """Give the port of a mail server in a process of its own: a portal without one spends its time on trying again."""
    command = [sys.executable, "-m", "reference_portal", "mailbox", "--smtp-port", "0", "--http-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(json.loads(process.stdout.readline())["smtp"])
        finally:
            process.terminate()


@contextmanager
def office() -> Generator[Office]:
    """Give a portal's data with somebody registered; ``Office.serving`` starts its process."""
    with TemporaryDirectory(prefix=".benchmark-", dir=Path.cwd()) as folder, event_loop() as loop:
        made = Office(Path(folder) / "portal", loop)
        try:
            yield made
        finally:
            made.close()


@contextmanager
def station() -> Generator[Station]:
    """Give a station whose portal is running and sets no pace."""
    with office() as made, mailbox() as mail, made.serving(smtp_port=mail, quiet=True) as process:
        folder = made.folder.parent / "station"
        folder.mkdir()
        file = folder / "station.toml"
        words = _SETTINGS.format(folder=folder, origin=made.origin, pin=process.sealing_pin)
        file.write_text(words, encoding="utf-8")
        settings = load_settings(file)
        with DraftStore.open(folder / "store", settings.store, utc_now) as store:
            yield Station(made, file, settings, store)
