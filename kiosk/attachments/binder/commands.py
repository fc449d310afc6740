"""``kiosk documents``: checking and binding files without the screens."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click

from kiosk.attachments.binder.service import About, Bound, BoundFile, Change, Item, Source, bind
from kiosk.attachments.checks import Attached, redacted
from kiosk.attachments.choosing import choose, taken_in
from kiosk.attachments.limits import Limits, load_limits
from kiosk.attachments.names import sent_name, shown_name
from kiosk.attachments.notices import BLACKED_OUT, INDIVIDUAL_NUMBER, NUMBER_IN_DATA, Notice
from kiosk.errors import AttachmentError, KioskError
from kiosk.i18n import Translator, translator

_SYSTEM = click.Choice(["rasens", "ras"])
_REFUSED_STATUS = 1
_SAID_BY_BINDING = frozenset({"signed", "fields"})
"""Of what a check notices: binding tells what becomes of it."""

_NUMBERS = (INDIVIDUAL_NUMBER, NUMBER_IN_DATA)


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
    """A file as a PDF that passed the check, its pages, what is to be said of it, and what tells it from others."""

    content: bytes = field(repr=False)
    pages: int
    told: list[_Told]
    marks: tuple[str, str] = field(repr=False)


@dataclass
class _Taken:
    """What the command line gave, after the check."""

    t: Translator
    items: list[Item] = field(default_factory=list[Item])
    owners: list[Path] = field(default_factory=list[Path])
    told: list[_Told] = field(default_factory=list[_Told])
    refused: list[tuple[Path, KioskError]] = field(default_factory=list[tuple[Path, KioskError]])
    known: dict[str, Path] = field(default_factory=dict[str, Path], repr=False)

    def refuse(self, items: Iterable[int], error: KioskError) -> None:
        """Note that the files of ``items`` are not among what was made."""
        self.refused += [(self.owners[item], error) for item in items]

    def told_of(self, path: Path, prepared: _Prepared) -> list[_Told]:
        """Return what is to be said of a file; that it came before as well, if it did."""
        first = next((self.known[mark] for mark in prepared.marks if mark in self.known), None)
        self.known |= {mark: path for mark in prepared.marks if mark and mark not in self.known}
        if first is None:
            return prepared.told
        return [*prepared.told, _of_notice(path, Notice("notice.duplicate", {"name": shown_name(first.name)}), self.t)]


@documents.command(name="bind")
@click.option("--profile", "system", type=_SYSTEM, required=True, help="Generation of the system.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder.")
@click.option("--title", "titles", multiple=True, help="Title of each file in turn; else its name.")
@click.option("--photo-bytes", type=click.IntRange(min=0), default=0, help="What the photo takes of the total.")
@click.option("--applicant", default="", help="Name for the declaration.")
@click.option("--black-out", is_flag=True, help="Make Individual Numbers found in text unreadable for good.")
@click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--language", default="en", show_default=True)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
def bind_command(
    system: str,
    folder: Path,
    titles: tuple[str, ...],
    photo_bytes: int,
    applicant: str,
    black_out: bool,
    in_json: bool,
    language: str,
    files: tuple[Path, ...],
) -> int:
    """Make PDFs that the system takes of FILES: PDF, JPEG, PNG, TIFF, HEIC. Each is a document of its own.

    Exit status: 0 all were bound, 1 some were refused or an error of ours, 2 wrong usage.
    """
    if len(titles) > len(files):
        raise click.UsageError("There are more titles than files.")
    t = translator(language)
    taken = _Taken(t)
    outcomes = _outcomes(files, system, t, black_out=black_out)
    for number, (path, outcome) in enumerate(zip(files, outcomes, strict=True)):
        _take(path, titles[number] if number < len(titles) else shown_name(path.name), outcome, taken)
    try:
        bound = bind(taken.items, system, photo_bytes=photo_bytes, about=About(applicant))
    except AttachmentError as error:
        bound = Bound((), (), ())
        taken.refuse(range(len(taken.items)), error)
    taken.told += [_of_change(change, taken.owners, t) for change in bound.changes]
    for refused in bound.refused:
        taken.refuse([refused.item], refused.error)
    _report(_written(bound, folder, system, taken), taken, in_json=in_json)
    return _REFUSED_STATUS if taken.refused else 0


@documents.command(name="check")
@click.option("--profile", "system", type=_SYSTEM, default="rasens", show_default=True)
@click.option("--json", "in_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--language", default="en", show_default=True)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
def check_command(system: str, in_json: bool, language: str, files: tuple[Path, ...]) -> int:
    """Say of each of FILES whether it may be attached, and what is wrong with it otherwise; JSON: a line for each.

    Exit status: 0 all may, 1 one may not, 2 wrong usage.
    """
    taken = _Taken(translator(language))
    for path, outcome in zip(files, _outcomes(files, system, taken.t), strict=True):
        if isinstance(outcome, AttachmentError):
            taken.refused.append((path, outcome))
            said, lines = _no(outcome, taken.t)
        else:
            said, lines = _yes(outcome, taken.told_of(path, outcome))
        several = f"{shown_name(path.name)}: " if len(files) > 1 else ""
        click.echo(json.dumps({"path": str(path), **said}) if in_json else several + "\n".join(lines))
    return _REFUSED_STATUS if taken.refused else 0


def _yes(prepared: _Prepared, told: Sequence[_Told]) -> tuple[dict[str, Any], list[str]]:
    said = {"ok": True, "pages": prepared.pages, "notices": [one.as_json() for one in told]}
    return said, [f"ok, {prepared.pages} p.", *(one.text for one in told)]


def _no(error: AttachmentError, t: Translator) -> tuple[dict[str, Any], list[str]]:
    said = {"ok": False, "code": error.code, "text": _words(error, t), "next": t(f"error.{error.key}.next")}
    return said, [f"{error.code} {said['text']} {said['next']}"]


def _outcomes(
    files: Sequence[Path], system: str, t: Translator, *, black_out: bool = False
) -> list[_Prepared | AttachmentError]:
    # Each check is a process of its own, so that as many as the machine has processors run at once.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(partial(_tried, limits=load_limits(system), t=t, black_out=black_out), files))


def _take(path: Path, title: str, outcome: _Prepared | AttachmentError, taken: _Taken) -> None:
    if isinstance(outcome, AttachmentError):
        taken.refused.append((path, outcome))
        return
    taken.items.append(Item(title, (Source(shown_name(path.name), outcome.content),)))
    taken.owners.append(path)
    taken.told += [one for one in taken.told_of(path, outcome) if one.code not in _SAID_BY_BINDING]


def _tried(path: Path, limits: Limits, t: Translator, *, black_out: bool) -> _Prepared | AttachmentError:
    try:
        return _prepared(path, limits, t, black_out=black_out)
    except AttachmentError as error:
        return error


def _prepared(path: Path, limits: Limits, t: Translator, *, black_out: bool) -> _Prepared:
    """Return a file as a PDF that passed the check."""
    chosen = choose(path, taken_in(limits), Attached())
    told = [_Told(path, "picture", {}, t("binder.change.picture"))] if chosen.was_picture else []
    file, numbers = chosen.file, [notice for notice in chosen.file.notices if notice.key in _NUMBERS]
    if black_out and numbers:
        file = redacted(file, taken_in(limits))
        pages = {"pages": list(numbers[0].pages)} if numbers[0].pages else {}
        told.append(_Told(path, "blacked_out", pages, t("binder.change.blacked_out")))
        if chosen.file.signed:
            told.append(_of_notice(path, Notice("notice.signature_lost"), t))
    # Blacking out is told above, also where no page shows it.
    told += [_of_notice(path, notice, t) for notice in file.notices if notice.key != BLACKED_OUT]
    return _Prepared(file.content, file.pages, told, (file.sha256, file.fingerprint))


def _of_notice(path: Path, notice: Notice, t: Translator) -> _Told:
    facts = {"pages": list(notice.pages)} if notice.pages else {}
    return _Told(path, notice.key.removeprefix("notice."), facts, t(notice.key, **notice.params))


def _of_change(change: Change, owners: list[Path], t: Translator) -> _Told:
    path = None if change.file is None else owners[change.file]
    return _Told(path, change.code, dict(change.facts), change.told(t))


def _written(bound: Bound, folder: Path, system: str, taken: _Taken) -> list[tuple[Path, BoundFile]]:
    """Write what was made and return where; the items of what can't be written are refused."""
    from kiosk.reports.errors import PlaceClosed
    from kiosk.reports.saving import save

    parts = 1 + max((file.part for file in bound.files), default=0)
    written: list[tuple[Path, BoundFile]] = []
    refused: set[int] = set()
    for file in bound.files:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written.append((save(folder, _name(file, parts, system, taken.owners), file.content), file))
        except (KioskError, OSError) as error:
            said = error if isinstance(error, KioskError) else PlaceClosed()
            items = set(_items_in(file, bound, taken))
            taken.refuse(sorted(items - refused), said)
            refused |= items
    return written


def _items_in(file: BoundFile, bound: Bound, taken: _Taken) -> Iterable[int]:
    if file.item is not None:
        return [file.item]
    if file.kind == "documents":
        return range(len(taken.items))
    # Without its declaration a part can't be sent.
    return [other.item for other in bound.files if other.part == file.part and other.item is not None]


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
        click.echo(json.dumps(said))
        return
    for path, file in written:
        click.echo(f"{path.parent / shown_name(path.name)}  {len(file.content):,} bytes, {file.pages} p.")
    for one in taken.told:
        click.echo(f"{shown_name(one.path.name)}: {one.text}" if one.path else one.text)
    for path, error in taken.refused:
        next_step = taken.t(f"error.{error.key}.next")
        click.echo(f"{shown_name(path.name)}: {error.code} {_words(error, taken.t)} {next_step}", err=True)


def _words(error: KioskError, t: Translator) -> str:
    return t(f"error.{error.key}", **error.params)
