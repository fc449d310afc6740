"""Cut the photo: the frame stands still, the picture moves under it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.attachments.limits import PhotoLimits
from kiosk.attachments.photo_crop import Box, Raster, Size, moved, turned, turned_raster, zoomed
from kiosk.attachments.photo_cut import Cut, CutPhoto
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.subject import Subject
from kiosk.widgets.bars import ActionButton, KeyHint
from kiosk.widgets.half_blocks import HalfBlocks
from kiosk.widgets.preview import Preview
from kiosk.widgets.text import Line

ZOOM = 1.06
"""How much larger or smaller the box gets with one press."""

_STEPS = 40
"""So many presses move the picture by the height of the frame."""

_ACTIONS = {
    "left": "screen.move(-1, 0)",
    "right": "screen.move(1, 0)",
    "up": "screen.move(0, -1)",
    "down": "screen.move(0, 1)",
    "nearer": "screen.zoom(-1)",
    "farther": "screen.zoom(1)",
    "turn": "screen.turn",
    "afresh": "screen.afresh",
    "take": "screen.proceed",
}


@dataclass(frozen=True, slots=True)
class _View:
    """What is seen: the picture as far as it was turned, and the box in it."""

    raster: Raster
    whole: Size
    box: Box
    turn: int


class _Desk(Horizontal):
    """Has the keys, so that they work wherever the focus is in it, and not only where nothing scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, _ACTIONS[key], show=False) for key in ("left", "right", "up", "down")),
        # The key with the plus on it, without shift: of an American keyboard, and of a Japanese one.
        Binding("plus,equals_sign,semicolon", _ACTIONS["nearer"], show=False),
        Binding("minus", _ACTIONS["farther"], show=False),
        Binding("r,R", _ACTIONS["turn"], show=False),
        Binding("0", _ACTIONS["afresh"], show=False),
        Binding("enter", _ACTIONS["take"], show=False),
    ]


class PhotoCropScreen(KioskScreen[Cut]):
    """Ends with where to cut.

    Args:
        subject: what the application is about.
        photo: as it is cut now.
        limits: what a photo should be like.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"
    proceeds: ClassVar[bool] = True

    def __init__(self, subject: Subject, photo: CutPhoto, limits: PhotoLimits) -> None:
        super().__init__()
        self._subject = subject
        self._limits = limits
        self._first = self._view = _View(photo.raster, photo.whole, photo.box, photo.turn)

    @property
    def cut(self) -> Cut:
        """Where would be cut now."""
        return Cut(self._view.box, self._view.turn)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the picture under its frame, and beside it the keys as buttons."""
        yield Line(self.t("photo.cut.lead"), classes="lead", id="lead")
        view = self._view
        way = self.kiosk.services.settings.attachments.preview
        picture = Preview(view.raster, view.whole, view.box, way, guides=self._guides(), id="picture")
        yield _Desk(picture, Vertical(*self._beside(), classes="beside"), classes="photo")

    def _beside(self) -> Iterable[Widget]:
        yield Line(self.t("photo.cut.guides"), classes="paragraph")
        for names in (("left", "right", "up", "down"), ("nearer", "farther"), ("turn", "afresh")):
            buttons = [ActionButton(self.t(f"photo.cut.{name}"), id=name) for name in names]
            yield Horizontal(*buttons, classes="keys-row")
        yield Line(self._pixels(), id="pixels", classes="space")
        yield ActionButton(self.t("photo.cut.take"), id="take", primary=True)

    def _guides(self) -> tuple[float, float]:
        """Return where hair and chin should be: in the middle of what is allowed."""
        gap, head = sum(self._limits.checks.gap) / 2, sum(self._limits.checks.head) / 2
        return gap, gap + head

    def _pixels(self) -> str:
        box, limits = self._view.box, self._limits
        enough = box.width >= limits.advised_width and box.height >= limits.advised_height
        advised = {"advised_width": limits.advised_width, "advised_height": limits.advised_height}
        key = "photo.cut.pixels" if enough else "photo.cut.few_pixels"
        return ("✓ " if enough else "! ") + self.t(key, width=box.width, height=box.height, **advised)

    def _show(self, view: _View) -> None:
        self._view = view
        self.query_one("#picture", Preview).show(view.raster, view.whole, view.box)
        self.query_one("#pixels", Line).show(self._pixels())

    def key_hints(self) -> Iterable[KeyHint]:
        """Yield Enter before the usual keys."""
        yield KeyHint("Enter", self.t("photo.cut.key"), "screen.proceed")
        yield from super().key_hints()

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        """Do what the button says."""
        self.call_later(self.run_action, _ACTIONS[event.button.id or "take"])

    def on_half_blocks_dragged(self, event: HalfBlocks.Dragged) -> None:
        """Move the picture under the frame, so the frame the other way."""
        box = self._view.box
        right, down = -round(event.right * box.width), -round(event.down * box.height)
        self._show(replace(self._view, box=moved(box, self._view.whole, right, down)))

    def on_half_blocks_wheeled(self, event: HalfBlocks.Wheeled) -> None:
        """Bring the picture nearer, or take it away."""
        self.action_zoom(event.direction)

    def action_move(self, right: int, down: int) -> None:
        """Move the frame over the picture."""
        view, step = self._view, max(1, self._view.box.height // _STEPS)
        self._show(replace(view, box=moved(view.box, view.whole, right * step, down * step)))

    def action_zoom(self, direction: int) -> None:
        """Nearer (-1) or farther (1)."""
        view = self._view
        self._show(replace(view, box=zoomed(view.box, view.whole, ZOOM**direction)))

    def action_turn(self) -> None:
        """Turn the picture by 90° clockwise."""
        view = self._view
        box, whole = turned(view.box, view.whole), Size(view.whole.height, view.whole.width)
        self._show(_View(turned_raster(view.raster), whole, box, (view.turn + 90) % 360))

    def action_afresh(self) -> None:
        """Go back to how it was."""
        self._show(self._first)

    def action_proceed(self) -> None:
        """Take it like this."""
        self.dismiss(self.cut)
