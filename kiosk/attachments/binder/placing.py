"""How large every picture of a PDF stands on its pages: what its resolution means. Runs in the worker process alone."""

from __future__ import annotations

import math
from typing import Any

import pikepdf
from pikepdf import Matrix

from kiosk.attachments.pdf_objects import BROKEN

_DEEPEST = 12
_MOST_STEPS = 200_000

Place = tuple[int, int]
"""Object and generation number."""

Sizes = dict[Place, tuple[float, float]]


class _Lost(Exception):
    """The drawing is too nested or too long to be followed."""


def placed_sizes(pdf: pikepdf.Pdf) -> Sizes:
    """Return width and height in points at which each image XObject is drawn, the largest where it is drawn often.

    A picture that is drawn by a pattern, a font or not at all is not in it. Where one page can't be followed the
    answer is empty: nothing is known of any picture then, because they may be shared.
    """
    sizes: Sizes = {}
    follower = _Follower(sizes)
    try:
        for page in pdf.pages:
            unit = float(page.obj.get("/UserUnit", 1))
            resources = page.obj.get("/Resources")
            if isinstance(resources, pikepdf.Dictionary):
                follower.follow(page, resources, Matrix(unit, 0, 0, unit, 0, 0), 0)
    except (_Lost, *BROKEN):
        return {}
    return sizes


class _Follower:
    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._steps = 0

    def follow(self, drawing: Any, resources: pikepdf.Dictionary, matrix: Matrix, depth: int) -> None:
        """Go through one content stream."""
        objects = resources.get("/XObject")
        if not isinstance(objects, pikepdf.Dictionary):
            return
        if depth > _DEEPEST:
            raise _Lost
        saved = list[Matrix]()
        for instruction in pikepdf.parse_content_stream(drawing, "q Q cm Do"):
            self._count()
            operator, operands = str(instruction.operator), instruction.operands
            if operator == "q":
                saved.append(matrix)
            elif operator == "Q" and saved:
                matrix = saved.pop()
            elif operator == "cm":
                matrix = _matrix(operands) @ matrix
            elif operator == "Do":
                self._draw(objects.get(str(operands[0])), resources, matrix, depth)

    def _draw(self, drawn: Any, resources: pikepdf.Dictionary, matrix: Matrix, depth: int) -> None:
        if not isinstance(drawn, pikepdf.Stream):
            return
        if drawn.get("/Subtype") == pikepdf.Name.Image:
            self._note(drawn.objgen, matrix)
        elif drawn.get("/Subtype") == pikepdf.Name.Form:
            own = drawn.get("/Resources")
            inner = _matrix(drawn["/Matrix"]) @ matrix if "/Matrix" in drawn else matrix
            self.follow(drawn, own if isinstance(own, pikepdf.Dictionary) else resources, inner, depth + 1)

    def _note(self, place: Place, matrix: Matrix) -> None:
        width, height = math.hypot(matrix.a, matrix.b), math.hypot(matrix.c, matrix.d)
        before = self._sizes.get(place, (0.0, 0.0))
        self._sizes[place] = (max(before[0], width), max(before[1], height))

    def _count(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _Lost


def _matrix(values: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in values)
    return Matrix(a, b, c, d, e, f)
