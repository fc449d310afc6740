"""``kiosk photo``: looks at a photo and cuts it, for staff and other programs."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import date

    from kiosk.attachments.limits import Limits
    from kiosk.attachments.photo_crop import Box
    from kiosk.attachments.photo_cut import Cut, CutPhoto, PhotoSource
    from kiosk.errors import AttachmentError, KioskError
    from kiosk.i18n import Translator

EXIT_UNFIT = 4
"""Exit status where the file can't be sent as it is. 1 is an error of ours, 2 wrong usage, as everywhere."""


def _box(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> Box | None:
    from kiosk.attachments.photo_crop import Box

    if value is None:
        return None
    parts = [part.strip() for part in value.split(",")]
    if len(parts) != 4 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise click.BadParameter("four whole numbers: x,y,width,height")
    return Box(*map(int, parts))


_FILE = click.argument("file", type=click.Path(path_type=Path))
_PROFILE = click.option("--profile", type=click.Choice(["rasens", "ras"]), default="rasens", show_default=True,
                        help="Which generation of the system is to take it.")  # fmt: skip
_TODAY = click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day of filing in Japan.")
_LANGUAGE = click.option("--language", default="en", show_default=True)
_JSON = click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")


@click.group()
def photo() -> None:
    """Look at an applicant's photo, cut it to 3 by 4."""


@photo.command()
@_FILE
@_PROFILE
@_TODAY
@_LANGUAGE
@_JSON
def check(file: Path, profile: str, today: Any, language: str, in_json: bool) -> None:
    """Say whether FILE can be sent as it is, what is doubtful about it, and whether cutting would help.

    It ends with status 0 where it can be sent as it is, 4 where it can't.
    """
    from kiosk.errors import AttachmentError

    limits, t = _limits(profile), _translator(language)
    try:
        source = _read(file, limits)
        told = _told(_cut(source, limits), limits, _day(today), t)
        told["problems"] = _unfit(len(source.content), told, limits, t)
    except AttachmentError as error:
        told = _refused(error, t)
    _say(told, in_json)
    raise SystemExit(EXIT_UNFIT if told["problems"] else 0)


@photo.command()
@_FILE
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the JPEG goes.")
@click.option(
    "--box", metavar="X,Y,W,H", callback=_box, help="What to cut, in pixels of the upright, turned picture; 3 by 4."
)
@click.option("--turn", type=click.Choice(["0", "90", "180", "270"]), default="0", show_default=True,
              help="Degrees clockwise to turn it beforehand.")  # fmt: skip
@_PROFILE
@_TODAY
@_LANGUAGE
@_JSON
def crop(
    file: Path, out: Path, box: Box | None, turn: str, profile: str, today: Any, language: str, in_json: bool
) -> None:
    """Cut FILE to 3 by 4, as a JPEG without the camera's notes that the system takes, into OUT.

    It ends with status 0 where OUT was written, 4 where no photo can be made of FILE, 1 where OUT can't be written.
    """
    from kiosk.attachments.photo_cut import Cut
    from kiosk.errors import AttachmentError, ReportError

    limits, t = _limits(profile), _translator(language)
    try:
        made = _cut(_read(file, limits), limits, Cut(box, int(turn)))
        _write(out, made.content)
    except (AttachmentError, ReportError) as error:
        _say({**_refused(error, t), "out": None}, in_json)
        raise SystemExit(EXIT_UNFIT if isinstance(error, AttachmentError) else 1) from None
    _say({**_told(made, limits, _day(today), t), "problems": [], "out": str(out)}, in_json)


def _read(file: Path, limits: Limits) -> PhotoSource:
    from kiosk.attachments.photo_cut import read_photo

    return read_photo(file, limits)


def _cut(source: PhotoSource, limits: Limits, cut: Cut | None = None) -> CutPhoto:
    from kiosk.attachments.photo_cut import Cut, cut_photo

    return cut_photo(source, limits, cut or Cut())


def _told(made: CutPhoto, limits: Limits, today: date, t: Translator) -> dict[str, Any]:
    """Return what was found out about a photo: what it was, what was made of it, and what is doubtful."""
    from kiosk.attachments.photo_rules import findings

    found = findings(made, limits, today)
    return {
        "fits": made.kept,
        "can_be_made": True,
        "kind": made.kind,
        "width": made.whole.width,
        "height": made.whole.height,
        "orientation": made.orientation,
        "ratio_ok": made.has_shape,
        "taken": made.taken.isoformat() if made.taken else None,
        "box": [made.box.x, made.box.y, made.box.width, made.box.height],
        "turn": made.turn,
        "made": {
            "width": made.made.width, "height": made.made.height, "bytes": made.size, "sha256": made.sha256,
        },
        "sharpness": round(made.sharpness, 1),
        "background": {"spread": round(made.spread, 1), "lightness": round(made.lightness, 1)},
        "face": "not_checked" if made.faces is None else made.faces,
        "head": None if made.head is None else [made.head.top, made.head.chin, made.head.middle],
        "checks": {item.key: item.standing for item in found},
        "advice": [
            {
                "key": item.key,
                "text": t(item.message_key, **item.params),
                "next": t(f"{item.message_key}.next", **item.params),
            }
            for item in found
            if item.standing == "doubtful"
        ],
    }  # fmt: skip


def _unfit(size: int, told: dict[str, Any], limits: Limits, t: Translator) -> list[dict[str, Any]]:
    """Return why a file that a photo can be made of can't be sent as it is."""
    from kiosk.attachments.errors import PhotoNotPlain, PhotoRatio, PhotoTooLarge
    from kiosk.attachments.limits import kilobytes

    found: list[AttachmentError] = []
    if not told["ratio_ok"]:
        found.append(PhotoRatio(width=told["width"], height=told["height"]))
    if size > limits.photo.max_bytes:
        found.append(PhotoTooLarge(limit=kilobytes(limits.photo.max_bytes)))
    if told["ratio_ok"] and not told["fits"] and not found:
        found.append(PhotoNotPlain())
    return [_problem(error, t) for error in found]


def _refused(error: KioskError, t: Translator) -> dict[str, Any]:
    """Return what is said where there is no photo to tell of."""
    return {
        "fits": False,
        "can_be_made": False,
        "face": "not_checked",
        "problems": [_problem(error, t)],
        "advice": [],
    }


def _problem(error: KioskError, t: Translator) -> dict[str, Any]:
    key = f"error.{error.key}"
    return {
        "code": error.code,
        "key": error.key,
        "text": t(key, **error.params),
        "next": t(f"{key}.next", **error.params),
    }


def _write(path: Path, content: bytes) -> None:
    """Write the JPEG whole or not at all, over a file that is there, but over nothing else: no folder, no device.

    Raises:
        PlaceFull, PlaceGone, PlaceClosed: it could not be written.
    """
    from kiosk.reports.errors import PlaceClosed
    from kiosk.reports.saving import said

    if path.exists() and not path.is_file():
        raise PlaceClosed()
    try:
        handle, half = tempfile.mkstemp(suffix=".part", dir=path.parent)
    except OSError as error:
        raise said(error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(half).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(half).unlink(missing_ok=True)
        raise said(error) from error


def _say(told: dict[str, Any], in_json: bool) -> None:
    if in_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for problem in told["problems"]:
        click.echo(f"✗ {problem['code']} {problem['text']} {problem['next']}")
    for advice in told["advice"]:
        click.echo(f"! {advice['text']}. {advice['next']}")
    if "made" in told and told["face"] == "not_checked":
        click.echo("○ face not checked here")
    if "made" in told:
        click.echo("{width} × {height}, {bytes} bytes".format(**told["made"]))


def _limits(profile: str) -> Limits:
    from kiosk.attachments.limits import load_limits

    return load_limits(profile)


def _translator(language: str) -> Translator:
    from kiosk.i18n import translator

    return translator(language)


def _day(given: Any) -> date:
    from kiosk.clock import japan_date, utc_now

    return given.date() if given else japan_date(utc_now())
