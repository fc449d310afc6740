"""The screen for cutting a photo at a real terminal, as a program of its own.

``python -m tests.terminal.photo_on_screen FILE`` writes every key that it takes for pressed into ``FILE``; after that
screen comes one that says how old a photo may be.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from textual import events

from kiosk.app import KioskApp
from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_crop import Raster
from kiosk.screens.photo_check import PhotoAgeScreen
from kiosk.screens.photo_crop import PhotoCropScreen
from kiosk.screens.subject import subject_of
from tests.attachments import photos
from tests.support.screens import journey_app


async def _cut_then_asked(app: KioskApp) -> None:
    small = photos.portrait((360, 480))
    photo = replace(photos.GOOD, raster=Raster(*small.size, small.tobytes()))
    await app.ask(PhotoCropScreen(subject_of("extension", "gijinkoku"), photo, load_limits("rasens").photo))
    await app.ask(PhotoAgeScreen(date(2026, 5, 24), 6))


def _noting(file: Path) -> None:
    handled = KioskApp.on_event
    noted: list[events.Key] = []

    async def noting(self: KioskApp, event: events.Event) -> None:
        # One that nobody wanted comes back to the app.
        if isinstance(event, events.Key) and not any(event is other for other in noted):
            noted.append(event)
            with file.open("a", encoding="utf-8") as keys:
                keys.write(f"{event.key}\n")
        await handled(self, event)

    setattr(KioskApp, handled.__name__, noting)


if __name__ == "__main__":
    _noting(Path(sys.argv[1]))
    journey_app(_cut_then_asked, "en").run()
