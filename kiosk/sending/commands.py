"""``kiosk queue``: what waits on this station, for staff. Ids, states and times; nothing of anybody's application."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from kiosk import logs
from kiosk.clock import JAPAN
from kiosk.i18n import translator
from kiosk.offline_queue.drafts import DraftStore
from kiosk.offline_queue.errors import StoreBroken, StoreLocked
from kiosk.offline_queue.outbox_model import Finding, ItemSummary
from kiosk.services import Services
from kiosk.settings import load_settings

_SETTINGS = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path),
    envvar="KIOSK_SETTINGS",
    help="The station's own settings (TOML).",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
_ID = click.argument("item_id", metavar="ID")
_Command = Callable[..., None]


def _common(command: _Command) -> _Command:
    return _SETTINGS(_JSON(command))


@click.group()
def queue() -> None:
    """Look after what waits for the portal: drafts, and applications that were signed and sealed."""


@queue.command("list")
@_common
def list_items(settings_file: Path | None, *, as_json: bool) -> None:
    """List everything that is kept here, drafts first."""
    with _station(settings_file) as (services, store):
        items = [*store.outbox.drafts(), *store.outbox.list()]
        if as_json:
            _print_json([_short(item) for item in items])
            return
        translate = translator(services.settings.language)
        for item in items:
            click.echo(_line(item, translate))
        if not items:
            click.echo(translate("queue.empty"))
        for notice in store.outbox.notices():
            words = translate(f"queue.notice.{notice.code}", count=notice.count)
            click.echo(f"! {notice.code} {_time(notice.at)} {words}")


@queue.command()
@_ID
@_common
def show(item_id: str, settings_file: Path | None, *, as_json: bool) -> None:
    """Show one item: how it stands and what to do."""
    with _station(settings_file) as (services, store):
        _tell(services, _found(store, item_id), as_json=as_json)


@queue.command()
@click.argument("item_ids", metavar="[ID]...", nargs=-1)
@_common
def send(item_ids: tuple[str, ...], settings_file: Path | None, *, as_json: bool) -> None:
    """Send items now; without an id, everything that is under way. A sender that is running does it."""
    from kiosk.sender import Sender

    with _station(settings_file) as (services, store):
        chosen = item_ids or tuple(item.id for item in store.outbox.list() if item.open)
        for item_id in chosen:
            store.outbox.send_now(item_id)
        try:
            Sender(services, threading.Event()).run_once()
        except StoreLocked:
            click.echo(translator(services.settings.language)("queue.sender_runs"), err=True)
        _tell_all(services, [store.outbox.show(item_id) for item_id in chosen], as_json=as_json)


@queue.command()
@_ID
@_common
def cancel(item_id: str, settings_file: Path | None, *, as_json: bool) -> None:
    """Take back an item that has not left, and erase it."""
    with _station(settings_file) as (services, store):
        store.outbox.cancel(item_id)
        _tell(services, store.outbox.show(item_id), as_json=as_json)


@queue.command()
@_common
@click.pass_context
def verify(ctx: click.Context, settings_file: Path | None, *, as_json: bool) -> None:
    """Read everything through. Ends with 1 where something is damaged."""
    try:
        with _station(settings_file) as (_, store):
            found = store.outbox.verify()
    except StoreBroken as error:  # so damaged that it does not open
        found = (Finding(error.code, ""),)
    if as_json:
        _print_json([{"code": finding.code, "item": finding.item} for finding in found])
        ctx.exit(1 if found else 0)
    translate = translator(load_settings(settings_file).language)
    for finding in found:
        click.echo(f"{finding.code} {finding.item or '-'} {translate('queue.damaged')}")
    if not found:
        click.echo(translate("queue.sound"))
    ctx.exit(1 if found else 0)


@queue.command()
@_common
def purge(settings_file: Path | None, *, as_json: bool) -> None:
    """Erase what was kept long enough, and say what it was."""
    with _station(settings_file) as (services, store):
        gone = [*store.purge_idle(services.settings.store.drafts_idle_days), *store.outbox.purge()]
        if as_json:
            _print_json(gone)
            return
        for item_id in gone:
            click.echo(item_id)
        click.echo(translator(services.settings.language)("queue.purged", count=len(gone)))


@queue.command("export")
@_ID
@click.argument("target", type=click.Path(path_type=Path), metavar="FILE")
@_common
def export_item(item_id: str, target: Path, settings_file: Path | None, *, as_json: bool) -> None:
    """Write a sealed item into a new file, for another kiosk. It is as unreadable there as here."""
    with _station(settings_file) as (services, store):
        store.outbox.export(item_id, target)
        _tell(services, store.outbox.show(item_id), as_json=as_json)


@queue.command("import")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@_common
def import_item(source: Path, settings_file: Path | None, *, as_json: bool) -> None:
    """Take in a sealed item from another kiosk. Twice is once."""
    with _station(settings_file) as (services, store):
        _tell(services, store.outbox.import_(source), as_json=as_json)


# --- inside -----------------------------------------------------------------------------------------------------------


@contextmanager
def _station(settings_file: Path | None) -> Generator[tuple[Services, DraftStore], None, None]:
    settings = load_settings(settings_file)
    with suppress(OSError):  # a log that cannot be opened keeps nobody from looking after what waits
        logs.configure(settings, "queue")
    services = Services(settings)
    try:
        yield services, services.store
    finally:
        services.close()


def _found(store: DraftStore, item_id: str) -> ItemSummary:
    draft = next((item for item in store.outbox.drafts() if item.id == item_id), None)
    return draft or store.outbox.show(item_id)


def _tell(services: Services, item: ItemSummary, *, as_json: bool) -> None:
    if as_json:
        _print_json(_long(item))
        return
    translate = translator(services.settings.language)
    click.echo(_line(item, translate))
    if item.number:
        click.echo(translate("queue.number", number=item.number))
    if item.erased_on is not None:
        click.echo(translate("queue.erased_on", when=_time(item.erased_on)))
    next_step = f"queue.reason.{item.reason}.next" if item.reason else f"queue.state.{item.state}.next"
    click.echo(translate(next_step))


def _tell_all(services: Services, items: Iterable[ItemSummary], *, as_json: bool) -> None:
    if as_json:
        _print_json([_short(item) for item in items])
        return
    for item in items:
        _tell(services, item, as_json=False)


def _line(item: ItemSummary, translate: Callable[..., str]) -> str:
    parts = [item.id, translate(f"queue.kind.{item.kind}"), translate(f"queue.state.{item.state}"), _time(item.created)]
    if item.not_before is not None:
        parts.append(translate("queue.tried_at", when=_time(item.not_before), count=item.attempts))
    if item.reason:
        parts.append(translate(f"queue.reason.{item.reason}"))
    return "  ".join(parts)


def _short(item: ItemSummary) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "state": item.state,
        "created": _iso(item.created),
        "not_before": _iso(item.not_before),
        "not_after": _iso(item.not_after),
        "attempts": item.attempts,
        "reason": item.reason,
    }


def _long(item: ItemSummary) -> dict[str, Any]:
    more = {"changed": _iso(item.changed), "number": item.number, "erased_on": _iso(item.erased_on)}
    return {**_short(item), **more}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(at: datetime) -> str:
    return at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M")


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
