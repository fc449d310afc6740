"""What the walk tells: every step once, in order, numbered, under the part of the way it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from kiosk.screens.base import KioskScreen
    from kiosk.screens.question_page import QuestionPage

Say = Callable[[str], object]

_BEGINS = {
    "WelcomeScreen": "begin",
    "UserKindsScreen": "register",
    "LogInScreen": "sign_in",
    "HomeScreen": "apply",
    "DocumentsScreen": "documents",
    "SendReviewScreen": "send",
    "ApplicationStatusScreen": "result",
    "OutageScreen": "away",
    "ApplicationListScreen": "delivery",
}
"""The screens with which a part of the way begins; the message key of the part is ``demo.walk.<name>``."""

_NAMES = {
    "DocumentsScreen": "demo.walk.documents",
    "FileChooserScreen": "demo.walk.documents",
    "PhotoCheckScreen": "demo.walk.documents",
    "SendReviewScreen": "send.title",
    "OutageScreen": "outage.title",
    "SignReviewScreen": "sign.title",
}
"""Message keys of screens whose own title is the procedure, which would say nothing of the step."""


class Story:
    """Tells the steps.

    Args:
        say: told a line a call.

    Attributes:
        stage: the part of the way; the next step is told under its name.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._told: set[tuple[str, str]] = set()
        self._headings: set[str] = set()
        self.stage = "begin"

    def at(self, screen: KioskScreen[Any]) -> None:
        """Tell that ``screen`` is reached, unless that was told in this part of the way."""
        self.stage = _BEGINS.get(type(screen).__name__, self.stage)
        title = _title(screen)
        if (self.stage, title) in self._told:
            return
        self._told.add((self.stage, title))
        if self.stage not in self._headings:
            self._headings.add(self.stage)
            self._say(screen.t(f"demo.walk.{self.stage}"))
        self._say(f"{len(self._told):>4}. {title}")

    def note(self, words: str) -> None:
        """Tell what happened beside the screens."""
        self._say(f"      → {words}")


def _title(screen: KioskScreen[Any]) -> str:
    name = type(screen).__name__
    if name == "QuestionPage":
        return cast("QuestionPage", screen).asking.title(screen.t)
    key = _NAMES.get(name)
    return screen.t(key) if key else screen.title_text()
