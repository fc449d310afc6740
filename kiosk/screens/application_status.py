"""One application at the portal: where it stands, the result, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from kiosk.clock import JAPAN
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.portal.contract import Application, Decision, StateChange

PATH = ("submitted", "examining", "decided", "mail_in", "dispatched", "received")
"""The states an application passes when all goes well."""

OPEN = ("submitted", "examining", "documents_requested")
"""The states in which it can still be withdrawn."""

_TONES = {"documents_requested": "attention", "decided": "attention", "mail_in": "attention", "refused": "error"}


class ApplicationStatusScreen(KioskScreen[str]):
    """The state of one application; ends with ``documents``, ``mail_in``, ``copy``, ``withdraw``, ``edit`` or
    ``again``.

    Args:
        application: as the portal holds it.
        title: procedure and status of residence in words.
        document_titles: words of the documents that may have been asked for, by key.
    """

    title_key: ClassVar[str] = "status.title"
    help_key: ClassVar[str] = "help.after"

    def __init__(self, application: Application, title: str, document_titles: dict[str, str]) -> None:
        super().__init__()
        self._application = application
        self._title = title
        self._document_titles = document_titles

    def body(self) -> Iterable[Widget]:
        state = self._application.state.value
        yield Line(self.t(f"status.{state}"), classes=f"lead -{_TONES.get(state, 'plain')}", id="lead")
        yield Line(self._title, classes="quiet")
        number = self._application.reception_number
        if number:
            yield Line(self.t("status.number", number=number), classes="label space", id="number")
        yield from self._requested()
        if self._application.decision is not None:
            yield from self._decision(self._application.decision)
        yield ChoiceList(self._choices())
        yield from self._path()

    def _requested(self) -> Iterable[Widget]:
        for key in self._application.requested_documents:
            yield Line("! " + self._document_titles.get(key, key), classes="-attention")
        if self._application.requested_documents:
            yield Line(self.t("status.requested_how"), classes="paragraph")

    def _decision(self, decision: Decision) -> Iterable[Widget]:
        if decision.outcome == "granted":
            yield Line("✓ " + self.t("status.granted", period=decision.period_of_stay), classes="-done", id="result")
            if decision.new_expiry is not None:
                yield Line(self.t("status.new_expiry", date=decision.new_expiry.isoformat()), classes="space")
        else:
            yield Line("✗ " + self.t("status.not_granted"), classes="-error", id="result")
            yield Line(self.t("status.not_granted_next"), classes="paragraph")
        if decision.reason:
            yield Line(decision.reason, classes="space")

    def _choices(self) -> list[Choice]:
        state = self._application.state.value
        keys: list[str] = []
        if state in {"draft", "attached"}:
            keys.append("edit")
        if state == "documents_requested":
            keys.append("documents")
        if self._application.mail_in is not None:
            keys.append("mail_in")
        keys.append("again")
        if state not in {"draft", "attached"}:
            keys.append("copy")
        if state in OPEN:
            keys.append("withdraw")
        return [Choice(key, self.t(f"status.choice.{key}")) for key in keys]

    def _path(self) -> Iterable[Widget]:
        yield Line(self.t("status.path"), classes="label")
        for change in self._passed():
            when = f"{change.at.astimezone(JAPAN):%Y-%m-%d %H:%M}"
            yield Line(f"✓ {self.t(f'state.{change.state.value}')}   {when}")
        for state in self._to_come():
            yield Line(f"○ {self.t(f'state.{state}')}", classes="quiet")

    def _passed(self) -> list[StateChange]:
        return [change for change in self._application.history if change.state.value not in {"draft", "attached"}]

    def _to_come(self) -> tuple[str, ...]:
        if self._application.state.value in {"withdrawn", "refused"}:
            return ()
        reached = {change.state.value for change in self._passed()}
        furthest = max((n for n, state in enumerate(PATH) if state in reached), default=-1)
        return PATH[furthest + 1 :]

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        self.dismiss(event.choice_id)
