"""Grey pictures of more than 8 bits, as scanners and some telephones write them. Runs in the worker alone."""

from __future__ import annotations

from PIL import Image

_SHORTS = ("I;16", "I;16B", "I;16L", "I;16N")
_NUMBERS = ("I", "F")
_WHITES = (1.0, 255.0, 65_535.0)


def is_wide_grey(image: Image.Image) -> bool:
    """Say whether ``image`` is grey with more than 8 bits a pixel."""
    return image.mode in (*_SHORTS, *_NUMBERS)


def narrowed(image: Image.Image) -> Image.Image:
    """Return a picture that ``is_wide_grey`` in 8 bits.

    What is white in a picture of numbers is told by no file, so by the brightest: 1 where it is a fraction.
    """
    if image.mode in _SHORTS:
        # By way of numbers, since not every order of the bytes can be calculated with.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    brightest = max(0.0, *(float(value) for value in image.getextrema() if isinstance(value, int | float)))
    white = next((most for most in _WHITES if brightest <= most), brightest)
    return image.point(lambda value: value * (255 / white)).convert("L")
