"""``kiosk documents``: checking and binding files without the screens."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click

from kiosk.attachments.binder.service import About, Bound, BoundFile, Change, Item, Source, bind
from kiosk.attachments.checks import Attached
from kiosk.attachments.choosing import choose, taken_in
from kiosk.attachments.limits import Limits, load_limits
from kiosk.attachments.names import sent_name, shown_name
from kiosk.attachments.notices import Notice
from kiosk.errors import AttachmentError, KioskError
from kiosk.i18n import Translator, translator

_SYSTEM = click.Choice(["rasens", "ras"])
_REFUSED_STATUS = 1
_SAID_BY_BINDING = frozenset({"signed", "fields"})
"""Of what a check notices: binding tells what becomes of it."""


@click.group()
def documents() -> None:
    """Check documents and bind them as the government's system takes them."""


@dataclass(frozen=True)
class _Told:
    """One thing that was done, or is to be known of a file: what ``changes`` says."""

    path: Path | None
    code: str
    facts: dict[str, Any]
    text: str

    def as_json(self) -> dict[str, Any]:
        about = {} if self.path is None else {"path": str(self.path)}
        return {"code": self.code, **about, **self.facts, "text": self.text}


@dataclass(frozen=True)
class _Prepared:
    """A file as a PDF that passed the check, its pages, and what is to be said of it."""

    content: bytes = field(repr=False)
    pages: int
    told: list[_Told]


@dataclass
class _Taken:
    """What the command line gave, after the check."""

    t: Translator
    items: list[Item] = field(default_factory=list[Item])
    owners: list[Path] = field(default_factory=list[Path])
    told: list[_Told] = field(default_factory=list[_Told])
    refused: list[tuple[Path, KioskError]] = field(default_factory=list[tuple[Path, KioskError]])


@documents.command(name="bind")
@click.option("--profile", "system", type=_SYSTEM, required=True, help="Generation of the system.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder.")
@click.option("--title", "titles", multiple=True, help="Title of each file in turn; else its name.")
@click.option("--photo-bytes", type=click.IntRange(min=0), default=0, help="What the photo takes of the total.")
@click.option("--applicant", default="", help="Name for the declaration.")
@click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--language", default="en", show_default=True)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
def bind_command(
    system: str,
    folder: Path,
    titles: tuple[str, ...],
    photo_bytes: int,
    applicant: str,
    in_json: bool,
    language: str,
    files: tuple[Path, ...],
) -> int:
    """Make PDFs that the system takes of FILES: PDF, JPEG, PNG, TIFF, HEIC. Each is a document of its own.

    Exit status: 0 all were bound, 1 some were refused or an error of ours, 2 wrong usage.
    """
    if len(titles) > len(files):
        raise click.UsageError("There are more titles than files.")
    limits, t = load_limits(system), translator(language)
    taken = _Taken(t)
    # Each check is a process of its own, so that as many as the machine has processors run at once.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        outcomes = list(pool.map(partial(_tried, limits=limits, t=t), files))
    for number, (path, outcome) in enumerate(zip(files, outcomes, strict=True)):
        _take(path, titles[number] if number < len(titles) else shown_name(path.name), outcome, taken)
    bound = bind(taken.items, system, photo_bytes=photo_bytes, about=About(applicant))
    taken.told += [_of_change(change, taken.owners, t) for change in bound.changes]
    taken.refused += [(taken.owners[refused.item], refused.error) for refused in bound.refused]
    written = _written(bound, folder, system, taken.owners)
    _report(written, taken, in_json=in_json)
    return _REFUSED_STATUS if taken.refused else 0


