r"""Files encrypted in pieces, in the one form that kiosk and portal share.

    header   16 bytes  b"zairyu-file:1\0\0\0"
             16 bytes  file id, random
    chunk n  AES-256-GCM of up to 65,536 plain bytes, followed by its tag of 16 bytes; every chunk but the last is full

The key of the chunks is HKDF-SHA256 of the given 32 bytes (salt: file id; info: the magic), so that the same key may
serve twice. The nonce is the chunk's number (12 bytes, big-endian, from 0); the associated data are the header, the
number (8 bytes, big-endian) and one byte that is 1 for the last chunk. So a chunk that is changed, moved, left out or
added is found, and so is a file that ends early. An empty file has one empty chunk; no other chunk is empty.

Memory is bounded by two chunks, whatever the size of the file. What is given out was authenticated chunk by chunk; that
the *whole* file is good is known only at its end, so a target is to be thrown away when an error comes.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.portal.contract import FILE_CHUNK
from kiosk.portal.errors import SealedFileBroken

KEY_BYTES = 32
MAGIC = b"zairyu-file:1\0\0\0"

_ID_BYTES = 16
_HEADER = len(MAGIC) + _ID_BYTES
_TAG = 16
_SEALED_CHUNK = FILE_CHUNK + _TAG
_NONCE_BYTES = 12

Key = bytes | bytearray
"""32 bytes. Nothing here keeps it."""


class Source(Protocol):
    """Something that gives bytes: at most ``size`` of them, fewer when it likes, none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        ...


class Target(Protocol):
    """Something that takes all the bytes it is given."""

    def write(self, data: bytes, /) -> object:
        """Take ``data``."""
        ...


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Size in bytes and SHA-256 (hex) of both forms of one file."""

    size: int
    sha256: str
    sealed_size: int
    sealed_sha256: str


def sealed_size(size: int) -> int:
    """Return how many bytes the encrypted form of a file of ``size`` plain bytes has."""
    return _HEADER + size + _TAG * max(1, -(-size // FILE_CHUNK))


def plain_size(size: int) -> int:
    """Return how many plain bytes an encrypted file of ``size`` bytes holds, if it is a whole one."""
    body = size - _HEADER
    return body - _TAG * -(-body // _SEALED_CHUNK)


def encrypt(key: Key, source: Source, target: Target) -> FileFacts:
    """Encrypt a stream from here to its end.

    Args:
        key: 32 bytes.
        source: the plain bytes.
        target: takes the encrypted form; making it durable is the caller's.

    Raises:
        ValueError: the key has another length.
        OSError: of the streams.
    """
    plain, sealed = _Counted(), _Counted(target.write)
    header = MAGIC + secrets.token_bytes(_ID_BYTES)
    cipher = _Chunks(key, header)
    sealed.take(header)
    for number, chunk, last in _pieces(source, FILE_CHUNK):
        plain.take(chunk)
        sealed.take(cipher.seal(number, chunk, last=last))
    return _facts(plain, sealed)


def decrypt(key: Key, source: Source, target: Target) -> FileFacts:
    """Decrypt a stream from here to its end. When this raises, ``target`` holds a part that must not be used.

    Raises:
        SealedFileBroken: not such a file, another key, or changed, cut, reordered or longer than it was made.
        ValueError: the key has another length.
        OSError: of the streams.
    """
    plain, sealed = _Counted(target.write), _Counted()
    for chunk in _opened(key, source, sealed):
        plain.take(chunk)
    return _facts(plain, sealed)


def plain_chunks(key: Key, source: Source) -> Iterator[bytes]:
    """Give the plain bytes in order, at most ``FILE_CHUNK`` at once; see ``decrypt`` for what it raises, and when."""
    return _opened(key, source, _Counted())


class _Counted:
    """Counts and digests what passes to ``sink``."""

    def __init__(self, sink: Callable[[bytes], object] | None = None) -> None:
        self.size = 0
        self._digest = hashlib.sha256()
        self._sink = sink

    def take(self, data: bytes) -> None:
        self.size += len(data)
        self._digest.update(data)
        if self._sink is not None:
            self._sink(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _facts(plain: _Counted, sealed: _Counted) -> FileFacts:
    return FileFacts(plain.size, plain.sha256, sealed.size, sealed.sha256)


class _Chunks:
    """The cipher of one file."""

    def __init__(self, key: Key, header: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a file key has {KEY_BYTES} bytes")
        self._header = header
        derived = HKDF(SHA256(), KEY_BYTES, salt=header[len(MAGIC) :], info=MAGIC).derive(key)
        self._cipher = AESGCM(derived)

    def seal(self, number: int, chunk: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(number.to_bytes(_NONCE_BYTES), chunk, self._bound(number, last))

    def open(self, number: int, chunk: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(number.to_bytes(_NONCE_BYTES), chunk, self._bound(number, last))
        except InvalidTag:
            raise SealedFileBroken from None

    def _bound(self, number: int, last: bool) -> bytes:
        return self._header + number.to_bytes(8) + bytes([last])


def _opened(key: Key, source: Source, sealed: _Counted) -> Iterator[bytes]:
    header = _exactly(source, _HEADER)
    if len(header) != _HEADER or not header.startswith(MAGIC):
        raise SealedFileBroken
    sealed.take(header)
    cipher = _Chunks(key, header)
    for number, chunk, last in _pieces(source, _SEALED_CHUNK):
        # An empty chunk at the end of a longer file would be a second form of the same file.
        if len(chunk) < _TAG or (len(chunk) == _TAG and number > 0):
            raise SealedFileBroken
        sealed.take(chunk)
        yield cipher.open(number, chunk, last=last)


def _pieces(source: Source, size: int) -> Iterable[tuple[int, bytes, bool]]:
    """Give number, bytes and "is the last" of each piece; a source without bytes gives one empty piece."""
    number, piece = 0, _exactly(source, size)
    while True:
        following = _exactly(source, size) if len(piece) == size else b""
        yield number, piece, not following
        if not following:
            return
        number, piece = number + 1, following


def _exactly(source: Source, size: int) -> bytes:
    """Read ``size`` bytes, fewer only at the end: a pipe or a socket gives what it has."""
    data = source.read(size)
    if len(data) in (0, size):
        return data
    gathered = bytearray(data)
    while len(gathered) < size and (data := source.read(size - len(gathered))):
        gathered += data
    return bytes(gathered)
