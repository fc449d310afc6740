"""What a person does at the screens, and what they read there, in both languages."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from kiosk.app import KioskApp
from kiosk.screens.log_in import LogInScreen
from kiosk.screens.message import MessageScreen
from kiosk.screens.registration_check import RegistrationCheckScreen
from kiosk.screens.registration_details import NATIONALITY, RegistrationDetailsScreen
from kiosk.screens.secret_entry import SecretEntryScreen
from kiosk.screens.terms import TermsScreen
from kiosk.screens.user_kinds import UserKindsScreen
from kiosk.widgets.fields import FieldBox, editor_id
from kiosk.widgets.secret import SecretField
from kiosk.widgets.text import Line
from tests.bad_input.parts import PASSWORD, PIN
from tests.support.screens import LANGUAGES, until


async def give_pin(pilot: Pilot[Any], secret: str = PIN) -> None:
    """Give the secret that is asked for, as often as the screen wants it. Single keys are the subject elsewhere."""
    await until(pilot, SecretEntryScreen)
    for field in pilot.app.screen.query(SecretField):
        field.put(bytearray(secret.encode()))
    await pilot.press("f10")


async def give_details(pilot: Pilot[Any], email: str) -> None:
    """From the kinds of user to the first secret of a registration."""
    await until(pilot, UserKindsScreen)
    await pilot.press("1")
    await until(pilot, RegistrationDetailsScreen)
    page = pilot.app.screen
    page.query_one(f"#{editor_id(NATIONALITY)}").focus()
    await pilot.press("n", "enter")
    await until(pilot, RegistrationDetailsScreen)
    typed = {"residence_card_number": "XX00000000XX", "phone": "09000000000", "email": email, "email_again": email}
    for name, text in typed.items():
        page.query_one(f"#{editor_id(f'registration.{name}')}", Input).value = text
    await pilot.press("f10")
    for screen in (TermsScreen, RegistrationCheckScreen):
        await until(pilot, screen)
        await pilot.press("f10")
    await until(pilot, SecretEntryScreen)


async def give_entry(pilot: Pilot[Any], authentication_id: str, password: str = PASSWORD) -> None:
    """Give authentication ID (unless it still stands there) and password."""
    await until(pilot, LogInScreen)
    if authentication_id:
        pilot.app.screen.query_one(f"#{editor_id('id')}", Input).value = authentication_id
        await pilot.pause()
    pilot.app.screen.query_one("#password", SecretField).put(bytearray(password.encode()))
    await pilot.press("f10")


def lines(app: KioskApp) -> list[str]:
    """Return every text of the present screen as it is shown, what is said below boxes among them."""
    notes = [note.text for box in app.screen.query(FieldBox) for note in box.notes]
    return [str(line.render()) for line in app.screen.query(Line)] + notes


async def reads(pilot: Pilot[Any], *keys: str, **params: str | int) -> None:
    """Expect a message with the words of each key, in English and, after a change of language, in Japanese.

    Args:
        pilot: the person.
        keys: message keys, all on the same screen.
        **params: parameters of the messages.
    """
    await until(pilot, MessageScreen)
    await still_reads(pilot, *keys, **params)


async def still_reads(pilot: Pilot[Any], *keys: str, **params: str | int) -> None:
    """Expect the words of each key on the present screen, in both languages."""
    for _ in LANGUAGES:
        await now_reads(pilot, *keys, **params)
        await pilot.press("f3")
        await pilot.pause()


async def now_reads(pilot: Pilot[Any], *keys: str, **params: str | int) -> None:
    """Expect the words of each key on the present screen, in the language now in force."""
    app = pilot.app
    assert isinstance(app, KioskApp)
    shown = "\n".join(lines(app))
    for key in keys:
        words = app.t(key, **params)
        assert words != key, f"{key} has no words in {app.t.language}"
        assert words in shown, f"{words!r} is not in {shown!r}"
