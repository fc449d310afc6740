"""Reads sixels back into a picture, as a terminal does (DEC STD 070, the part that is used)."""

from __future__ import annotations

import re

from PIL import Image

_HEAD = re.compile(rb'\x1bP[\d;]*q"1;1;(\d+);(\d+)')
_PARTS = re.compile(rb"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)(.)|([$-])|([?-~])", re.DOTALL)


def decoded(sequence: bytes) -> Image.Image:
    """Return the picture; raises ``AssertionError`` where it is none, or holds anything else."""
    head = _HEAD.match(sequence)
    assert head is not None
    assert sequence.endswith(b"\x1b\\")
    picture = Image.new("RGB", (int(head[1]), int(head[2])))
    palette: dict[int, tuple[int, ...]] = {}
    colour, x, y, place = 0, 0, 0, head.end()
    while place < len(sequence) - 2:
        part = _PARTS.match(sequence, place)
        assert part is not None, sequence[place : place + 10]
        place = part.end()
        if part[1]:
            colour = int(part[1])
            if part[2]:
                palette[colour] = tuple(round(int(share) * 2.55) for share in part.group(2, 3, 4))
        elif part[7]:
            x, y = 0, y + (6 if part[7] == b"-" else 0)
        else:
            count = int(part[5] or 1)
            _paint(picture, (x, y, count), (part[6] or part[8])[0] - 0x3F, palette[colour])
            x += count
    return picture


def _paint(picture: Image.Image, place: tuple[int, int, int], bits: int, colour: tuple[int, ...]) -> None:
    x, y, count = place
    assert x + count <= picture.width
    for row in range(6):
        if bits >> row & 1 and y + row < picture.height:
            picture.paste(colour, (x, y + row, x + count, y + row + 1))
