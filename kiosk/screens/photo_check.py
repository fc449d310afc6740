"""The photo as it would be sent, what was found out about it, and the question that only the person can answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from kiosk.attachments.photo_cut import CutPhoto
from kiosk.attachments.photo_rules import Finding, Standing
from kiosk.screens.base import KioskScreen, Rail
from kiosk.screens.message import MessageScreen
from kiosk.screens.moments import day_words
from kiosk.screens.subject import Subject
from kiosk.widgets.choices import Choice, ChoiceList
from kiosk.widgets.preview import Preview
from kiosk.widgets.text import Line

USE, CUT, ANOTHER = "use", "cut", "another"

_SIGNS: dict[Standing, str] = {"good": "✓", "doubtful": "!", "unchecked": "○"}
_ORDER: tuple[Standing, ...] = ("doubtful", "unchecked", "good")
_CLASSES: dict[Standing, str] = {"good": "-done", "doubtful": "-attention", "unchecked": ""}


class PhotoCheckScreen(KioskScreen[str]):
    """Shows the photo with its checks; ends with ``use``, ``cut`` (cut it otherwise) or ``another`` (another file).

    Args:
        subject: what the application is about.
        photo: as it would be sent.
        findings: what there is to say about it.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, subject: Subject, photo: CutPhoto, findings: Sequence[Finding]) -> None:
        super().__init__()
        self._subject = subject
        self._photo = photo
        self._findings = tuple(findings)
        self._doubts = sum(finding.standing == "doubtful" for finding in findings)

    def title_text(self) -> str:
        """Return the procedure."""
        return self._subject.title(self.t)

    def body(self) -> Iterable[Widget]:
        """Yield the picture, beside it what was found out and what can be done."""
        if self._doubts:
            yield Line("! " + self.t.plural("photo.doubts", self._doubts), classes="lead -attention", id="lead")
        else:
            yield Line(self.t("photo.fine"), classes="lead", id="lead")
        choices = ChoiceList([Choice(key, self.t(f"photo.choice.{key}")) for key in (USE, CUT, ANOTHER)])
        photo, way = self._photo, self.kiosk.services.settings.attachments.preview
        picture = Preview(photo.raster, photo.whole, photo.box, way, id="picture")
        yield Horizontal(picture, Vertical(*self._lines(), choices, classes="beside"), classes="photo")

    def _lines(self) -> Iterable[Widget]:
        """Yield what is doubtful, what was not checked, what is right: that in one piece where room is needed."""
        for standing in _ORDER:
            found = [finding for finding in self._findings if finding.standing == standing]
            if standing == "good" and self._doubts:
                yield Line("  ".join(self._words(finding) for finding in found), classes=_CLASSES[standing], id="good")
                continue
            for finding in found:
                yield Line(self._words(finding), classes=_CLASSES[standing], id=f"found-{finding.key}")
                if standing != "good":
                    yield Line(self.t(f"{finding.message_key}.next", **self._params(finding)), classes="quiet next")

    def _words(self, finding: Finding) -> str:
        return f"{_SIGNS[finding.standing]} {self.t(finding.message_key, **self._params(finding))}"

    def _params(self, finding: Finding) -> dict[str, str | int]:
        return {name: self._shown(name, value) for name, value in finding.params.items()}

    def _shown(self, name: str, value: str | int) -> str | int:
        return day_words(date.fromisoformat(str(value)), self.t) if name == "day" else value

    def on_choice_list_chosen(self, event: ChoiceList.Chosen) -> None:
        """End with the choice."""
        self.dismiss(event.choice_id)


class PhotoAgeScreen(MessageScreen):
    """Asks how old the photo is: ends with ``new``, ``used`` (new, but on a card or passport already) or ``old``.

    Args:
        since: the first day on which it may have been taken.
        months: how old it may be.
    """

    rail: ClassVar[Rail | None] = Rail.FILING
    step: ClassVar[int] = 3
    help_key: ClassVar[str] = "help.documents"

    def __init__(self, since: date, months: int) -> None:
        choices = ("photo.age.new", "photo.age.used", "photo.age.old")
        super().__init__("documents.title", "photo.age.lead", (), choices, params={"months": months})
        self._since = since

    def body(self) -> Iterable[Widget]:
        """Yield the question with the day in the person's own way of writing it, and the answers."""
        yield Line(self.t("photo.age.lead"), classes="lead", id="lead")
        yield Line(self.t("photo.age.since", day=day_words(self._since, self.t), **self._params), classes="paragraph")
        yield ChoiceList([Choice(key.rsplit(".", 1)[-1], self.t(key, **self._params)) for key in self._choice_keys])
