"""A paper that can't be made is tried again as often as the person wants, and only a whole one is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from kiosk.app import KioskApp
from kiosk.errors import KioskError
from kiosk.reports.errors import FontMissing, PaperNotMade
from kiosk.reports.page import Face, Paper
from kiosk.screens.journeys import printing


class _App:
    """As much of the app as the journey needs: jobs are done at once, problems answered in turn."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.problems: list[str] = []
        self.shown: list[tuple[str, str]] = []

    async def do(self, title_key: str, job: Callable[[object], Any], lead_key: str) -> Any:
        self.shown.append((title_key, lead_key))
        return job(None)

    async def problem(self, error: KioskError) -> str:
        self.problems.append(error.code)
        return self._answers.pop(0)


def _paper() -> Paper:
    paper = Paper("見本", "ja")
    paper.write("架空見本", Face(12), 56, 400)
    return paper


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """Return what is saved, from now on."""
    found: list[tuple[str, bytes]] = []

    async def save_paper(_app: object, _title: str, name: str, content: bytes) -> str:
        found.append((name, content))
        return name

    monkeypatch.setattr(printing, "save_paper", save_paper)
    return found


async def test_it_is_made_behind_a_progress_screen_and_saved_whole(saved: list[tuple[str, bytes]]) -> None:
    app = _App()
    assert await printing.print_paper(cast(KioskApp, app), "slip.title", "x.pdf", _paper) == "x.pdf"
    assert saved == [("x.pdf", _paper().pdf())]
    assert app.shown == [("slip.title", "paper.making")]


async def test_it_can_be_tried_again_and_left(saved: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    errors: list[KioskError] = [PaperNotMade(), FontMissing(file="Kakuu.ttf")]

    def printed(_paper: Paper) -> bytes:
        raise errors.pop(0)

    monkeypatch.setattr("kiosk.attachments.paper_making.printed", printed)
    app = _App("again", "back")
    assert await printing.print_paper(cast(KioskApp, app), "slip.title", "x.pdf", _paper) == ""
    assert (app.problems, saved) == (["R05", "R04"], [])
