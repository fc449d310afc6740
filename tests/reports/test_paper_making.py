"""Papers made in the worker: the same as here, also where nothing can be opened; and errors in plain words."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from kiosk.attachments import paper_making, sandbox
from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable
from kiosk.attachments.paper_making import printed
from kiosk.attachments.sandbox import Answer
from kiosk.reports import writer
from kiosk.reports.errors import FontMissing, PaperNotMade
from kiosk.reports.page import Face, Paper
from kiosk.reports.paper_task import write_paper
from tests.support.papers import SENTENCES


def paper() -> Paper:
    """Return a paper in every planned language, with squares."""
    sheet = Paper("見本", "ja")
    for text in SENTENCES.values():
        sheet.write(text, Face(12, bold=True), 56, 400)
        sheet.write(text, Face(10), 56, 400, end="1")
    sheet.squares([[True, False], [False, True]], 10, 100, 20)
    return sheet


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is taken away there")
def test_the_worker_makes_the_same_paper_where_it_can_open_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import sys; sys.argv[1:] = ['paper']\nfrom kiosk.attachments import worker\n"
        "worker.leave_network = lambda: False\nworker.main()"
    )

    def start(_task: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(sandbox, "_start", start)
    assert printed(paper()) == paper().pdf()


@pytest.mark.parametrize("said", [CheckGaveUp(), CheckUnavailable(), Answer({"pages": 1}, ())])
def test_a_worker_that_fails_is_an_error_about_the_paper(said: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def examine(*_: object) -> object:
        if isinstance(said, Exception):
            raise said
        return said

    monkeypatch.setattr(paper_making, "examine", examine)
    with pytest.raises(PaperNotMade):
        printed(paper())


def test_a_missing_font_comes_out_of_the_worker_as_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> bytes:
        raise FontMissing(file="Kakuu.ttf")

    monkeypatch.setattr("kiosk.reports.paper_task.pdf_of", missing)
    facts, blobs = write_paper([], paper().described(), lambda done, total: None)
    assert blobs == []

    def examine(*_: Any) -> Answer:
        return Answer(facts, ())

    monkeypatch.setattr(paper_making, "examine", examine)
    with pytest.raises(FontMissing) as caught:
        printed(paper())
    assert caught.value.params == {"file": "Kakuu.ttf"}


def test_a_process_that_prepares_itself_does_not_stop_at_a_missing_font(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise FontMissing(file="Kakuu.ttf")

    monkeypatch.setattr(writer, "open_all", missing)
    monkeypatch.setattr(writer, "pdf_of", missing)
    writer.prepare()
