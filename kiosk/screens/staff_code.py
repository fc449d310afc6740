"""Asks staff for the code of this station, and says how many tries there are before it is typed."""

from __future__ import annotations

from typing import ClassVar

from kiosk.screens.secret_entry import SecretEntryScreen, SecretKind
from kiosk.staff.record import LONGEST, normalised

STAFF = SecretKind("staff", 0, LONGEST, normalised)
"""The staff code, as a secret that is typed."""


class StaffCodeScreen(SecretEntryScreen):
    """Ends with the code; whoever receives it wipes it.

    Args:
        tries: how many wrong codes there may be until the next wait.
        purpose_key: message key of the sentence that says what it is needed for.
        wrong: whether the last one was wrong.
    """

    help_key: ClassVar[str] = "help.start"

    def __init__(self, tries: int, *, purpose_key: str, wrong: bool = False) -> None:
        super().__init__(STAFF, tries, purpose_key=purpose_key, wrong=wrong)
        self._left = tries

    @property
    def twice(self) -> bool:
        """Whether it is typed twice: never, for a wrong one costs a wait alone."""
        return False

    def _tries_words(self) -> str:
        return self.t.plural("staff_code.tries", self._left)
