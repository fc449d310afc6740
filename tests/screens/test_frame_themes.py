"""Every text of every theme can be read: 4.5 to 1 against what it stands on (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from kiosk.screens.themes import THEMES

READABLE = 4.5
GROUNDS = ("background", "panel", "surface", "chosen")
TEXTS = ("foreground", "quiet", "accent", "success", "warning", "error")


def colour(theme: Theme, name: str) -> Color:
    """Return a colour of the theme by the name the style sheet uses."""
    value = theme.variables.get(name) or getattr(theme, name)
    assert isinstance(value, str)
    return Color.parse(value)


def contrast(one: Color, other: Color) -> float:
    """Return the ratio of two colours' relative luminances, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    """Return the relative luminance, from 0 to 1."""
    parts = (part / 255 for part in colour.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_measure_knows_its_ends() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#FFFFFF")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read(theme: Theme, ground: str, text: str) -> None:
    assert contrast(colour(theme, text), colour(theme, ground)) >= READABLE


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_words_of_the_one_button_can_be_read(theme: Theme) -> None:
    assert contrast(colour(theme, "on-accent"), colour(theme, "accent")) >= READABLE
