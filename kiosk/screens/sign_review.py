"""What will be signed, all of it, in the person's language with the Japanese beside it; then the one button."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kiosk.filing.receipt import method_of
from kiosk.i18n import translator
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.checking import CheckRow, CheckSection, Sections
from kiosk.screens.moments import day_words, moment_words
from kiosk.screens.send_review import Outgoing
from kiosk.screens.subject import PRINCIPAL
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.text import Fact, Line, safe

if TYPE_CHECKING:
    from kiosk.i18n import Translator

LABEL_CELLS, VALUE_CELLS = 30, 44


@dataclass(frozen=True, slots=True)
class ToSign:
    """What the person is about to sign.

    Attributes:
        outgoing: procedure, files and receipt method.
        sections: for a language, all answers in it.
        authentication_id: under which it is filed.
        receiver: the portal's address.
        not_after: the portal takes it until then.
        stay_ends: the last day of the stay, where it may end before the application arrives.
    """

    outgoing: Outgoing
    sections: Sections = field(repr=False)
    authentication_id: str = field(repr=False)
    receiver: str
    not_after: datetime
    stay_ends: date | None = None


class SignReviewScreen(KioskScreen[str]):
    """Everything that will be signed; ends with ``sign``.

    Args:
        to_sign: what it is.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    proceeds: ClassVar[bool] = True
    first_focus: ClassVar[str] = "#sign"

    def __init__(self, to_sign: ToSign) -> None:
        super().__init__()
        self._to_sign = to_sign

    def title_text(self) -> str:
        """Return the procedure."""
        return self._to_sign.outgoing.subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what happens, the button, and everything that is signed."""
        until = moment_words(self._to_sign.not_after, self.t)
        yield Line(self.t("sign.lead"), classes="lead", id="lead")
        yield Line(self.t("sign.valid", until=until), classes="paragraph", id="valid")
        yield Line(self.t("sign.sealed"), classes="paragraph")
        yield Line(self.t("sign.cancel"), classes="paragraph")
        if self._to_sign.stay_ends is not None:
            words = self.t("sign.stay_ends", date=day_words(self._to_sign.stay_ends, self.t))
            yield Line("! " + words, classes="-attention space", id="stay")
        yield Line(self.t("send.declaration"), classes="paragraph")
        yield Horizontal(
            ActionButton(f"{self.t('sign.button')}  F10", id="sign", primary=True),
            Line(self.t("sign.below"), classes="quiet"),
            classes="actions",
        )
        for label, words in self._facts():
            yield Fact(self.t(label), self._with_japanese(words))
        for section in self._to_sign.sections(self.t.language):
            yield Static(self._section(section), classes="space", markup=False)

    def _facts(self) -> Iterable[tuple[str, Callable[[Translator], str]]]:
        out = self._to_sign.outgoing
        yield "send.procedure", out.subject.words
        yield "send.applicant", lambda t: out.applicant or t("answers.from_card_later")
        if out.filer:
            yield "send.filer", lambda _t: out.filer
        yield "sign.account", lambda _t: self._to_sign.authentication_id
        yield "sign.receiver", lambda t: t("sign.agency")
        yield "sign.address", lambda _t: self._to_sign.receiver
        yield "send.files", lambda t: "\n".join(f"{file.name}  {file.about(t)}" for file in out.files)
        way = f"send.way.{method_of(out.method)}"
        yield "send.receipt", lambda t: "\n".join(part for part in (t(way), t.pick(out.office)) if part)
        yield "send.notices", lambda _t: out.notices

    def _with_japanese(self, words: Callable[[Translator], str]) -> str:
        own, filed = words(self.t), words(translator(PRINCIPAL))
        return own if own == filed else f"{own}\n{filed}"

    def _section(self, section: CheckSection) -> Content:
        parts = [Content.styled(safe(section.title), "bold"), *(self._row(row) for row in section.rows)]
        return Content("\n").join(parts)

    def _row(self, row: CheckRow) -> Content:
        value = Content(safe(row.value or self.t("check.not_provided"))).wrap(VALUE_CELLS)
        if row.filed and row.filed != row.value:
            value = [*value, *Content.styled(safe(row.filed), "$quiet").wrap(VALUE_CELLS)]
        label = Content.styled(safe(row.label), "$quiet").wrap(LABEL_CELLS - 2)
        lines = max(len(label), len(value))
        blank = Content("")
        label, value = ([*part, *[blank] * (lines - len(part))] for part in (label, value))
        return Content("\n").join(
            left.pad_right(LABEL_CELLS - cell_len(left.plain)) + right for left, right in zip(label, value, strict=True)
        )

    def on_action_button_pressed(self) -> None:
        """Go on to the signing password."""
        self.action_proceed()

    def action_proceed(self) -> None:
        """F10: sign it."""
        self.dismiss("sign")
