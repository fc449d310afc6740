"""May this be filed online, until when, what is needed, what it costs: said before anything is entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.filing.deadlines import Ending, Window
from kiosk.filing.documents import Needed
from kiosk.filing.eligibility import Decision
from kiosk.filing.fees import Fee
from kiosk.filing.filing_days import FilingDays
from kiosk.filing.receipt import Receipt
from kiosk.filing.requirements import Requirement
from kiosk.filing.words import because
from kiosk.forms.summary import display_date
from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

GO_ON = "continue"

_SIGNS = {"yes": ("✓ ", "-done"), "ask": ("! ", "-attention"), "no": ("✗ ", "-error")}
_WINDOW_TONES = {
    "too_early": ("! ", "-attention"),
    "open": ("✓ ", "-done"),
    "urgent": ("! ", "-attention"),
    "expired": ("✗ ", "-error"),
}
_DAYS = ("latest", "special_until", "counter_until", "without_status_until", "usable_until", "return_by", "card_until")
"""The days told where there is no window, the one that counts first."""


class EligibilityScreen(KioskScreen[str]):
    """The decision, its reasons with their source, and the days; ends with ``GO_ON`` or ``back``.

    Args:
        decision: what the rules say.
        window: when an extension may be filed; None where that is not known, and for other procedures.
        days: the days of another procedure.
        opens: the next day on which the office is open, for who has to ask there.
        endings: what ends before or with the stay and has to be seen to elsewhere.
    """

    title_key: ClassVar[str] = "eligibility.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    help_key: ClassVar[str] = "help.answers"

    def __init__(
        self,
        decision: Decision,
        window: Window | None,
        days: FilingDays | None = None,
        opens: date | None = None,
        endings: Sequence[Ending] = (),
    ) -> None:
        super().__init__()
        self._decision = decision
        self._window = window
        self._days_known = days
        self._opens = opens
        self._endings = endings

    def body(self) -> Iterable[Widget]:
        """Yield the answer, the days, the reasons, and what can be done."""
        sign, tone = _SIGNS[self._decision.allowed]
        yield Line(sign + self.t(f"eligibility.lead.{self._decision.allowed}"), classes=f"lead {tone}", id="lead")
        if not self._decision.built:
            yield Line("! " + self.t("eligibility.coming"), classes="-attention space")
        if self._window is not None:
            yield from self._days(self._window)
        elif self._days_known is not None:
            yield from self._other_days(self._days_known)
        for reason in self._decision.reasons:
            # That it is allowed stands on top already; then only the source is of use.
            if self._decision.allowed != "yes":
                yield Line(self.t(f"eligibility.{reason.key}"))
            yield Line(self.t("eligibility.source", source=shown_source(reason.source)), classes="quiet space")
        if self._opens is not None and self._decision.allowed != "yes":
            yield Line(self.t("eligibility.counter", date=self._day(self._opens)), classes="paragraph", id="counter")
        yield ChoiceList(self._choices())
        for ending in self._endings:
            text = self.t(f"ending.{ending.key}", date=self._day(ending.last_day))
            yield Line(
                f"! {text}" if ending.soon else text, classes="-attention space" if ending.soon else "quiet space"
            )

    def _other_days(self, days: FilingDays) -> Iterable[Widget]:
        told = [(key, day) for key in _DAYS if (day := getattr(days, key)) is not None]
        for key, day in told:
            yield Line(self.t(f"days.{key}", date=self._day(day)), classes="label" if key == told[0][0] else "quiet")
        if told:
            yield Line("", classes="quiet")

    def _days(self, window: Window) -> Iterable[Widget]:
        sign, tone = _WINDOW_TONES[window.state]
        words = {"earliest": self._day(window.earliest), "latest": self._day(window.latest)}
        yield Line(sign + self.t(f"window.{window.state}", **words), classes=f"{tone} label", id="window")
        if window.state in {"open", "urgent"}:
            yield Line(self.t.plural("eligibility.days_left", window.days_left), classes="quiet")
        if window.special_until is not None and window.state != "expired":
            yield Line(self.t("window.special", until=self._day(window.special_until)), classes="quiet")
        yield Line("", classes="quiet")

    def _day(self, day: date) -> str:
        return display_date(day.isoformat(), self.t)

    def _choices(self) -> list[Choice]:
        back = Choice("back", self.t("eligibility.other"))
        if self._decision.refused or not self._decision.built:
            return [back]
        if self._decision.allowed == "ask":
            return [back, Choice(GO_ON, self.t("eligibility.asked"), self.t("eligibility.asked.hint"))]
        early = self._window is not None and self._window.state == "too_early"
        hint = self.t("eligibility.prepare") if early else ""
        return [Choice(GO_ON, self.t("choice.continue"), hint), back]

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)


def shown_source(source: str) -> str:
    """Return where a rule is written, without the remark for staff that stands behind it in brackets."""
    return source.partition(" (")[0]


@dataclass(frozen=True, slots=True)
class Needs:
    """What one application needs.

    Attributes:
        sheets: titles of the sheets that somebody else fills, by language (question 5 of the guide).
        documents: the checklist.
        fee: what it costs; None where no amount is known.
        questions: how many questions there are at least.
        requirements: what the status asks beyond papers.
        receipts: the ways to receive the result.
        letters: who can be asked by letter for sheets and papers (the last part of ``needs.letter.<who>``).
    """

    sheets: tuple[dict[str, str], ...]
    documents: Sequence[Needed]
    fee: Fee | None
    questions: int
    requirements: tuple[Requirement, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    letters: tuple[str, ...] = ()


class NeedsScreen(KioskScreen[str]):
    """What to have ready; ends with ``GO_ON``, ``letter:<who>`` or ``back``."""

    # The list of choices has the focus, and would keep these keys to itself.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
    ]
    title_key: ClassVar[str] = "needs.title"
    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 2
    help_key: ClassVar[str] = "help.answers"

    def __init__(self, needs: Needs) -> None:
        super().__init__()
        self._needs = needs

    def body(self) -> Iterable[Widget]:
        """Yield sheets of others, documents, the fee, and what can be done."""
        yield Line(self.t("needs.lead"), classes="lead")
        yield Line(self.t("needs.questions", count=self._needs.questions), classes="quiet")
        yield Line(self.t("needs.read_on"), classes="quiet space")
        letters = [Choice(f"letter:{who}", self.t(f"needs.letter.{who}")) for who in self._needs.letters]
        yield ChoiceList([Choice(GO_ON, self.t("needs.start")), *letters, Choice("back", self.t("choice.back"))])
        yield from self._asked_beyond()
        if self._needs.sheets:
            yield Line("! " + self.t("needs.sheets"), classes="-attention label", id="sheets")
            for title in self._needs.sheets:
                yield Line(f"· {self.t.pick(title)}")
            yield Line(self.t("needs.sheets.how"), classes="quiet space")
        yield from self._fee()
        yield Line(self.t("needs.documents"), classes="label")
        for needed in self._needs.documents:
            yield Line(f"· {self.t.pick(needed.document.name)}")
            yield from (Line(words, classes="quiet indented") for words in self._remarks(needed) if words)
        yield Line("", classes="quiet")
        yield from self._receipts()

    def _asked_beyond(self) -> Iterable[Widget]:
        if not self._needs.requirements:
            return
        yield Line(self.t("needs.requirements"), classes="label")
        for item in self._needs.requirements:
            yield Line(f"· {self.t.pick(item.text)}")
            if item.state in {"met", "not_met", "old_rules"}:
                yield Line(self.t(f"needs.requirement.{item.state}"), classes="quiet indented")
        yield Line("", classes="quiet")

    def _receipts(self) -> Iterable[Widget]:
        if not self._needs.receipts:
            return
        yield Line(self.t("needs.receipt"), classes="label")
        for item in self._needs.receipts:
            yield Line(f"· {self.t(f'receipt.{item.method}')}")
            for doubt in item.doubts:
                yield Line(self.t(f"receipt.reason.{doubt}"), classes="quiet indented")

    def _remarks(self, needed: Needed) -> tuple[str, str]:
        """Return when it is needed, where that is not always, and what it is like."""
        document = needed.document
        when = [self.t(f"need.{needed.need}")] if needed.need != "required" else []
        when += [because(needed, self.t)] if needed.why else []
        what = [self.t.pick(document.hint)]
        what += [self.t("request.months", months=needed.months)] if needed.months is not None else []
        return " · ".join(when), "  ".join(part for part in what if part)

    def _fee(self) -> Iterable[Widget]:
        fee = self._needs.fee
        if fee is None:
            return
        yield Line(self.t("needs.fee"), classes="label")
        if fee.highest:
            yield Line(self._amount(fee), id="fee")
            if fee.highest_charge:
                yield Line(self.t("fee.charge", charge=f"{fee.highest_charge:,}"), classes="quiet")
        yield Line(self.t(f"payment.{fee.payment}"), classes="quiet space")

    def _amount(self, fee: Fee) -> str:
        if fee.lowest == fee.highest:
            return self.t("fee.fixed", yen=f"{fee.lowest:,}")
        return self.t("fee.range", lowest=f"{fee.lowest:,}", highest=f"{fee.highest:,}")

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
