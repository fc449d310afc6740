"""The last look before filing: what goes out, and the one button that files it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.filing.receipt import method_of
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.bound_files import SentFile
from kiosk.screens.subject import Names, Subject
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.rows import shortened
from kiosk.widgets.text import Fact, Line

MOST_NAMES = 6
"""How many files are named; of the others their number is said."""

FILE_CELLS = 30
"""Room for a name beside its label, its size and its pages."""

CAN_SEND = frozenset({"open", "unknown"})
"""States of the portal in which filing may be tried."""


@dataclass(frozen=True, slots=True)
class FeeShown:
    """The fee in yen before the period granted is known; ``payment`` is a message key's last part."""

    lowest: int
    highest: int
    charge: int
    payment: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What will be filed: the applicant's name, the files, the receipt method, the fee, and why the method may not be
    possible (messages ``receipt.reason.<doubt>``).

    ``filer`` is who files, where that is somebody else than the applicant. ``changed`` says that the files are not
    quite those that were chosen. ``outdated`` names the documents that are too old today.
    """

    subject: Subject
    applicant: str = field(repr=False)
    files: tuple[SentFile, ...] = field(repr=False)
    method: str
    office: Names
    notices: str = field(repr=False)
    fee: FeeShown | None
    filer: str = field(default="", repr=False)
    doubts: tuple[str, ...] = ()
    changed: bool = False
    outdated: tuple[Names, ...] = ()


class SendReviewScreen(KioskScreen[str]):
    """What will be filed; ends with ``send``, ``stop``, ``files`` (what was changed?), or ``away`` (what now?).

    The button follows the portal's state as it changes.

    Args:
        outgoing: what goes out.
    """

    # Close together, so that the button is in sight on 24 rows.
    CSS: ClassVar[str] = """
    SendReviewScreen .fact { margin: 0; }
    SendReviewScreen #fee { margin: 1 0; }
    SendReviewScreen #fee.-close { margin: 0 0 1 0; }
    """
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 5
    help_key: ClassVar[str] = "help.sending"
    proceeds: ClassVar[bool] = True
    first_focus: ClassVar[str] = "#send, #away"

    def __init__(self, outgoing: Outgoing) -> None:
        super().__init__()
        self._outgoing = outgoing

    def title_text(self) -> str:
        """Return the procedure."""
        return self._outgoing.subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield what goes out, the fee, and the button or why it can't be pressed."""
        yield Line(self.t("send.lead"), classes="lead")
        if not self._can_send():
            state = self.kiosk.portal_words()[0]
            yield Line("! " + self.t("send.closed", state=state), classes="-attention space", id="closed")
        for label, value in self._rows():
            yield Fact(self.t(label), value)
        for name in self._outgoing.outdated:
            yield Line("! " + self.t("send.outdated", name=self.t.pick(name)), classes="-attention")
        close = " -close" if self._outgoing.outdated else ""
        yield Line(self._fee(), classes=f"paragraph quiet{close}", id="fee")
        yield Line(self.t("send.declaration"), classes="paragraph")
        can_send = self._can_send()
        yield Horizontal(
            ActionButton(
                self.t("send.button" if can_send else "send.away"), id="send" if can_send else "away", primary=True
            ),
            ActionButton(self.t("send.stop"), id="stop"),
            classes="actions",
        )
        if self._outgoing.changed:
            # In a row of its own: the three have no room side by side on 80 columns.
            yield Horizontal(ActionButton(self.t("send.changed"), id="files"), classes="actions")

    def _can_send(self) -> bool:
        return self.kiosk.portal_words()[1] in CAN_SEND

    def _rows(self) -> Iterable[tuple[str, str]]:
        out = self._outgoing
        yield "send.procedure", out.subject.words(self.t)
        yield "send.applicant", out.applicant
        if out.filer:
            yield "send.filer", out.filer
        yield "send.files", self._files()
        way = self.t(f"send.way.{method_of(out.method)}")
        doubts = (f"! {self.t(f'receipt.reason.{doubt}')}" for doubt in out.doubts)
        yield "send.receipt", "\n".join(part for part in (way, self.t.pick(out.office), *doubts) if part)
        yield "send.notices", out.notices

    def _files(self) -> str:
        names = [f"{shortened(file.name, FILE_CELLS)}  {file.about(self.t)}" for file in self._outgoing.files]
        if len(names) <= MOST_NAMES:
            return "\n".join(names)
        shown = names[: MOST_NAMES - 1]
        return "\n".join((*shown, self.t("send.more_files", count=len(names) - len(shown))))

    def _fee(self) -> str:
        fee = self._outgoing.fee
        if fee is None or not fee.highest:
            return self.t("payment.none")
        if fee.lowest == fee.highest:
            amount = self.t("fee.fixed", yen=f"{fee.highest:,}")
        else:
            amount = self.t("fee.range", lowest=f"{fee.lowest:,}", highest=f"{fee.highest:,}")
        parts = [self.t("send.fee", amount=amount), self.t(f"payment.{fee.payment}")]
        if fee.charge:
            parts.append(self.t("fee.charge", charge=fee.charge))
        return self.t.together(parts)

    def portal_changed(self) -> None:
        """Give the button free, or say why not."""
        self.run_worker(self.redraw(), exclusive=True)

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        """End with the button's id."""
        self.dismiss(event.button.id or "stop")

    def action_proceed(self) -> None:
        """F10: file it, or see what can be done instead."""
        self.dismiss("send" if self._can_send() else "away")
