"""Pictures of a PDF made smaller, step by step and no further than needed. Runs in the worker process alone.

Left alone are bitonal pictures, masks, pictures with a colour key, with a matte or in unusual colours, inline pictures,
and those whose size on the page is not known.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from PIL import Image, ImageChops, Jpeg2KImagePlugin

from kiosk.attachments.binder.encoding import Encoded, fill_image, grey_if_grey, jpeg, plain_colours
from kiosk.attachments.binder.placing import Place, placed_sizes
from kiosk.attachments.pdf_objects import BROKEN

_WORTH_BYTES = 8_192
_LEAST_GAIN = 0.05
_NEARLY = 0.9
"""A picture that would become only so little smaller in pixels keeps them."""

_SAMPLE = 3
assert Jpeg2KImagePlugin.Jpeg2KImageFile.format in Image.OPEN  # here: nothing can be loaded once memory is limited
_RESAMPLING = Image.Resampling.HAMMING
"""Half the time of Lanczos; writing of 6 points reads as well."""

_Memory = dict[tuple[Place, tuple[int, int]], Image.Image]
_UNPACKED = "/None"
_LOSSLESS = {_UNPACKED, "/FlateDecode", "/LZWDecode", "/RunLengthDecode"}
_COLOURS = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/DeviceCMYK": 4}


@dataclass(frozen=True, slots=True)
class Step:
    """How far a picture is made smaller: to ``dpi`` on its page, as JPEG of ``quality`` (1–95)."""

    dpi: int
    quality: int


@dataclass(slots=True)
class Picture:
    """One picture of a PDF that can be made smaller.

    Attributes:
        place: its number in the file.
        size: bytes as it is.
        tried: what came of each step; None where it gained nothing.
    """

    place: Place
    size: int
    _stream: pikepdf.Stream = field(repr=False)
    _points: tuple[float, float]
    tried: dict[Step, Encoded | None] = field(default_factory=dict[Step, Encoded | None], repr=False)

    def at(self, step: Step, memory: _Memory | None = None) -> Encoded | None:
        """Return the picture after ``step``, None where it stays as it is.

        Args:
            step: how far it is made smaller.
            memory: kept from one call to the next where several steps are tried; it holds decoded pictures.
        """
        if step not in self.tried:
            self.tried[step] = self._made(step, {} if memory is None else memory)
        return self.tried[step]

    def size_at(self, step: Step | None, memory: _Memory | None = None) -> int:
        """Return how many bytes it takes after ``step``."""
        made = self.at(step, memory) if step else None
        return len(made.data) if made else self.size

    def _made(self, step: Step, memory: _Memory) -> Encoded | None:
        try:
            key = (self.place, self._target(step))
            if key not in memory:
                image = self._decoded(step)
                # Inks stay inks: what colour they give on a screen each reader decides.
                memory[key] = image if image.mode == "CMYK" else grey_if_grey(plain_colours(image))
            made = jpeg(memory[key], step.quality)
        except (*BROKEN, MemoryError, NotImplementedError, OSError, SyntaxError):
            return None  # a picture that can't be decoded here stays as it is
        return made if len(made.data) <= self.size * (1 - _LEAST_GAIN) else None

    def _decoded(self, step: Step) -> Image.Image:
        size = self._target(step)
        match _coding(self._stream):
            case "/DCTDecode":
                image = self._opened("JPEG")
                if size != self._pixels:
                    image.draft(image.mode, size)
                image.load()
                if image.mode == "CMYK":
                    image = _inks(image, turned=not _plain_decode(self._stream))
            case "/JPXDecode":
                image = self._opened("JPEG2000")
                if not _same_colours(image, self._stream):
                    raise ValueError("the picture has other colours than the file says")
            case _:
                image = _unpacked(self._stream)
        if image.mode != "CMYK":
            image = plain_colours(image)
        return image if image.size == size else image.resize(size, _RESAMPLING)

    def _opened(self, kind: str) -> Image.Image:
        image = Image.open(io.BytesIO(self._stream.read_raw_bytes()), formats=[kind])
        if image.size != self._pixels:
            raise ValueError("the picture is of another size than the file says")
        return image

    @property
    def _pixels(self) -> tuple[int, int]:
        return int(self._stream.Width), int(self._stream.Height)

    def _target(self, step: Step) -> tuple[int, int]:
        """Return the pixels at which neither direction has less than the step's dpi."""
        width, height = self._pixels
        wanted = max(
            step.dpi * points / 72 / pixels for points, pixels in zip(self._points, (width, height), strict=True)
        )
        if wanted > _NEARLY:
            return width, height
        return math.ceil(width * wanted), math.ceil(height * wanted)


def pictures_of(pdf: pikepdf.Pdf, max_pixels: int) -> list[Picture]:
    """Return the pictures of ``pdf`` that can be made smaller, in the order of the file; it must stay open."""
    found = list[Picture]()
    for place, points in sorted(placed_sizes(pdf).items()):
        stream = pdf.get_object(place)
        if not isinstance(stream, pikepdf.Stream):
            continue
        size = len(stream.read_raw_bytes())
        if size >= _WORTH_BYTES and min(points) > 0 and _suitable(stream, max_pixels):
            found.append(Picture(place, size, stream, points))
    return found


