"""Which font sets what: from the fonts' own tables, every planned language, and no more fonts than needed."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.paths import config_dir
from kiosk.reports import fonts
from kiosk.reports.errors import FontMissing
from kiosk.reports.fonts import extent, runs, typefaces, writable
from tests.support.papers import SENTENCES


def forget() -> None:
    """Close all fonts."""
    for name in ("_opened", "_sized", "_font_of", "_shaped", "extent"):
        getattr(fonts, name).cache_clear()


def opened() -> int:
    """Return how many fonts are open."""
    return vars(fonts)["_opened"].cache_info().currsize


@pytest.fixture
def anew() -> Iterator[None]:
    """Close all fonts before and after."""
    forget()
    yield
    forget()


def test_the_table_names_a_font_for_every_planned_language() -> None:
    rows = tomllib.loads((config_dir() / "fonts.toml").read_text(encoding="utf-8"))["font"]
    assert {language for row in rows for language in row.get("languages", ())} == set(SENTENCES)
    assert len({typeface.name for typeface in typefaces()}) == len(rows)


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("language", SENTENCES)
def test_every_character_of_every_planned_language_has_a_shape(language: str, bold: bool) -> None:
    text = SENTENCES[language]
    assert writable(text)
    assert "".join(run for _, run in runs(text)) == text
    for typeface, run in runs(text):
        assert all(glyph.number for glyph in typeface.shaped(run, bold=bold and typeface.can_be_bold))


def test_no_font_is_read_that_is_not_needed(anew: None) -> None:
    assert writable("Signed, not yet received. ABC 123")
    assert opened() == 1
    assert writable("署名しました。")
    assert opened() == 2


@pytest.mark.parametrize("text", ["한국어", "简体中文说", "العربية", "\u0007", "\ue000", "😀", "a\tb"])
def test_what_no_font_has_is_known(text: str) -> None:
    assert not writable(text)


def test_marks_and_joiners_are_set_with_their_letters() -> None:
    for text in ("ශ්\u200dරී", "葛\U000e0100", "か\u3099", "x\u0301", "ក\u17d2ក\u17bb"):
        assert [run for _, run in runs(text)] == [text]
    assert [typeface.name for typeface, _ in runs("A。B—あ—い")] == ["NotoSans", "NotoSansJP-Regular"] * 2


def test_bold_is_wider_where_the_font_has_it_and_signs_that_steer_take_no_room() -> None:
    assert extent("Signed", bold=True).width > extent("Signed").width
    assert extent("a\u200bb").width == extent("ab").width


def test_stacked_letters_are_known_to_be_taller() -> None:
    assert extent("ស្ត្រី").below > extent("ក").below
    assert extent("ပ္ပို").above + extent("ပ္ပို").below > extent("ပ").above + extent("ပ").below


def test_the_machines_own_language_changes_nothing(anew: None, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {text: extent(text) for text in SENTENCES.values()}
    forget()
    for name in ("LC_ALL", "LANG"):
        monkeypatch.setenv(name, "tr_TR.UTF-8")
    assert {text: extent(text) for text in SENTENCES.values()} == before


@pytest.mark.parametrize(
    "change", [{"package": "kakuu_mihon"}, {"file": "Kakuu.ttf"}, {"package": "kiosk", "file": "cli.py"}]
)
def test_a_font_that_is_missing_or_damaged_is_an_error_of_its_own(
    change: dict[str, str], anew: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(typefaces()[0], **change)
    monkeypatch.setattr(fonts, "typefaces", lambda: (broken,))
    with pytest.raises(FontMissing) as caught:
        writable("A")
    assert caught.value.params == {"file": broken.file}


def test_the_packages_of_fonts_are_not_run() -> None:
    assert writable("A字ก")
    assert not {typeface.package for typeface in typefaces()} & set(sys.modules)


@given(st.text(max_size=60))
def test_any_text_is_divided_without_loss(text: str) -> None:
    assert "".join(run for _, run in runs(text)) == text
    assert extent(text).width >= 0
