"""More than a hundred hostile files: each is refused or comes out clean, and none does more than that."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.attachments import errors, sandbox
from kiosk.attachments.binder.rules import load_binder_rules
from kiosk.attachments.checks import check_document
from kiosk.attachments.limits import load_limits
from kiosk.attachments.names import MAX_SENT, MAX_SHOWN, sent_name, shown_name
from kiosk.attachments.tasks import TASKS
from kiosk.errors import AttachmentError
from tests.attachments import corpus_pictures, in_process, make, papers
from tests.attachments.corpus_pdf import ACTIVE, HEAVY, TRAPS
from tests.attachments.corpus_pictures import PICTURES, PLACE

NOW = load_limits("rasens")
RULES = load_binder_rules()
PICTURE = {
    "max_pixels": RULES.max_pixels,
    "max_pages": 100,
    "dpi": RULES.picture_dpi,
    "quality": RULES.picture_quality,
}
HONEST = {
    "a paper": lambda: papers.written("words enough to search for"),
    "a scan": lambda: papers.scanned(papers.paper()),
    "a photo of a paper": corpus_pictures.noted,
    "a PNG of a paper": lambda: corpus_pictures.noted("PNG"),
    "a TIFF of a paper": lambda: corpus_pictures.noted("TIFF"),
}
FORBIDDEN = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|GoToR|GoToE|Rendition|RichMedia|Movie|Sound|Screen|3D|EmbeddedFiles?"
    rb"|EF|AF|FileAttachment|Collection|XFA|NeedsRendering|Requirements|Encrypt|OpenAction|AA|PS)(?![A-Za-z0-9])"
)


def _readable(content: bytes) -> Iterator[bytes]:
    """Yield the file and all that can be unpacked in it: by its bytes alone, with no library that knows the format."""
    yield content
    for found in re.finditer(rb"stream\r?\n", content):
        try:
            yield zlib.decompressobj().decompress(content[found.end() :], 5_000_000)
        except zlib.error:
            continue


def _acting(content: bytes) -> set[bytes]:
    texts = (
        re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), part) for part in _readable(content)
    )
    return {found for text in texts for found in FORBIDDEN.findall(text)}


@pytest.fixture(scope="module")
def looked() -> dict[str, tuple[str, bytes]]:
    """Return by name what became of each file: the problem, or what is kept. All in one real worker."""
    files = {**ACTIVE, **TRAPS, **PICTURES, **HONEST}
    made = {name: maker() for name, maker in files.items()}
    assert len(made) == len(ACTIVE) + len(TRAPS) + len(PICTURES) + len(HONEST) > 100
    task = replace(TASKS["picture"], function="tests.attachments.batch:look")
    program = (
        f"import sys; sys.argv[1:] = ['batch']\nfrom kiosk.attachments import tasks, worker\n"
        f"tasks.TASKS['batch'] = tasks.{task!r}\nworker.main()"
    )

    def start(*_: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", program]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(TASKS, "batch", task)
        patch.setattr(sandbox, "_start", start)
        options = {"document": in_process.OPTIONS, "picture": PICTURE}
        answer = sandbox.examine("batch", list(made.values()), options)
    problems, kept = answer.facts["problems"], iter(answer.blobs)
    return {name: (problem, b"" if problem else next(kept)) for name, problem in zip(made, problems, strict=True)}


KNOWN = {kind.key for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AttachmentError)}


def test_each_is_refused_by_a_name_that_is_known_or_comes_out_clean(looked: dict[str, tuple[str, bytes]]):
    for name, (problem, kept) in looked.items():
        assert not problem or problem in KNOWN, name
        assert not _acting(kept), name
        assert PLACE not in kept, name
        assert b"<script" not in kept, name
        assert b"\xff\xd8\xff" not in kept[kept.rfind(b"%%EOF") :], name


def test_what_acts_is_refused_but_for_what_was_taken_out(looked: dict[str, tuple[str, bytes]]):
    assert {name for name in ACTIVE if not looked[name][0]} == {"script in an earlier version"}


def test_the_search_sees_what_acts():
    """The other way round: what was put into the files would be found in them."""
    for name, maker in ACTIVE.items():
        # Named otherwise, or an address: nothing to be found by a word.
        if "as an address" not in name and name not in ("form that hides", "stream from elsewhere"):
            assert _acting(maker()), name


def test_what_is_honest_comes_through(looked: dict[str, tuple[str, bytes]]):
    assert {looked[name][0] for name in HONEST} == {""}
    assert PLACE in corpus_pictures.noted()


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_heavy_ends_with_a_message(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(TASKS, "document", replace(TASKS["document"], timeout_seconds=20.0))
    path = make.saved(tmp_path / "a.pdf", HEAVY[name]())
    with pytest.raises((errors.PdfBroken, errors.PdfTooManyPages, errors.CheckGaveUp)):
        check_document(path, NOW)


NAMES = [
    "\x1b]0;mihon\x07.pdf",
    "\x1b[2J\x1b[1;1H.pdf",
    "\u202efdp.exe",
    "\u2066\u2069a\u200f.pdf",
    "a" * 5_000 + ".pdf",
    "\ud800\udfff.pdf",
    "..\\..\\x.pdf",
    "CON.pdf",
    "a\0b.pdf",
    "[bold]a[/].pdf",
    "e\u0301" * 500,
    "\N{ZERO WIDTH JOINER}" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_does_nothing_where_it_is_shown_or_sent(name: str):
    shown, sent = shown_name(name), sent_name(name, ".pdf")
    assert len(shown) <= MAX_SHOWN
    assert len(sent) <= MAX_SENT
    assert shown.isprintable()
    assert sent.isprintable()
    assert not set("/\\:\0") & set(sent)
    assert shown.encode()
    assert sent.encode()
