"""The portal is away and everything is ready: sign now, keep the draft, or try again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.moments import moment_words
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

SIGN, DRAFT, AGAIN = "sign", "draft", "again"

AWAY = frozenset({"maintenance", "unreachable"})
"""States of the portal in which something may be signed for later."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done in an outage.

    Attributes:
        subject: what the application is about.
        not_after: until when something signed now may wait.
        obstacle: why nothing can be signed now, the last part of a message key; empty where it can.
        kept_days: how long a draft is kept when nobody works on it.
    """

    subject: Subject
    not_after: datetime
    obstacle: str
    kept_days: int


class OutageScreen(KioskScreen[str]):
    """Ends with ``SIGN``, ``DRAFT`` or ``AGAIN``. What it says follows the portal's state as it changes.

    Args:
        offer: what can be done.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, offer: Offer) -> None:
        super().__init__()
        self._offer = offer

    def title_text(self) -> str:
        """Return the procedure."""
        return self._offer.subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what is the matter, and the three things to do."""
        if self._open_again():
            yield Line("✓ " + self.t("outage.open_again"), classes="lead -done", id="lead")
        else:
            yield Line("! " + self._lead(), classes="lead -attention", id="lead")
        yield Line(self.t("outage.saved"), classes="paragraph")
        if self._offer.obstacle:
            yield Line(self.t("outage.only_draft"), classes="paragraph")
            yield Line(self.t(f"outage.obstacle.{self._offer.obstacle}"), classes="paragraph", id="obstacle")
        yield ChoiceList(self._choices())
        yield Line(self.t("outage.counter"), classes="quiet space")
        state = self.kiosk.portal_state
        if state is not None and state.error is not None:
            yield Line(self.t("problem.code", code=state.error.code), classes="quiet", id="code")

    def _open_again(self) -> bool:
        return self.kiosk.portal_words()[1] == "open"

    def _lead(self) -> str:
        state = self.kiosk.portal_state
        kind = "unreachable" if state is None or state.kind not in {*AWAY, "region"} else state.kind
        if state is not None and kind == "maintenance" and state.until is not None:
            return self.t("outage.maintenance_until", until=moment_words(state.until, self.t))
        return self.t(f"outage.{kind}")

    def _choices(self) -> list[Choice]:
        until = moment_words(self._offer.not_after, self.t)
        again = "outage.choice.send" if self._open_again() else "outage.choice.again"
        sign = Choice(SIGN, self.t("outage.choice.sign"), self.t("outage.choice.sign.hint", until=until))
        choices = [
            sign,
            Choice(
                DRAFT, self.t("outage.choice.draft"), self.t("outage.choice.draft.hint", days=self._offer.kept_days)
            ),
            Choice(AGAIN, self.t(again), self.t(f"{again}.hint")),
        ]
        if self._open_again():
            return choices[:0:-1]  # nothing need be signed for later any more
        return choices[1:] if self._offer.obstacle else choices

    def portal_changed(self) -> None:
        """Say how the portal is now."""
        self.run_worker(self.redraw(), exclusive=True)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
