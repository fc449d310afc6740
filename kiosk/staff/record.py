"""What is kept of the staff code: a salted scrypt hash, and how many wrong ones were typed since. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from kiosk.staff.errors import StaffCodeBroken

SHORTEST, LONGEST = 6, 12
"""Characters of a code: digits and letters, capital or small alike."""

FREE_TRIES = 5
"""So many wrong codes cost no wait but the last."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""The wait after the last free try; it doubles with every further wrong code up to the longest."""

_VERSION = 1
_SALT_BYTES = 16
_HASH_BYTES = 32
_MOST_MEMORY = 1 << 27
_MOST_WRONG = 10**9


@dataclass(frozen=True, slots=True)
class Cost:
    """The work of one try, as scrypt counts it (RFC 7914)."""

    n: int = 1 << 15
    r: int = 8
    p: int = 1

    @property
    def memory(self) -> int:
        """Bytes that one try needs, with what OpenSSL wants beside it."""
        return 128 * self.r * (self.n + self.p + 2)

    @property
    def sane(self) -> bool:
        """Whether a try with it comes to an end on a small machine."""
        power_of_two = self.n > 1 and self.n & (self.n - 1) == 0
        return power_of_two and self.r >= 1 and 1 <= self.p <= 16 and self.memory <= _MOST_MEMORY


@dataclass(frozen=True, slots=True)
class Record:
    """One staff code as it is kept.

    Attributes:
        cost: of one try.
        salt: of this code alone.
        digest: the hash.
        wrong: how many wrong codes were typed since the last right one.
        last_wrong: when the last of them was typed, in milliseconds of Unix time.
    """

    cost: Cost
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)
    wrong: int = 0
    last_wrong: int = 0

    def fits(self, code: bytearray) -> bool:
        """Say whether ``code``, as ``normalised`` left it, is the staff code."""
        return hmac.compare_digest(_digest(self.cost, self.salt, code), self.digest)

    def wait_left(self, now: datetime) -> timedelta:
        """Return how long nobody may try; a clock that was set back makes it no longer than the whole wait."""
        whole = wait_after(self.wrong)
        passed = now - datetime.fromtimestamp(self.last_wrong / 1000, UTC)
        return whole if passed < timedelta() else max(whole - passed, timedelta())

    def clock_was_set_back(self, now: datetime) -> bool:
        """Say whether the last wrong code lies in the future."""
        return milliseconds(now) < self.last_wrong

    def to_bytes(self) -> bytes:
        """Return what is written into the file."""
        values: dict[str, Any] = {
            "version": _VERSION,
            **asdict(self.cost),
            "salt": base64.b64encode(self.salt).decode(),
            "digest": base64.b64encode(self.digest).decode(),
            "wrong": self.wrong,
            "last_wrong": self.last_wrong,
        }
        return _json({**values, "sum": _sum(values)})


def new_record(code: bytearray, cost: Cost) -> Record:
    """Return the record of a new code, as ``normalised`` left it, with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return Record(cost, salt, _digest(cost, salt, code))


def read_record(content: bytes) -> Record:
    """Return what a file holds.

    Raises:
        StaffCodeBroken: it is not what ``to_bytes`` wrote.
    """
    try:
        values = cast("dict[str, Any]", json.loads(content))
        told = values.pop("sum")
        record = Record(
            Cost(int(values["n"]), int(values["r"]), int(values["p"])),
            base64.b64decode(values["salt"], validate=True),
            base64.b64decode(values["digest"], validate=True),
            int(values["wrong"]),
            int(values["last_wrong"]),
        )
        datetime.fromtimestamp(record.last_wrong / 1000, UTC)
        whole = told == _sum(values) and values["version"] == _VERSION
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        raise StaffCodeBroken from None
    if not whole or not record.cost.sane or len(record.digest) != _HASH_BYTES or not 0 <= record.wrong <= _MOST_WRONG:
        raise StaffCodeBroken
    return record


def normalised(code: bytearray) -> bool:
    """Make the letters of ``code`` capital, in place, and say whether it can be a staff code."""
    for place, value in enumerate(code):
        if ord("a") <= value <= ord("z"):
            code[place] = value - 32
    return SHORTEST <= len(code) <= LONGEST and all(_is_digit_or_letter(value) for value in code)


def wait_after(wrong: int) -> timedelta:
    """Return the whole wait after so many wrong codes in a row."""
    if wrong < FREE_TRIES:
        return timedelta()
    return min(FIRST_WAIT * 2 ** min(wrong - FREE_TRIES, 10), LONGEST_WAIT)


def milliseconds(moment: datetime) -> int:
    """Return ``moment`` in milliseconds of Unix time."""
    return int(moment.timestamp() * 1000)


def _is_digit_or_letter(value: int) -> bool:
    return ord("0") <= value <= ord("9") or ord("A") <= value <= ord("Z")


def _digest(cost: Cost, salt: bytes, code: bytearray) -> bytes:
    return hashlib.scrypt(code, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=2 * cost.memory, dklen=_HASH_BYTES)


def _sum(values: dict[str, Any]) -> str:
    """Return what shows that a file was damaged; it keeps nobody from writing another."""
    return hashlib.sha256(_json(values)).hexdigest()


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
