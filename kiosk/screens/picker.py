"""Choose one of many, with a search while typing: in the person's language, in Japanese, or by the official code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as Entry

from kiosk.screens.base import KioskScreen
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.fields_text import BoxInput, Pasted
from kiosk.widgets.text import Line, safe

SHOWN = 300
"""At most so many rows are drawn; the search finds the rest."""

_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def folded(text: str) -> str:
    """Return ``text`` as it is compared: width, case, accents and the two kana alphabets do not matter."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if char in "\u3099\u309a" or not unicodedata.combining(char)).translate(
        _HIRAGANA
    )


def found(options: Sequence[Option], query: str) -> list[Option]:
    """Return the options that match ``query``: those that begin with it first, then those that hold every word."""
    words = folded(query).split()
    if not words:
        return list(options)
    first: list[Option] = []
    rest: list[Option] = []
    for option in options:
        texts = folded("\n".join((option.label, option.other, option.code)))
        tight = texts.replace(" ", "")
        if all(word in texts or word in tight for word in words):
            starts = any(folded(text).startswith(folded(query).strip()) for text in option)
            (first if starts else rest).append(option)
    return first + rest


class SearchInput(BoxInput):
    """Where the search is typed. The arrows move in the list, the focus stays here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "screen.step(1)", show=False),
        Binding("up", "screen.step(-1)", show=False),
        Binding("pagedown", "screen.step(10)", show=False),
        Binding("pageup", "screen.step(-10)", show=False),
    ]


class PickerScreen(KioskScreen[str]):
    """A list with a search; ends with the code of what was chosen.

    Args:
        label: what is asked.
        options: what can be chosen, in official order.
        chosen: the code chosen so far.
        query: what was typed already.
    """

    CSS: ClassVar[str] = """
    PickerScreen #body { overflow-y: hidden; }
    PickerScreen #count { margin: 0 0 1 0; }
    PickerScreen OptionList { border: none; background: $background; padding: 0; height: 1fr; max-width: 76; }
    PickerScreen OptionList > .option-list--option-highlighted { color: $accent; background: $chosen; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#search"
    title_key: ClassVar[str] = "answers.picker.title"
    help_key: ClassVar[str] = "help.answers"

    def __init__(self, label: str, options: Sequence[Option], chosen: str = "", query: str = "") -> None:
        super().__init__()
        self._label = label
        self._options = tuple(options)
        self._chosen = chosen
        self._query = query
        self._found: list[Option] = []

    def body(self) -> Iterable[Widget]:
        """Yield the question, the search and the list."""
        yield Line(self._label, classes="lead")
        yield SearchInput(self._query, id="search", placeholder=self.t("answers.picker.search"))
        yield Line("", id="count", classes="quiet")
        entries = OptionList(id="found", markup=False)
        entries.can_focus = False
        yield entries

    def on_mount(self) -> None:
        self._search()

    async def redraw(self) -> None:
        """Draw again, the search kept."""
        await super().redraw()
        self._search()

    def type(self, text: str) -> None:
        """Add to the search what was typed before the list could take keys."""
        self._query += text
        for box in self.query("#search").results(SearchInput):
            box.show(self._query, len(self._query))
            self._search()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._query = event.value
        self._search()

    def on_pasted(self, event: Pasted) -> None:
        """Search for what was pasted."""
        self.query_one("#search", SearchInput).show(event.raw, event.place)
        self._query = safe(event.raw)
        self._search()

    def _search(self) -> None:
        self._found = found(self._options, self._query)
        shown = self._found[:SHOWN]
        entries = self.query_one("#found", OptionList)
        entries.clear_options()
        entries.add_options(Entry(self._words(option), id=f"o{number}") for number, option in enumerate(shown))
        codes = [option.code for option in shown]
        entries.highlighted = codes.index(self._chosen) if self._chosen in codes else (0 if shown else None)
        self.query_one("#count", Line).show(self._count_words())

    def _count_words(self) -> str:
        if not self._found:
            return self.t("answers.picker.none")
        return self.t.plural("answers.picker.count", len(self._found))

    @staticmethod
    def _words(option: Option) -> Content:
        other = f"  {safe(option.other)}" if option.other and option.other != option.label else ""
        return Content(f" {safe(option.label)}") + Content.styled(other, "$quiet")

    def action_step(self, count: int) -> None:
        """Move the highlight while the search keeps the focus."""
        entries = self.query_one("#found", OptionList)
        if entries.option_count:
            entries.highlighted = max(0, min((entries.highlighted or 0) + count, entries.option_count - 1))

    def on_input_submitted(self) -> None:
        """End with the highlighted row."""
        place = self.query_one("#found", OptionList).highlighted
        if place is not None and place < len(self._found):
            self.dismiss(self._found[place].code)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the row that was chosen by mouse."""
        self.dismiss(self._found[event.option_index].code)
