"""A drawn person whom a detector of faces takes for one, unlike the plainer ``photos.portrait``."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageFilter

WALL = "#E8EEF4"
HAIR, CHIN = 0.09, 0.69
"""Shares of the height at which hair begins and the chin ends."""

_OVALS: tuple[tuple[tuple[float, float, float, float], str], ...] = (
    ((0.15, 0.75, 0.85, 1.4), "#303840"),  # shoulders
    ((0.40, 0.60, 0.60, 0.85), "#C89878"),  # neck
    ((0.26, HAIR, 0.74, 0.56), "#201810"),  # hair
    ((0.31, 0.20, 0.69, CHIN), "#E0B090"),  # face
    ((0.385, 0.405, 0.475, 0.465), "#C89878"),  # lids
    ((0.525, 0.405, 0.615, 0.465), "#C89878"),
    ((0.385, 0.418, 0.475, 0.458), "#F8F4F0"),  # eyes
    ((0.525, 0.418, 0.615, 0.458), "#F8F4F0"),
    ((0.41, 0.42, 0.45, 0.456), "#201810"),
    ((0.55, 0.42, 0.59, 0.456), "#201810"),
    ((0.455, 0.52, 0.545, 0.55), "#B88A6C"),  # nose
    ((0.47, 0.534, 0.49, 0.55), "#70503C"),
    ((0.51, 0.534, 0.53, 0.55), "#70503C"),
    ((0.42, 0.585, 0.58, 0.63), "#A04848"),  # mouth
)
_STROKES: tuple[tuple[tuple[tuple[float, float], ...], str, float], ...] = (
    (((0.37, 0.395), (0.41, 0.378), (0.45, 0.378), (0.49, 0.392)), "#30201A", 0.018),  # brows
    (((0.51, 0.395), (0.55, 0.378), (0.59, 0.378), (0.63, 0.392)), "#30201A", 0.018),
    (((0.485, 0.45), (0.47, 0.525), (0.48, 0.538)), "#B08868", 0.012),
    (((0.515, 0.45), (0.53, 0.525), (0.52, 0.538)), "#B08868", 0.012),
    (((0.42, 0.605), (0.5, 0.611), (0.58, 0.605)), "#602828", 0.01),
)


def likeness(size: tuple[int, int] = (600, 800)) -> Image.Image:
    """Return somebody invented before a plain wall, upright, in a picture of 3 by 4."""
    width, height = size
    image = Image.new("RGB", size, WALL)
    draw = ImageDraw.Draw(image)
    for (left, top, right, bottom), colour in _OVALS:
        draw.ellipse((left * width, top * height, right * width, bottom * height), fill=colour)
    for points, colour, share in _STROKES:
        draw.line([(x * width, y * height) for x, y in points], colour, max(1, round(share * width)), "curve")
    return image.filter(ImageFilter.GaussianBlur(width / 300))


def before_wall(size: tuple[int, int], *people: tuple[Image.Image, tuple[int, int]]) -> Image.Image:
    """Return a wide wall with ``people`` at their places."""
    wall = Image.new("RGB", size, WALL)
    for person, place in people:
        wall.paste(person, place)
    return wall
