from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.card.errors import (
    CardCommunication,
    SecretBlocked,
    SecretFormat,
    SecretUncounted,
    WrongSecret,
)
from kiosk.card.jpki import JpkiSession, KeyUse
from kiosk.card.transport import CountingConnection
from tests.card.scripted import Scripted
from tests.support.cards import PASSWORD, PIN, SECRETS, connect, issue

AUTH, SIGN = KeyUse.AUTHENTICATION, KeyUse.SIGNING
WRONG = {AUTH: b"9999", SIGN: b"WRONG999"}
TRIES = {AUTH: 3, SIGN: 5}


@pytest.mark.parametrize("use", list(KeyUse))
@pytest.mark.parametrize("word", [0x6983, 0x6984])
def test_wrong_secrets_count_down_to_blocked(use: KeyUse, word: int):
    card = JpkiSession.start(connect(issue(blocked_word=word)))
    for left in range(TRIES[use] - 1, 0, -1):
        with pytest.raises(WrongSecret) as wrong:
            card.verify(use, bytearray(WRONG[use]))
        assert (wrong.value.tries_left, wrong.value.use) == (left, use)
        assert wrong.value.key == f"wrong_secret_{use}"
        assert card.tries_left(use) == left
    for attempt in (WRONG[use], SECRETS[use]):
        with pytest.raises(SecretBlocked) as blocked:
            card.verify(use, bytearray(attempt))
        assert blocked.value.key == f"secret_blocked_{use}"
        assert card.tries_left(use) == 0


def test_the_right_secret_sets_the_counter_back():
    content = issue()
    card = JpkiSession.start(connect(content))
    for _ in range(2):
        with pytest.raises(WrongSecret):
            card.verify(AUTH, bytearray(WRONG[AUTH]))
    card.verify(AUTH, bytearray(PIN))
    assert content.secrets[AUTH].tries_left == 3
    assert content.secrets[SIGN].tries_left == 5


def test_asking_for_the_counter_costs_nothing():
    content = issue()
    card = JpkiSession.start(connect(content))
    for _ in range(10):
        assert (card.tries_left(AUTH), card.tries_left(SIGN)) == (3, 5)
    assert content.secrets[AUTH].tries_left == 3


@pytest.mark.parametrize(
    ("use", "secret"),
    [
        (AUTH, b""),
        (AUTH, b"123"),
        (AUTH, b"12345"),
        (AUTH, b"12a4"),
        (AUTH, "１２３４".encode()),
        (SIGN, b"ABC12"),
        (SIGN, b"A" * 17),
        (SIGN, b"ABC 123"),
        (SIGN, b"ABC-123"),
        (SIGN, "ＡＢＣ１２３".encode()),
        (SIGN, b"ABC12\x00"),
    ],
)
def test_an_impossible_secret_never_reaches_the_card(use: KeyUse, secret: bytes):
    connection = CountingConnection(connect(issue()))
    card = JpkiSession.start(connection)
    given_secret = bytearray(secret)
    with pytest.raises(SecretFormat) as refused:
        card.verify(use, given_secret)
    assert refused.value.key == f"secret_format_{use}"
    assert connection.commands == 1
    assert not given_secret
    assert card.tries_left(use) == TRIES[use]


def test_small_letters_of_the_signing_password_are_made_capital():
    JpkiSession.start(connect(issue())).verify(SIGN, bytearray(PASSWORD.lower()))


@pytest.mark.parametrize("answers", [["9000"], ["63C2"], ["6984"], ["6F01"], []])
def test_the_secret_is_wiped_whatever_happens(answers: list[str]):
    secret = bytearray(PIN)
    kept = memoryview(secret)
    card = JpkiSession.start(Scripted("9000", *answers))
    kept.release()
    with_error = answers != ["9000"]
    if with_error:
        with pytest.raises((WrongSecret, SecretBlocked, CardCommunication)):
            card.verify(AUTH, secret)
    else:
        card.verify(AUTH, secret)
    assert secret == b""


def test_a_card_that_does_not_count():
    with pytest.raises(SecretUncounted):
        JpkiSession.start(Scripted("9000", "6300")).verify(AUTH, bytearray(PIN))
    assert JpkiSession.start(Scripted("9000", "6300")).tries_left(AUTH) is None
    assert JpkiSession.start(Scripted("9000", "9000")).tries_left(AUTH) is None


@pytest.mark.parametrize("word", ["6985", "6700", "6D00"])
def test_an_unforeseen_counter_is_an_error(word: str):
    with pytest.raises(CardCommunication) as unforeseen:
        JpkiSession.start(Scripted("9000", word)).tries_left(AUTH)
    assert unforeseen.value.params == {"sw": word}


@pytest.mark.parametrize(("use", "new"), [(AUTH, b"4321"), (SIGN, b"NEUES99")])
def test_a_secret_is_changed(use: KeyUse, new: bytes):
    content = issue()
    card = JpkiSession.start(connect(content))
    old_buffer, new_buffer = bytearray(SECRETS[use]), bytearray(new)
    card.change_secret(use, old_buffer, new_buffer)
    assert (old_buffer, new_buffer) == (b"", b"")
    again = JpkiSession.start(connect(content))
    with pytest.raises(WrongSecret):
        again.verify(use, bytearray(SECRETS[use]))
    again.verify(use, bytearray(new))


def test_a_change_with_a_wrong_old_secret_changes_nothing():
    content = issue()
    card = JpkiSession.start(connect(content))
    new = bytearray(b"4321")
    with pytest.raises(WrongSecret):
        card.change_secret(AUTH, bytearray(b"9999"), new)
    assert new == b""
    JpkiSession.start(connect(content)).verify(AUTH, bytearray(PIN))


def test_an_impossible_new_secret_costs_no_command():
    connection = CountingConnection(connect(issue()))
    card = JpkiSession.start(connection)
    with pytest.raises(SecretFormat):
        card.change_secret(AUTH, bytearray(PIN), bytearray(b"abc"))
    assert connection.commands == 1


def test_a_card_that_does_not_like_the_new_secret():
    card = JpkiSession.start(Scripted("9000", "9000", "9000", "6A80"))
    with pytest.raises(SecretFormat):
        card.change_secret(AUTH, bytearray(PIN), bytearray(b"0000"))


def test_nothing_is_selected_between_secret_and_change():
    connection = CountingConnection(connect(issue()))
    JpkiSession.start(connection).change_secret(AUTH, bytearray(PIN), bytearray(b"4321"))
    assert [header[1] for header in connection.headers] == [0xA4, 0xA4, 0x20, 0x24]


@given(st.binary(max_size=20), st.sampled_from(list(KeyUse)))
def test_whatever_is_typed_only_a_well_formed_secret_is_sent(typed: bytes, use: KeyUse):
    connection = Scripted("9000", "9000")
    card = JpkiSession.start(connection)
    try:
        card.verify(use, bytearray(typed))
    except SecretFormat:
        assert len(connection.sent) == 1
        return
    sent = connection.sent[1][5:]
    assert sent == typed.upper()
    assert sent.isalnum()
