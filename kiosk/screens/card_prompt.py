"""Put your card on the reader. Goes on by itself when a card is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.card.monitor import CardEvent

PICTURE = "  ╭───────────────╮\n  │ []            │\n  ╰───────────────╯\n ═══════════════════"
"""A card, its chip in front, on a reader."""


@dataclass(frozen=True, slots=True)
class Readers:
    """How things stand at the readers.

    ``state`` is ``looking``, ``no_library``, ``no_service``, ``no_reader``, ``no_card`` or ``card``; ``with_card`` are
    the names of the readers a card lies on.
    """

    state: str = "looking"
    with_card: tuple[str, ...] = ()


class CardPromptScreen(KioskScreen[str]):
    """Waits for a card; ends with the name of the reader it lies on.

    Args:
        look: looks at the readers once; called in a thread.
        rail: the row of steps this stands in.
        again: whether the card was taken away in the middle of something.
    """

    title_key: ClassVar[str] = "card_prompt.title"
    help_key: ClassVar[str] = "help.card"

    def __init__(self, look: Callable[[], Readers], rail: Rail | None = None, *, again: bool = False) -> None:
        super().__init__()
        self._rail = rail
        self._look = look
        self._again = again
        self._readers = Readers()

    def place(self) -> tuple[Rail | None, int]:
        return self._rail, 0

    def body(self) -> Iterable[Widget]:
        readers = self._readers
        if readers.state == "card":
            yield from self._choose(readers.with_card)
            return
        missing = readers.state not in {"looking", "no_card"}
        key = "card_prompt.again" if self._again and not missing else f"card_prompt.{readers.state}"
        yield Line(("✗ " if missing else "") + self.t(key), classes="lead -error" if missing else "lead", id="lead")
        if missing:
            yield Line(self.t(f"card_prompt.{readers.state}.next"), classes="paragraph")
            return
        yield Line(PICTURE, classes="paragraph")
        yield Line(self.t("card_prompt.how"), classes="paragraph")
        yield Line(self.t("card_prompt.alone"), classes="quiet")

    def _choose(self, names: Sequence[str]) -> Iterable[Widget]:
        yield Line(self.t("card_prompt.several"), classes="lead", id="lead")
        yield ChoiceList([Choice(str(n), name) for n, name in enumerate(names)])

    def on_mount(self) -> None:
        self._look_now()

    def readers_changed(self, event: CardEvent) -> None:
        self._look_now()

    def _look_now(self) -> None:
        self.run_worker(self._look_once, thread=True, exclusive=True, group="look")

    def _look_once(self) -> None:
        readers = self._look()
        self.app.call_from_thread(self._show, readers)

    async def _show(self, readers: Readers) -> None:
        if not self.is_active or readers == self._readers:
            return
        self._readers = readers
        if len(readers.with_card) == 1:
            self.dismiss(readers.with_card[0])
        else:
            await self.redraw()

    def on_screen_resume(self) -> None:
        """Look again when help or another screen above was closed: a card may have come meanwhile."""
        self._readers = Readers(self._readers.state)
        self._look_now()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(self._readers.with_card[int(event.choice_id)])
