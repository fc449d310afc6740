"""``python -m kiosk.card.virtual --card FILE --vpcd HOST:PORT``: a virtual card on a vpcd reader until SIGTERM."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from kiosk.card.virtual.card import VirtualCard
from kiosk.card.virtual.store import load_card, save_card
from kiosk.card.virtual.vpcd import DEFAULT_HOST, DEFAULT_PORT, VpcdCard
from kiosk.errors import KioskError

_RETRY_SECONDS = 1.0


@click.command()
@click.option("--card", "card_file", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--vpcd", "address", default=f"{DEFAULT_HOST}:{DEFAULT_PORT}", show_default=True, metavar="HOST:PORT")
def main(card_file: Path, address: str) -> None:
    """Put the card in FILE on a vpcd reader; come back when the reader's service was started anew."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter("HOST:PORT is wanted", param_hint="--vpcd")
    stop = threading.Event()

    def end(_number: int, _frame: object) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    try:
        card = VirtualCard(load_card(card_file), lambda content: save_card(content, card_file))
    except KioskError as error:
        raise click.ClickException(str(error)) from error
    serve(VpcdCard(card, host, int(port)), stop)


def serve(client: VpcdCard, stop: threading.Event) -> None:
    """Keep the card on the reader until ``stop`` is set."""
    while not stop.is_set():
        try:
            client.insert()
        except OSError:
            stop.wait(_RETRY_SECONDS)
            continue
        while not stop.is_set() and not client.wait(_RETRY_SECONDS):
            pass
    client.remove()


if __name__ == "__main__":
    main()
