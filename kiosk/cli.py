"""The command ``kiosk``: it finds the command that was asked for and says in plain words what went wrong.

Only click is imported here. A command's own module is imported when it is called, so that ``kiosk card`` does not
wait for the screens, nor the screens for the card.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk import __version__

if TYPE_CHECKING:
    from kiosk.errors import KioskError

COMMANDS = {
    "run": ("kiosk.supervisor:run", "Open the kiosk of this station."),
    "demo": ("kiosk.demo.commands:demo", "Try everything out with an invented card, portal and mailbox."),
    "queue": ("kiosk.sending.commands:queue", "Look after what waits for the portal."),
    "staff-code": ("kiosk.staff.commands:staff_code", "Set the code that staff prove themselves with at the kiosk."),
    "card": ("kiosk.card.commands:card", "Read a My Number card, sign with it."),
    "forms": ("kiosk.forms.commands:forms", "Check the form definitions."),
    "photo": ("kiosk.attachments.photo_commands:photo", "Look at an applicant's photo, cut it to 3 by 4."),
    "documents": ("kiosk.attachments.binder.commands:documents", "Check documents and bind them into PDFs."),
    "filing": ("kiosk.filing.commands:filing", "Ask the rules: who may file what, until when, with which papers."),
}
"""Every command: where it lives, and its line in ``--help``."""

INTERRUPTED = 130
"""Exit status after Ctrl+C, as shells have it."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of ``--help``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or ``None`` where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        found: Any = getattr(import_module(module), attribute)
        return found if isinstance(found, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_line) for name, (_, help_line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
def kiosk() -> None:
    """File residence applications in Japan with a My Number card."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Carry out one command line and end the process: 0 done, 1 an error of ours, 2 wrong usage, 130 interrupted.

    Args:
        arguments: the command line without the program's name; by default the process's own.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_status(given))


def _status(arguments: list[str]) -> int:
    from kiosk.errors import KioskError

    try:
        outcome = kiosk.main(args=arguments, prog_name="kiosk", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except KioskError as error:
        _tell(error, arguments)
        return 1
    except Exception as error:
        if os.environ.get("KIOSK_DEBUG") == "1":
            traceback.print_exception(error)
        _tell(KioskError(), arguments)
        return 1


def _tell(error: KioskError, arguments: list[str]) -> None:
    """Write code, message and next step to standard error. What the program holds of a person is not in them."""
    from kiosk.i18n import translator

    translate = translator(_language(arguments))
    key = f"error.{error.key}"
    template = translate(key)
    unsaid = [f"{name}={value}" for name, value in sorted(error.params.items()) if f"{{{name}" not in template]
    facts = f" ({', '.join(unsaid)})" if unsaid else ""
    click.echo(f"{error.code} {translate(key, **error.params)}{facts}", err=True)
    click.echo(translate(f"{key}.next", **error.params), err=True)


def _language(arguments: list[str]) -> str:
    """Return the language to speak: the one asked for, the settings' own, or the default where those are wrong."""
    from kiosk.errors import SettingsError
    from kiosk.settings import Settings, load_settings

    file = _given(arguments, "--settings") or os.environ.get("KIOSK_SETTINGS")
    try:
        settings = load_settings(Path(file) if file else None)
    except SettingsError:
        settings = Settings()
    asked = _given(arguments, "--language")
    return asked if asked in settings.languages else settings.language


def _given(arguments: list[str], option: str) -> str | None:
    """Return the value of ``option`` wherever it stands: the error may have come before its command read it."""
    for position, argument in enumerate(arguments):
        if argument == option and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None
