"""Drafts that only hold files for an application that was filed: what they are stands in their header. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SHELF = "requested:"
"""Begins the page of one for what the bureau asked for; the moment it asked follows."""

REST = "rest:"
"""Begins the page of one for what did not fit and follows later; until when it is kept follows."""


def is_shelf(header: Mapping[str, Any]) -> bool:
    """Say whether files are gathered in it that the bureau asked for."""
    return str(header.get("page", "")).startswith(SHELF)


def is_rest(header: Mapping[str, Any]) -> bool:
    """Say whether it holds what did not fit and follows later."""
    return str(header.get("page", "")).startswith(REST)


def is_draft(header: Mapping[str, Any]) -> bool:
    """Say whether it is an application that a person works on."""
    return not is_shelf(header) and not is_rest(header)
