"""The outbox of this station, for staff: nothing in it says whose an item is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.offline_queue.outbox_model import State
from kiosk.screens.base import KioskScreen
from kiosk.screens.moments import moment_words, near_words
from kiosk.screens.outbox_words import SIGNS, age_words, is_late, sign_style
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.offline_queue.outbox_model import ItemSummary, Notice

IMPORT, AGAIN = "import", "again"
MOST_NOTICES = 3


class OutboxListScreen(KioskScreen[str]):
    """All items; ends with the id of one, ``IMPORT`` or ``AGAIN``.

    Args:
        items: the newest first.
        notices: what staff are to know.
        now: the present moment.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]
    title_key: ClassVar[str] = "outbox.title"
    first_focus: ClassVar[str] = "ChoiceList"

    def __init__(self, items: Sequence[ItemSummary], notices: Sequence[Notice], now: datetime) -> None:
        super().__init__()
        self._items = tuple(items)
        self._notices = tuple(notices)[:MOST_NOTICES]
        self._now = now

    def body(self) -> Iterable[Widget]:
        """Yield how many there are, what is to be known, and the list."""
        waiting = sum(item.open for item in self._items)
        count = self.t.plural("outbox.count", waiting) if self._items else self.t("queue.empty")
        yield Line(count, classes="lead", id="lead")
        for notice in self._notices:
            words = self.t(f"queue.notice.{notice.code}", count=notice.count)
            yield Line(f"! {words} ({moment_words(notice.at, self.t)})", classes="-attention space notice")
        rows = [self._row(item) for item in self._items]
        more = [Choice(IMPORT, self.t("outbox.choice.import")), Choice(AGAIN, self.t("outbox.choice.again"))]
        yield ChoiceList([*rows, *more])

    def _row(self, item: ItemSummary) -> Choice:
        sign = SIGNS[item.state]
        words = f"{self.t(f'queue.state.{item.state}')}   {item.id}"
        return Choice(item.id, words, self._second_line(item), sign=sign, sign_style=sign_style(sign))

    def _second_line(self, item: ItemSummary) -> str:
        parts = [age_words(item.created, self._now, self.t)]
        if item.not_after is not None and is_late(item, self._now):
            parts.append("! " + self.t("outbox.late.short", until=near_words(item.not_after, self._now, self.t)))
        elif item.open and item.state != State.SENDING and item.not_before is not None and item.not_before > self._now:
            parts.append(self.t("outbox.next_at", when=near_words(item.not_before, self._now, self.t)))
        if item.attempts:
            parts.append(self.t.plural("outbox.attempts", item.attempts))
        if item.reason and item.state != State.SENDING:
            parts.append(self.t(f"queue.reason.{item.reason}"))
        return "   ".join(parts)

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield F5 before the usual keys."""
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def action_again(self) -> None:
        """F5: look again."""
        self.dismiss(AGAIN)

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
