"""Light, dark and high contrast: the same shapes in all, vermilion (朱) for the one thing to do next."""

from __future__ import annotations

from textual.theme import Theme

LIGHT = Theme(
    name="kiosk-light",
    primary="#B8371B",
    secondary="#5B6770",
    accent="#B8371B",
    success="#1F6B3A",
    warning="#8A5A00",
    error="#B8371B",
    foreground="#22262A",
    background="#FBFAF7",
    surface="#FFFFFF",
    panel="#EEEBE4",
    dark=False,
    variables={"quiet": "#5B6770", "rule": "#C9C4B8", "on-accent": "#FFFFFF", "chosen": "#F3E3DC"},
)

DARK = Theme(
    name="kiosk-dark",
    primary="#F0744E",
    secondary="#9AA5AE",
    accent="#F0744E",
    success="#6CC48A",
    warning="#E0B050",
    error="#F0744E",
    foreground="#E8E6E1",
    background="#16191C",
    surface="#1F2327",
    panel="#2A2F34",
    dark=True,
    variables={"quiet": "#9AA5AE", "rule": "#454C53", "on-accent": "#16191C", "chosen": "#3A2A24"},
)

CONTRAST = Theme(
    name="kiosk-contrast",
    primary="#FFB000",
    secondary="#FFFFFF",
    accent="#FFB000",
    success="#5CFF8F",
    warning="#FFE14D",
    error="#FF7B5A",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#1C1C1C",
    dark=True,
    variables={"quiet": "#FFFFFF", "rule": "#FFFFFF", "on-accent": "#000000", "chosen": "#333333"},
)

THEMES = (LIGHT, DARK, CONTRAST)
