"""What the card says about the person, shown before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual.containers import Horizontal
from textual.widget import Widget

from kiosk.screens.base import KioskScreen, Rail
from kiosk.widgets.bars import ActionButton
from kiosk.widgets.text import Fact, Line

if TYPE_CHECKING:
    from kiosk.i18n import Translator


class PersonLike(Protocol):
    """The four attributes: of a certificate just read, or as the portal returns them."""

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def birth_date_text(self) -> str:
        """``YYYY-MM-DD`` with zeros for unknown parts."""
        ...

    @property
    def sex(self) -> str:
        """1 male, 2 female, 3 unknown."""
        ...

    @property
    def address(self) -> str:
        """The address in one line."""
        ...

    @property
    def name_substituted(self) -> Sequence[int]:
        """Positions in the name where a substitute character stands."""
        ...

    @property
    def address_substituted(self) -> Sequence[int]:
        """Positions in the address where a substitute character stands."""
        ...


def person_rows(person: PersonLike, t: Translator) -> Iterable[Widget]:
    """Yield label and value of each attribute, and a word about substituted characters where there are some."""
    for key, value, substituted in (
        ("name", person.name, person.name_substituted),
        ("birth_date", birth_words(person.birth_date_text, t), ()),
        ("sex", t(f"person.sex.{person.sex}"), ()),
        ("address", person.address, person.address_substituted),
    ):
        yield Fact(t(f"person.{key}"), value, id=f"person-{key}")
        if substituted:
            places = ", ".join(str(place + 1) for place in substituted)
            yield Line("! " + t("person.substituted", places=places), classes="-attention space")


def birth_words(text: str, t: Translator) -> str:
    """Return the birth date as it is shown; unknown parts (zeros) are left out and named."""
    year, month, day = text.split("-")
    known = "-".join(part for part in (year if int(year) else "????", month if int(month) else "??", day))
    if int(year) and int(month) and int(day):
        return text
    shown = known if int(day) else known.removesuffix(day) + "??"
    return f"{shown}  {t('person.unknown_part')}"


class RegistrationPersonScreen(KioskScreen[str]):
    """The four attributes; ends with ``send``.

    Args:
        person: from the signing certificate.
    """

    title_key: ClassVar[str] = "person.title"
    help_key: ClassVar[str] = "help.register"
    rail: ClassVar[Rail | None] = Rail.REGISTRATION
    step: ClassVar[int] = 3
    proceeds: ClassVar[bool] = True

    def __init__(self, person: PersonLike) -> None:
        super().__init__()
        self._person = person

    def body(self) -> Iterable[Widget]:
        yield Line(self.t("person.lead"), classes="lead", id="lead")
        yield from person_rows(self._person, self.t)
        yield Line(self.t("person.source"), classes="quiet")
        yield Horizontal(
            ActionButton(self.t("person.send"), id="send", primary=True),
            ActionButton(self.t("person.stop"), id="stop"),
            classes="actions",
        )

    def on_mount(self) -> None:
        self.query_one("#send").focus(scroll_visible=False)

    def on_action_button_pressed(self, event: ActionButton.Pressed) -> None:
        if event.button.id == "stop":
            self.action_back()
        else:
            self.dismiss("send")

    def action_proceed(self) -> None:
        """F10: register."""
        self.dismiss("send")
