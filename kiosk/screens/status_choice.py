"""Which status of residence, and of some statuses which activity: grouped, and found by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option as Entry

from kiosk.filing.catalogue import Status, status, status_groups, variants
from kiosk.forms.headings import worded
from kiosk.i18n import Translator
from kiosk.screens.base import Rail
from kiosk.screens.picker import PickerScreen
from kiosk.widgets.fields_spec import Option
from kiosk.widgets.text import Line, safe

NOT_ONLINE = "not_online"
"""The result when the person's status is one that is never filed online."""


class StatusScreen(PickerScreen):
    """Ends with the id of the status, or with ``NOT_ONLINE``.

    Args:
        purpose: whose status is asked for; the last part of the message key ``choose.status.lead.<purpose>``: the
            procedure, or ``now``.
        chosen: the status chosen before, to begin there.
    """

    CSS: ClassVar[str] = (
        PickerScreen.CSS
        + """
    #count { display: none; }
    #count.-none { display: block; }
    #search { margin: 0 0 1 0; }
    """
    )
    title_key: ClassVar[str] = "choose.status.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, purpose: str, chosen: str = "") -> None:
        super().__init__("", (), chosen)
        self._purpose = purpose

    def body(self) -> Iterable[Widget]:
        """Yield the question, the search and the statuses."""
        self._label = self.t(f"choose.status.lead.{self._purpose}")
        self._options = (*_options(_grouped(), self.t), self._never())
        return super().body()

    def _never(self) -> Option:
        return Option(NOT_ONLINE, self.t("choose.status.never"), "")

    def rows(self, shown: Sequence[Option]) -> Iterable[Entry]:
        """Yield the statuses under the names of their groups."""
        codes = {option.code: option for option in shown}
        first = True
        for group in status_groups():
            found = [codes[name] for name in group.statuses if name in codes]
            if found:
                yield Entry(Content(("" if first else "\n") + safe(self.t.pick(group.name))), disabled=True)
                yield from map(self.row, found)
                first = False
        if NOT_ONLINE in codes:
            yield Entry(Content("" if first else "\n") + Content(safe(self.t("choose.status.rest"))), disabled=True)
            yield self.row(codes[NOT_ONLINE])


class VariantScreen(PickerScreen):
    """Which activity of a status that has several forms; ends with the id of the variant.

    Args:
        of: id of the status.
        offered: ids of its variants that can be chosen.
        chosen: the variant chosen before, to begin there.
    """

    title_key: ClassVar[str] = "choose.variant.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2

    def __init__(self, of: str, offered: Sequence[str], chosen: str = "") -> None:
        super().__init__("", (), chosen)
        self._of = of
        self._offered = frozenset(offered)

    def body(self) -> Iterable[Widget]:
        """Yield the question, where the answer stands, the search and the variants."""
        self._label = self.t("choose.variant.lead", status=self.t.pick(status(self._of).name))
        itself = (status(self._of),) if self._of in self._offered else ()
        shown = (*itself, *(entry for entry in variants(self._of) if entry.id in self._offered))
        self._options = tuple(self._briefly(_options(shown, self.t)))
        widgets = iter(super().body())
        yield next(widgets)
        yield Line(self.t("choose.variant.where"), classes="quiet space")
        yield from widgets

    def _briefly(self, options: Iterable[Option]) -> Iterable[Option]:
        """Yield the variants without the name of the status, which stands in the question already."""
        entries = list(options)
        wordings = worded([entry.label for entry in entries], self.t.language)
        return (entry._replace(label=wording.label) for entry, wording in zip(entries, wordings, strict=True))

    def row(self, option: Option) -> Entry:
        """Return the row of one option: its name is long, the other language is only searched."""
        return super().row(Option(option.code, option.label))


def _grouped() -> Iterable[Status]:
    return (status(name) for group in status_groups() for name in group.statuses)


def _options(entries: Iterable[Status], t: Translator) -> Iterable[Option]:
    other = "en" if t.language == "ja" else "ja"
    return (Option(entry.id, t.pick(entry.name), entry.name.get(other, ""), entry.also) for entry in entries)
