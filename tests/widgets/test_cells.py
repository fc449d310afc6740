"""Every script takes as many cells as a terminal gives it."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len, get_character_cell_size, set_cell_size
from textual.content import Content

from kiosk.widgets import cells

cells.install()

COUNTED = {
    "Burmese": ("မြန်မာနိုင်ငံ", 8),
    "Khmer": ("ភាសាខ្មែរ", 8),
    "Nepali": ("नेपाली भाषा क्षत्रिय", 17),
    "Sinhala": ("සිංහල", 4),
    "Bengali": ("বাংলা", 5),
    "Hindi": ("हिन्दी", 5),
    "Tamil": ("தமிழ்", 4),
}
"""The samples of which terminals and Rich think differently, with the cells that marks of their own cells make."""

UNCHANGED = {
    "日本語": 6,
    "髙﨑𠮷": 6,
    "葛\N{VARIATION SELECTOR-17}城": 4,
    "한국어": 6,
    "Tiếng Việt": 10,
    unicodedata.normalize("NFD", "Tiếng Việt"): 10,
    "ภาษาไทย": 7,
    "ລາວ": 3,
    "Монгол": 6,
    "ｶﾞ": 2,
    "㊞㈱": 4,
}


@pytest.mark.parametrize("name", COUNTED)
def test_spacing_marks_take_a_cell(name: str) -> None:
    text, wanted = COUNTED[name]
    assert cell_len(text) == wanted
    assert Content(text).cell_length == wanted


@pytest.mark.parametrize(("text", "wanted"), UNCHANGED.items())
def test_other_scripts_are_measured_as_before(text: str, wanted: int) -> None:
    assert cell_len(text) == wanted


def test_every_spacing_mark_takes_one_cell_and_every_other_mark_none() -> None:
    for code in range(0x110000):
        kind = unicodedata.category(chr(code))
        if kind in {"Mc", "Mn", "Me"}:
            size = get_character_cell_size(chr(code))
            assert size == 1 if kind == "Mc" else size <= 1, f"U+{code:04X}"


@pytest.mark.parametrize("name", COUNTED)
def test_a_text_is_cut_to_the_cells_it_is_given(name: str) -> None:
    text = COUNTED[name][0]
    for room in range(cell_len(text) + 2):
        assert cell_len(set_cell_size(text, room)) == room


def test_a_second_time_changes_nothing() -> None:
    before = cell_len("မြန်မာ")
    cells.install()
    assert cell_len("မြန်မာ") == before
