"""Choose one of many, with a search while typing: in the person's language, in Japanese, or by the official code."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option as Entry

from kiosk.screens.base import KioskScreen
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.fields_text import BoxInput, Pasted
from kiosk.widgets.text import INDENT, Line, safe

SHOWN = 300
"""At most so many rows are drawn; the search finds the rest."""

ROW_CELLS = 73
"""Room for the words of a row."""

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
        texts = folded("\n".join(option))
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
        first: the question that has to be answered before there is anything to choose.
    """

    # Without the screen's name, so that they hold for screens that are a picker too.
    CSS: ClassVar[str] = """
    #body { overflow-y: hidden; }
    #count { margin: 0 0 1 0; }
    #found { border: none; background: $background; padding: 0; height: 1fr; max-width: 76; }
    #found > .option-list--option-highlighted { color: $accent; background: $chosen; }
    #found > .option-list--option-disabled { color: $foreground; text-style: bold; }
    """
    AUTO_FOCUS: ClassVar[str | None] = "#search"
    title_key: ClassVar[str] = "answers.picker.title"
    help_key: ClassVar[str] = "help.answers"

    def __init__(
        self, label: str, options: Sequence[Option], chosen: str = "", query: str = "", *, first: str = ""
    ) -> None:
        super().__init__()
        self._first = first
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
        rows = tuple(self.rows(self._found[:SHOWN]))
        entries = self.query_one("#found", OptionList)
        entries.clear_options()
        entries.add_options(rows)
        wanted = self._chosen if any(option.code == self._chosen for option in self._found) else ""
        places = [place for place, row in enumerate(rows) if not row.disabled and wanted in {"", row.id}]
        entries.highlighted = places[0] if places else None
        count = self.query_one("#count", Line)
        count.show(self._count_words())
        count.set_class(not self._found, "-none")

    def rows(self, shown: Sequence[Option]) -> Iterable[Entry]:
        """Yield the rows; a heading among them is disabled. The id of a row is the code of its option."""
        for option in shown:
            yield self.row(option)

    def row(self, option: Option) -> Entry:
        """Return the row of one option."""
        return Entry(self._words(option), id=option.code)

    def _count_words(self) -> str:
        if not self._options and self._first:
            return self.t("answers.picker.first", question=self._first)
        if not self._found:
            return self.t("answers.picker.none")
        return self.t.plural("answers.picker.count", len(self._found))

    @staticmethod
    def _words(option: Option) -> Content:
        label, other = safe(option.label), safe(option.other if option.other != option.label else "")
        if cell_len(f"{label}  {other}") <= ROW_CELLS:
            return Content(f" {label}") + Content.styled(f"  {other}" if other else "", "$quiet")
        lines = Content(label).wrap(ROW_CELLS)
        below = [Content(INDENT * 2) + line for line in Content.styled(other, "$quiet").wrap(ROW_CELLS - 2) if other]
        return Content(" ") + Content(f"\n{INDENT}").join([*lines, *below])

    def action_step(self, count: int) -> None:
        """Move the highlight while the search keeps the focus; headings are stepped over."""
        entries = self.query_one("#found", OptionList)
        places = [place for place, row in enumerate(entries.options) if not row.disabled]
        if places:
            here = places.index(entries.highlighted) if entries.highlighted in places else 0
            entries.highlighted = places[max(0, min(here + count, len(places) - 1))]

    def on_input_submitted(self) -> None:
        """End with the highlighted row."""
        option = self.query_one("#found", OptionList).highlighted_option
        if option is not None and option.id is not None:
            self.dismiss(option.id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """End with the row that was chosen by mouse."""
        if event.option_id is not None:
            self.dismiss(event.option_id)
