"""What a card proves: secrets wiped whatever happens, certificates believed only when they should be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.card.errors import CardRemoved, CertificateExpired, CertificateUntrusted, WrongSecret
from kiosk.card.profile import KeyUse
from kiosk.clock import utc_now
from kiosk.errors import CardError
from kiosk.identity import log_in, look, sign_registration, unlock
from kiosk.portal.contract import UserKind
from kiosk.portal.statements import RegistrationForm
from kiosk.services import Services
from tests.support import cards
from tests.support.station import Station

FORM = RegistrationForm(UserKind.APPLICANT, "kakuu@example.com", "0312345678", "283", "XX00000000XX", "1", "en")


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path, cards.issue())


def _quiet(_key: str, _share: float) -> None:
    """Tell nobody."""


def test_a_look_costs_no_try(station: Station) -> None:
    facts = look(station.services, None)
    assert (facts.authentication, facts.signing) == (True, True)
    assert facts.tries == {KeyUse.AUTHENTICATION: 3, KeyUse.SIGNING: 5}
    assert facts.certificate_ends is not None
    assert facts.certificate_ends > utc_now()


def test_the_same_card_always_opens_the_same_drafts(station: Station) -> None:
    owners = [unlock(station.services, None, bytearray(cards.PIN)) for _ in range(2)]
    assert owners[0] == owners[1]
    assert owners[0].secret is not None


def test_signatures_that_differ_each_time_open_nothing(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue("secp384r1"))
    cards.authority("secp384r1").write_trust(tmp_path / "trust")
    owners = [unlock(station.services, None, bytearray(cards.PIN)) for _ in range(2)]
    assert owners[0] == owners[1]
    assert owners[0].secret is None


def test_a_wrong_pin_is_wiped_and_counted(station: Station) -> None:
    pin, password = bytearray(b"0000"), bytearray(b"Kakuu-mihon-1")
    with pytest.raises(WrongSecret) as caught:
        log_in(station.services, None, pin, "XX1", password)
    assert caught.value.tries_left == 2
    assert (pin, password) == (bytearray(), bytearray())
    assert station.portal.log_ins == []


def test_secrets_are_wiped_when_there_is_no_card(station: Station) -> None:
    station.reader.remove()
    pin, password = bytearray(cards.PIN), bytearray(cards.PASSWORD)
    with pytest.raises(CardError):
        sign_registration(station.services, None, pin, password, FORM, _quiet)
    assert (pin, password) == (bytearray(), bytearray())


@pytest.mark.parametrize("instruction", [0x20, 0xB0, 0x2A], ids=["verify", "read", "sign"])
def test_a_card_pulled_while_registering(station: Station, instruction: int) -> None:
    def pull(header: bytes) -> None:
        if header[1] == instruction:
            station.reader.remove()

    station.reader.on_command = pull
    pin, password = bytearray(cards.PIN), bytearray(cards.PASSWORD)
    with pytest.raises(CardRemoved):
        sign_registration(station.services, None, pin, password, FORM, _quiet)
    assert (pin, password) == (bytearray(), bytearray())
    assert station.portal.registered == []


def test_the_signing_certificate_says_who_it_is(station: Station) -> None:
    steps: list[str] = []
    _, person = sign_registration(
        station.services, None, bytearray(cards.PIN), bytearray(cards.PASSWORD), FORM, lambda key, _: steps.append(key)
    )
    assert person.name == cards.holder().name
    assert len(steps) == 3


def test_a_child_cannot_register(tmp_path: Path) -> None:
    station = Station(tmp_path, cards.issue(who=cards.holder(signing_certificate=False)))
    assert not look(station.services, None).signing
    with pytest.raises(CardError):
        sign_registration(station.services, None, bytearray(cards.PIN), bytearray(cards.PASSWORD), FORM, _quiet)


def test_an_expired_certificate_opens_nothing(station: Station) -> None:
    ends = look(station.services, None).certificate_ends
    assert ends is not None
    later = Services(station.services.settings, lambda: ends + timedelta(seconds=1))
    with pytest.raises(CertificateExpired):
        unlock(later, None, bytearray(cards.PIN))


def test_an_unknown_authority_opens_nothing(station: Station, tmp_path: Path) -> None:
    for anchor in (tmp_path / "trust").iterdir():
        anchor.unlink()
    with pytest.raises(CertificateUntrusted):
        unlock(station.services, None, bytearray(cards.PIN))