@documents.command(name="check")
@click.option("--profile", "system", type=_SYSTEM, default="rasens", show_default=True)
@click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--language", default="en", show_default=True)
@click.argument("file", type=click.Path(path_type=Path))
def check_command(system: str, in_json: bool, language: str, file: Path) -> int:
    """Say whether FILE may be attached, and what is wrong with it otherwise.

    Exit status: 0 it may, 1 it may not, 2 wrong usage.
    """
    t = translator(language)
    try:
        prepared = _prepared(file, load_limits(system), t)
    except AttachmentError as error:
        said = {"ok": False, "code": error.code, "text": _words(error, t), "next": t(f"error.{error.key}.next")}
        click.echo(json.dumps(said, ensure_ascii=False) if in_json else f"{error.code} {said['text']} {said['next']}")
        return _REFUSED_STATUS
    said = {"ok": True, "pages": prepared.pages, "notices": [one.as_json() for one in prepared.told]}
    lines = [f"ok, {prepared.pages} p.", *(one.text for one in prepared.told)]
    click.echo(json.dumps(said, ensure_ascii=False) if in_json else "\n".join(lines))
    return 0


def _take(path: Path, title: str, outcome: _Prepared | AttachmentError, taken: _Taken) -> None:
    if isinstance(outcome, AttachmentError):
        taken.refused.append((path, outcome))
        return
    taken.items.append(Item(title, (Source(shown_name(path.name), outcome.content),)))
    taken.owners.append(path)
    taken.told += [one for one in outcome.told if one.code not in _SAID_BY_BINDING]


def _tried(path: Path, limits: Limits, t: Translator) -> _Prepared | AttachmentError:
    try:
        return _prepared(path, limits, t)
    except AttachmentError as error:
        return error


def _prepared(path: Path, limits: Limits, t: Translator) -> _Prepared:
    """Return a file as a PDF that passed the check."""
    chosen = choose(path, taken_in(limits), Attached())
    told = [_Told(path, "picture", {}, t("binder.change.picture"))] if chosen.was_picture else []
    told += [_of_notice(path, notice, t) for notice in chosen.file.notices]
    return _Prepared(chosen.file.content, chosen.file.pages, told)


def _of_notice(path: Path, notice: Notice, t: Translator) -> _Told:
    facts = {"pages": list(notice.pages)} if notice.pages else {}
    return _Told(path, notice.key.removeprefix("notice."), facts, t(notice.key, **notice.params))


def _of_change(change: Change, owners: list[Path], t: Translator) -> _Told:
    path = None if change.file is None else owners[change.file]
    return _Told(path, change.code, dict(change.facts), change.told(t))


def _written(bound: Bound, folder: Path, system: str, owners: list[Path]) -> list[tuple[Path, BoundFile]]:
    from kiosk.reports.errors import PlaceClosed
    from kiosk.reports.saving import save

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlaceClosed() from error
    parts = 1 + max((file.part for file in bound.files), default=0)
    return [(save(folder, _name(file, parts, system, owners), file.content), file) for file in bound.files]


def _name(file: BoundFile, parts: int, system: str, owners: list[Path]) -> str:
    """Return a file's name: the part where there are several, then what it is."""
    part = f"part{file.part + 1}_" if parts > 1 else ""
    if file.kind == "declaration":
        return f"{part}00_declaration.pdf"
    if file.item is None:
        return f"{part}documents_{system}.pdf"
    piece = f"-{file.piece}" if file.piece else ""
    return part + sent_name(f"{file.item + 1:02}{piece}_{owners[file.item].name}", ".pdf")


def _report(written: list[tuple[Path, BoundFile]], taken: _Taken, *, in_json: bool) -> None:
    if in_json:
        said = {
            "files": [{"path": str(path), "bytes": len(file.content), "pages": file.pages} for path, file in written],
            "changes": [one.as_json() for one in taken.told],
            "refused": [{"path": str(path), "code": error.code} for path, error in taken.refused],
        }
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for path, file in written:
        click.echo(f"{path}  {len(file.content):,} bytes, {file.pages} p.")
    for one in taken.told:
        click.echo(f"{shown_name(one.path.name)}: {one.text}" if one.path else one.text)
    for path, error in taken.refused:
        next_step = taken.t(f"error.{error.key}.next")
        click.echo(f"{shown_name(path.name)}: {error.code} {_words(error, taken.t)} {next_step}", err=True)


def _words(error: KioskError, t: Translator) -> str:
    return t(f"error.{error.key}", **error.params)
