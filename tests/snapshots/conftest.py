"""A picture of a program that crashed is no picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the wide pictures in one language: only the words differ, and those are seen in the narrow ones."""
    twice = [
        item
        for item in items
        if isinstance(item, pytest.Function)
        and (params := getattr(item, "callspec", None)) is not None
        and (params.params.get("size"), params.params.get("language")) == ((120, 36), "ja")
    ]
    config.hook.pytest_deselected(items=twice)
    items[:] = [item for item in items if item not in twice]


@pytest.fixture
def snap_compare(snap_compare: Callable[..., bool]) -> Callable[..., bool]:
    """Compare as the plug-in does, which itself does not notice an exception inside the program."""

    def compare(app: App[Any], **options: Any) -> bool:
        same = snap_compare(app, **options)
        error = app._exception  # pyright: ignore[reportPrivateUsage]  # the only place where Textual keeps it
        if error is not None:
            raise error
        return same

    return compare
