"""``kiosk demo``: file a real extension with an invented card against the reference portal, on this machine alone."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from kiosk.demo.ending import Ending
from kiosk.i18n import translator

if TYPE_CHECKING:
    from kiosk.demo.world import DemoWorld

_POLL_SECONDS = 0.2


def _known_language(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    from kiosk.settings import load_settings

    known = load_settings().languages
    if value not in known:
        raise click.BadParameter(f"one of {', '.join(known)} is wanted")
    return value


@click.command()
@click.option("--auto", is_flag=True, help="Walk the whole path by itself, telling each step.")
@click.option("--outage", is_flag=True, help="Like --auto; the portal goes away in mid-form and comes back.")
@click.option("--no-ui", is_flag=True, help="Start portal, card and mailbox only; print one JSON line; end on SIGTERM.")
@click.option("--in-process-card", is_flag=True, help="Do not use a reader even where there is one.")
@click.option(
    "--staff", is_flag=True, help="The bureau has approved staff of an invented organisation: F9 has the mail."
)
@click.option("--language", default="ja", show_default=True, callback=_known_language, help="Of the first screen.")
@click.pass_context
def demo(
    ctx: click.Context, *, auto: bool, outage: bool, no_ui: bool, in_process_card: bool, staff: bool, language: str
) -> None:
    """Try the kiosk out: an invented card, a portal of its own, a mailbox. Without a terminal: the same as --auto.

    Ends with 0; 1 when a part failed, which is named; 128 + the signal's number when one ended it (--no-ui: 0).
    """
    from kiosk.demo.world import DemoWorld

    with Ending() as ending, DemoWorld(use_reader=not in_process_card, language=language) as world:
        if staff:
            world.approve_staff()
        if no_ui:
            _serve(world, ending)
            return
        click.echo(translator(language)(f"demo.reader.{world.reader.value}"))
        if auto or outage or not (sys.stdin.isatty() and sys.stdout.isatty()):
            _walk(world, ending, outage=outage)
        else:
            ctx.exit(_open_kiosk(world))


def _serve(world: DemoWorld, ending: Ending) -> None:
    """Print where everything is and wait for the end; say it when a part ends before."""
    ended = threading.Event()
    with ending.instead(ended.set):
        click.echo(json.dumps(world.description(), ensure_ascii=False))
        sys.stdout.flush()
        standing = list(world.parts)
        while not ended.wait(_POLL_SECONDS):
            for part in [part for part in standing if part.fell]:
                standing.remove(part)
                click.echo(translator(world.language)("error.demo_part", part=part.name), err=True)


def _walk(world: DemoWorld, ending: Ending, *, outage: bool) -> None:
    from kiosk import logs
    from kiosk.demo.outage import OutageWalker
    from kiosk.demo.walk import Walker, walk
    from kiosk.sending.keeper import SenderKeeper
    from kiosk.settings import load_settings

    logs.configure(load_settings(world.settings_file), "session")
    with SenderKeeper(world.settings_file) if outage else nullcontext():
        asyncio.run(walk(world, click.echo, ending, OutageWalker if outage else Walker))
    if ending.number:
        raise SystemExit(ending.status)


def _open_kiosk(world: DemoWorld) -> int:
    from kiosk.demo.parts import end

    command = [sys.executable, "-m", "kiosk", "run", "--once", "--settings", str(world.settings_file)]
    process = subprocess.Popen(command)
    try:
        return process.wait()
    finally:
        end(process)
