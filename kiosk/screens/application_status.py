"""One application at the portal: where it stands, the result, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.clock import japan_date
from kiosk.filing.catalogue import gives_card
from kiosk.filing.filing_days import certificate_usable_until
from kiosk.filing.receipt import method_of
from kiosk.screens.base import KioskScreen
from kiosk.screens.documents import size_text
from kiosk.screens.message import SIGNS
from kiosk.screens.moments import day_words, moment_words
from kiosk.screens.subject import PRINCIPAL, Names, Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.rows import MarkedRow
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import Application, Decision, StateChange

PATH = ("submitted", "examining", "decided", "mail_in", "dispatched", "received")
"""The states an application passes when all goes well."""

_SPARED = {"counter": ("dispatched",), "email": ("mail_in",)}
"""States that do not come, by the way of receipt: at the counter nothing is posted, by e-mail nothing is sent in."""

OPEN = ("submitted", "examining", "documents_requested")
"""The states in which it can still be withdrawn."""

DRAFTS = ("draft", "attached")
"""The states before filing."""

_TONES = {
    "documents_requested": "attention",
    "decided": "attention",
    "mail_in": "attention",
    "received": "done",
    "refused": "error",
}


@dataclass(frozen=True, slots=True)
class RestShown:
    """Documents that did not fit: the store's id, which part of how many is next (from 1), bytes, the last day here."""

    draft_id: str
    part: int
    parts: int
    size: int
    until: date


