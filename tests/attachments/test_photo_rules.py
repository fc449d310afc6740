"""What is said about a photo: from drawn ones, sharp and blurred, before a plain wall and before none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PIL import Image

from kiosk.attachments.limits import load_limits
from kiosk.attachments.photo_crop import Head, Size
from kiosk.attachments.photo_measure import MEASURED, border_mask, measured
from kiosk.attachments.photo_rules import Finding, findings, oldest_day
from kiosk.i18n import translator
from tests.attachments import photos

LIMITS = load_limits("rasens")
TODAY = date(2026, 11, 24)

GOOD = replace(photos.GOOD, faces=1, head=Head(80, 580, 300))


def found(**changes: Any) -> dict[str, Finding]:
    return {item.key: item for item in findings(replace(GOOD, **changes), LIMITS, TODAY)}


def test_of_a_good_photo_all_is_good() -> None:
    assert {key: item.standing for key, item in found().items()} == dict.fromkeys(
        ("shape", "pixels", "size", "sharpness", "plain", "light", "age", "face", "head", "gap", "middle"), "good"
    )


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "few pixels across": ({"made": Size(353, 472)}, "pixels", "doubtful"),
    "few pixels down": ({"made": Size(354, 471)}, "pixels", "doubtful"),
    "just enough pixels": ({"made": Size(354, 472)}, "pixels", "good"),
    "blurred": ({"sharpness": 39.9}, "sharpness", "doubtful"),
    "just sharp": ({"sharpness": 40.0}, "sharpness", "good"),
    "wallpaper": ({"spread": 8.1}, "plain", "doubtful"),
    "just plain": ({"spread": 8.0}, "plain", "good"),
    "a dark wall": ({"lightness": 139.9}, "light", "doubtful"),
    "six months ago": ({"taken": date(2026, 5, 24)}, "age", "good"),
    "a day more": ({"taken": date(2026, 5, 23)}, "age", "doubtful"),
    "no day": ({"taken": None}, "age", "unchecked"),
    "a clock ahead": ({"taken": date(2026, 11, 25)}, "age", "unchecked"),
    "no way to look for faces": ({"faces": None, "head": None}, "face", "unchecked"),
    "no face": ({"faces": 0, "head": None}, "no_face", "doubtful"),
    "a head before a pattern": ({"faces": 1, "head": Head(96, 570, 300, sure=False)}, "head", "unchecked"),
    "a face on its side": ({"faces": 0, "head": None, "upright_by": 90}, "lying", "doubtful"),
    "two faces": ({"faces": 2, "head": None}, "faces", "doubtful"),
    "a small head": ({"head": Head(80, 511, 300)}, "head", "doubtful"),
    "a large head": ({"head": Head(80, 648, 300)}, "head", "doubtful"),
    "no space above": ({"head": Head(31, 531, 300)}, "gap", "doubtful"),
    "much space above": ({"head": Head(168, 668, 300)}, "gap", "doubtful"),
    "aside": ({"head": Head(80, 580, 350)}, "middle", "doubtful"),
    "hardly aside": ({"head": Head(80, 580, 345)}, "middle", "good"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_doubtful_is_said(name: str) -> None:
    changes, key, standing = CASES[name]
    assert found(**changes)[key].standing == standing


def test_without_the_extra_nothing_is_said_of_head_and_face() -> None:
    keys = set(found(faces=None, head=None))
    assert not keys & {"head", "gap", "middle", "no_face", "faces"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_finding_has_its_words(language: str) -> None:
    t = translator(language)
    for changes, _key, _standing in CASES.values():
        for item in found(**changes).values():
            assert t.has(item.message_key), item.message_key
            assert "{" not in t(item.message_key, **item.params)
            if item.standing != "good":
                assert t.has(f"{item.message_key}.next")
                assert "{" not in t(f"{item.message_key}.next", **item.params)


@pytest.mark.parametrize(
    ("today", "oldest"), [(date(2026, 8, 31), date(2026, 2, 28)), (date(2026, 11, 24), date(2026, 5, 24))]
)
def test_six_months_before_a_day(today: date, oldest: date) -> None:
    assert oldest_day(today, 6) == oldest


def test_sharp_and_blurred_differ_by_the_threshold() -> None:
    checks = LIMITS.photo.checks
    assert measured(photos.portrait()).sharpness > checks.least_sharpness
    assert measured(photos.blurred(photos.portrait((1200, 1600)), 30)).sharpness < checks.least_sharpness


def test_a_small_copy_is_not_sharp() -> None:
    small = photos.portrait((1200, 1600)).resize((45, 60), Image.Resampling.BOX)
    assert measured(small).sharpness < measured(photos.portrait()).sharpness / 3


@pytest.mark.parametrize(
    ("background", "light"), [("#FFFFFF", 255), ("#808080", 128), ("#202020", 32)], ids=["white", "grey", "dark"]
)
def test_a_plain_wall_has_one_brightness(background: str, light: int) -> None:
    found = measured(photos.portrait(background=background))
    assert found.spread < 1
    assert found.lightness == pytest.approx(light, abs=1)


def test_wallpaper_and_a_shadow_are_not_plain() -> None:
    most = LIMITS.photo.checks.most_spread
    striped = photos.portrait()
    for x in range(0, 600, 60):
        striped.paste("#A0A8B0", (x, 0, x + 30, 90))
    assert measured(striped).spread > most
    shadowed = photos.portrait()
    shadowed.paste("#808890", (560, 60, 600, 500))
    assert measured(shadowed).spread > most


def test_shoulders_and_face_are_no_background() -> None:
    mask = border_mask()
    width, height = MEASURED
    assert [bool(mask.getpixel((x, y))) for x, y in ((5, 5), (150, 5), (5, 150), (width - 1, 150))] == [True] * 4
    assert [bool(mask.getpixel((x, y))) for x, y in ((150, 100), (5, 300), (150, height - 1))] == [False] * 3