def put_in(pdf: pikepdf.Pdf, picture: Picture, encoded: Encoded) -> None:
    """Replace a picture of ``pdf``, which is the same file as the one ``picture`` was found in."""
    stream = pdf.get_object(picture.place)
    kept = stream.get("/ColorSpace") if _colours(stream.get("/ColorSpace")) == encoded.colours else None
    fill_image(stream, encoded)
    if kept is not None:
        stream.ColorSpace = kept


def fitting_step(
    pictures: Sequence[Picture], room: int, steps: Sequence[Step], progress: Callable[[int, int], None]
) -> Step | None:
    """Return the first of ``steps`` after which all pictures together have at most ``room`` bytes; None if none does.

    The largest pictures are tried first and tell where to begin, because trying all at every step takes long.
    """
    number = _guess(pictures, room, steps)
    while number < len(steps):
        total = 0
        for count, picture in enumerate(pictures, 1):
            total += picture.size_at(steps[number])
            progress(count, len(pictures))
        if total <= room:
            return steps[number]
        number += 1
    return None


def _guess(pictures: Sequence[Picture], room: int, steps: Sequence[Step]) -> int:
    sample = sorted(pictures, key=lambda picture: (-picture.size, picture.place))[:_SAMPLE]
    before = sum(picture.size for picture in sample)
    total = sum(picture.size for picture in pictures)
    memory: _Memory = {}
    for number, step in enumerate(steps):
        after = sum(picture.size_at(step, memory) for picture in sample)
        if total * after <= room * before:
            return number
    return max(0, len(steps) - 1)


def _suitable(stream: pikepdf.Object, max_pixels: int) -> bool:
    width, height = stream.get("/Width"), stream.get("/Height")
    if not isinstance(width, int) or not isinstance(height, int) or not 0 < width * height <= max_pixels:
        return False
    if stream.get("/ImageMask") or "/Mask" in stream or stream.get("/SMaskInData", 0) != 0:
        return False
    soft = stream.get("/SMask")
    if isinstance(soft, pikepdf.Stream) and "/Matte" in soft:
        return False
    coding, bits, space = _coding(stream), stream.get("/BitsPerComponent"), stream.get("/ColorSpace")
    if coding == "/JPXDecode":
        return _plain_decode(stream) and (space is None or _colours(space) in (1, 3))
    if coding == "/DCTDecode" and _colours(space) == 4:
        return bits == 8 and (_plain_decode(stream) or _turned_decode(stream))
    known = coding == "/DCTDecode" or coding in _LOSSLESS
    return known and bits in _bits(coding) and _plain_decode(stream) and _colours(space, indexed=bits == 8) != 0


def _bits(coding: str) -> tuple[int, ...]:
    return (8, 16) if coding in _LOSSLESS else (8,)


def _coding(stream: pikepdf.Object) -> str:
    """Return the one filter of a picture by its name; nothing where there are several, or one with unusual settings."""
    coding = stream.get("/Filter")
    if isinstance(coding, pikepdf.Array) and len(coding) == 1:
        coding = coding[0]
    if coding == pikepdf.Name.DCTDecode and "/DecodeParms" in stream:
        return ""
    return _UNPACKED if coding is None else str(coding)


def _plain_decode(stream: pikepdf.Object) -> bool:
    decode = stream.get("/Decode")
    return decode is None or all(float(value) == place % 2 for place, value in enumerate(decode))


def _turned_decode(stream: pikepdf.Object) -> bool:
    return all(float(value) == 1 - place % 2 for place, value in enumerate(stream.get("/Decode", ())))


def _inks(image: Image.Image, *, turned: bool) -> Image.Image:
    """Return a CMYK picture with 255 for full ink.

    Args:
        image: a JPEG as Pillow decoded it, with every value turned round, as Adobe stores them.
        turned: the PDF too says that 0 is full.
    """
    return image if turned else ImageChops.invert(image)


def _unpacked(stream: pikepdf.Stream) -> Image.Image:
    if stream.get("/BitsPerComponent") != 16:
        return pikepdf.PdfImage(stream).as_pil_image()
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[_colours(stream.get("/ColorSpace"))]
    # The first of two bytes is the larger half.
    return Image.frombytes(mode, (int(stream.Width), int(stream.Height)), stream.read_bytes()[::2])


def _same_colours(image: Image.Image, stream: pikepdf.Object) -> bool:
    space = stream.get("/ColorSpace")
    return image.mode in ("L", "RGB") and (space is None or _colours(space) == len(image.getbands()))


def _colours(space: Any, *, indexed: bool = False) -> int:
    """Return how many colours a pixel of ``space`` has: 1, 3, 4, or 0 for all that is not handled here."""
    if isinstance(space, pikepdf.Name):
        return _COLOURS.get(str(space), 0)
    if not isinstance(space, pikepdf.Array) or len(space) < 2:
        return 0
    kind = str(space[0])
    if kind == "/ICCBased" and isinstance(space[1], pikepdf.Stream):
        found = space[1].get("/N")
        return found if isinstance(found, int) and found in (1, 3, 4) else 0
    if kind == "/Indexed" and indexed:
        return _colours(space[1]) % 4  # inks in a palette are not handled
    return _COLOURS.get(kind, 0)
