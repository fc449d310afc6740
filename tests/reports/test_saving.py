"""Saving a paper where the person says: whole or not at all, and never over anything."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from kiosk.reports.errors import PlaceClosed, PlaceFull, PlaceGone, ReportError
from kiosk.reports.saving import save


def test_it_is_there_whole_and_for_this_user_alone(tmp_path: Path) -> None:
    path = save(tmp_path, "slip.pdf", b"%PDF whole")
    assert path == tmp_path / "slip.pdf"
    assert path.read_bytes() == b"%PDF whole"
    assert [entry.name for entry in tmp_path.iterdir()] == ["slip.pdf"]


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(b"mine")
    assert save(tmp_path, "slip.pdf", b"new").name == "slip-2.pdf"
    assert save(tmp_path, "slip.pdf", b"new").name == "slip-3.pdf"
    assert (tmp_path / "slip.pdf").read_bytes() == b"mine"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    (tmp_path / "slip.pdf").symlink_to(target)
    assert save(tmp_path, "slip.pdf", b"new").name == "slip-2.pdf"
    assert not target.exists()


def test_a_stick_that_was_pulled_out(tmp_path: Path) -> None:
    with pytest.raises(PlaceGone):
        save(tmp_path / "gone", "slip.pdf", b"x")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, PlaceFull), (errno.EDQUOT, PlaceFull), (errno.EIO, PlaceGone), (errno.ENODEV, PlaceGone),
        (errno.EROFS, PlaceClosed), (errno.EACCES, PlaceClosed),
    ],
)  # fmt: skip
def test_what_the_disk_says_and_that_no_part_stays_behind(
    number: int, said: type[ReportError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("kiosk.reports.saving.os.fsync", refuse)
    with pytest.raises(said):
        save(tmp_path, "slip.pdf", b"x" * 10_000)
    assert not list(tmp_path.iterdir())


def test_a_folder_full_of_such_names(tmp_path: Path) -> None:
    for number in ("", *(f"-{n}" for n in range(2, 100))):
        (tmp_path / f"slip{number}.pdf").touch()
    with pytest.raises(PlaceClosed):
        save(tmp_path, "slip.pdf", b"x")
