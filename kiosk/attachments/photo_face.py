"""Looks for faces, where the optional extra ``photo`` (dlib-bin, numpy) is installed. Runs in the worker process alone.

Without the extra nothing is guessed: ``available`` is False, and whoever asks says that the face was not checked.
The detector tells where a face is, not whether something covers it, and not whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops

from kiosk.attachments.photo_crop import TURNS, Head

try:  # here, because nothing can be loaded once the memory is limited
    import dlib  # pyright: ignore[reportMissingImports]  # the extra "photo"
    import numpy  # pyright: ignore[reportMissingImports]  # the extra "photo"
except ImportError:
    dlib: Any = None
    numpy: Any = None

LOOKED_AT = 640
"""Pixels of the longer side on which faces are looked for: the detector needs 80 for a face."""

_STANDS_OUT = 28
"""Difference in brightness (0–255) from the background at which something begins."""
_HAIR_SHARE = 0.25
"""Share of the face's width that must stand out in a row for hair to begin there."""
_TALLEST_HAIR, _USUAL_HAIR = 0.9, 0.7
"""So far above the face hair is looked for, in heights of the face, or is taken to end where it can't be seen."""
_UNEVEN = 40
"""Difference in brightness between parts of the background from which on nothing can be told from it."""


@dataclass(frozen=True, slots=True)
class Faces:
    """What was found.

    Attributes:
        count: how many faces.
        head: the one head, in pixels of the picture; None unless there is exactly one face.
        upright_by: where there is no upright face, the degrees clockwise by which the picture would have to be turned
            for one; 0 where that does not help.
    """

    count: int
    head: Head | None
    upright_by: int = 0


def available() -> bool:
    """Say whether faces can be looked for on this machine."""
    return dlib is not None


def find_faces(picture: Image.Image) -> Faces:
    """Return the upright faces in ``picture``; only to be called where ``available()``."""
    small = picture.convert("L")
    small.thumbnail((LOOKED_AT, LOOKED_AT), Image.Resampling.LANCZOS)
    detect = dlib.get_frontal_face_detector()
    found = detect(numpy.asarray(small), 0)
    if not found:
        turns = (turn for turn in TURNS[1:] if detect(numpy.asarray(small.rotate(-turn, expand=True)), 0))
        return Faces(0, None, next(turns, 0))
    if len(found) != 1:
        return Faces(len(found), None)
    face = found[0]
    edges = (face.left(), face.top(), face.right(), face.bottom())
    return Faces(1, head_of(small, edges, picture.width / small.width))


def head_of(grey: Image.Image, face: tuple[int, int, int, int], scale: float) -> Head:
    """Return the head around a face: a detector's box ends at the brows, so the hair is looked for above it.

    Args:
        grey: the picture the face was found in.
        face: left, top, right and bottom of the face in it.
        scale: by how much the result is larger than ``grey``.
    """
    left, top, right, bottom = face
    darkest, background, lightest = _corners(grey)
    sure = lightest - darkest <= _UNEVEN
    if sure:
        top = _hair_top(grey, (left, max(0, top), right, bottom), background)
    else:
        top = max(0, top - round((bottom - top) * _USUAL_HAIR))
    return Head(round(top * scale), round(bottom * scale), round((left + right) / 2 * scale), sure)


def _hair_top(grey: Image.Image, face: tuple[int, int, int, int], brightness: int) -> int:
    """Return the highest row from which on something other than the background stands above the face."""
    left, top, right, bottom = face
    left, right = max(0, left), min(grey.width, right)
    highest = max(0, top - round((bottom - top) * _TALLEST_HAIR))
    above = grey.crop((left, highest, right, top))
    if not above.height or not above.width:
        return top
    background = Image.new("L", above.size, brightness)
    marks = ImageChops.difference(above, background).point([0] * _STANDS_OUT + [255] * (256 - _STANDS_OUT))
    # One pixel wide: each row's share of what stands out.
    shares = marks.resize((1, above.height), Image.Resampling.BOX).tobytes()
    return next((highest + row for row, share in enumerate(shares) if share >= 255 * _HAIR_SHARE), top)


def _corners(grey: Image.Image) -> tuple[int, int, int]:
    """Return how bright the background is in the upper corners: nearly the darkest, the middle, nearly the lightest."""
    side = max(1, grey.width // 10)
    corners = (grey.crop((0, 0, side, side)), grey.crop((grey.width - side, 0, grey.width, side)))
    values = sorted(value for corner in corners for value in corner.tobytes())
    tenth = len(values) // 10
    return values[tenth], values[len(values) // 2], values[-tenth - 1]
