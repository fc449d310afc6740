"""One photo: looked at, cut as often as the person likes, and asked about, until it is taken or another is wanted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError
from kiosk.screens.base import Nav
from kiosk.screens.message import MessageScreen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.checks import Attached
    from kiosk.attachments.limits import Limits
    from kiosk.attachments.photo_cut import Cut, CutPhoto, PhotoSource
    from kiosk.screens.subject import Subject


class PhotoDesk:
    """Where a photo is made ready.

    Args:
        app: the application.
        subject: what the application is about.
        limits: what the system takes.
        attached: what is there already without the photo.
        today: the day of filing in Japan.
    """

    def __init__(self, app: KioskApp, subject: Subject, limits: Limits, attached: Attached, today: date) -> None:
        self._app = app
        self._subject = subject
        self._limits = limits
        self._attached = attached
        self._today = today

    async def ready(self, path: Path) -> CutPhoto | None:
        """Return the photo made of the file at ``path``, or None where the person wants another one.

        Raises:
            AttachmentError: the file can't be used as a photo.
        """
        from kiosk.attachments.photo_cut import Cut, read_photo

        source = await self._app.do(
            "documents.title", lambda _report: read_photo(path, self._limits), "documents.checking"
        )
        photo = await self._cut(source, Cut())
        while True:
            answer = await self._look(photo)
            if answer == "cut":
                photo = await self._cut_anew(source, photo)
            elif answer != "use":
                return None
            else:
                age = await self._new_enough()
                if age is not None:
                    return photo if age else None

    async def _cut(self, source: PhotoSource, cut: Cut) -> CutPhoto:
        from kiosk.attachments.photo_cut import cut_photo

        return await self._app.do(
            "documents.title",
            lambda _report: cut_photo(source, self._limits, cut, self._attached),
            "photo.cutting",
        )

    async def _look(self, photo: CutPhoto) -> str:
        from kiosk.attachments.photo_rules import findings
        from kiosk.screens.photo_check import PhotoCheckScreen

        found = findings(photo, self._limits, self._today)
        answer = await self._app.ask(PhotoCheckScreen(self._subject, photo, found))
        return "another" if isinstance(answer, Nav) else answer

    async def _cut_anew(self, source: PhotoSource, photo: CutPhoto) -> CutPhoto:
        """Return the photo as the person cut it, or as it was where they went back or it can't be cut there."""
        from kiosk.screens.photo_crop import PhotoCropScreen

        cut = await self._app.ask(PhotoCropScreen(self._subject, photo, self._limits.photo))
        if isinstance(cut, Nav):
            return photo
        try:
            return await self._cut(source, cut)
        except AttachmentError as error:
            await self._app.problem(error, "choice.back")
            return photo

    async def _new_enough(self) -> bool | None:
        """Ask how old the photo is: True takes it, False asks for another, None goes back to it."""
        from kiosk.attachments.errors import PhotoTooOld
        from kiosk.attachments.photo_rules import oldest_day
        from kiosk.screens.photo_check import PhotoAgeScreen

        months = self._limits.photo.checks.months
        answer = await self._app.ask(PhotoAgeScreen(oldest_day(self._today, months), months))
        if answer == "new":
            return True
        if answer == "used":
            return await self._used_already()
        if answer == "old":
            chosen = await self._app.problem(PhotoTooOld(months=months), "choice.another_file", "choice.back")
            return False if chosen == "another_file" else None
        return None

    async def _used_already(self) -> bool | None:
        lines = ("photo.used.why",)
        choices = ("photo.used.another", "photo.used.anyhow")
        answer = await self._app.ask(
            MessageScreen("documents.title", "photo.used.lead", lines, choices, tone="attention")
        )
        return None if isinstance(answer, Nav) else answer == "anyhow"
