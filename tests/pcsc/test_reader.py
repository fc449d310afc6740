"""Our reader code on our card, through a real pcscd and its virtual reader."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kiosk.card.errors import (
    CardInUse,
    CardRemoved,
    NoCard,
    NoReader,
    NotMyNumberCard,
    SecretBlocked,
    SecretNeeded,
    WrongSecret,
)
from kiosk.card.jpki import KeyUse
from kiosk.card.monitor import CardEvent, CardPresent, CardTaken, ReaderReady
from kiosk.card.pcsc import PcscReaders
from kiosk.card.service import CardService
from kiosk.card.transport import ReaderState
from kiosk.card.virtual.store import CardContent
from tests.pcsc.conftest import OTHER_READER, READER, Slot
from tests.support.cards import PASSWORD, PIN, issue

pytestmark = pytest.mark.pcsc

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0


@pytest.mark.parametrize(
    "quirks",
    [
        {},
        {"extended_length": False},
        {"contactless": True},
        {"contactless": True, "extended_length": False},
        {"unknown_at_power_up": True},
    ],
)
@pytest.mark.parametrize("key_type", ["rsa", "secp384r1"])
def test_read_and_sign(slot: Slot, cards: CardService, key_type: str, quirks: dict[str, bool]):
    content = issue(key_type).with_quirks(**quirks)
    slot.insert(content)
    with cards.open() as card:
        assert card.reader == READER
        assert card.atr == content.atr
        assert card.present().signing
        card.verify(SIGN, bytearray(PASSWORD))
        assert card.read_certificate(SIGN) == content.keys[SIGN].certificate
        signature = card.sign(SIGN, b"data")
        assert card.read_certificate(AUTH) == content.keys[AUTH].certificate
        assert card.specified_residence_card()
    key = x509.load_der_x509_certificate(content.keys[SIGN].certificate).public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature.value, b"data", padding.PKCS1v15(), hashes.SHA256())
    else:
        assert (signature.algorithm, len(signature.value)) == ("ES384", 96)


def test_wrong_secrets_to_the_end(inserted: CardContent, cards: CardService):
    with cards.open() as card:
        for left in (2, 1):
            with pytest.raises(WrongSecret) as wrong:
                card.verify(AUTH, bytearray(b"9999"))
            assert wrong.value.tries_left == left
        for _ in range(2):
            with pytest.raises(SecretBlocked):
                card.verify(AUTH, bytearray(b"9999"))
    with cards.open() as card:
        assert (card.tries_left(AUTH), card.tries_left(SIGN)) == (0, 5)


def test_no_card(slot: Slot, cards: CardService):
    assert ReaderState(READER, False) in cards.readers()
    with pytest.raises(NoCard), cards.open():
        pass
    with pytest.raises(NoReader), cards.open("No such reader"):
        pass


def test_the_card_is_held_alone(inserted: CardContent, cards: CardService):
    with cards.open(), pytest.raises(CardInUse):
        PcscReaders().connect(READER)


def test_closing_takes_the_power_and_with_it_the_shown_secret(inserted: CardContent, cards: CardService):
    with cards.open() as card:
        card.verify(AUTH, bytearray(PIN))
    with cards.open() as card, pytest.raises(SecretNeeded):
        card.sign(AUTH, b"data")


def read_and_sign(cards: CardService) -> bytes:
    with cards.open() as card:
        card.verify(SIGN, bytearray(PASSWORD))
        card.read_certificate(SIGN)
        return card.sign(SIGN, b"data").value


@pytest.mark.parametrize("instruction", [0xA4, 0x20, 0xB0, 0x2A])
def test_a_card_pulled_in_the_middle_of_a_command(slot: Slot, cards: CardService, instruction: int):
    content = issue()
    watched = slot.insert(content)

    def pull(header: bytes) -> None:
        if header[1] == instruction:
            slot.pull()

    watched.on_command = pull
    with pytest.raises(CardRemoved):
        read_and_sign(cards)
    slot.remove()
    slot.insert(content)
    assert len(read_and_sign(cards)) == 256


def test_a_handle_of_a_pulled_card_never_works_again(slot: Slot):
    slot.insert(issue())
    connection = PcscReaders().connect(READER)
    slot.remove()
    slot.insert(issue())
    for _ in range(2):
        with pytest.raises(CardRemoved):
            connection.transmit(bytes.fromhex("00200098"))
    connection.close()


def test_the_my_number_card_is_found_on_the_other_reader(slot: Slot, other_slot: Slot, cards: CardService):
    something_else = issue()
    something_else.jpki = False
    slot.insert(something_else)
    with pytest.raises(NotMyNumberCard), cards.open():
        pass
    other_slot.insert(issue())
    with cards.open() as card:
        assert card.reader == OTHER_READER


def test_the_monitor_sees_cards_come_and_go(slot: Slot, cards: CardService):
    told: queue.Queue[CardEvent] = queue.Queue()
    cards.start_monitor(told.put)

    def hear(expected: CardEvent) -> None:
        while told.get(timeout=SECONDS) != expected:
            pass

    try:
        hear(ReaderReady(READER))
        for _ in range(2):
            slot.insert(issue())
            hear(CardPresent(READER))
            with cards.open() as card:
                assert card.tries_left(AUTH) == 3
            slot.remove()
            hear(CardTaken(READER))
    finally:
        cards.stop()


def test_the_command_line(inserted: CardContent, tmp_path: Path, message: Path):
    def run(*words: str, given: bytes = b"") -> bytes:
        command = [sys.executable, "-c", "from kiosk.card.commands import card; card()", *words]
        return subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=True, timeout=60).stdout

    info = json.loads(run("info", "--json"))
    assert (info["reader"], info["token"], info["tries"]["signing"]) == (READER, "JPKIAPICCTOKEN2", 5)
    pem, public, signature = (tmp_path / name for name in ("c.pem", "c.pub", "s.bin"))
    run("certificate", "signing", "--out", str(pem), "--secret-stdin", given=PASSWORD + b"\n")
    words = ("--key", "signing", "--in", str(message), "--out", str(signature), "--secret-stdin", "--reader", READER)
    run("sign", *words, given=PASSWORD + b"\n")
    shown = subprocess.run(["openssl", "x509", "-in", pem, "-pubkey", "-noout"], capture_output=True, check=True)
    public.write_bytes(shown.stdout)
    check = ["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, message]
    assert b"Verified OK" in subprocess.run(check, capture_output=True, check=True).stdout
