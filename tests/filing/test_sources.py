"""Every file of rules and forms is named on the page that says where it comes from."""

from __future__ import annotations

from pathlib import Path

from kiosk.forms.load import all_forms, forms_dir, load_form

PAGE = (Path(__file__).parents[2] / "docs" / "data-sources.md").read_text(encoding="utf-8")


def test_every_sheet_and_rule_file_is_on_the_page():
    sheets = {sheet.id for key in all_forms() for sheet in (*load_form(*key).sheets, load_form(*key).receipt)}
    for name in sheets:
        assert f"{name}.toml" in PAGE, name
    rules = ("procedures", "statuses", "user_kinds", "eligibility", "periods", "documents", "fees", "bureaus")
    for name in rules:
        assert (forms_dir().parent / f"{name}.toml").is_file()
        assert f"config/{name}.toml" in PAGE


def test_every_sheet_says_where_it_is_from():
    for key in all_forms():
        assert all(sheet.origin for sheet in load_form(*key).sheets)
