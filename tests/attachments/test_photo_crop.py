"""Where a photo is cut: the box never leaves the picture and never loses its shape."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.attachments.photo_crop import (
    SMALLEST,
    Box,
    Head,
    Raster,
    Size,
    box_around,
    first_box,
    has_shape,
    is_right,
    moved,
    turned,
    turned_raster,
    zoomed,
)

SIDES = st.integers(3 * SMALLEST, 9_000)
SIZES = st.builds(Size, SIDES, st.integers(4 * SMALLEST, 9_000))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.integers(-9_999, 9_999), st.integers(-9_999, 9_999)),
        st.tuples(st.just("zoom"), st.floats(0.2, 5), st.just(0)),
        st.tuples(st.just("turn"), st.just(0), st.just(0)),
    ),
    max_size=12,
)


@given(SIZES, STEPS)
def test_whatever_is_done_the_box_is_one_that_can_be_cut(size: Size, steps: list[tuple[str, float, int]]) -> None:
    box = first_box(size, 0.02)
    assert is_right(box, size, 0.02)
    for name, one, other in steps:
        if name == "move":
            box = moved(box, size, int(one), other)
        elif name == "zoom":
            box = zoomed(box, size, one)
        else:
            box, size = turned(box, size), Size(size.height, size.width)
        assert is_right(box, size, 0.02), (name, box, size)


@pytest.mark.parametrize(
    ("size", "box"),
    [
        (Size(600, 800), Box(0, 0, 600, 800)),
        (Size(588, 800), Box(0, 0, 588, 800)),
        (Size(612, 800), Box(0, 0, 612, 800)),
        (Size(613, 800), Box(6, 0, 600, 800)),
        (Size(4000, 3000), Box(875, 0, 2250, 3000)),
        (Size(600, 1100), Box(0, 100, 600, 800)),
        (Size(601, 1103), Box(0, 101, 600, 800)),
    ],
)
def test_the_first_box(size: Size, box: Box) -> None:
    assert first_box(size, 0.02) == box


@pytest.mark.parametrize(("width", "good"), [(587, False), (588, True), (612, True), (613, False)])
def test_the_shape_has_a_tolerance(width: int, good: bool) -> None:
    assert has_shape(Size(width, 800), 0.02) is good


def test_a_head_stands_where_it_should() -> None:
    box = box_around(Head(top=1_000, chin=1_600, middle=2_000), Size(4_000, 3_000), 0.6, 0.1)
    assert box == Box(1_625, 900, 750, 1_000)


def test_a_head_at_the_edge_is_not_cut_outside_of_the_picture() -> None:
    box = box_around(Head(top=0, chin=600, middle=60), Size(4_000, 3_000), 0.6, 0.1)
    assert box == Box(0, 0, 750, 1_000)


def test_a_head_that_fills_the_picture_gets_all_of_it() -> None:
    assert box_around(Head(0, 800, 300), Size(600, 800), 0.6, 0.1) == Box(0, 0, 600, 800)


@given(SIZES)
def test_zooming_always_does_something_until_it_can_do_no_more(size: Size) -> None:
    box, seen = first_box(size, 0), 0
    while (nearer := zoomed(box, size, 0.94)) != box:
        assert nearer.height < box.height
        box, seen = nearer, seen + 1
    assert box.size == Size(3 * SMALLEST, 4 * SMALLEST)
    while (farther := zoomed(box, size, 1.06)) != box:
        assert farther.height > box.height
        box = farther
    assert box.width > size.width - 3 or box.height > size.height - 4


def test_zooming_keeps_the_middle() -> None:
    box = zoomed(Box(1_000, 1_000, 300, 400), Size(4_000, 3_000), 0.5)
    assert box == Box(1_075, 1_100, 150, 200)


@pytest.mark.parametrize(
    "box",
    [Box(-1, 0, 300, 400), Box(0, 401, 300, 400), Box(301, 0, 300, 400), Box(0, 0, 300, 300), Box(0, 0, 0, 0)],
)
def test_a_box_that_cannot_be_cut(box: Box) -> None:
    assert not is_right(box, Size(600, 800), 0.02)


def test_turning_keeps_what_is_in_the_middle() -> None:
    # The middle of the box, 150 from the left and 300 from above, is then 500 from the left and 150 from above.
    after = turned(Box(75, 200, 150, 200), Size(600, 800))
    assert (after.x + after.width // 2, after.y + after.height // 2) == (500, 150)
    assert after.size == Size(150, 200)


def test_the_small_picture_is_turned_with_it() -> None:
    pixels = bytes(range(18))  # three wide, two high
    after = turned_raster(Raster(3, 2, pixels))
    assert (after.width, after.height) == (2, 3)
    assert after.pixels == bytes([9, 10, 11, 0, 1, 2, 12, 13, 14, 3, 4, 5, 15, 16, 17, 6, 7, 8])


@given(st.integers(1, 9), st.integers(1, 9))
def test_four_turns_are_none(width: int, height: int) -> None:
    first = Raster(width, height, bytes((7 * n) % 256 for n in range(3 * width * height)))
    after = first
    for _ in range(4):
        after = turned_raster(after)
    assert after == first
