"""``kiosk demo``: file a real extension with an invented card against the reference portal, on this machine alone."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading

import click


@click.command()
@click.option("--auto", is_flag=True, help="Walk the whole path by itself, telling each step.")
@click.option("--no-ui", is_flag=True, help="Start portal, card and mailbox only; print one JSON line; end on SIGTERM.")
@click.option("--in-process-card", is_flag=True, help="Do not use a reader even where there is one.")
@click.option("--language", default="ja", show_default=True, help="Language of the first screen.")
def demo(*, auto: bool, no_ui: bool, in_process_card: bool, language: str) -> None:
    """Try the kiosk out: an invented card, a portal of its own, a mailbox. Without a terminal: the same as --auto."""
    from kiosk.demo.world import DemoWorld

    with DemoWorld(use_reader=not in_process_card, language=language) as world:
        if no_ui:
            _serve(json.dumps(world.description(), ensure_ascii=False))
            return
        if not world.reader_available:
            click.echo("No smart-card service with a virtual reader is running: the card runs inside the kiosk.")
        if auto or not (sys.stdin.isatty() and sys.stdout.isatty()):
            from kiosk.demo.walk import walk

            sys.exit(asyncio.run(walk(world, click.echo)))
        command = [sys.executable, "-m", "kiosk", "run", "--once", "--settings", str(world.settings_file)]
        sys.exit(subprocess.call(command))


def _serve(line: str) -> None:
    ended = threading.Event()

    def end(_number: int, _frame: object) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    click.echo(line)
    sys.stdout.flush()
    ended.wait()
