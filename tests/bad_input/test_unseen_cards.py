"""Cards and certificates not seen so far: the whole log-in, registration and filing, on the screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kiosk.card.certificates import parse
from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import CardContent
from kiosk.clock import japan_date
from kiosk.screens.card_prompt import CardPromptScreen
from kiosk.screens.journeys.registration import register
from kiosk.screens.journeys.send import send
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.mail_sent import MailSentScreen
from kiosk.screens.reception import ReceptionScreen
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.send_review import SendReviewScreen
from tests.bad_input.parts import SIGNING, Desk
from tests.bad_input.person import give_details, give_entry, give_pin, lines, reads
from tests.support.cards import authority, holder
from tests.support.screens import until

Make = Callable[..., Desk]
NOW = datetime.now(UTC)


def card(key_type: str = "secp384r1", generation: int = -1, **who: Any) -> CardContent:
    return authority().issue(holder(**who), NOW, key_type=key_type, generation=generation)


LONG = "東京都架空区見本町" + "一二三四五六七八九〇" * 19 + "Ａ"
CARDS: dict[str, tuple[Callable[[], CardContent], tuple[str, ...]]] = {
    "P-384 keys, a substituted character, an unknown day of birth": (
        lambda: card(name="髙﨑　見本", name_substituted="0100", birth_date="1990-05-00"),
        ("髙﨑　見本",),
    ),
    "RSA keys of an older root of the same name, kanji and an alias, an unknown month of birth": (
        lambda: card("rsa", 0, name="架空　見本（MIHON　KAKUU）", birth_date="1990-00-00"),
        ("架空　見本（MIHON　KAKUU）",),
    ),
    "an address of 200 characters": (
        lambda: card(name="KAKUU MIHON LONG", address=LONG),
        ("KAKUU MIHON LONG", LONG),
    ),
}
"""What has nothing to do with each other comes on one card: a walk is long, and each of them meets all of it."""


@pytest.mark.parametrize("name", CARDS)
async def test_they_register_sign_in_and_file(name: str, make_desk: Make) -> None:
    make, shown = CARDS[name]
    desk = make_desk(make())
    app = desk.app(register)
    async with app.run_test(size=(80, 24)) as pilot:
        await give_details(pilot, desk.email)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, RegistrationPersonScreen)
        page = "\n".join(lines(app))
        assert all(words in page for words in shown), "what the card says is shown as it is"
        await pilot.press("f10")
        await until(pilot, MailSentScreen)
        desk.authentication_id = desk.password_chosen()
        await pilot.press("2", "escape")
    program = desk.station()
    app = desk.app(sign_in, program)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await app.finished()
        account = app.visit.account
    assert account is not None
    assert set(shown) <= {account.person.name, account.person.address}
    app = desk.with_draft(send, desk.station())
    async with app.run_test() as pilot:
        await until(pilot, SendReviewScreen)
        await pilot.press("f10")
        await until(pilot, ReceptionScreen)


# --- one certificate is good and the other is not ---------------------------------------------------------------------


def mixed(expired: str) -> CardContent:
    """Return a card of which one certificate has expired."""
    old = authority().issue(holder(), NOW - timedelta(days=99), key_type="secp384r1", not_after=NOW - timedelta(days=1))
    new = card()
    return replace(new, keys={**new.keys, expired: old.keys[expired]})


@pytest.mark.parametrize("expired", ["authentication", "signing"])
async def test_one_expired_certificate_is_named_at_registration(expired: str, make_desk: Make) -> None:
    content = mixed(expired)
    desk = make_desk(content)
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        key = f"error.certificate_expired_{expired}"
        ended = japan_date(parse(content.keys[expired].certificate).not_after).isoformat()
        await reads(pilot, key, f"{key}.next", not_after=ended)
    assert not [mail for mail in desk.portal.mails() if desk.email in mail["to"]]


async def test_an_expired_signing_certificate_does_not_keep_anybody_from_signing_in(make_desk: Make) -> None:
    content = card()
    desk = make_desk(content).register()
    desk.put(replace(content, keys={**content.keys, "signing": mixed("signing").keys["signing"]}))
    app = desk.app(sign_in, desk.station())
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await app.finished()
    assert app.visit.account is not None


async def test_another_persons_card_in_the_middle_of_a_registration_is_a_card_pulled(make_desk: Make) -> None:
    """Nothing in the certificates ties the two of one card together: that both keys sign in one session does."""
    from tests.bad_input.test_card_pulled import lay_back, pull_at

    desk = make_desk()
    other = make_desk().content
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        pull_at(desk, 0x20, 2)  # after the PIN, before the signing password
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, CardPromptScreen)
        desk.put(other)
        lay_back(desk, app)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, RegistrationPersonScreen)
        wanted = parse(other.keys["signing"].certificate).attributes
        assert wanted is not None
        assert any(wanted.name in line for line in lines(app)), "both keys are those of the card that lies there now"


# --- cards and readers that behave otherwise --------------------------------------------------------------------------


def splits(card: VirtualCard, raw: bytes | bytearray) -> bytes:
    """Answer as cards do that keep long answers back (61xx) and insist on the right length (6Cxx)."""
    waiting: bytes = vars(card).setdefault("waiting", b"")
    if raw[1] == 0xC0:
        size = raw[4] or 256
        vars(card)["waiting"] = waiting[size:]
        left = min(len(waiting) - size, 0xFF)
        return waiting[:size] + (bytes([0x61, left]) if left > 0 else b"\x90\x00")
    answer = TRANSMIT(card, raw)
    data, word = answer[:-2], answer[-2:]
    if len(raw) == 5 and raw[1] == 0xB0 and word == b"\x90\x00" and 0 < len(data) < (raw[4] or 256):
        return bytes([0x6C, len(data)])
    if len(data) > 16 and word == b"\x90\x00":
        vars(card)["waiting"] = data
        return bytes([0x61, min(len(data), 0xFF)])
    return answer


TRANSMIT = VirtualCard.transmit
QUIRKS: dict[str, dict[str, Any]] = {
    "6F00 at power-up": {"unknown_at_power_up": True},
    "no extended length": {"extended_length": False},
    "contactless": {"contactless": True},
    "contactless without extended length": {"contactless": True, "extended_length": False},
    "another SELECT keeps the secret": {"reselect_forgets": False},
    "the certificate needs the secret": {"secret_for_authentication_certificate": True},
    "a slow link": {"bits_per_second": 106_000, "command_seconds": 0.004},
    "all at once": {"unknown_at_power_up": True, "contactless": True, "extended_length": False, "blocked_word": 0x6983},
}


@pytest.mark.parametrize("name", [*QUIRKS, "61xx and 6Cxx"])
async def test_the_whole_log_in_with_a_card_of_another_kind(
    name: str, member: Desk, make_desk: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(member.content.with_quirks(**QUIRKS.get(name, {})))
    if name not in QUIRKS:
        monkeypatch.setattr(VirtualCard, "transmit", splits)
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, member.authentication_id)
        await app.finished()
    assert app.visit.account is not None
    assert desk.tries() == 3
