"""Sealing: the portal can open what was put in, this machine cannot, and nothing plain is left anywhere."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.offline_queue.drafts import DraftStore
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import (
    ApplicationContent,
    AttachmentKind,
    DeferredStatement,
    SealedEnvelope,
    SealingKey,
    SealingKeys,
    UserKind,
)
from kiosk.portal.errors import NotSealable, PortalUnreachable, SealingKeysUntrusted
from kiosk.portal.sealed_file import decrypt
from kiosk.portal.sealing import PrivateSealingKey, SuiteName, key_id, open_envelope, sign_keys
from kiosk.portal.statements import Station
from kiosk.portal.uploads import FileMeta
from kiosk.sending.sealer import Sealing, Signatory, statement_of
from kiosk.sending.sealing_keys import KEYS_FILE, SealingKeyFile
from tests.offline_queue.outbox_support import uuid
from tests.offline_queue.support import MORNING, SettableClock, all_bytes

PAPER = b"%PDF-1.7 MARKER" * 10_000
CONTENT = ApplicationContent(procedure="extension", status_of_residence="N", answers={"F1": "架空見本"})
SIGNER = Ed25519PrivateKey.generate()
PIN = base64.b64encode(SIGNER.public_key().public_bytes_raw()).decode()


def published(private: PrivateSealingKey, begins: timedelta = timedelta(0)) -> SealingKey:
    raw = private.public_raw()
    start = MORNING + begins
    return SealingKey(
        key_id=key_id(raw),
        suite=private.suite,
        public_key=base64.b64encode(raw).decode(),
        valid_from=start,
        valid_until=start + timedelta(days=30),
    )


class Publishing:
    """A portal that publishes what it is told."""

    def __init__(self, keys: SealingKeys | None) -> None:
        self.keys = keys

    def sealing_keys(self) -> SealingKeys:
        if self.keys is None:
            raise PortalUnreachable
        return self.keys


def meta(data: bytes) -> FileMeta:
    digest = hashlib.sha256(data).hexdigest()
    return FileMeta(AttachmentKind.DOCUMENT, "residence_card", "見本.pdf", "application/pdf", digest)


def statement(sealing: Sealing, hours: int = 72) -> DeferredStatement:
    who = Signatory("XX00000000", UserKind.APPLICANT, "en")
    station = Station("https://portal.example.com", "station-1")
    return statement_of(station, uuid(1), who, CONTENT, sealing.files, MORNING, hours)


@pytest.mark.parametrize("suite", ["mlkem768-x25519", "x25519"])
def test_only_the_portal_opens_it(store: DraftStore, folder: Path, suite: SuiteName):
    private = PrivateSealingKey.generate(suite)
    key = published(private)
    with Sealing(store.outbox) as sealing:
        for data in (PAPER, b""):
            sealing.add(meta(data), io.BytesIO(data))
        made = statement(sealing)
        signed = canonical_json(made.model_dump(mode="json"))
        item = sealing.close(signed, b"a signature", key)
        store.outbox.put(store.owner(b"KAKUU MIHON public key"), item)
        keys = vars(sealing)["_keys"]
    assert keys == [bytearray(32), bytearray(32)]
    left = all_bytes(folder)
    for marker in (b"MARKER", "架空見本".encode(), b"XX00000000"):
        assert marker not in left
    envelope = SealedEnvelope.model_validate_json(item.body)
    assert (envelope.submission_id, envelope.not_after) == (uuid(1), MORNING + timedelta(hours=72))
    content = open_envelope(envelope, {key.key_id: private})
    assert base64.b64decode(content.statement) == signed
    for file_key, sealed, plain in zip(content.file_keys, envelope.files, (PAPER, b""), strict=True):
        out = io.BytesIO()
        decrypt(base64.b64decode(file_key), io.BytesIO(store.dispatch.file_path(sealed).read_bytes()), out)
        assert out.getvalue() == plain


def test_what_is_not_put_in_is_deleted(store: DraftStore, folder: Path):
    with Sealing(store.outbox) as sealing:
        sealing.add(meta(PAPER), io.BytesIO(PAPER))
    assert list((folder / "files").iterdir()) == []


def test_a_file_that_changed_since_it_was_checked_is_not_sealed(store: DraftStore, folder: Path):
    with Sealing(store.outbox) as sealing, pytest.raises(NotSealable):
        sealing.add(meta(PAPER), io.BytesIO(PAPER + b"!"))
    assert list((folder / "files").iterdir()) == []


def test_a_statement_about_other_files_is_not_sealed(store: DraftStore):
    key = published(PrivateSealingKey.generate("x25519"))
    with Sealing(store.outbox) as sealing:
        signed = canonical_json(statement(sealing).model_dump(mode="json"))
        sealing.add(meta(PAPER), io.BytesIO(PAPER))
        for content in (signed, b"{}", b"not JSON"):
            with pytest.raises(NotSealable):
                sealing.close(content, b"a signature", key)


@pytest.mark.parametrize("hours", [-1, 0, 73])
def test_it_waits_at_most_three_days(store: DraftStore, hours: int):
    with Sealing(store.outbox) as sealing, pytest.raises(ValueError):
        statement(sealing, hours)


class TestKeys:
    old, new = PrivateSealingKey.generate("x25519"), PrivateSealingKey.generate("mlkem768-x25519")

    def said(self, at: int = 0, *private: PrivateSealingKey, signer: Ed25519PrivateKey = SIGNER) -> Publishing:
        keys = [published(item) for item in private or (self.old, self.new)]
        return Publishing(sign_keys(keys, MORNING + timedelta(minutes=at), signer))

    def test_they_are_learned_and_kept(self, tmp_path: Path, clock: SettableClock):
        SealingKeyFile(tmp_path, PIN, clock).learn(self.said())
        assert SealingKeyFile(tmp_path, PIN, clock).current() == published(self.new)

    def test_none_that_is_in_force(self, tmp_path: Path, clock: SettableClock):
        keys = SealingKeyFile(tmp_path, PIN, clock)
        with pytest.raises(NotSealable):
            keys.current()
        keys.learn(self.said())
        clock.forward(days=31)
        with pytest.raises(NotSealable):
            keys.current()

    def test_another_portals_are_refused_and_the_kept_ones_stay(self, tmp_path: Path, clock: SettableClock):
        keys = SealingKeyFile(tmp_path, PIN, clock)
        keys.learn(self.said())
        with pytest.raises(SealingKeysUntrusted):
            keys.learn(self.said(5, self.old, signer=Ed25519PrivateKey.generate()))
        with pytest.raises(PortalUnreachable):
            keys.learn(Publishing(None))
        assert keys.current() == published(self.new)

    def test_older_ones_do_not_come_back(self, tmp_path: Path, clock: SettableClock):
        keys = SealingKeyFile(tmp_path, PIN, clock)
        keys.learn(self.said(10, self.new))
        keys.learn(self.said(5, self.old))
        assert keys.current() == published(self.new)

    def test_those_of_a_portal_whose_clock_was_ahead_do_not_stay_for_ever(self, tmp_path: Path, clock: SettableClock):
        keys = SealingKeyFile(tmp_path, PIN, clock)
        keys.learn(self.said(60 * 24 * 400, self.old))
        keys.learn(self.said(5, self.new))
        assert keys.current() == published(self.new)

    def test_the_file_is_only_a_file(self, tmp_path: Path, clock: SettableClock):
        keys = SealingKeyFile(tmp_path, PIN, clock)
        foreign = self.said(5, self.old, signer=Ed25519PrivateKey.generate()).keys
        assert foreign is not None
        for rubbish in (b"", b"{}", b"\xff", foreign.model_dump_json().encode()):
            (tmp_path / KEYS_FILE).write_bytes(rubbish)
            with pytest.raises(NotSealable):
                keys.current()
        keys.learn(self.said())
        assert keys.current() == published(self.new)

    def test_without_a_pin_nothing_is_believed(self, tmp_path: Path, clock: SettableClock):
        with pytest.raises(NotSealable):
            SealingKeyFile(tmp_path, "", clock).learn(self.said())
