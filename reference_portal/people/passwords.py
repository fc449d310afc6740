"""Passwords: the rules shown on the page, and their hashes."""

from __future__ import annotations

import os
import threading
from datetime import date, datetime

import argon2

from kiosk.clock import japan_date
from reference_portal.config import PasswordCost

SYMBOLS = "$%&=@_#*+-?!"
SHORTEST = 8
LONGEST = 32


def password_faults(password: str, again: str, authentication_id: str) -> list[str]:
    """Return the codes of the rules that a new password breaks, none when it is good.

    The rules are those of the sister system 電子届出: 8 to 32 characters, letters and digits and symbols, only these,
    without the authentication ID.
    """
    letters = any(character.isascii() and character.isalpha() for character in password)
    digits = any(character.isascii() and character.isdigit() for character in password)
    symbols = any(character in SYMBOLS for character in password)
    allowed = all(character.isascii() and (character.isalnum() or character in SYMBOLS) for character in password)
    checks = {
        "length": not SHORTEST <= len(password) <= LONGEST,
        "mix": not (letters and digits and symbols),
        "characters": not allowed,
        "contains-id": authentication_id.casefold() in password.casefold(),
        "different": password != again,
    }
    return [code for code, broken in checks.items() if broken]


def expires_on(set_at: datetime) -> date:
    """Return the last day of a password set at ``set_at``: one year later, in Japan."""
    day = japan_date(set_at)
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 2, 28)


class Passwords:
    """argon2id with a bound on how many run at once, since each takes much memory.

    Args:
        cost: the parameters in force; hashes made with others are renewed at the next log-in.
    """

    def __init__(self, cost: PasswordCost) -> None:
        self._hasher = argon2.PasswordHasher(cost.time, cost.memory_kib, cost.lanes)
        self._slots = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._dummy = self._hasher.hash(os.urandom(16).hex())

    def hash(self, password: str) -> str:
        """Return the hash to store."""
        with self._slots:
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Compare, at the same cost when there is no stored hash (an unknown ID must not answer faster)."""
        with self._slots:
            try:
                self._hasher.verify(stored or self._dummy, password)
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False
        return stored is not None

    def outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than those in force."""
        return self._hasher.check_needs_rehash(stored)
