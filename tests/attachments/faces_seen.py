"""What the real detector says of drawn people, where the face check is installed: prints one JSON object.

Every picture goes the whole way, through the worker process: ``python -m tests.attachments.faces_seen``.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date

from PIL import Image

from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_crop import Box
from kiosk.attachments.photo_cut import Cut, PhotoSource, cut_photo
from kiosk.attachments.photo_rules import findings
from tests.attachments import photos
from tests.attachments.likeness import WALL, before_wall, likeness

_WHOLE = Box(0, 0, 900, 1_200)

PICTURES: dict[str, tuple[Image.Image, Cut]] = {
    "one": (likeness(), Cut()),
    "one, wide": (before_wall((1_600, 1_200), (likeness((450, 600)), (900, 300))), Cut()),
    "none": (Image.new("RGB", (600, 800), WALL), Cut()),
    "two": (before_wall((1_200, 800), (likeness(), (0, 0)), (likeness(), (600, 0))), Cut()),
    "tilted": (likeness().rotate(10, fillcolor=WALL), Cut()),
    "on its side": (likeness().rotate(90, expand=True), Cut()),
    "turned": (likeness().rotate(90, expand=True), Cut(None, 90)),
    "upside down": (likeness().rotate(180), Cut()),
    "too small": (before_wall((900, 1_200), (likeness((450, 600)), (225, 300))), Cut(_WHOLE)),
    "too large": (likeness((900, 1_200)), Cut(Box(150, 100, 600, 800))),
    "aside": (before_wall((900, 1_200), (likeness((900, 1_200)), (-120, 0))), Cut(_WHOLE)),
}


def seen(name: str) -> dict[str, object]:
    """Return what was found out about one of the pictures."""
    picture, cut = PICTURES[name]
    limits = load_limits("rasens")
    photo = cut_photo(PhotoSource("photo.jpg", photos.jpeg(picture)), limits, cut)
    found = {finding.key: finding.standing for finding in findings(photo, limits, date(2026, 11, 24))}
    return {
        "faces": photo.faces,
        "upright_by": photo.upright_by,
        "head": None if photo.head is None else asdict(photo.head),
        "box": asdict(photo.box),
        "kept": photo.kept,
        "found": found,
    }


if __name__ == "__main__":
    with ThreadPoolExecutor(2) as workers:
        print(json.dumps(dict(zip(PICTURES, workers.map(seen, PICTURES), strict=True))))
