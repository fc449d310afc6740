"""The table of this folder names files that are there, and each of them holds tests."""

from __future__ import annotations

import re
from pathlib import Path

import tests.bad_input

TESTS = Path(__file__).parents[1]


def test_every_file_of_the_table_holds_tests() -> None:
    named = set(re.findall(r"[\w/]+\.py", tests.bad_input.__doc__ or "")) - {"test_table.py"}
    assert len(named) > 20
    assert [name for name in sorted(named) if "def test_" not in (TESTS / name).read_text(encoding="utf-8")] == []


def test_every_file_of_this_folder_is_in_the_table() -> None:
    own = {f"bad_input/{path.name}" for path in Path(__file__).parent.glob("test_*.py")} - {"bad_input/test_table.py"}
    assert [name for name in sorted(own) if name not in (tests.bad_input.__doc__ or "")] == []
