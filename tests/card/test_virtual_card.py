from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.card.channel import JPKI_APPLICATION
from kiosk.card.virtual.card import VirtualCard
from tests.support.cards import PIN, holder, issue

SELECT = b"\x00\xa4\x04\x0c\x0a" + JPKI_APPLICATION


def ask(card: VirtualCard, command: str | bytes) -> str:
    raw = bytes.fromhex(command) if isinstance(command, str) else command
    return card.transmit(raw).hex().upper()


def powered(**quirks: Any) -> VirtualCard:
    card = VirtualCard(issue(**quirks))
    card.transmit(SELECT)
    return card


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("00A4040C0AD3921000310001010408", "6A82"),  # the Individual Number's application: not on this card
        ("00A4000C023F00", "6A82"),
        ("00A40000", "6A86"),
        ("00A4020C020006", "9000"),
        ("00A4020C020033", "6A82"),
        ("00B0000001", "6986"),
        ("00B0980001", "6981"),
        ("00B0810001", "6982"),
        ("00B0860001", "4A9000"),
        ("00B0880003", "8F8F009000"),
        ("00B0884003", "6B00"),
        ("00B09F0003", "6A82"),
        ("00B0E80003", "6A86"),
        ("00200098", "63C3"),
        ("0020009B", "63C5"),
        ("00200099", "6A88"),
        ("00200080", "6986"),
        ("802A0097", "6982"),
        ("802A05970101", "6A86"),
        ("802A00990101", "6A88"),
        ("00240198", "6982"),
        ("0024009804" + "31323334", "6A86"),
        ("00840000", "6985"),
        ("00840000000400", "6985"),
        ("00CA0000", "6D00"),
        ("01B0880003", "6881"),
        ("A0B0880003", "6E00"),
        ("00", "6700"),
        ("00B08800FFFF", "6700"),
    ],
)
def test_answers_of_real_cards(command: str, word: str):
    assert ask(powered(), command) == word


def test_the_beginning_of_a_name_is_enough_for_a_card():
    card = VirtualCard(issue())
    assert ask(card, "00B0880003") == "6A82"
    assert ask(card, "00A4040C05D392F00026") == "9000"


def test_a_challenge_has_the_length_asked_for():
    assert len(powered().transmit(bytes.fromhex("0084000010"))) == 18


def test_the_first_command_after_power_up_can_be_lost():
    card = VirtualCard(issue(unknown_at_power_up=True))
    assert [ask(card, SELECT), ask(card, SELECT)] == ["6F00", "9000"]
    card.power_off()
    assert ask(card, SELECT) == "6F00"


@pytest.mark.parametrize(("forgets", "word"), [(True, "6982"), (False, "6985")])
def test_selecting_again_may_forget_a_shown_secret(forgets: bool, word: str):
    card = powered(reselect_forgets=forgets)
    ask(card, b"\x00\x20\x00\x98\x04" + PIN)
    card.transmit(SELECT)
    assert ask(card, "802A0097") == word


def test_losing_power_forgets_a_shown_secret_but_not_the_counter():
    card = powered()
    ask(card, b"\x00\x20\x00\x98\x049999")
    ask(card, b"\x00\x20\x00\x9b\x08MIHON123")
    card.power_off()
    card.transmit(SELECT)
    assert ask(card, "00200098") == "63C2"
    assert ask(card, "802A009A") == "6982"


def test_extended_length_is_refused_where_the_card_has_none():
    assert ask(powered(extended_length=False), "00B08A00000600") == "6700"
    assert len(powered().transmit(bytes.fromhex("00B08A00000600"))) == 1538


@pytest.mark.parametrize(
    ("p1", "data", "good"),
    [
        ("00", "00" * 51, True),
        ("00", "00" * 245, True),
        ("00", "00" * 246, False),
        ("02", "00" * 32, True),
        ("02", "00" * 31, False),
        ("03", "61", True),
    ],
)
def test_what_the_sign_command_takes(p1: str, data: str, good: bool):
    card = powered()
    ask(card, b"\x00\x20\x00\x98\x04" + PIN)
    answer = ask(card, f"802A{p1}97{len(data) // 2:02X}{data}00")
    assert (len(answer) == 516 and answer.endswith("9000")) is good
    assert good or answer == "6985"


def test_certificate_files_are_longer_than_the_certificate():
    content = issue()
    whole = VirtualCard(content)
    whole.transmit(SELECT)
    read = whole.transmit(bytes.fromhex("00B08A00000000"))[:-2]
    certificate = content.keys["authentication"].certificate
    assert read.startswith(certificate)
    assert len(read) > len(certificate) + 64


def test_changes_are_told():
    told: list[int] = []
    card = VirtualCard(issue(), lambda content: told.append(content.secrets["authentication"].tries_left))
    card.transmit(SELECT)
    for command in (b"9999", PIN, PIN):
        ask(card, b"\x00\x20\x00\x98\x04" + command)
    assert told == [2, 3]


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=40) | st.binary(max_size=40).map(lambda tail: b"\x00\x20" + tail), max_size=8))
def test_any_bytes_get_a_status_word(commands: list[bytes]):
    card = powered()
    for command in commands:
        assert len(card.transmit(command)) >= 2


def test_a_childs_card_says_that_it_has_one_certificate():
    card = VirtualCard(issue(who=holder(signing_certificate=False)))
    card.transmit(SELECT)
    assert ask(card, "00B0880003") == "008F009000"
