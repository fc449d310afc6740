"""What is known of a draft's files, and how long sending them takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.attachments.notices import Notice
from kiosk.delivery import Reached
from kiosk.offline_queue.model import StoredAttachment
from kiosk.offline_queue.records import from_bytes, to_bytes
from kiosk.screens.journeys.transfer import Pace
from kiosk.screens.papers import Paper, Papers, read_papers

TAX, SHEET = "tax_certificates", "organisation_sheets"
FILES = tuple(
    StoredAttachment(name, slot, f"{name}.pdf", "application/pdf", 1, name * 64)
    for name, slot in (("a", TAX), ("x", SHEET), ("b", TAX), ("c", TAX))
)


def order(papers: Papers) -> str:
    return "".join(file.id for file in papers.ordered(FILES))


def test_it_survives_the_store() -> None:
    notice = Notice("notice.numbers", {"pages": "1, 3"}, (1, 3))
    known = Papers(
        {"a": Paper(3, "f" * 64, "2026-10-01", (notice,), was_picture=True)}, ("b", "a"), {"digest": "d", "papers": []}
    )
    assert read_papers(from_bytes(to_bytes(known.as_header()))) == known
    assert known.of("a").day == date(2026, 10, 1)
    assert known.of("nobody") == Paper()


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"about": {}}, {"about": {"a": {}}, "order": [], "bound": {}}, {"about": 1, "order": 2, "bound": 3}],
)
def test_what_cannot_be_read_is_not_known(value: Any) -> None:
    assert read_papers(value) == Papers()


def test_a_date_that_is_none_is_not_known() -> None:
    said = Papers({"a": Paper(1)}).as_header()
    said["about"]["a"]["issued"] = "2026-02-30"
    assert read_papers(said) == Papers()


def test_files_move_among_those_of_their_document() -> None:
    assert order(Papers()) == "axbc"
    moved = Papers().moved(FILES, "c", -1)
    assert order(moved).replace("x", "") == "acb"
    assert order(moved.moved(FILES, "a", -1)).replace("x", "") == "acb"  # it is the first
    assert order(moved.moved(FILES, "a", 1)).replace("x", "") == "cab"
    assert order(moved.moved(FILES, "x", 1)) == order(moved)  # it is alone


def test_a_new_file_takes_the_place_of_the_old_one() -> None:
    papers = Papers({"a": Paper(1), "b": Paper(2)}, ("c", "b", "a")).in_place_of("b", "new")
    assert papers.order == ("c", "new", "a")
    assert set(papers.about) == {"a"}
    assert papers.without("a") == Papers({}, ("c", "new"))
    assert replace(papers, bound={"x": 1}).bound == {"x": 1}


def test_the_time_left_follows_from_the_pace_so_far() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    megabyte = 1 << 20

    def step(sent: int) -> Any:
        return pace.step(Reached("uploading", sent / 100, "photo.jpg", sent * megabyte, 100 * megabyte))

    assert step(20).key == "send.step.uploading"  # taken up again: what was there before says nothing of the pace
    now[0] += 0.5
    assert step(20).key == "send.step.uploading"  # the portal held as much before: that tells nothing
    now[0] += 9.5
    slow = step(30)
    assert (slow.key, dict(slow.params)["left"]) == ("send.step.seconds", 70)
    pace.pause()
    now[0] += 600
    assert dict(step(30).params)["left"] == 70  # the pause does not count
    now[0] += 30
    quick = step(90)
    assert (quick.key, dict(quick.params)["left"], dict(quick.params)["sent"]) == ("send.step.seconds", 10, "90.0 MB")
    assert pace.step(Reached("submitting", 1.0)).key == "send.step.submitting"
