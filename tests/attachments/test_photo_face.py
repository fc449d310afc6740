"""Faces: where nothing can look for them nothing is guessed; what is made of one found is tried on drawings."""

from __future__ import annotations

from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from kiosk.attachments import photo_face
from kiosk.attachments.photo_crop import Head
from kiosk.attachments.photo_face import Faces, find_faces, head_of
from tests.attachments import photos

FACE = (160, 290, 440, 570)
"""Where a detector would see the face of a drawn portrait of 600 by 800: from the brows to the chin."""


class Detector:
    """Stands in for the library: finds the faces it is told to."""

    def __init__(self, *faces: tuple[int, int, int, int]) -> None:
        self._faces = faces

    def get_frontal_face_detector(self) -> Any:
        return self._found

    def _found(self, _pixels: object, _larger: int) -> list[Any]:
        return [self._rectangle(*face) for face in self._faces]

    @staticmethod
    def _rectangle(*edges: int) -> Any:
        named = zip(("left", "top", "right", "bottom"), edges, strict=True)
        return SimpleNamespace(**{name: (lambda edge=edge: edge) for name, edge in named})


@pytest.fixture
def detector(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(*faces: tuple[int, int, int, int]) -> None:
        monkeypatch.setattr(photo_face, "dlib", Detector(*faces))
        monkeypatch.setattr(photo_face, "numpy", SimpleNamespace(asarray=id))

    return install


def test_without_the_extra_nothing_is_known_of_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_face, "dlib", None)
    assert not photo_face.available()
    facts, _blobs = photos.examined(photos.jpeg(photos.portrait((1_600, 1_200))))
    assert (facts["faces"], facts["head"]) == (None, None)


def test_the_hair_is_found_above_the_face() -> None:
    head = head_of(photos.portrait().convert("L"), FACE, 1.0)
    assert head.top == pytest.approx(96, abs=12)  # drawn from 0.12 of the height on
    assert (head.chin, head.middle) == (570, 300)


def test_a_head_is_told_in_pixels_of_the_whole_picture() -> None:
    assert head_of(photos.portrait().convert("L"), FACE, 4.0).chin == 2_280


def test_before_a_patterned_wall_the_hair_is_taken_to_be_as_usual() -> None:
    picture = photos.portrait().convert("L")
    for x in range(0, 600, 40):
        picture.paste(90, (x, 0, x + 20, 90))
    assert head_of(picture, FACE, 1.0) == Head(94, 570, 300, sure=False)
    # A shadow on one side is no pattern.
    shaded = photos.portrait().convert("L")
    shaded.paste(215, (560, 0, 600, 800))
    head = head_of(shaded, FACE, 1.0)
    assert (head.top, head.sure) == (pytest.approx(96, abs=12), True)


def test_where_nothing_stands_out_above_the_face_the_head_begins_with_it() -> None:
    assert head_of(Image.new("L", (600, 800), 230), FACE, 1.0) == Head(290, 570, 300)


@pytest.mark.parametrize("face", [(0, 0, 280, 280), (-20, -30, 260, 250), (500, 10, 700, 300)])
def test_a_face_at_the_edge_is_no_trouble(face: tuple[int, int, int, int]) -> None:
    head = head_of(photos.portrait().convert("L"), face, 1.0)
    assert 0 <= head.top <= max(0, face[1])


@pytest.mark.parametrize("faces", [(), (FACE, (10, 10, 90, 90))])
def test_none_or_several_have_no_head(detector: Any, faces: tuple[tuple[int, int, int, int], ...]) -> None:
    detector(*faces)
    assert find_faces(photos.portrait()) == Faces(len(faces), None)


def test_the_first_box_is_cut_around_the_face(detector: Any) -> None:
    picture = Image.new("RGB", (1_600, 1_200), "#E8EEF4")
    picture.paste(photos.portrait((450, 600)), (900, 300))
    # Seen on a picture of 640 by 480, so 2.5 times as small.
    detector((408, 207, 492, 291))
    facts, _blobs = photos.examined(photos.jpeg(picture))
    top, chin, middle, _sure = facts["head"]
    x, y, width, height = facts["box"]
    assert facts["faces"] == 1
    assert abs(x + width / 2 - middle) <= 2
    assert (chin - top) / height == pytest.approx(0.625, abs=0.02)
    assert (top - y) / height == pytest.approx(0.125, abs=0.02)


def test_a_photo_that_shows_the_head_as_it_should_be_stays_whole(detector: Any) -> None:
    detector((128, 232, 352, 456))
    content = photos.jpeg(photos.portrait())
    facts, (sent, _raster) = photos.examined(content)
    assert (facts["box"], facts["kept"], sent) == ([0, 0, 600, 800], True, content)


def test_a_photo_of_the_right_shape_with_a_small_head_is_cut_nearer(detector: Any) -> None:
    picture = Image.new("RGB", (1_200, 1_600), "#E8EEF4")
    picture.paste(photos.portrait((450, 600)), (400, 300))
    detector((200, 207, 284, 291))
    assert photos.examined(photos.jpeg(picture))[0]["box"][3] < 900


def test_without_the_extra_nothing_is_guessed_and_with_it_a_blank_picture_is_no_person() -> None:
    installed = find_spec("dlib") is not None and find_spec("numpy") is not None
    assert photo_face.available() is installed
    if installed:
        assert find_faces(Image.new("RGB", (600, 800), "white")) == Faces(0, None)
