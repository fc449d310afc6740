"""The story of an outage: the portal goes away in mid-form, the application is signed all the same, and arrives later.

The portal's process really ends and really comes back; the kiosk's own sender delivers. Afterwards the commands of the
station are asked what is left here.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from kiosk.demo.errors import DemoStuckError
from kiosk.demo.inside import look_inside
from kiosk.demo.switch import PortalMode
from kiosk.demo.walk import LOOK_SECONDS, STUCK_SECONDS, Walker
from kiosk.screens.base import KioskScreen
from kiosk.widgets.choices import ChoiceList

if TYPE_CHECKING:
    from kiosk.demo.switch import Switch
    from kiosk.offline_queue.outbox_model import ItemSummary

GONE_AT_PAGE = 3
"""On which page of questions the portal goes away."""

_AGAIN_SECONDS = 0.5
"""Between two looks at an item that is on its way."""


class OutageWalker(Walker):
    """Walks from the welcome through the outage until the portal has received.

    What differs from the walk without an outage is what happens on the screens named here.
    """

    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        self._pages = 0
        self._paper = ""
        self._item = ""
        self._since = 0.0

    @property
    def _switch(self) -> Switch:
        return self._world.switch

    async def _turn(self, mode: PortalMode) -> None:
        """Bring the portal there, and wait until the banner says so."""
        kind = "open" if mode is PortalMode.OPEN else "unreachable"
        await asyncio.to_thread(self._switch.turn, mode)
        await self._until(lambda: self._app.portal_words()[1] == kind)

    def _tell(self, screen: KioskScreen[Any], *names: str) -> None:
        """Tell what stands on the screen."""
        for name in names:
            self._story.note(str(screen.query_one(f"#{name}").render()).strip())

    # --- the portal goes away ----------------------------------------------------------------------------------------

    async def _at_QuestionPage(self, screen: KioskScreen[Any]) -> None:
        self._pages += 1
        if self._pages == GONE_AT_PAGE:
            await self._until(self._can_seal)
            await self._turn(PortalMode.GONE)
            self._story.note(self._app.t("demo.walk.gone", words=self._app.portal_words()[0]))
        await super()._at_QuestionPage(screen)

    def _can_seal(self) -> bool:
        """Say whether the sender has learned the portal's key by now; where it has, nothing more is needed of it."""
        from kiosk.deferral import sealing_key
        from kiosk.portal.errors import NotSealable

        try:
            sealing_key(self._app.services)
        except NotSealable:
            return False
        return True

    async def _at_OutageScreen(self, screen: KioskScreen[Any]) -> None:
        self._tell(screen, "lead")
        await self._choose("sign")

    async def _at_SignReviewScreen(self, screen: KioskScreen[Any]) -> None:
        self._tell(screen, "valid")
        await self._press("f10")

    # --- signed ------------------------------------------------------------------------------------------------------

    async def _at_SlipScreen(self, screen: KioskScreen[Any]) -> None:
        if not self._paper:
            self._tell(screen, "lead", "number")
            await self._choose("save")
            return
        self._tell(screen, "saved-as")
        await self._choose("home")

    async def _at_PlaceScreen(self, screen: KioskScreen[Any]) -> None:
        rows = screen.query_one(ChoiceList)
        place = rows.choices[0].id
        await self._choose(place)
        if place == "here":
            await self._until(lambda: self._app.screen is not screen)
            self._paper = await self._until(self._saved)

    def _saved(self) -> str:
        """Return the name of the slip's file once it lies there whole."""
        papers = list(self._world.files.glob("signed-*.pdf"))
        return papers[0].name if len(papers) == 1 and papers[0].read_bytes().startswith(b"%PDF") else ""

    async def _at_HomeScreen(self, screen: object) -> None:
        if self._paper:
            await self._choose("applications")
        else:
            await super()._at_HomeScreen(screen)

    # --- and received ------------------------------------------------------------------------------------------------

    async def _at_ApplicationListScreen(self, screen: KioskScreen[Any]) -> None:
        rows = [choice for choice in screen.query_one(ChoiceList).choices if choice.id != "new"]
        self._require(len(rows) == 1)
        self._story.note(f"{rows[0].sign} {rows[0].label}: {rows[0].hint}".strip())
        if not self.number:
            await self._choose(rows[0].id)
            return
        self._require(rows[0].id.startswith("portal:") and self.number in rows[0].hint)
        self.finished = True

    async def _at_OutboxItemScreen(self, screen: KioskScreen[Any]) -> None:
        if not self._item:
            self._item = (await self._outbox())[0].id
            self._tell(screen, "lead")
            await self._turn(PortalMode.OPEN)
            self._since = asyncio.get_running_loop().time()
            self._story.note(self._app.t("demo.walk.back", words=self._app.portal_words()[0]))
        if screen.query("#number"):
            await self._received(screen)
            return
        self._require(asyncio.get_running_loop().time() - self._since < STUCK_SECONDS)
        await asyncio.sleep(_AGAIN_SECONDS)
        await self._choose("again")

    async def _outbox(self) -> tuple[ItemSummary, ...]:
        return await asyncio.to_thread(lambda: self._app.services.store.outbox.list())

    async def _received(self, screen: KioskScreen[Any]) -> None:
        self.number = (await self._outbox())[0].number
        self._tell(screen, "lead", "number")
        while self._going and not await asyncio.to_thread(self._mailed):
            await asyncio.sleep(LOOK_SECONDS)
        self._story.note(self._app.t("demo.walk.mailed"))
        await self._press("escape")

    def _mailed(self) -> bool:
        """Say whether the portal's mail with the number has come."""
        return any(self.number in str(mail["text"]) for mail in look_inside(self._app.services.settings.demo).mails)

    def _require(self, holds: bool, step: str = "") -> None:
        if not holds:
            raise DemoStuckError(step=step or self.step)

    # --- what is left ------------------------------------------------------------------------------------------------

    def outcome(self) -> Iterable[str]:
        """Yield what the station's commands say afterwards: one item, received; nothing damaged; no content left."""
        (item,) = self._left()
        yield f"kiosk queue list --json → {item['state']}"
        self._require(self._queue("verify").returncode == 0, "queue verify")
        yield "kiosk queue verify → 0"
        self._require(self._erased(), "queue export")
        yield self._app.t("demo.walk.erased")
        yield self._app.t("demo.walk.number", number=self.number)

    def _left(self) -> list[dict[str, Any]]:
        listed = self._queue("list", "--json")
        self._require(listed.returncode == 0, "queue list")
        items: list[dict[str, Any]] = json.loads(listed.stdout)
        self._require([(item["id"], item["state"]) for item in items] == [(self._item, "accepted")], "queue list")
        return items

    def _erased(self) -> bool:
        """Say whether nothing of the content is here: there is nothing to export, and no file lies in the store."""
        from kiosk.offline_queue.errors import ItemOver

        refused = self._queue("export", self._item, str(self._world.folder / "export"))
        files = self._world.folder / "store" / "files"
        return refused.stderr.startswith(ItemOver.code) and not [path for path in files.rglob("*") if path.is_file()]

    def _queue(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run ``kiosk queue`` as staff would."""
        command = [sys.executable, "-m", "kiosk", "queue", *words, "--settings", str(self._world.settings_file)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
