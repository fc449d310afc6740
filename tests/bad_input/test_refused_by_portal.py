"""What the portal refuses at registration and log-in, on the way through card, HTTP and screens."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.screens.journeys.registration import register
from kiosk.screens.journeys.sign_in import sign_in
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.message import ProblemScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.registration_person import RegistrationPersonScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from tests.bad_input.hostile_way import Body, HostileWay, flipped, replaced
from tests.bad_input.parts import SIGNING, Desk
from tests.bad_input.person import give_details, give_entry, give_pin, lines, reads, still_reads
from tests.support.cards import authority, holder
from tests.support.portal import PortalProcess
from tests.support.screens import until

Make = Callable[..., Desk]
Change = Callable[[Body], Body]


# --- log-in -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["authentication ID", "password", "card"])
async def test_whatever_is_wrong_the_words_are_the_same_and_the_id_stays(wrong: str, make_desk: Make) -> None:
    desk = make_desk().register()
    if wrong == "card":
        desk.put(make_desk().content)
    typed = "ABCD2345" if wrong == "authentication ID" else desk.authentication_id
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, typed, "Mihon-54321" if wrong == "password" else "Mihon-12345")
        await until(pilot, LogInScreen)
        await still_reads(pilot, "log_in.failed")
        screen = pilot.app.screen
        assert isinstance(screen, LogInScreen)
        assert screen.typed_id == typed
        assert app.visit.account is None
        desk.put(desk.content)
        await give_entry(pilot, desk.authentication_id)
        await app.finished()
    assert app.visit.account is not None, "what was wrong is put right without starting again"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def swapped(bodies: list[Body]) -> Change:
    """Send the first challenge and token in place of the second: a replay."""

    def change(body: Body) -> Body:
        bodies.append(body)
        return {**body, "challenge_id": bodies[0]["challenge_id"], "token": bodies[0]["token"]}

    return change


def changed_signature(body: Body) -> Body:
    return {**body, "token": {**body["token"], "signature": flipped(body["token"]["signature"], 7)}}


def another_nonce(body: Body) -> Body:
    return {**body, "challenge_id": body["challenge_id"][:-4] + "0000"}


def another_certificate(body: Body) -> Body:
    other = authority().issue(holder(), datetime.now(UTC), key_type="secp384r1").keys["authentication"]
    return {**body, "token": {**body["token"], "unverified_certificate": b64(other.certificate)}}


async def test_a_token_that_was_seen_before_is_worth_nothing(make_desk: Make) -> None:
    way = HostileWay("/v1/sessions", swapped([]))
    desk = make_desk(transport=way).register()
    first, second = (desk.app(sign_in, desk.station()) for _ in range(2))
    async with first.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await first.finished()
    assert first.visit.account is not None
    async with second.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await until(pilot, LogInScreen)
        await still_reads(pilot, "log_in.failed")
    assert way.seen[0]["token"] != way.seen[1]["token"], "the kiosk itself asks for a nonce each time"
    assert second.visit.account is None


@pytest.mark.parametrize("change", [changed_signature, another_nonce, another_certificate])
async def test_a_changed_token_signs_nobody_in(change: Change, make_desk: Make) -> None:
    way = HostileWay("/v1/sessions", change)
    desk = make_desk(transport=way).register()
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await until(pilot, LogInScreen)
        await still_reads(pilot, "log_in.failed")
        way.awake = False
        await give_entry(pilot, "")
        await app.finished()
    assert app.visit.account is not None


async def test_a_token_for_another_origin_is_refused(make_desk: Make) -> None:
    """The same portal reached under another name: what is signed for one does not hold at the other."""
    desk = make_desk().register()
    desk.origin = desk.portal.origin.replace("127.0.0.1", "localhost")
    app = desk.app(sign_in, desk.station())
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await until(pilot, LogInScreen)
        await still_reads(pilot, "log_in.failed")
    assert app.visit.account is None


async def test_a_revoked_certificate_is_named_as_soon_as_it_is_on_the_list(
    make_desk: Make, portal: PortalProcess
) -> None:
    desk = make_desk().register()
    desk.sign_in(desk.app(sign_in))
    authority().revoke(desk.content.keys["authentication"].certificate, datetime.now(UTC))
    authority().write_trust(portal.trust)
    app = desk.app(sign_in)
    async with app.run_test() as pilot:
        await give_pin(pilot)
        await give_entry(pilot, desk.authentication_id)
        await reads(pilot, "error.certificate_revoked_at_portal", "error.certificate_revoked_at_portal.next")
        await pilot.press("2")
        await until(pilot, SecretEntryScreen)
    assert app.visit.account is None


# --- registration -----------------------------------------------------------------------------------------------------


def other_mail(body: Body) -> Body:
    return {**body, "statement": replaced(body["statement"], "@example.com", "@example.org")}


def other_user(body: Body) -> Body:
    return {**body, "statement": replaced(body["statement"], "09000000000", "09000000001")}


def changed_cms(body: Body) -> Body:
    return {**body, "signature": flipped(body["signature"], -9)}


def no_cms(body: Body) -> Body:
    return {**body, "signature": b64(b"\x30\x03\x02\x01\x00")}


def changed_proof(body: Body) -> Body:
    proof = body["authentication"]
    return {**body, "authentication": {**proof, "signature": flipped(proof["signature"], 9)}}


def other_origin(body: Body) -> Body:
    return {**body, "statement": replaced(body["statement"], "http://127.0.0.1", "http://127.0.0.2")}


TAMPERED: dict[str, tuple[Change, str]] = {
    "statement: another e-mail": (other_mail, "error.signature_refused"),
    "statement: another phone": (other_user, "error.signature_refused"),
    "statement: another origin": (other_origin, "error.statement_refused"),
    "CMS: one bit": (changed_cms, "error.signature_refused"),
    "CMS: something else": (no_cms, "error.signature_refused"),
    "proof of the authentication key": (changed_proof, "error.signature_refused"),
}


@pytest.mark.parametrize("name", TAMPERED)
async def test_a_registration_changed_on_the_way_is_refused_and_can_be_signed_again(name: str, make_desk: Make) -> None:
    change, key = TAMPERED[name]
    way = HostileWay("/v1/registrations", change)
    desk = make_desk(transport=way)
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, RegistrationPersonScreen)
        await pilot.press("f10")
        await reads(pilot, key, f"{key}.next")
        await pilot.press("2")
        await until(pilot, RegistrationCheckScreen)
        assert desk.email in "".join(lines(app))
        assert not [mail for mail in desk.portal.mails() if desk.email in mail["to"]]


@pytest.mark.parametrize("use", ["signing", "authentication"])
async def test_a_revoked_certificate_registers_nobody(use: str, make_desk: Make, portal: PortalProcess) -> None:
    desk = make_desk()
    authority().revoke(desk.content.keys[use].certificate, datetime.now(UTC))
    authority().write_trust(portal.trust)
    app = desk.app(register)
    async with app.run_test() as pilot:
        await give_details(pilot, desk.email)
        await give_pin(pilot)
        await give_pin(pilot, SIGNING)
        await until(pilot, RegistrationPersonScreen)
        await pilot.press("f10")
        await until(pilot, ProblemScreen)
        await reads(pilot, "error.certificate_revoked_at_portal", "error.certificate_revoked_at_portal.next")
