"""What labels in a row have in common, said once above them. Pure.

Official labels are paths: "Place of employment: (6) Address: Prefecture", 「勤務先 (6)所在地 都道府県」. Where several
in a row begin alike, that beginning is their heading and each is left with what is its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_STEPS = {"ja": " "}
_STEP = ": "
"""What stands between the steps of a path, by language."""

_NUMBERING = "()（）0123456789"
"""A label of these alone would say nothing."""


class Wording(NamedTuple):
    """A label in two: what it shares with its neighbours ("" for nothing), and what is its own."""

    heading: str
    label: str


def worded(labels: Sequence[str], language: str) -> tuple[Wording, ...]:
    """Return every label with its heading; two or more in a row share one.

    Args:
        labels: in the order in which they are shown. An empty one (a table, a paragraph) parts no others, neither does
            one that would be left with its number alone; that one stays whole.
        language: of the labels.
    """
    step = _STEPS.get(language, _STEP)
    paths = [tuple(label.split(step)) for label in labels]
    shown = [place for place, path in enumerate(paths) if len(path) == 1 or _says_something(path[1:])]
    found = [Wording("", label) for label in labels]
    for _first, places in itertools.groupby(
        (place for place in shown if labels[place]), key=lambda n: _begins(paths[n])
    ):
        run = list(places)
        for place, wording in zip(run, _run([paths[place] for place in run], step), strict=True):
            found[place] = wording
    return tuple(found)


def _begins(path: tuple[str, ...]) -> tuple[str, bool]:
    """Return with what a label begins, and whether anything follows: one that says it all is in no group."""
    return path[0], len(path) > 1


def _run(paths: list[tuple[str, ...]], step: str) -> Iterator[Wording]:
    """Yield the wordings of labels that begin alike."""
    shared = len(_alike([path[:-1] for path in paths])) if len(paths) > 1 else 0
    while shared and not all(_says_something(path[shared:]) for path in paths):
        shared -= 1
    for path in paths:
        yield Wording(step.join(path[:shared]), step.join(path[shared:]))


def _alike(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the steps with which all of them begin."""
    steps = itertools.takewhile(lambda several: len(set(several)) == 1, zip(*paths, strict=False))
    return tuple(several[0] for several in steps)


def _says_something(rest: tuple[str, ...]) -> bool:
    return any(part.strip(_NUMBERING) for part in rest)