class ApplicationStatusScreen(KioskScreen[str]):
    """The state of one application; ends with ``documents``, ``mail_in``, ``copy``, ``withdraw``, ``edit``,
    ``again``, ``rest:<id>`` or ``save_rest:<id>``.

    Args:
        application: as the portal holds it.
        subject: what it is about.
        document_names: names of the documents that may have been asked for, by key and language.
        period: the period granted by language; empty where nothing was granted.
        rests: what did not fit and follows later.
    """

    CSS: ClassVar[str] = """
    ApplicationStatusScreen #how { margin: 1 0; }
    """
    title_key: ClassVar[str] = "status.title"
    help_key: ClassVar[str] = "help.after"

    def __init__(
        self,
        application: Application,
        subject: Subject,
        document_names: Mapping[str, Names],
        period: Names,
        rests: Sequence[RestShown] = (),
    ) -> None:
        super().__init__()
        self._application = application
        self._subject = subject
        self._document_names = document_names
        self._period = period
        self._rests = tuple(rests)
        receipt = application.content.receipt
        self._method = method_of("" if receipt is None else receipt.method)
        self._gives_card = gives_card(application.content.procedure)

    def body(self) -> Iterable[Widget]:
        """Yield the state, what is asked for or decided, what can be done, and the way so far."""
        state = self._application.state.value
        tone = _TONES.get(state, "plain")
        yield Line(SIGNS[tone] + self.t(f"status.{self._lead()}"), classes=f"lead -{tone}", id="lead")
        yield Line(self._subject.words(self.t), classes="quiet")
        if number := self._application.reception_number:
            yield Line(self.t("status.number", number=number), classes="label space", id="number")
        yield from self._requested()
        yield from self._note()
        for rest in self._rests:
            yield Line(self._rest_words("status.rest", rest), classes="space rest")
        if self._application.decision is not None:
            yield from self._decision(self._application.decision)
        yield ChoiceList(self._choices())
        yield from self._path()

    def _lead(self) -> str:
        """Return the message of the state: at the counter things are brought; a certificate is no card."""
        state = self._application.state.value
        if state == "mail_in" and self._method == "counter":
            return "bring_in"
        if state == "dispatched" and not self._gives_card:
            return "emailed_certificate" if self._method == "email" else "dispatched_certificate"
        return state

    def _requested(self) -> Iterable[Widget]:
        if self._application.state.value != "documents_requested":
            return
        for name in self._document_names.values():
            yield MarkedRow("!", self.t.pick(name), classes="-attention")
        how = "status.requested_how_rest" if self._rests else "status.requested_how"
        yield Line(self.t(how), id="how")

    def _note(self) -> Iterable[Widget]:
        """Yield what the bureau wrote with its request."""
        history = self._application.history
        if self._application.state.value == "documents_requested" and history and history[-1].note:
            yield Line(self.t("status.note"), classes="label")
            yield Line(history[-1].note, classes="space", id="note")

    def _decision(self, decision: Decision) -> Iterable[Widget]:
        if decision.outcome == "granted":
            granted = "status.granted" if self._gives_card else "status.granted_certificate"
            yield Line("✓ " + self.t(granted, period=self._period_words()), classes="-done", id="result")
            yield from self._usable(decision)
            if decision.new_expiry is not None:
                date = day_words(decision.new_expiry, self.t)
                yield Line(self.t("status.new_expiry", date=date), classes="space", id="expiry")
        else:
            yield Line(self.t("status.not_granted_next"), classes="paragraph")
        if decision.reason:
            yield Line(self.t("status.reason"), classes="label")
            yield Line(decision.reason, classes="space", id="reason")

    def _usable(self, decision: Decision) -> Iterable[Widget]:
        """Yield until when one may enter Japan with a certificate of eligibility."""
        procedure, issued = self._application.content.procedure, japan_date(decision.decided_at)
        until = certificate_usable_until(issued) if procedure == "certificate_of_eligibility" else None
        if until is not None:
            yield Line(self.t("days.usable_until", date=day_words(until, self.t)), classes="paragraph", id="usable")

    def _period_words(self) -> str:
        official, own = self._period.get(PRINCIPAL, ""), self.t.pick(self._period)
        return own if own == official else f"{own} ({official})"

    def _rest_words(self, key: str, rest: RestShown) -> str:
        until = day_words(rest.until, self.t)
        return self.t(key, part=rest.part, parts=rest.parts, size=size_text(rest.size), until=until)

    def _rest_choices(self) -> Iterable[Choice]:
        """Yield what can be done with what did not fit: to be sent as soon as the bureau asks, saved at any time."""
        asked = self._application.state.value == "documents_requested"
        for rest in self._rests if asked else ():
            hint = self.t("status.choice.rest.hint")
            yield Choice(f"rest:{rest.draft_id}", self._rest_words("status.choice.rest", rest), hint)

    def _choices(self) -> list[Choice]:
        state = self._application.state.value
        keys: list[str] = []
        if state in DRAFTS:
            keys.append("edit")
        if state == "documents_requested":
            keys.append("documents")
        if self._application.mail_in is not None:
            keys.append("mail_in")
        keys.append("again")
        if state not in DRAFTS:
            keys.append("copy")
        if state in OPEN:
            keys.append("withdraw")
        named = [Choice(key, self.t(self._choice_key(key))) for key in keys]
        saved = [
            Choice(f"save_rest:{rest.draft_id}", self._rest_words("status.choice.save_rest", rest))
            for rest in self._rests
        ]
        return [*self._rest_choices(), *named, *saved]

    def _choice_key(self, key: str) -> str:
        return "status.choice.other_documents" if key == "documents" and self._rests else f"status.choice.{key}"

    def _path(self) -> Iterable[Widget]:
        yield Line(self.t("status.path"), classes="label")
        for change in self._passed():
            when = moment_words(change.at, self.t)
            yield Line(f"✓ {self._state_words(change.state.value)}   {when}")
        for state in self._to_come():
            yield Line(f"○ {self._state_words(state)}", classes="quiet")

    def _state_words(self, state: str) -> str:
        if state == "mail_in" and self._method == "counter":
            return self.t("state.bring_in")
        return self.t(
            "state.dispatched_certificate" if state == "dispatched" and not self._gives_card else f"state.{state}"
        )

    def _passed(self) -> list[StateChange]:
        return [change for change in self._application.history if change.state.value not in DRAFTS]

    def _to_come(self) -> tuple[str, ...]:
        if self._application.state.value in {"withdrawn", "refused"}:
            return ()
        reached = {change.state.value for change in self._passed()}
        path = [state for state in PATH if state not in _SPARED.get(self._method, ())]
        furthest = max((n for n, state in enumerate(path) if state in reached), default=-1)
        return tuple(path[furthest + 1 :])

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)
