"""F9 in the demo: the invented card's secrets, the mails that arrived, and the page behind the latest link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.errors import KioskError
from kiosk.screens.base import KioskScreen
from kiosk.widgets.bars import KeyHint
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.text import Fact, Line

if TYPE_CHECKING:
    from kiosk.demo.inside import InsideView
    from kiosk.settings import DemoSettings


class DemoPanel(KioskScreen[str]):
    """What a person trying the program out needs beside it.

    Args:
        demo: where the holder's file and the mailbox are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]

    title_key: ClassVar[str] = "demo.title"
    authentication_id: ClassVar[str] = ""
    """What the page of the mail showed, kept for this process so that it need not be written down."""

    def __init__(self, demo: DemoSettings) -> None:
        super().__init__()
        self._demo = demo
        self._inside: InsideView | None = None
        self._problem = ""

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("demo.lead"), classes="lead")
        inside = self._inside
        if inside is not None:
            yield Fact(self.t("demo.authentication"), inside.authentication_secret)
            yield Fact(self.t("demo.signing"), inside.signing_secret)
        if self.authentication_id:
            from kiosk.demo.inside import PASSWORD

            yield Fact(self.t("demo.authentication_id"), self.authentication_id, id="authentication-id")
            yield Fact(self.t("demo.password"), PASSWORD)
        if self._problem:
            yield Line("✗ " + self._problem, classes="-error space")
        yield ChoiceList(self._choices())
        yield Line(self.t("demo.mails"), classes="label")
        mails = inside.mails if inside is not None else []
        for mail in reversed(mails):
            yield Line(f"─ {mail['subject']}", classes="label")
            yield Line(str(mail["text"]).strip(), classes="quiet space")
        if not mails:
            yield Line(self.t("demo.no_mail"), classes="quiet")

    def _choices(self) -> list[Choice]:
        choices = [Choice("back", self.t("demo.back")), Choice("again", self.t("demo.again"))]
        if self._inside is not None and self._inside.link:
            choices.append(Choice("password", self.t("demo.choose_password"), self.t("demo.choose_password.hint")))
        return choices

    def key_hints(self) -> Iterable[KeyHint]:
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def on_mount(self) -> None:
        self.action_again()

    def action_again(self) -> None:
        """F5: look into the mailbox again."""
        self._look(choose=False)

    @work(thread=True, exclusive=True)
    def _look(self, *, choose: bool) -> None:
        """Look into the mailbox and, if asked, fill in the page of the latest link."""
        from kiosk.demo.inside import choose_password, look_inside

        inside, issued, problem = self._inside, "", ""
        try:
            inside = look_inside(self._demo)
            issued = choose_password(inside.link) if choose else ""
        except KioskError as error:
            problem = self.t(f"error.{error.key}", **error.params)
        self.app.call_from_thread(self._show, inside, issued, problem)

    async def _show(self, inside: InsideView | None, issued: str, problem: str) -> None:
        self._inside, self._problem = inside, problem
        if issued:
            DemoPanel.authentication_id = issued
        if self.is_attached:
            await self.redraw()

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        match event.choice_id:
            case "again":
                self.action_again()
            case "password":
                self._look(choose=True)
            case _:
                self.action_back()
