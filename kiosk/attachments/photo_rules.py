"""What is said about a photo that was cut: what is right, what is doubtful, what can't be checked here. Pure.

Nothing here refuses a photo: whatever stops one is an error of ``photo_cut`` already. A finding's words are the
messages ``photo.<key>.<standing>``, and ``photo.<key>.<standing>.next`` for what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kiosk.attachments.limits import Limits, PhotoChecks, PhotoLimits, kilobytes
from kiosk.attachments.photo_crop import Box, Head
from kiosk.attachments.photo_cut import CutPhoto

Standing = Literal["good", "doubtful", "unchecked"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its key, how it stands, and the numbers its words show."""

    key: str
    standing: Standing
    params: dict[str, str | int] = field(default_factory=dict[str, str | int])

    @property
    def message_key(self) -> str:
        """The message that says it; with ``.next`` it says what to do, unless it is good."""
        return f"photo.{self.key}.{self.standing}"


def findings(photo: CutPhoto, limits: Limits, today: date) -> tuple[Finding, ...]:
    """Return what there is to say about ``photo``, in the order in which it is shown.

    Args:
        photo: cut and measured.
        limits: what the system takes, and what makes a photo doubtful.
        today: the day of filing in Japan.
    """
    checks = limits.photo.checks
    return (
        *_made(photo, limits.photo),
        _judged("sharpness", photo.sharpness >= checks.least_sharpness),
        _judged("plain", photo.spread <= checks.most_spread),
        _judged("light", photo.lightness >= checks.least_lightness),
        _age(photo.taken, checks.months, today),
        *_face(photo, checks),
    )


def oldest_day(today: date, months: int) -> date:
    """Return the first day on which a photo filed ``today`` may have been taken."""
    from kiosk.filing.deadlines import add_months

    return add_months(today, -months)


def _judged(key: str, good: bool, **params: str | int) -> Finding:
    return Finding(key, "good" if good else "doubtful", params)


def _made(photo: CutPhoto, limits: PhotoLimits) -> Iterator[Finding]:
    yield Finding("shape", "good")
    enough = photo.made.width >= limits.advised_width and photo.made.height >= limits.advised_height
    advised: dict[str, str | int] = {"advised_width": limits.advised_width, "advised_height": limits.advised_height}
    yield _judged("pixels", enough, width=photo.made.width, height=photo.made.height, **advised)
    yield _judged("size", photo.size <= limits.max_bytes, size=kilobytes(photo.size + 1023))


def _age(taken: date | None, months: int, today: date) -> Finding:
    # A camera whose clock is ahead, or was never set, tells nothing.
    if taken is None or taken > today:
        return Finding("age", "unchecked", {"months": months})
    return _judged("age", taken >= oldest_day(today, months), day=taken.isoformat(), months=months)


def _face(photo: CutPhoto, checks: PhotoChecks) -> Iterator[Finding]:
    if photo.faces is None:
        yield Finding("face", "unchecked")
    elif photo.upright_by:
        yield _judged("lying", good=False)
    elif photo.faces != 1 or photo.head is None:
        yield _judged("faces" if photo.faces else "no_face", good=False, count=photo.faces)
    else:
        yield Finding("face", "good")
        yield from _head(photo.head, photo.box, checks)


def _head(head: Head, box: Box, checks: PhotoChecks) -> Iterator[Finding]:
    share, gap = (head.chin - head.top) / box.height, (head.top - box.y) / box.height
    aside = abs(head.middle - box.x - box.width / 2) / box.width
    yield _judged("middle", aside <= checks.most_aside)
    if not head.sure:
        yield Finding("head", "unchecked")
        return
    least, most = (_percent(part) for part in checks.head)
    yield _judged("head", _within(share, checks.head), share=_percent(share), least=least, most=most)
    least, most = (_percent(part) for part in checks.gap)
    yield _judged("gap", _within(gap, checks.gap), share=_percent(gap), least=least, most=most)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _percent(share: float) -> int:
    return round(100 * share)
