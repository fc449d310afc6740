"""A small picture of a file, by which a person knows it again. Runs in the worker process alone.

What can't be drawn ends the process, which says enough: then there is no picture.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from kiosk.attachments.pages import settled_page
from kiosk.attachments.photo import FORMATS
from kiosk.attachments.photo_encode import plain_colours
from kiosk.attachments.tasks import Progress


def small_picture(
    blobs: Sequence[bytes], options: dict[str, Any], progress: Progress
) -> tuple[dict[str, Any], list[bytes]]:
    """Return the picture, or the first page, upright and small: its ``width`` and ``height``, and three bytes a pixel.

    Args:
        blobs: the file.
        options: ``pdf`` (whether it is one), ``side`` (pixels of the longer one), ``max_pixels`` of a picture.
        progress: not told: there is one step.
    """
    del progress
    # The pixels are counted below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    draw = _page if options["pdf"] else _picture
    with warnings.catch_warnings(action="ignore"):
        small = plain_colours(draw(blobs[0], options)).convert("RGB")
    return {"width": small.width, "height": small.height}, [small.tobytes()]


def _page(content: bytes, options: dict[str, Any]) -> Image.Image:
    page = settled_page(pdfium.PdfDocument(content), 0)
    scale = options["side"] / max(page.get_size())
    return page.render(scale=scale).to_pil()  # pyright: ignore[reportArgumentType]  # guessed from the default, 1


def _picture(content: bytes, options: dict[str, Any]) -> Image.Image:
    side = options["side"]
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        if image.width * image.height > options["max_pixels"]:
            raise ValueError(image.size)
        image.draft("RGB", (side, side))  # a JPEG need not be decoded in full
        image.thumbnail((side, side))
        return ImageOps.exif_transpose(image)
