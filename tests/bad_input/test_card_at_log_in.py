"""Cards that cannot sign anybody in: each says what it is and where to go, and costs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.card.virtual.authority import TestAuthority
from kiosk.card.virtual.store import CardContent
from kiosk.clock import japan_date
from kiosk.screens.journeys.registration import register
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.user_kinds import UserKindsScreen
from tests.bad_input.parts import PIN, Desk
from tests.bad_input.person import give_details, give_pin, lines, reads, still_reads
from tests.support.cards import authority, holder, issue
from tests.support.screens import until
from tests.support.staff import give_code, set_staff_code

NOW = datetime.now(UTC)
YESTERDAY = NOW - timedelta(days=1)
Make = Callable[..., Desk]


def renewed(content: CardContent, certificate: bytes) -> CardContent:
    key = replace(content.keys["authentication"], certificate=certificate)
    return replace(content, keys={**content.keys, "authentication": key})


def suica() -> CardContent:
    return replace(issue(), jpki=False)


def expired() -> CardContent:
    return authority().issue(holder(), NOW - timedelta(days=900), key_type="secp384r1", not_after=YESTERDAY)


def not_yet() -> CardContent:
    return authority().issue(holder(), NOW + timedelta(days=3), key_type="secp384r1")


def of_another_authority() -> CardContent:
    return TestAuthority.create(NOW, key_type="secp384r1", generations=1).issue(holder(), NOW, key_type="secp384r1")


def lying(head: str) -> CardContent:
    content = issue()
    return renewed(content, bytes.fromhex(head) + content.keys["authentication"].certificate[4:])


def blank() -> CardContent:
    return renewed(issue(), b"\xff" * 1400)


def foreign_der() -> CardContent:
    return renewed(issue(), bytes.fromhex("30 82 04 00") + b"\x02\x01\x00" * 341 + b"\x00")


BEFORE_THE_PIN: dict[str, tuple[Callable[[], CardContent], str]] = {
    "not a My Number card": (suica, "error.not_my_number_card"),
    "DER length beyond any certificate": (lambda: lying("30 84 7f ff"), "error.certificate_unreadable_authentication"),
    "DER length 64 kB": (lambda: lying("30 82 ff ff"), "error.certificate_unreadable_authentication"),
    "DER that is no certificate": (foreign_der, "error.certificate_unreadable_authentication"),
}
AFTER_THE_PIN: dict[str, tuple[Callable[[], CardContent], str]] = {
    "expired": (expired, "error.certificate_expired_authentication"),
    "not yet valid": (not_yet, "error.certificate_not_yet_valid_authentication"),
    "another CA of the same name": (of_another_authority, "error.certificate_untrusted_authentication"),
}


def day_of(content: CardContent, name: str) -> str:
    from kiosk.card.certificates import parse

    certificate = parse(content.keys["authentication"].certificate)
    return japan_date(getattr(certificate, name)).isoformat()


@pytest.mark.parametrize("name", BEFORE_THE_PIN)
async def test_no_pin_is_asked_of_a_card_that_cannot_be_used(name: str, make_desk: Make) -> None:
    make, key = BEFORE_THE_PIN[name]
    desk = make_desk(make())
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await reads(pilot, key, f"{key}.next")
        await pilot.press("2")
        await app.finished()
    assert app.results == [None]
    assert app.visit.owner is None
    assert desk.tries() == 3


@pytest.mark.parametrize("name", AFTER_THE_PIN)
async def test_a_certificate_that_does_not_hold_signs_nobody_in(name: str, make_desk: Make) -> None:
    make, key = AFTER_THE_PIN[name]
    content = make()
    desk = make_desk(content)
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        dates = {part: day_of(content, part) for part in ("not_before", "not_after")}
        await reads(pilot, key, f"{key}.next", reason="issuer", **dates)
        await pilot.press("2")
        await app.finished()
    assert app.visit.owner is None
    assert desk.tries() == 3


@pytest.mark.parametrize("word", [0x6983, 0x6984])
async def test_three_wrong_pins_block_it_and_every_step_is_said(word: int, make_desk: Make) -> None:
    desk = make_desk(issue(blocked_word=word))
    set_staff_code(desk.services)
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot, "0000")
        await until(pilot, SecretEntryScreen)
        assert desk.tries() == 2
        await still_reads(pilot, "secret.authentication.wrong", "secret.twice")
        await pilot.press(*"1111", "enter", *"1112", "enter")
        await still_reads(pilot, "secret.differ")
        assert desk.tries() == 2, "two that differ cost nothing"
        await give_pin(pilot, "1111")
        await reads(pilot, "secret.last", "secret.last.why", "secret.last.staff")
        assert desk.tries() == 1
        await pilot.press("2")
        await give_code(pilot)
        await give_pin(pilot, "2222")
        blocked = "error.secret_blocked_authentication"
        await reads(pilot, blocked, f"{blocked}.next", "secret.authentication.blocked", "secret.blocked.after")
        await pilot.press("1")
        await app.finished()
    assert desk.tries() == 0
    assert app.visit.owner is None


async def test_five_wrong_signing_passwords_block_it_and_the_details_stay(make_desk: Make) -> None:
    desk = make_desk(issue())
    set_staff_code(desk.services)
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        await give_pin(pilot)
        for left in (4, 3, 2, 1):
            await give_pin(pilot, "WRONG123")
            await until(pilot, MessageScreen if left == 1 else SecretEntryScreen)
            assert desk.tries("signing") == left
        await reads(pilot, "secret.last")
        await pilot.press("2")
        await give_code(pilot)
        await give_pin(pilot, "WRONG123")
        await reads(
            pilot, "error.secret_blocked_signing", "error.secret_blocked_signing.next", "secret.signing.blocked"
        )
        await pilot.press("1")
        await until(pilot, RegistrationCheckScreen)
        assert desk.email in "".join(lines(app))
    assert desk.tries("signing") == 0
    assert desk.tries() == 3


async def test_a_child_without_signing_certificate_is_told_what_that_means(make_desk: Make) -> None:
    desk = make_desk(issue(who=holder(signing_certificate=False)))
    app = desk.app(register)
    async with app.run_test() as pilot:
        await until(pilot, UserKindsScreen)
        await pilot.press("1")
        await reads(pilot, *(f"registration.no_signing{part}" for part in ("", ".why", ".do")))
        await pilot.press("1")
        await until(pilot, UserKindsScreen)
    assert desk.tries() == 3


async def test_with_no_pin_of_right_form_the_card_is_not_asked(make_desk: Make) -> None:
    desk = make_desk(issue())
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await until(pilot, SecretEntryScreen)
        for typed in ("12", "12ab", "１２３４"):
            await pilot.press(*typed, "enter")
            await still_reads(pilot, "secret.authentication.form")
        await pilot.press(*PIN, "enter")
        await until(pilot, LogInScreen)
    assert desk.tries() == 3
