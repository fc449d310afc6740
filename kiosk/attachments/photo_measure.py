"""What can be measured of a photo with Pillow alone: how sharp it is, and what its background is like.

The measures are numbers; what they mean is in ``config/attachments.toml``. Runs in the worker process alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageStat

MEASURED = (300, 400)
"""Pixels to which every photo is brought, so that one threshold holds for all."""

_LAPLACIAN = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)
_STRIP = 0.08
"""Share of width and height that counts as the border."""
_SHOULDERS = 0.5
"""Share of the height below which the sides show shoulders, not background."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured.

    Attributes:
        sharpness: variance of the Laplacian.
        spread: standard deviation of the brightness (0–255) along the border.
        lightness: mean brightness (0–255) there.
    """

    sharpness: float
    spread: float
    lightness: float


def measured(photo: Image.Image) -> Measures:
    """Return the measures of ``photo``, an upright picture of the right shape in RGB or grey."""
    grey = photo.convert("L").resize(MEASURED, Image.Resampling.LANCZOS)
    border = ImageStat.Stat(grey, border_mask())
    return Measures(_sharpness(grey), border.stddev[0], border.mean[0])


def border_mask() -> Image.Image:
    """Return which pixels of a measured photo are its border: the upper edge, and both sides above the shoulders."""
    width, height = MEASURED
    mask = Image.new("1", MEASURED, 1)
    aside, above = round(width * _STRIP), round(height * _STRIP)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((aside, above, width - aside - 1, height), fill=0)
    draw.rectangle((0, round(height * _SHOULDERS), width, height), fill=0)
    return mask


def _sharpness(grey: Image.Image) -> float:
    # The filter leaves the outermost pixels as they were.
    inner = grey.filter(_LAPLACIAN).crop((1, 1, grey.width - 1, grey.height - 1))
    return ImageStat.Stat(inner).var[0]
