"""Choosing and cutting a photo with the worker's process, and the command that does the same."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image

from kiosk.attachments import errors
from kiosk.attachments.checks import Attached
from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_commands import photo
from kiosk.attachments.photo_crop import Box, Size
from kiosk.attachments.photo_cut import Cut, cut_photo, read_photo
from kiosk.errors import AttachmentError
from tests.attachments import make, photos
from tests.attachments.messages import assert_message

NOW = load_limits("rasens")
BEFORE = load_limits("ras")


def test_a_file_is_read_once_and_cut_as_often_as_one_likes(tmp_path: Path) -> None:
    path = make.saved(
        tmp_path / "見本.JPEG", photos.jpeg(photos.portrait((1_600, 1_200)), exif=make.exif(1, "2026:11:01 09:00:00"))
    )
    source = read_photo(path, NOW)
    path.unlink()
    first = cut_photo(source, NOW)
    assert (first.box, first.whole, first.has_shape, first.kept) == (
        Box(350, 0, 900, 1_200),
        Size(1_600, 1_200),
        False,
        False,
    )
    assert (first.name, first.media_type, first.kind) == ("見本.jpg", "image/jpeg", "JPEG")
    assert (first.taken, first.made, first.size) == (date(2026, 11, 1), Size(900, 1_200), len(first.content))
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    assert len(first.raster.pixels) == 3 * first.raster.width * first.raster.height
    second = cut_photo(source, NOW, Cut(Box(0, 400, 300, 400), 90))
    assert (second.whole, second.made, second.turn) == (Size(1_200, 1_600), Size(300, 400), 90)
    # The wall above the head, which is to the right of it once the picture lies on its side.
    corner = Image.open(io.BytesIO(second.content)).getpixel((5, 5))
    assert isinstance(corner, tuple)
    whole = photos.portrait((1_600, 1_200)).rotate(-90, expand=True).getpixel((5, 405))
    assert isinstance(whole, tuple)
    assert photos.near(corner, whole, 8)


@pytest.mark.parametrize("box", [Box(0, 0, 300, 300), Box(400, 0, 300, 400), Box(0, 0, 0, 0), Box(-3, 0, 300, 400)])
def test_a_box_outside_or_of_another_shape_is_refused(box: Box) -> None:
    facts, _blobs = photos.examined(make.picture(), box=[box.x, box.y, box.width, box.height])
    assert facts == {"problem": "photo_box"}
    assert_message(errors.PhotoBox())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", errors.FileEmpty),
        (make.pdf(), errors.PhotoTypeWrong),
        (make.picture(mode="P", kind="GIF"), errors.PhotoTypeWrong),
        (photos.saved(photos.portrait(), "WEBP"), errors.PhotoTypeWrong),
        (photos.saved(photos.portrait(), "AVIF"), errors.PhotoTypeWrong),
        (b"\xff\xd8\xff" + bytes(41_943_040), errors.PhotoSourceTooLarge),
    ],
    ids=["nothing", "a PDF", "a GIF", "a WebP", "an AVIF", "too large"],
)
def test_what_is_no_photo_is_not_even_opened(tmp_path: Path, content: bytes, expected: type[AttachmentError]) -> None:
    with pytest.raises(expected) as caught:
        read_photo(make.saved(tmp_path / "photo.jpg", content), NOW)
    assert_message(caught.value)


def test_the_old_system_takes_fifty_kilobytes(tmp_path: Path) -> None:
    noisy = Image.effect_noise((600, 800), 60).convert("RGB")
    cut = cut_photo(read_photo(make.saved(tmp_path / "a.jpg", photos.jpeg(noisy)), BEFORE), BEFORE)
    assert cut.size <= 51_200


def test_a_photo_counts_in_the_total(tmp_path: Path) -> None:
    source = read_photo(make.saved(tmp_path / "a.jpg", make.picture()), NOW)
    with pytest.raises(errors.TotalTooLarge):
        cut_photo(source, NOW, attached=Attached(1, 26_214_400 - len(source.content) + 1))


def run(*arguments: object) -> tuple[int, dict[str, Any]]:
    """Run ``kiosk photo … --json`` and return its status and what it told."""
    found = CliRunner().invoke(photo, [*(str(part) for part in arguments), "--json", "--today", "2026-11-24"])
    return found.exit_code, json.loads(found.stdout)


def test_the_command_finds_nothing_wrong_with_a_good_photo(tmp_path: Path) -> None:
    status, told = run("check", make.saved(tmp_path / "a.jpg", photos.jpeg(photos.portrait())))
    assert (status, told["fits"], told["problems"], told["advice"]) == (0, True, [], [])
    assert (told["width"], told["height"], told["ratio_ok"], told["kind"]) == (600, 800, True, "JPEG")
    assert told["checks"]["sharpness"] == "good"


@pytest.mark.parametrize(
    ("content", "profile", "codes", "can_be_made"),
    [
        (photos.jpeg(photos.portrait((800, 600))), "rasens", ["A34"], True),
        (photos.saved(photos.portrait(), "PNG"), "rasens", ["A75"], True),
        (photos.jpeg(photos.portrait(), exif=make.exif(6)), "rasens", ["A34"], True),
        (photos.jpeg(Image.effect_noise((600, 800), 60).convert("RGB")), "ras", ["A31"], True),
        (make.pdf(), "rasens", ["A30"], False),
        (make.picture()[:-2_000], "rasens", ["A33"], False),
    ],
    ids=["lying", "a PNG", "lying by its notes", "too large", "a PDF", "broken"],
)
def test_the_command_says_why_a_file_can_not_be_sent(
    tmp_path: Path, content: bytes, profile: str, codes: list[str], can_be_made: bool
) -> None:
    status, told = run("check", make.saved(tmp_path / "a.jpg", content), "--profile", profile)
    assert (status, told["fits"], told["can_be_made"]) == (4, False, can_be_made)
    assert [problem["code"] for problem in told["problems"]] == codes
    assert all(problem["text"] and problem["next"] for problem in told["problems"])


def test_the_command_cuts_and_what_it_made_is_right(tmp_path: Path) -> None:
    path, out = make.saved(tmp_path / "a.heic", photos.heic(photos.portrait((1_600, 1_200)))), tmp_path / "b.jpg"
    status, told = run("crop", path, "--out", out, "--box", "0, 0, 600, 800", "--turn", 90, "--profile", "ras")
    assert (status, told["out"], told["box"], told["turn"]) == (0, str(out), [0, 0, 600, 800], 90)
    assert told["made"]["bytes"] == out.stat().st_size <= 51_200
    again, found = run("check", out, "--profile", "ras")
    assert (again, found["problems"]) == (0, [])
    assert {item.name for item in tmp_path.iterdir()} == {"a.heic", "b.jpg"}


@pytest.mark.parametrize("box", ["1,2,3", "1,2,3,x", "1,2,3,-4", "", "1,2,3,4,5", "１,2,3,4"])
def test_a_box_that_is_none_is_wrong_usage(tmp_path: Path, box: str) -> None:
    path = make.saved(tmp_path / "a.jpg", make.picture())
    found = CliRunner().invoke(photo, ["crop", str(path), "--out", str(tmp_path / "b.jpg"), "--box", box])
    assert found.exit_code == 2
    assert not (tmp_path / "b.jpg").exists()


@pytest.mark.parametrize(
    ("out", "code"), [("none/b.jpg", "R02"), ("folder", "R03"), ("a.jpg/b.jpg", "R02"), ("device", "R03")]
)
def test_a_place_that_can_not_be_written_is_said_and_left_alone(tmp_path: Path, out: str, code: str) -> None:
    path = make.saved(tmp_path / "a.jpg", make.picture())
    (tmp_path / "folder").mkdir()
    (tmp_path / "device").symlink_to(os.devnull)
    status, told = run("crop", path, "--out", tmp_path / out)
    assert (status, told["out"], [problem["code"] for problem in told["problems"]]) == (1, None, [code])
    assert {item.name for item in tmp_path.iterdir()} == {"a.jpg", "folder", "device"}
    assert (tmp_path / "device").is_char_device()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, out = make.saved(tmp_path / "a.jpg", make.picture()), make.saved(tmp_path / "b.jpg", b"before")
    monkeypatch.setattr(Path, "replace", _full)
    status, told = run("crop", path, "--out", out)
    assert (status, told["problems"][0]["code"], out.read_bytes()) == (1, "R01", b"before")
    assert {item.name for item in tmp_path.iterdir()} == {"a.jpg", "b.jpg"}


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "")


def test_the_file_itself_can_be_written_over(tmp_path: Path) -> None:
    path = make.saved(tmp_path / "a.jpg", photos.jpeg(photos.portrait((800, 600)), exif=make.exif(1)))
    assert run("crop", path, "--out", path)[0] == 0
    assert run("check", path)[1]["fits"]


def test_what_no_photo_can_be_made_of_is_said_in_json_too(tmp_path: Path) -> None:
    path = make.saved(tmp_path / "a.jpg", make.picture()[:-2_000])
    status, told = run("crop", path, "--out", tmp_path / "b.jpg")
    assert (status, told["out"], told["can_be_made"], told["problems"][0]["code"]) == (4, None, False, "A33")
    assert not (tmp_path / "b.jpg").exists()


@pytest.mark.parametrize("box", ["0,0,3,4", "10,10,66,88"])
def test_a_cut_on_which_nobody_is_recognised_is_refused(tmp_path: Path, box: str) -> None:
    path = make.saved(tmp_path / "a.jpg", make.picture())
    status, told = run("crop", path, "--out", tmp_path / "b.jpg", "--box", box)
    assert (status, told["problems"][0]["code"]) == (4, "A71")
