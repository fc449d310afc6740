"""The encrypted form of a file: every bit of it counts, and so does every place."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.portal.contract import FILE_CHUNK
from kiosk.portal.errors import SealedFileBroken
from kiosk.portal.sealed_file import MAGIC, FileFacts, decrypt, encrypt, plain_chunks, plain_size, sealed_size

KEY = bytes(range(32))
HEADER, TAG = 32, 16
SEALED = FILE_CHUNK + TAG
SIZES = (0, 1, FILE_CHUNK - 1, FILE_CHUNK, FILE_CHUNK + 1, 3 * FILE_CHUNK, 3 * FILE_CHUNK + 5)


class Dribble:
    """A source that gives a few bytes at a time, as a pipe does."""

    def __init__(self, data: bytes, most: int) -> None:
        self._stream, self._most = io.BytesIO(data), most

    def read(self, size: int, /) -> bytes:
        return self._stream.read(min(size, self._most))


class Watched(io.BytesIO):
    """A source that remembers the largest read that was asked of it."""

    largest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0, "read to the end"
        self.largest = max(self.largest, size)
        return super().read(size)


def sealed(plain: bytes, key: bytes = KEY) -> tuple[bytes, FileFacts]:
    target = io.BytesIO()
    facts = encrypt(key, io.BytesIO(plain), target)
    return target.getvalue(), facts


def opened(data: bytes, key: bytes = KEY) -> bytes:
    target = io.BytesIO()
    decrypt(key, io.BytesIO(data), target)
    return target.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_there_and_back(size: int) -> None:
    plain = os.urandom(size)
    data, facts = sealed(plain)
    assert len(data) == facts.sealed_size == sealed_size(size)
    assert plain_size(len(data)) == facts.size == size
    target = io.BytesIO()
    assert decrypt(bytearray(KEY), io.BytesIO(data), target) == facts
    assert target.getvalue() == plain == b"".join(plain_chunks(KEY, io.BytesIO(data)))


@given(st.integers(0, 2 * FILE_CHUNK + 3), st.integers(1, 70_000))
def test_a_source_may_give_less_than_it_is_asked_for(size: int, most: int) -> None:
    plain = bytes(size)
    target = io.BytesIO()
    encrypt(KEY, Dribble(plain, max(most, size // 50 + 1)), target)
    assert b"".join(plain_chunks(KEY, Dribble(target.getvalue(), max(most, size // 50 + 1)))) == plain


def test_memory_is_bounded() -> None:
    source, target = Watched(bytes(5_000_000)), io.BytesIO()
    encrypt(KEY, source, target)
    back = Watched(target.getvalue())
    assert all(len(chunk) <= FILE_CHUNK for chunk in plain_chunks(KEY, back))
    assert max(source.largest, back.largest) <= SEALED


def test_the_same_file_never_looks_the_same() -> None:
    (first, _), (second, _) = sealed(bytes(1000)), sealed(bytes(1000))
    assert first[HEADER:] != second[HEADER:]
    assert bytes(100) not in first


@pytest.mark.parametrize("size", SIZES)
def test_every_place_counts(size: int) -> None:
    data, _facts = sealed(bytes(size))
    places = {*range(0, len(data), 997), *range(HEADER), len(data) - 1, min(HEADER + SEALED, len(data) - 1)}
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(SealedFileBroken):
            opened(bytes(changed))


@pytest.mark.parametrize("size", SIZES)
def test_a_cut_file_is_refused_wherever_it_is_cut(size: int) -> None:
    data, _facts = sealed(bytes(size))
    for length in {*range(0, len(data), 1009), *(HEADER + SEALED * n for n in range(4)), len(data) - 1, HEADER}:
        if length < len(data):
            with pytest.raises(SealedFileBroken):
                opened(data[:length])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("more", [b"\0", bytes(TAG), bytes(SEALED)])
def test_an_extended_file_is_refused(size: int, more: bytes) -> None:
    data, _facts = sealed(bytes(size))
    with pytest.raises(SealedFileBroken):
        opened(data + more)
    with pytest.raises(SealedFileBroken):
        opened(data + data[HEADER:])


def test_chunks_keep_their_places_and_their_file() -> None:
    data, _facts = sealed(bytes(3 * FILE_CHUNK))
    head, one, two, three = (data[a:b] for a, b in _cuts())
    other, _facts = sealed(bytes(3 * FILE_CHUNK))
    alien = other[HEADER : HEADER + SEALED]
    for wrong in (two + one + three, one + three, one + one + three, two + three, alien + two + three, one + two):
        with pytest.raises(SealedFileBroken):
            opened(head + wrong)


def _cuts() -> list[tuple[int, int]]:
    return [(0, HEADER), *((HEADER + SEALED * n, HEADER + SEALED * (n + 1)) for n in range(3))]


@given(st.binary(max_size=200))
def test_rubbish_is_refused(data: bytes) -> None:
    for rubbish in (data, MAGIC + data):
        with pytest.raises(SealedFileBroken):
            opened(rubbish)


def test_keys() -> None:
    data, _facts = sealed(b"x")
    with pytest.raises(SealedFileBroken):
        opened(data, bytes(32))
    for length in (0, 16, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            opened(data, bytes(length))
