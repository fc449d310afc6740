"""One file for one document: checked, told about, dated, and kept with the draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

from kiosk.errors import AttachmentError, StoreError
from kiosk.screens import checklist
from kiosk.screens.base import Nav
from kiosk.screens.document_notices import NoticesScreen, OldPaperScreen, PaperDateScreen
from kiosk.screens.files_taken import Fate
from kiosk.screens.papers import Paper
from kiosk.screens.work import Report, Step

if TYPE_CHECKING:
    from kiosk.app import KioskApp
    from kiosk.attachments.checks import Attached, CheckedFile
    from kiosk.attachments.limits import Limits
    from kiosk.attachments.notices import Notice
    from kiosk.offline_queue.keys import Owner
    from kiosk.offline_queue.model import StoredAttachment
    from kiosk.screens.documents import DocumentItem, FileShown
    from kiosk.screens.drafting import Drafting
    from kiosk.screens.subject import Subject

T = TypeVar("T")
NOTHING: Mapping[str, str | int] = MappingProxyType({})
Standing = Literal["taken", "left_out", "waiting"]


async def stoppable(
    app: KioskApp, title_key: str, job: Callable[[], T], lead_key: str, params: Mapping[str, str | int] = NOTHING
) -> T:
    """Run ``job``, which uses the worker, behind a progress screen that Esc ends.

    Args:
        app: the application.
        title_key: message key of the title.
        job: called in a thread.
        lead_key: message key of what is said while it goes on.
        params: its parameters.

    Raises:
        CheckStopped: the person ended it.
        KioskError: what the job ended with.
    """
    from kiosk.attachments.errand import Errand

    errand = Errand()

    def run(report: Report) -> T:
        def told(done: int, total: int) -> None:
            report(Step(lead_key, min(1.0, done / total) if total else None, tuple(params.items())))

        errand.told = told
        told(0, 0)
        with errand:
            return job()

    return await app.do(title_key, run, "work.wait" if params else lead_key, errand.stop)


class PaperDesk:
    """Checks and keeps the files of one draft.

    Args:
        app: the application.
        drafting: the open draft.
        owner: whose it is.
        subject: what the application is about.
        limits: what the system takes.
    """

    def __init__(self, app: KioskApp, drafting: Drafting, owner: Owner, subject: Subject, limits: Limits) -> None:
        from kiosk.attachments.choosing import taken_in

        self._app = app
        self._drafting = drafting
        self._owner = owner
        self._subject = subject
        self._limits = taken_in(limits)

    # --- taking one --------------------------------------------------------------------------------------------------

    async def take_all(self, item: DocumentItem, paths: tuple[Path, ...], replaced: str = "") -> tuple[Fate, ...]:
        """Check the files at ``paths`` and keep them for ``item``, one after the other.

        One that can't be taken does not stop the others. What would stop them too (the disk is full), and the person,
        leave the rest waiting.

        Args:
            item: the line of the checklist.
            paths: the files.
            replaced: the store's id of the file that a single one takes the place of.

        Returns:
            What became of each.
        """
        from kiosk.attachments.names import shown_name

        fates: list[Fate] = []
        for number, path in enumerate(paths, 1):
            name, place = shown_name(path.name), f"{number}/{len(paths)}" if len(paths) > 1 else ""
            try:
                standing = await self._take(item, path, replaced, place)
                fates.append(Fate(name, standing))
            except AttachmentError as error:
                fates.append(Fate(name, "refused", error))
            except StoreError as error:
                fates.append(Fate(name, "waiting", error))
            if fates[-1].standing == "waiting":
                break
        return (*fates, *(Fate(shown_name(path.name), "waiting") for path in paths[len(fates) :]))

    async def _take(self, item: DocumentItem, path: Path, replaced: str, place: str) -> Standing:
        from kiosk.attachments.choosing import choose
        from kiosk.attachments.errors import CheckStopped
        from kiosk.attachments.names import shown_name

        attached = await asyncio.to_thread(self._beside, item, replaced)
        try:
            shown = {"name": shown_name(path.name), "place": f" ({place})" if place else ""}
            chosen = await self._work(lambda: choose(path, self._limits, attached), "documents.checking_one", shown)
            file = await self._accepted(chosen.file, attached, several=bool(place))
        except CheckStopped:
            return "waiting"
        if file is None:
            return "left_out"
        paper = Paper(file.pages, file.fingerprint, "", _lasting(file), chosen.was_picture)
        await asyncio.to_thread(self._keep, item, file, paper, replaced)
        return "taken"

    async def _accepted(self, file: CheckedFile, attached: Attached, *, several: bool) -> CheckedFile | None:
        """Tell what was noticed until the file is taken as it is then; None where it is not wanted.

        Raises:
            CheckStopped: the person went back while there are more files.
        """
        from kiosk.attachments.errors import CheckStopped
        from kiosk.attachments.names import shown_name

        while file.notices:
            name = shown_name(file.name)
            answer = await self._app.ask(NoticesScreen(self._subject, name, file.notices, several=several))
            if answer == "keep":
                return file
            if answer is Nav.BACK and several:
                raise CheckStopped()
            if answer != "black_out":
                return None
            file = await self._blacked_out(file, attached)
        return file

    async def _blacked_out(self, file: CheckedFile, attached: Attached) -> CheckedFile:
        from kiosk.attachments.checks import redacted

        return await self._work(lambda: redacted(file, self._limits, attached), "notices.blacking_out")

    async def _work(self, job: Callable[[], T], lead_key: str, params: Mapping[str, str | int] = NOTHING) -> T:
        return await stoppable(self._app, "documents.title", job, lead_key, params)

    def _beside(self, item: DocumentItem, replaced: str) -> Attached:
        """Return what is attached already and stays; a file of another document is named with it."""
        from kiosk.attachments.checks import Attached

        kept = [file for file in self._drafting.attachments() if file.id != replaced]
        known: dict[str, str] = {}
        for file in kept:
            looks = self._drafting.papers.of(file.id).looks
            known |= dict.fromkeys([file.sha256, *([looks] if looks else [])], self._named(file, item))
        documents = sum(not checklist.is_photo(file.slot) for file in kept)
        return Attached(documents, sum(file.size for file in kept), known)

    def _named(self, file: StoredAttachment, item: DocumentItem) -> str:
        from kiosk.attachments.names import shown_name

        if file.slot == item.key:
            return shown_name(file.name)
        (name,) = checklist.document_names([file.slot]).values()
        return f"{shown_name(file.name)} ({self._app.t.pick(name)})"

    def _keep(self, item: DocumentItem, file: CheckedFile, paper: Paper, replaced: str) -> None:
        """Keep it, and what is known of it, or neither; the new one is safe before the old one goes."""
        drafting, store = self._drafting, self._app.services.store
        before = drafting.papers
        stored = store.attach(self._owner, drafting.draft_id, item.key, file.name, file.media_type, file.content)
        papers = before.in_place_of(replaced, stored.id) if replaced else before
        try:
            drafting.keep_papers(papers.noted(stored.id, paper))
        except StoreError:
            drafting.papers = before
            with suppress(StoreError):
                store.detach(self._owner, drafting.draft_id, stored.id)
            raise
        if replaced:
            store.detach(self._owner, drafting.draft_id, replaced)

    # --- one that is there -------------------------------------------------------------------------------------------

    async def black_out(self, item: DocumentItem, file: FileShown) -> None:
        """Black out the Individual Number in a file that is kept; the file with the number is erased.

        Raises:
            AttachmentError, StoreError: it can't be done; the file is as it was.
        """
        from kiosk.attachments.checks import redacted
        from kiosk.attachments.errors import CheckStopped

        drafting = self._drafting
        attached = await asyncio.to_thread(self._beside, item, file.file_id)
        stored = next(known for known in await asyncio.to_thread(drafting.attachments) if known.id == file.file_id)

        def work() -> CheckedFile:
            content = self._app.services.store.read_attachment(self._owner, drafting.draft_id, stored.id)
            return redacted(_as_checked(stored, content, file), self._limits, attached)

        try:
            made = await self._work(work, "notices.blacking_out")
        except CheckStopped:
            return
        known = drafting.papers.of(file.file_id)
        paper = replace(known, pages=made.pages, looks=made.fingerprint, notices=_lasting(made))
        await asyncio.to_thread(self._keep, item, made, paper, file.file_id)

    async def date(self, item: DocumentItem, file_ids: tuple[str, ...]) -> None:
        """Ask which day stands on the files of a document that may only be so old, and say what follows from it.

        Raises:
            StoreError: the day can't be kept.
        """
        months = checklist.months(item.key, self._drafting.context.today)
        papers = self._drafting.papers
        if months is None or not file_ids:
            return
        typed, today = papers.of(file_ids[0]).issued, self._drafting.context.today
        while True:
            screen = PaperDateScreen(self._subject, item.name, months, today, typed, count=len(file_ids))
            day = await self._app.ask(screen)
            if isinstance(day, Nav):
                return
            if day is None or await self._good(item, day, months):
                break
            typed = day.isoformat()
        for file_id in file_ids:
            papers = papers.noted(file_id, replace(papers.of(file_id), issued="" if day is None else day.isoformat()))
        await asyncio.to_thread(self._drafting.keep_papers, papers)

    async def _good(self, item: DocumentItem, day: date, months: int) -> bool:
        """Say a paper that is too old; True where it is kept all the same, or is good."""
        from kiosk.attachments.notices import age_notice

        notice = age_notice(day, self._drafting.context.today, months)
        if notice is None:
            return True
        answer = await self._app.ask(OldPaperScreen(self._subject, self._app.t.pick(item.name), (notice,)))
        return answer == "keep"


def _lasting(file: CheckedFile) -> tuple[Notice, ...]:
    """Return the notices that stay true of the file: what it is like another may change."""
    return tuple(notice for notice in file.notices if notice.key != "notice.duplicate")


def _as_checked(stored: StoredAttachment, content: bytes, shown: FileShown) -> CheckedFile:
    from kiosk.attachments.checks import CheckedFile

    return CheckedFile(stored.name, stored.media_type, stored.size, stored.sha256, shown.pages, content, shown.notices)
