"""F9 in the demo: the invented card's secrets and the mails that arrived."""

from __future__ import annotations

import re
import webbrowser
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Line

if TYPE_CHECKING:
    from kiosk.demo.inside import InsideView
    from kiosk.settings import DemoSettings

_LINK = re.compile(r"https?://\S+")


class DemoPanel(KioskScreen[str]):
    """What a person trying the program out needs beside it.

    Args:
        demo: where the holder's file and the mailbox are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "back", show=False, priority=True),
        Binding("f5", "again", show=False),
    ]

    title_key: ClassVar[str] = "demo.title"

    def __init__(self, demo: DemoSettings) -> None:
        super().__init__()
        self._demo = demo
        self._secrets: tuple[str, str] = ("", "")
        self._mails: list[dict[str, Any]] | None = None

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("demo.lead"), classes="lead")
        yield Line(self.t("demo.authentication", secret=self._secrets[0]), id="authentication")
        yield Line(self.t("demo.signing", secret=self._secrets[1]), id="signing", classes="space")
        yield Line(self.t("demo.mails"), classes="label")
        for mail in reversed(self._mails or []):
            yield Line(str(mail["subject"]), classes="label")
            yield Line(str(mail["text"]), classes="space")
        if not self._mails:
            yield Line(self.t("demo.no_mail"), classes="quiet space")
        yield ChoiceList(self._choices())

    def _choices(self) -> list[Choice]:
        choices = [Choice("again", self.t("demo.again")), Choice("back", self.t("choice.back"))]
        if self._latest_link():
            choices.insert(0, Choice("open", self.t("demo.open")))
        return choices

    def on_mount(self) -> None:
        self.action_again()

    def action_again(self) -> None:
        """F5: look into the mailbox again."""
        self.run_worker(self._look, thread=True, exclusive=True, exit_on_error=False)

    def _look(self) -> InsideView:
        from kiosk.demo.inside import look_inside

        return look_inside(self._demo)

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.SUCCESS and event.worker.result is not None:
            inside = cast("InsideView", event.worker.result)
            self._secrets = (inside.authentication_secret, inside.signing_secret)
            self._mails = inside.mails
            await self.redraw()

    def _latest_link(self) -> str:
        for mail in reversed(self._mails or []):
            found = _LINK.search(str(mail["text"]))
            if found:
                return found.group()
        return ""

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        match event.choice_id:
            case "again":
                self.action_again()
            case "open":
                webbrowser.open(self._latest_link())
            case _:
                self.action_back()
