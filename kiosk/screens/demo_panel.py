"""F9 in the demo: the card's secrets, the mails, the page behind the latest link, and the portal's switch."""

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
    from kiosk.demo.switch import PortalMode
    from kiosk.settings import DemoSettings

_PORTAL = "portal:"
"""Begins the choice of how the portal is to be."""

_SEEN_AS = {"open": "open", "maintenance": "maintenance", "gone": "unreachable"}
"""What the banner says of the portal once it is as it is to be."""


class DemoPanel(KioskScreen[str]):
    """What a person trying the program out needs beside it.

    Args:
        demo: where the holder's file, the mailbox and the portal's switch are.
    """

    # Close together, so that what can be chosen is in sight on 24 rows.
    CSS: ClassVar[str] = """
    DemoPanel .fact { margin: 0; }
    DemoPanel #choices { margin: 1 0; }
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
        from kiosk.demo.inside import PASSWORD, STAFF_CODE

        yield Fact(self.t("demo.staff_code"), STAFF_CODE, id="staff-code")
        if self.authentication_id:
            yield Fact(self.t("demo.authentication_id"), self.authentication_id, id="authentication-id")
            yield Fact(self.t("demo.password"), PASSWORD)
        yield from self._portal()
        if self._problem:
            yield Line("✗ " + self._problem, classes="-error space")
        yield ChoiceList(self._choices())
        yield from self._mails()

    def _portal(self) -> Iterable[Widget]:
        """Yield how the portal is now, and that it is not yet as it is to be."""
        if self._inside is None or self._inside.mode is None:
            return
        words, kind = self.kiosk.portal_words()
        yield Fact(self.t("demo.portal"), words, id="portal-state")
        if kind != _SEEN_AS[self._inside.mode]:
            yield Line(self.t("demo.portal.changing"), classes="quiet space", id="changing")

    def _mails(self) -> Iterable[Widget]:
        yield Line(self.t("demo.mails"), classes="label")
        mails = self._inside.mails if self._inside is not None else []
        for mail in reversed(mails):
            yield Line(f"─ {mail['subject']}", classes="label")
            yield Line(str(mail["text"]).strip(), classes="quiet space")
        if not mails:
            yield Line(self.t("demo.no_mail"), classes="quiet")

    def _choices(self) -> list[Choice]:
        choices = [Choice("back", self.t("demo.back")), Choice("again", self.t("demo.again"))]
        if self._inside is not None and self._inside.link:
            choices.append(Choice("password", self.t("demo.choose_password"), self.t("demo.choose_password.hint")))
        if self._inside is not None and self._inside.mode is not None:
            choices += self._switches(self._inside.mode)
        return choices

    def _switches(self, present: PortalMode) -> Iterable[Choice]:
        from kiosk.demo.switch import MAINTENANCE_MINUTES, PortalMode

        for mode in PortalMode:
            # Nobody tells the sender that a maintenance ended before its time.
            early = mode is PortalMode.OPEN and present is PortalMode.MAINTENANCE
            hint = self.t("demo.portal.open.hint", action=self.t("outbox.choice.send")) if early else ""
            if mode is not present:
                yield Choice(f"{_PORTAL}{mode}", self.t(f"demo.portal.{mode}", minutes=MAINTENANCE_MINUTES), hint)

    def key_hints(self) -> Iterable[KeyHint]:
        yield KeyHint("F5", self.t("files.refresh"), "screen.again")
        yield from super().key_hints()

    def on_mount(self) -> None:
        self.action_again()

    def portal_changed(self) -> None:
        """Say how the portal is now."""
        self.run_worker(self.redraw(), exclusive=True, group="portal")

    def action_again(self) -> None:
        """F5: look into the mailbox again."""
        self._look()

    @work(thread=True, exclusive=True)
    def _look(self, *, choose: bool = False, mode: str = "") -> None:
        """Look into the mailbox and, if asked, fill in the page of the latest link, or switch the portal."""
        from kiosk.demo.inside import choose_password, look_inside, switch_portal

        inside, issued, problem = self._inside, "", ""
        try:
            if mode:
                switch_portal(self._demo, mode)
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
            case choice if choice.startswith(_PORTAL):
                self._look(mode=choice.removeprefix(_PORTAL))
            case _:
                self.action_back()
