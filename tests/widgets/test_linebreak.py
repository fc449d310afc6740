"""Lines of Japanese break between characters, and not before or behind what sticks to its neighbour."""

from __future__ import annotations

import itertools

import pytest
import rich._wrap
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from kiosk.widgets import linebreak

linebreak.install()


def broken(text: str, width: int) -> list[str]:
    """Return the lines of ``text`` as a widget of ``width`` cells shows them."""
    offsets = [0, *rich._wrap.divide_line(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in itertools.pairwise(offsets)]


def test_a_sentence_behind_a_sign_stays_on_its_line() -> None:
    assert broken("✗ いまは申請できません", 12) == ["✗ いまは申請", "できません"]


def test_a_full_stop_never_begins_a_line() -> None:
    assert broken("あいうえ。", 8) == ["あいう", "え。"]


def test_a_bracket_never_ends_a_line() -> None:
    assert broken("あい「うえ」", 6) == ["あい", "「う", "え」"]


def test_latin_words_stay_whole() -> None:
    assert broken("これはUSBです", 8) == ["これは", "USBです"]


def test_words_of_other_languages_break_as_before() -> None:
    assert broken("Enter the four digits", 12) == ["Enter the", "four digits"]


@given(
    st.text(alphabet="あア漢、。「」 aB1ー（）\N{CJK COMPATIBILITY IDEOGRAPH-FA11}", max_size=60), st.integers(4, 30)
)
def test_nothing_is_lost_and_nothing_is_wider(text: str, width: int) -> None:
    offsets = [0, *rich._wrap.divide_line(text, width), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(offsets)]
    assert "".join(parts) == text
    assert all(cell_len(part.rstrip()) <= width for part in parts)


@pytest.mark.parametrize("text", ["", "。", "「", "あ", "a", "a b"])
def test_short_texts(text: str) -> None:
    assert "".join(word for _start, _end, word in rich._wrap.words(text)) == text


def test_content_of_textual_uses_it() -> None:
    lines = Content("✗ いまは申請できません").wrap(12)
    assert [line.plain.rstrip() for line in lines] == ["✗ いまは申請", "できません"]
