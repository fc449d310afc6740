"""Lines: nothing is lost, nothing passes the margin, and they break where people of each script accept it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.reports.fonts import extent, is_mark
from kiosk.reports.lines import wrapped
from tests.support.papers import SENTENCES, squeezed

SIZE = 10.0
_LETTERS = "".join(SENTENCES.values())


def width(line: str) -> float:
    """Return how wide ``line`` comes out in points."""
    return extent(line).width * SIZE / 1000


@given(st.text(st.sampled_from(_LETTERS) | st.characters(codec="cp1252"), max_size=200), st.integers(60, 300))
def test_wrapping_loses_nothing_but_blanks_and_keeps_to_the_width(text: str, room: int) -> None:
    lines = wrapped(text, SIZE, room)
    assert squeezed("".join(lines)) == squeezed(text)
    for line in lines:
        # A letter may have any number of marks; those are the only ones that may stand out.
        assert width(line) <= room or sum(not is_mark(letter) for letter in line) <= 2


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("room", [70, 150, 480])
def test_every_script_fills_its_lines_and_no_line_begins_with_a_mark(language: str, room: int) -> None:
    lines = wrapped(SENTENCES[language] * 3, SIZE, room)
    assert all(width(line) <= room for line in lines)
    assert not any(is_mark(line[0]) for line in lines)
    assert all(width(line) > room / 3 for line in lines[:-1])


def test_japanese_lines_keep_their_rules() -> None:
    assert [line[0] for line in wrapped("あ" * 12 + "。" + "い" * 5, SIZE, 120)] == ["あ", "あ"]
    lines = wrapped("あ" * 11 + "「い」う", SIZE, 120)
    assert lines == ["あ" * 11, "「い」う"]
    assert wrapped("あ" * 12 + "ッうえ", SIZE, 120) == ["あ" * 11, "あッうえ"]


def test_words_with_blanks_stay_whole() -> None:
    assert wrapped("one two three four", SIZE, width("one two three ")) == ["one two three", "four"]
    assert wrapped("aa\n\nbb", SIZE, 100) == ["aa", "", "bb"]


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = wrapped("mihon " + "a" * 60 + " end", SIZE, 100)
    assert len(lines) > 3
    assert all(width(line) <= 100 for line in lines)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ကျွန်တော်" * 8, "န်"), ("သတ္တိ" * 10, "တ္တိ"), ("ក្រុង" * 10, "ក្រុ"), ("เปล่า" * 10, "เป"), ("น้ำ" * 14, "น้ำ"),
        ("ເຊັນ" * 12, "ເຊັ"), ("ක්‍ර" * 14, "ක්‍ර"),
    ],
)  # fmt: skip
def test_a_syllable_is_never_broken(text: str, kept: str) -> None:
    for room in range(30, 70, 3):
        lines = wrapped(text, SIZE, room)
        assert sum(line.count(kept) for line in lines) == text.count(kept)


def test_a_phrase_that_fits_a_line_is_only_broken_where_the_line_would_be_half_empty() -> None:
    phrase = "ลงนามแล้วยังไม่ได้รับ"
    short = wrapped(f"ลงนาม {phrase}{phrase}", SIZE, width(phrase * 2) + 1)
    assert short[0].startswith("ลงนาม ลง")
    filled = "x" * 3 + " " + phrase
    assert wrapped(f"{filled} {phrase}", SIZE, width(f"{filled} ") + 20)[0] == filled


def test_a_place_for_a_break_that_is_not_seen_is_used() -> None:
    assert wrapped("ខ្ញុំ\u200bស្នើ", SIZE, width("ខ្ញុំស្នើ") - 1) == ["ខ្ញុំ", "ស្នើ"]
