"""No screen freezes while a large or hostile file is looked at: the program's own pulse goes on."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Any

import pytest
from textual.pilot import Pilot

from kiosk.screens.document_notices import NoticesScreen
from kiosk.screens.documents import DocumentsScreen
from kiosk.screens.file_chooser import FileChooserScreen
from kiosk.screens.journeys.documents import documents
from kiosk.screens.message import ProblemScreen
from kiosk.screens.work import WorkScreen
from kiosk.widgets.choices import ChoiceList
from tests.attachments import binder_papers, make
from tests.support.journeys import Station, pick
from tests.support.screens import until

BEAT = 0.01
FREEZE = 0.1
"""Longer than this a person would notice."""

ENDS = NoticesScreen | DocumentsScreen | ProblemScreen


class Pulse:
    """Measures how late the event loop comes to what it has to do at a moment."""

    def __init__(self) -> None:
        self.late = list[float]()
        self._task = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            self.late.append(time.monotonic() - before - BEAT)

    def taken(self) -> list[float]:
        """Return what was measured since the last call."""
        taken, self.late = self.late, []
        return taken

    def stop(self) -> None:
        self._task.cancel()


def hostile(kind: str) -> bytes:
    """Return a file that is hard on who looks at it."""
    if kind == "bomb":
        return make.bomb()
    if kind == "large":
        return make.sized(60_000_000)
    if kind == "looping":
        return make.looping()
    return binder_papers.encoded(binder_papers.noisy((5_000, 6_000)), "JPEG", quality=95)


@pytest.mark.parametrize("kind", ["bomb", "large", "looping", "photo of 30 million pixels"])
async def test_the_pulse_goes_on(station: Station, kind: str) -> None:
    station.put("file.pdf", hostile(kind))
    draft_id = station.drafted(files=False)
    app = station.app(lambda app: documents(app, station.drafting(draft_id)))
    async with app.run_test() as pilot:
        await until(pilot, DocumentsScreen)
        await pick(pilot, "organisation_sheets")
        await until(pilot, FileChooserScreen)
        pulse = Pulse()
        await asyncio.sleep(1.0)
        quiet = pulse.taken()
        await pick(pilot, pilot.app.screen.query_one(ChoiceList).choices[0].id)
        shown = await worked(pilot)
        busy = pulse.taken()
        pulse.stop()
    assert shown, "the file was looked at behind a screen of its own"
    # On a loaded machine every program is late now and then: that must not be worse because of the file. Opening a
    # screen costs some of it too, so single beats may be late, but never for long.
    assert statistics.quantiles(busy, n=20)[-1] < max(FREEZE, 3 * max(quiet))
    assert max(busy) < max(3 * FREEZE, 5 * max(quiet))


async def worked(pilot: Pilot[Any]) -> bool:
    """Wait until the file has been looked at; says whether the work was seen going on."""
    seen = False
    for _ in range(6_000):
        await asyncio.sleep(BEAT)
        seen = seen or isinstance(pilot.app.screen, WorkScreen)
        if seen and isinstance(pilot.app.screen, ENDS):
            return True
    return False
