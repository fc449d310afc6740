"""A station whose settings lie in a file, whose sender is a real process."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kiosk.clock import utc_now
from kiosk.ids import uuid7
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.outbox_model import NewItem
from kiosk.portal.canonical import canonical_json
from kiosk.portal.cms import sign_detached
from kiosk.portal.contract import ApplicationContent, AttachmentKind, UserKind
from kiosk.portal.statements import Station
from kiosk.portal.uploads import FileMeta
from kiosk.sending.sealer import Sealing, Signatory, statement_of
from kiosk.sending.sealing_keys import SealingKeyFile
from kiosk.services import Services
from kiosk.settings import load_settings
from tests.portal.conftest import Office
from tests.portal.test_live import DOCUMENT

_SECONDS = 60.0
_SETTINGS = """
device_id = "station-1"
log_file = "{log}"
[portal]
origin = "{origin}"
sealing_pin = "{pin}"
timeout_seconds = 5.0
[store]
folder = "{folder}"
key_source = "file"
"""
DOCUMENTS = ("residence_card", "tax_certificates")


@dataclass
class SendingStation:
    """One station against a real portal."""

    folder: Path
    office: Office

    def __post_init__(self) -> None:
        self.folder.mkdir()
        portal = self.office.process
        self.log = self.folder / "kiosk.log"
        self.settings_file = self.folder / "station.toml"
        self.settings_file.write_text(
            _SETTINGS.format(log=self.log, origin=portal.origin, pin=portal.sealing_pin, folder=self.folder / "store")
        )
        self.settings = load_settings(self.settings_file)

    def services(self) -> Services:
        """Return the station's adapters, as a session has them."""
        return Services(self.settings)

    def seal(self, store: DraftStore, content: ApplicationContent, files: list[tuple[FileMeta, bytes]]) -> NewItem:
        """Sign and seal an application and put it into the outbox."""
        with self.office.client() as portal:
            keys = SealingKeyFile(self.folder / "store", self.settings.portal.sealing_pin, utc_now)
            from kiosk.portal.deferred import DeferredClient

            with DeferredClient(self.settings.portal) as client:
                keys.learn(client)
            assert not portal.signed_in
        who = Signatory(self.office.authentication_id, UserKind.APPLICANT, "en")
        with Sealing(store.outbox) as sealing:
            for meta, data in files:
                sealing.add(meta, io.BytesIO(data))
            station = Station(self.settings.portal.origin, "station-1")
            statement = statement_of(station, uuid7(), who, content, sealing.files, utc_now())
            signed = canonical_json(statement.model_dump(mode="json"))
            item = sealing.close(signed, sign_detached(signed, self.office.signing, utc_now()), keys.current())
            store.outbox.put(store.owner(b"KAKUU MIHON public key"), item)
        return item

    def sender(self, *command: str) -> subprocess.Popen[bytes]:
        """Start the sender's process."""
        words = command or ("-m", "kiosk.sender")
        return subprocess.Popen(
            [sys.executable, *words, "--while-fed", "--settings", str(self.settings_file)], stdin=subprocess.PIPE
        )


def end(process: subprocess.Popen[bytes]) -> int:
    """Let a sender end by itself and return its exit status."""
    assert process.stdin is not None
    process.stdin.close()
    return process.wait(_SECONDS)


def files_of(photo: bytes, documents: tuple[str, ...]) -> list[tuple[FileMeta, bytes]]:
    """Return a photo and documents as they are attached."""
    paper = DOCUMENT.read_bytes()
    said = FileMeta(AttachmentKind.PHOTO, "", "写真 見本.jpg", "image/jpeg", hashlib.sha256(photo).hexdigest())
    digest = hashlib.sha256(paper).hexdigest()
    return [
        (said, photo),
        *(
            (FileMeta(AttachmentKind.DOCUMENT, name, "書類 見本.pdf", "application/pdf", digest), paper)
            for name in documents
        ),
    ]
