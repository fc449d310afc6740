"""``kiosk staff-code``: the administrator's commands. The code is never an argument, for other users see those."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from math import ceil
from pathlib import Path

import click

from kiosk.i18n import Translator, translator
from kiosk.services import Services
from kiosk.settings import load_settings
from kiosk.staff.errors import StaffCodesDiffer

_Command = Callable[..., None]
_SETTINGS = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    envvar="KIOSK_SETTINGS",
    help="The station's own settings (TOML).",
)


@click.group("staff-code")
def staff_code() -> None:
    """Look after the code that opens the outbox at the kiosk and confirms a card's last try."""


@staff_code.command("set")
@_SETTINGS
def set_code(settings_file: Path | None) -> None:
    """Set the code: asked twice on a terminal, otherwise one line of standard input. 6 to 12 digits or letters."""
    services, translate = _station(settings_file)
    services.staff_access.set(_asked(translate) if sys.stdin.isatty() else _given())
    click.echo(translate("staff_code.set"))


@staff_code.command()
@_SETTINGS
def clear(settings_file: Path | None) -> None:
    """Forget the code, also a damaged one: what needs it is shut until another is set."""
    services, translate = _station(settings_file)
    click.echo(translate("staff_code.cleared" if services.staff_access.clear() else "staff_code.none"))


@staff_code.command()
@_SETTINGS
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(settings_file: Path | None, *, as_json: bool) -> None:
    """Say whether there is a code, and how many wrong ones were typed since the last right one."""
    services, translate = _station(settings_file)
    found = services.staff_access.standing()
    wait = ceil(found.wait.total_seconds())
    if as_json:
        click.echo(json.dumps({"set": found.is_set, "wrong": found.wrong, "wait_seconds": wait}))
        return
    click.echo(translate("staff_code.is_set" if found.is_set else "staff_code.none"))
    if found.wrong:
        click.echo(translate.plural("staff_code.wrong", found.wrong))
    if wait:
        click.echo(translate("error.staff_code_wait.next", minutes=wait // 60, seconds=wait % 60))


# --- inside -----------------------------------------------------------------------------------------------------------


def _station(settings_file: Path | None) -> tuple[Services, Translator]:
    services = Services(load_settings(settings_file))
    return services, translator(services.settings.language)


def _given() -> bytearray:
    from kiosk.card.prompt import read_line

    return read_line(sys.stdin.buffer)


def _asked(translate: Translator) -> bytearray:
    """Ask twice.

    Raises:
        StaffCodesDiffer: the two are not the same.
    """
    from kiosk.card.prompt import ask

    first = ask(translate("staff_code.ask"))
    again = ask(translate("staff_code.ask_again"))
    same = first == again
    again[:] = bytes(len(again))
    if not same:
        first[:] = bytes(len(first))
        raise StaffCodesDiffer
    return first
