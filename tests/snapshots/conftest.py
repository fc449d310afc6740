"""A picture of a program that crashed is no picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App


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
