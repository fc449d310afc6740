"""The optional face check with its real detector, in the worker process of an environment that has it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dev
from tests.attachments import make, photos
from tests.attachments.likeness import CHIN, HAIR, likeness
from tests.support.modules import ROOT

pytestmark = [pytest.mark.faces, pytest.mark.xdist_group("faces")]

PLACE = ("head", "gap", "middle")


def _said(*arguments: str) -> tuple[int, dict[str, Any]]:
    command = [str(dev.FACES_PYTHON), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Any]]:
    status, said = _said("-m", "tests.attachments.faces_seen")
    assert status == 0
    return said


def test_one_face_as_it_should_be_is_measured_and_nothing_is_doubtful(seen: dict[str, dict[str, Any]]) -> None:
    one = seen["one"]
    assert (one["faces"], one["kept"]) == (1, True)
    assert "doubtful" not in one["found"].values()
    assert {one["found"][key] for key in ("face", *PLACE)} == {"good"}
    # The detector's box ends at the chin within a tenth of it; the hair is measured.
    assert one["head"]["top"] == pytest.approx(HAIR * 800, abs=12)
    assert one["head"]["chin"] == pytest.approx(CHIN * 800, abs=45)
    assert one["head"]["middle"] == pytest.approx(300, abs=12)


def test_a_wide_picture_is_cut_around_the_face(seen: dict[str, dict[str, Any]]) -> None:
    wide = seen["one, wide"]
    assert {wide["found"][key] for key in ("face", *PLACE)} == {"good"}
    assert wide["box"]["x"] + wide["box"]["width"] / 2 == pytest.approx(1_125, abs=15)


@pytest.mark.parametrize(
    ("name", "faces", "upright_by", "said"),
    [
        ("none", 0, 0, "no_face"),
        ("two", 2, 0, "faces"),
        ("on its side", 0, 90, "lying"),
        ("upside down", 0, 180, "lying"),
    ],
)
def test_what_is_no_single_upright_face_is_said(
    seen: dict[str, dict[str, Any]], name: str, faces: int, upright_by: int, said: str
) -> None:
    assert (seen[name]["faces"], seen[name]["upright_by"], seen[name]["head"]) == (faces, upright_by, None)
    assert seen[name]["found"][said] == "doubtful"
    assert not {"face", *PLACE} & set(seen[name]["found"])


@pytest.mark.parametrize("name", ["turned", "tilted"])
def test_a_face_turned_upright_or_held_a_little_aslant_is_one(seen: dict[str, dict[str, Any]], name: str) -> None:
    assert seen[name]["faces"] == 1
    assert {seen[name]["found"][key] for key in ("face", *PLACE)} == {"good"}


@pytest.mark.parametrize(
    ("name", "doubtful"), [("too small", {"head", "gap"}), ("too large", {"head", "gap"}), ("aside", {"middle"})]
)
def test_a_head_of_the_wrong_size_or_place_is_said(
    seen: dict[str, dict[str, Any]], name: str, doubtful: set[str]
) -> None:
    found = seen[name]["found"]
    assert found["face"] == "good"
    assert {key for key in PLACE if found[key] == "doubtful"} == doubtful


def test_the_command_tells_how_many_faces_there_are(tmp_path: Path) -> None:
    path = make.saved(tmp_path / "photo.jpg", photos.jpeg(likeness()))
    status, told = _said("-m", "kiosk", "photo", "check", str(path), "--json")
    assert (status, told["face"], told["fits"], told["advice"]) == (0, 1, True, [])
    assert len(told["head"]) == 3
