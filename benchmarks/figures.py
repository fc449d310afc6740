"""What a benchmark gives back, and how it is shown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    Attributes:
        name: what was measured.
        value: the measurement, in ``unit``.
        unit: ms, commands, bytes, MiB …
        beside: the same for what it is compared with, measured in the same run; None where nothing is.
        ratio: ``value`` / ``beside``.
        target: what is aimed at, in words.
    """

    name: str
    value: float
    unit: str
    beside: float | None = None
    target: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times ``beside`` it is."""
        return self.value / self.beside if self.beside else None

    def as_dict(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return {**asdict(self), "ratio": self.ratio}

    def as_text(self) -> str:
        """Return the line for a person."""
        beside = "" if self.beside is None else f"beside {self.beside:9.2f}"
        ratio = "" if self.ratio is None else f"= {self.ratio:5.2f} x"
        return f"{self.name:<58}{self.value:10.2f} {self.unit:<9}{beside:<18}{ratio:<10} {self.target}".rstrip()


def percentile(values: Sequence[float], share: int) -> float:
    """Return the ``share``-th percentile (1 to 99) of ``values``."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]
