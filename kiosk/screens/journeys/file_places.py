"""Where files are looked for: from the list of places down into folders, and back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import AttachmentError
from kiosk.screens.base import Nav
from kiosk.screens.file_chooser import SHOWN, FileChooserScreen, Marks, Place, Seen

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.photo_crop import Raster
    from kiosk.attachments.sources import Entry
    from kiosk.screens.documents import DocumentItem
    from kiosk.screens.subject import Subject


class Places:
    """Remembers where the person looked last, and what they marked there.

    Args:
        app: the application.
        subject: what the application is about.
    """

    def __init__(self, app: KioskApp, subject: Subject) -> None:
        self._app = app
        self._subject = subject
        self._folder: Path | None = None
        self._paths: dict[str, Path] = {}
        self._known: tuple[Path, int, Seen] | None = None
        self._marks = Marks()
        self._marked_for = ""

    async def choose(self, item: DocumentItem, *, several: bool) -> tuple[Path, ...]:
        """Return the files that were chosen, in the order they were marked; none when the person goes back.

        The marks of a document stay until they are taken, or files for another one are looked for.
        """
        if self._marked_for != item.key or not several:
            self._marked_for = item.key if several else ""
            self._marks.ids.clear()
        while True:
            try:
                seen = await asyncio.to_thread(self._look)
            except AttachmentError as error:
                await self._retreat(error)
                if await self._app.problem(error) != "again":
                    return ()
                continue
            self._forget_gone(seen)
            screen = FileChooserScreen(
                self._subject, item, seen, several=several, look=self._look, marks=self._marks, peek=self._peek
            )
            answer = await self._app.ask(screen)
            if isinstance(answer, Nav):
                if self._folder is None or not await asyncio.to_thread(self._up):
                    return ()
            elif answer.action == "take":
                self._marks.ids.clear()
                return tuple(self._paths[chosen] for chosen in answer.ids if chosen in self._paths)
            elif answer.action == "open":
                self._folder = self._paths[answer.ids[0]]

    async def _retreat(self, error: AttachmentError) -> None:
        """Leave a folder that can't be listed: for the one above, or for the list of places where it is gone."""
        from kiosk.attachments.errors import FolderUnreadable

        if isinstance(error, FolderUnreadable):
            await asyncio.to_thread(self._up)
        else:
            self._folder = None

    def _forget_gone(self, seen: Seen) -> None:
        """Take the marks from files of this folder that are not there any more."""
        there = {place.place_id for place in seen.places}
        self._marks.ids[:] = [
            marked for marked in self._marks.ids if self._paths[marked].parent != self._folder or marked in there
        ]

    def _look(self) -> Seen:
        """Return what is there now. Called in threads; raises ``AttachmentError`` when the place is gone."""
        from kiosk.attachments.sources import roots, state_of

        starts = roots(self._app.services.settings.attachments)
        if self._folder is None and len(starts) == 1:
            self._folder = starts[0].path
        if self._folder is None:
            return Seen("", self._places(starts))
        folder, state = self._folder, state_of(self._folder)
        if state is not None and self._known is not None and self._known[:2] == (folder, state):
            return self._known[2]
        seen = self._listed(folder)
        self._known = None if state is None else (folder, state, seen)
        return seen

    def _listed(self, folder: Path) -> Seen:
        from kiosk.attachments.names import shown_name
        from kiosk.attachments.sources import listing

        found = listing(folder)
        where = shown_name(folder.name or str(folder))
        # Of very many files the newest are looked for: what was photographed or scanned just now.
        newest_first = len(found.entries) > SHOWN
        entries = sorted(found.entries, key=by_date) if newest_first else found.entries
        return Seen(where, self._places(entries), found.complete, newest_first)

    def _peek(self, place_id: str) -> Raster:
        """Draw a file small. Called in threads; raises ``AttachmentError``."""
        from kiosk.attachments.preview import preview

        return preview(self._paths[place_id])

    def _places(self, entries: Sequence[Entry]) -> tuple[Place, ...]:
        """Return entries as the screen shows them; each keeps its id as long as it is there."""
        made: list[Place] = []
        for entry in entries:
            place_id = str(entry.path)
            self._paths[place_id] = entry.path
            is_folder = entry.kind == "folder"
            made.append(Place(place_id, entry.shown, is_folder=is_folder, size=entry.size, modified=entry.modified))
        return tuple(made)

    def _up(self) -> bool:
        """Go to the folder above, or to the list of places; False when there is nothing above."""
        from kiosk.attachments.sources import parent, roots

        starts = roots(self._app.services.settings.attachments)
        self._marks.here = "" if self._folder is None else str(self._folder)
        at_start = self._folder is None or any(start.path == self._folder for start in starts)
        self._folder = None if at_start or self._folder is None else parent(self._folder, starts)
        return self._folder is not None or len(starts) > 1


def by_date(entry: Entry) -> tuple[bool, float]:
    """Return what entries are ordered by where there are very many: folders first, then the newest."""
    return entry.kind != "folder", 0.0 if entry.modified is None else -entry.modified.timestamp()
