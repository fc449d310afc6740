"""The shape of ``config/forms/points.toml``: what the lists of the points table do not say themselves."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from kiosk.forms.model import Certainty, Condition


class PointsGroup(BaseModel):
    """Yes-or-no lines of the points table that count together: ``points[n - 1]`` for n times yes, the last for more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: Condition
    fields: tuple[str, ...]
    points: tuple[int, ...] = Field(min_length=1)


class PointsTable(BaseModel):
    """The points table of the highly skilled: what is needed, and lines that are not simply the points of a choice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    needed: int
    certainty: Certainty
    source: str
    groups: tuple[PointsGroup, ...]
