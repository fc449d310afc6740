"""Every file of rules and forms is named on the page that says where it comes from."""

from __future__ import annotations

from pathlib import Path

from kiosk.forms.load import all_forms, forms_dir, load_form

PAGE = (Path(__file__).parents[2] / "docs" / "data-sources.md").read_text(encoding="utf-8")

OURS = {"kiosk.toml", "card_profiles.toml"}
"""Files of the program itself: settings, and the card's profiles (``docs/architecture.md``)."""


def test_every_sheet_is_on_the_page():
    sheets = {sheet.id for key in all_forms() for sheet in (*load_form(*key).sheets, load_form(*key).receipt)}
    for name in sheets:
        assert f"{name}.toml" in PAGE, name


def test_every_file_of_rules_is_on_the_page():
    config = forms_dir().parent
    for path in (*config.glob("*.toml"), *config.glob("checklists/*.toml")):
        name = path.relative_to(config).as_posix()
        assert f"config/{name}" in PAGE or name in OURS, name


def test_every_sheet_says_where_it_is_from():
    for key in all_forms():
        assert all(sheet.origin for sheet in load_form(*key).sheets)
