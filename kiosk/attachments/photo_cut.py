"""A photo is chosen, looked at and cut, as often as the person likes; what comes out is what is stored and sent.

    source = read_photo(path, limits)               # once; nothing is read from the stick again
    first = cut_photo(source, limits)               # with the box that suggests itself
    better = cut_photo(source, limits, Cut(box))    # with the person's own

Both wait, and ``cut_photo`` starts a process: on a screen, call them in a thread.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.attachments import errors
from kiosk.attachments.checks import Attached, content_type, number, raise_problem, require_room
from kiosk.attachments.limits import Limits, PhotoLimits, megabytes
from kiosk.attachments.names import sent_name
from kiosk.attachments.photo_crop import Box, Head, Raster, Size
from kiosk.attachments.sandbox import Answer, examine
from kiosk.attachments.sources import read_once

PHOTO_KINDS = ("jpeg", "png", "heic", "tiff")
"""What is taken, by content."""

NOTHING_ELSE = Attached()
"""No document is attached."""


@dataclass(frozen=True, slots=True)
class PhotoSource:
    """A file that was chosen as the photo.

    Attributes:
        name: what the JPEG made of it will be called.
        content: the whole file.
    """

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cut:
    """How to cut: the box, or None for the one that suggests itself, and how many degrees to turn clockwise before."""

    box: Box | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True)
class CutPhoto:
    """A photo that may be sent.

    Attributes:
        name: a plain name for it, made of the file's own.
        media_type: ``image/jpeg``.
        content: the bytes to be stored and sent.
        sha256: of ``content``, hex.
        made: pixels of ``content``.
        kept: ``content`` is the file itself, unchanged.
        kind: what the file was: JPEG, PNG, HEIC, TIFF.
        whole: pixels of the whole picture, upright and turned.
        has_shape: the whole was 3 by 4 already.
        box: what was cut out of it.
        turn: degrees clockwise that it was turned beforehand.
        orientation: what the camera noted (EXIF 1-8).
        taken: the day the camera noted, if any.
        sharpness, spread, lightness: as ``photo_measure`` says.
        faces: how many there are; None where that can't be looked for here.
        head: where the head is in the whole, if there is just one face.
        raster: the whole picture, small, to be shown.
        upright_by: where no face was found, the degrees clockwise by which one would stand upright; 0 where none would.
    """

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)
    sha256: str = field(repr=False)
    made: Size
    kept: bool
    kind: str
    whole: Size
    has_shape: bool
    box: Box
    turn: int
    orientation: int
    taken: date | None
    sharpness: float
    spread: float
    lightness: float
    faces: int | None
    head: Head | None
    raster: Raster
    upright_by: int = 0

    @property
    def size(self) -> int:
        """Bytes of what is sent."""
        return len(self.content)


def read_photo(path: Path, limits: Limits) -> PhotoSource:
    """Read ``path`` once and return it, or say why it can't be a photo.

    Raises:
        AttachmentError: A01-A05, A30, A70.
    """
    most = limits.photo.max_source_bytes
    content = read_once(path, most)
    if len(content) > most:
        raise errors.PhotoSourceTooLarge(limit=megabytes(most))
    found = content_type(content)
    if found not in PHOTO_KINDS:
        raise errors.PhotoTypeWrong(found=found)
    return PhotoSource(sent_name(path.name, ".jpg"), content)


def cut_photo(source: PhotoSource, limits: Limits, cut: Cut = Cut(), attached: Attached = NOTHING_ELSE) -> CutPhoto:
    """Return the photo cut out of ``source``, with what was found out about it.

    Args:
        source: what ``read_photo`` gave.
        limits: what the system takes.
        cut: how to cut.
        attached: what is there already without the photo, for the limit on the total.

    Raises:
        AttachmentError: A07, A31-A33, A35, A40, A41, A71-A73.
    """
    options = {**_options(limits.photo), "turn": cut.turn, "box": _listed(cut.box)}
    answer = examine("photo", source.content, options)
    raise_problem(answer.facts)
    try:
        photo = _photo(source, cut, answer)
    except (KeyError, TypeError, ValueError) as error:
        raise errors.CheckGaveUp() from error
    require_room(photo.size, limits, attached)
    return photo


def _options(photo: PhotoLimits) -> dict[str, Any]:
    return {
        "max_pixels": photo.max_pixels,
        "max_bytes": photo.max_bytes,
        "tolerance": photo.tolerance,
        "smallest": photo.smallest,
        "kept": [photo.kept_width, photo.kept_height],
        "least": [photo.advised_width, photo.advised_height],
        "head": list(photo.checks.head),
        "gap": list(photo.checks.gap),
    }


def _listed(box: Box | None) -> list[int] | None:
    return None if box is None else [box.x, box.y, box.width, box.height]


def _photo(source: PhotoSource, cut: Cut, answer: Answer) -> CutPhoto:
    facts, (content, pixels) = answer.facts, answer.blobs
    width, height = facts["raster"]
    return CutPhoto(
        name=source.name,
        media_type="image/jpeg",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made=Size(*facts["made"]),
        kept=bool(facts["kept"]),
        kind=str(facts["format"]),
        whole=Size(number(facts, "width"), number(facts, "height")),
        has_shape=bool(facts["shape"]),
        box=Box(*facts["box"]),
        turn=cut.turn,
        orientation=number(facts, "orientation"),
        taken=_day(facts["taken"]),
        sharpness=float(facts["sharpness"]),
        spread=float(facts["spread"]),
        lightness=float(facts["lightness"]),
        faces=None if facts["faces"] is None else number(facts, "faces"),
        head=None if facts["head"] is None else Head(*facts["head"]),
        raster=Raster(width, height, pixels),
        upright_by=number(facts, "upright_by"),
    )


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
