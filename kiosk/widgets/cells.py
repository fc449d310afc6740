"""How many cells a character takes.

Rich gives no cell to the spacing marks of Burmese, Khmer, Nepali, Sinhala, Bengali, Hindi, Tamil (Unicode category Mc);
terminals give each of them one. Names on a card may be in any script, and what stands behind one would be pushed out of
its place. ``install`` gives Rich the terminal's count. What is left is a cell here and there, where a terminal draws a
cluster of three or more in two cells: such text is left-aligned with nothing to its right.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator

import rich.cells
from rich._unicode_data import load
from rich.cells import CellTable

Span = tuple[int, int, int]
"""First and last character, and the cells of each."""

_TABLE, _MARK = "load_cell_table", "counts_spacing_marks"


def install() -> None:
    """Teach Rich, once a process."""
    if not hasattr(getattr(rich.cells, _TABLE), _MARK):
        setattr(rich.cells, _TABLE, _counting(load))
        # What was measured before this is forgotten.
        rich.cells.get_character_cell_size.cache_clear()
        rich.cells.cached_cell_len.cache_clear()


def _counting(load: Callable[[str], CellTable]) -> Callable[[str], CellTable]:
    tables: dict[str, CellTable] = {}

    def loaded(unicode_version: str = "auto") -> CellTable:
        if unicode_version not in tables:
            table = load(unicode_version)
            tables[unicode_version] = table._replace(widths=tuple(with_marks(table.widths)))
        return tables[unicode_version]

    setattr(loaded, _MARK, True)
    return loaded


def with_marks(widths: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans of ``widths`` without the spacing marks that have none: what is not listed takes one cell."""
    for first, last, cells in widths:
        if cells:
            yield first, last, cells
        else:
            yield from _without_marks(first, last)


def _without_marks(first: int, last: int) -> Iterator[Span]:
    begin = first
    for code in range(first, last + 2):
        if code > last or unicodedata.category(chr(code)) == "Mc":
            if begin < code:
                yield begin, code - 1, 0
            begin = code + 1
