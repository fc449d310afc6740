"""Signed, not yet received: until when it is valid, what happens next, how to take it back. No reception number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.moments import day_words, moment_words
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.qr import QrCode
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.reports.slip import Slip

SAVE, HOME = "save", "home"


class SlipScreen(KioskScreen[str]):
    """The slip; ends with ``SAVE`` or ``HOME``.

    Args:
        slip: what it says.
        saved: the name of the file it was saved as, made safe; empty as long as it was not.
    """

    # The list of choices has the focus, and would keep these keys to itself.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]
    title_key: ClassVar[str] = "slip.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    can_go_back: ClassVar[bool] = False

    def __init__(self, slip: Slip, saved: str = "") -> None:
        super().__init__()
        self._slip = slip
        self._saved = saved

    def body(self) -> Iterable[Widget]:
        """Yield the sentence, what happens next, and the id with its code."""
        until = moment_words(self._slip.not_after, self.t)
        yield Line("● " + self.t(self._slip.lead), classes="lead -attention", id="lead")
        yield Line(self.t("slip.valid", until=until), classes="label space", id="valid")
        *paragraphs, no_reception = self._slip.paragraphs
        for key in paragraphs:
            yield Line(self.t(key), classes="paragraph")
        if self._slip.rest_until is not None:
            words = self.t("reception.follows", day=day_words(self._slip.rest_until, self.t))
            yield Line(f"! {words}", classes="paragraph -attention", id="follows")
        if self._saved:
            yield Line("✓ " + self.t("paper.saved", name=self._saved), classes="-done space", id="saved-as")
        yield ChoiceList([Choice(SAVE, self.t("paper.save")), Choice(HOME, self.t("slip.choice.home"))])
        yield Line(self.t("slip.number", number=self._slip.submission_id), id="number")
        yield Line(self.t(no_reception), classes="quiet space")
        yield QrCode(self._slip.submission_id)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
