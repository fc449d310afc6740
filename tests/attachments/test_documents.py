from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from kiosk.attachments import checks, errors
from kiosk.attachments.checks import Attached, check_document
from kiosk.attachments.limits import load_limits
from kiosk.errors import AttachmentError
from tests.attachments import in_process, make
from tests.attachments.messages import assert_message

NOW = load_limits("rasens")
BEFORE = load_limits("ras")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the file in this process: what is found is the point, not where."""
    monkeypatch.setattr(checks, "examine", in_process.run)


def test_a_good_document_comes_back_with_the_bytes_that_were_checked(tmp_path: Path):
    content = make.pdf(pages=3)
    checked = check_document(make.saved(tmp_path / "旅券の写し.PDF", content), NOW)
    assert (checked.name, checked.media_type, checked.pages) == ("旅券の写し.pdf", "application/pdf", 3)
    assert (checked.content, checked.size) == (content, len(content))
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert "旅券" not in repr(checked)


@pytest.mark.parametrize("size", [10_485_759, 10_485_760])
def test_up_to_the_limit_a_document_is_taken(tmp_path: Path, size: int):
    assert check_document(make.saved(tmp_path / "a.pdf", make.sized(size)), BEFORE).size == size


def test_one_byte_over_the_limit_is_refused(tmp_path: Path):
    path = make.saved(tmp_path / "a.pdf", make.sized(10_485_761))
    with pytest.raises(errors.FileTooLarge) as caught:
        check_document(path, BEFORE)
    assert caught.value.params == {"limit": "10"}
    assert check_document(path, NOW).size == 10_485_761


def test_all_files_together_have_a_limit(tmp_path: Path):
    path = make.saved(tmp_path / "a.pdf", make.pdf())
    room = 26_214_400 - path.stat().st_size
    assert check_document(path, NOW, Attached(3, room)).pages == 1
    with pytest.raises(errors.TotalTooLarge) as caught:
        check_document(path, NOW, Attached(3, room + 1))
    assert caught.value.params == {"limit": "25", "left": "0"}
    assert check_document(path, BEFORE, Attached(0, 10**9)).pages == 1


def test_the_old_system_takes_one_document(tmp_path: Path):
    path = make.saved(tmp_path / "a.pdf", make.pdf())
    with pytest.raises(errors.TooManyFiles):
        check_document(path, BEFORE, Attached(documents=1))


def _launch() -> bytes:
    return make.with_annotation(Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=make.text("mihon.exe")))


def _link(address: str) -> bytes:
    return make.with_annotation(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=make.text(address)))


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=make.text("app.alert(1)"))


REFUSED: dict[str, tuple[Callable[[], bytes], type[AttachmentError]]] = {
    "nothing": (lambda: b"", errors.FileEmpty),
    "a JPEG": (make.picture, errors.DocumentTypeWrong),
    "text": (lambda: b"hello", errors.DocumentTypeWrong),
    "a ZIP as well": (lambda: make.pdf() + _zip(), errors.DocumentTypeWrong),
    "password": (make.locked, errors.PdfPassword),
    "printing forbidden": (lambda: make.encrypted(print_lowres=False, print_highres=False), errors.PdfPrintForbidden),
    "fine printing forbidden": (lambda: make.encrypted(print_highres=False), errors.PdfPrintForbidden),
    "copying forbidden": (lambda: make.encrypted(extract=False), errors.PdfCopyForbidden),
    "encrypted, all allowed": (make.encrypted, errors.PdfEncrypted),
    "script at opening": (lambda: make.with_root("/OpenAction", _script()), errors.PdfScript),
    "script by name": (lambda: make.with_root("/Names", Dictionary(JavaScript=Dictionary())), errors.PdfScript),
    "script on a page": (lambda: make.with_annotation(Subtype=Name.Link, AA=Dictionary(U=_script())), errors.PdfScript),
    "form that sends": (lambda: make.with_root("/X", Dictionary(S=Name.SubmitForm)), errors.PdfScript),
    "address at opening": (
        lambda: make.with_root("/OpenAction", Dictionary(S=Name.URI, URI=make.text("https://example.com"))),
        errors.PdfOpenAction,
    ),
    "launch": (_launch, errors.PdfLaunch),
    "embedded file": (make.with_embedded_file, errors.PdfEmbeddedFile),
    "attached by a note": (lambda: make.with_annotation(Subtype=Name.FileAttachment), errors.PdfEmbeddedFile),
    "portfolio": (lambda: make.with_root("/Collection", Dictionary()), errors.PdfEmbeddedFile),
    "XFA": (lambda: make.with_root("/AcroForm", Dictionary(XFA=Array([]))), errors.PdfXfa),
    "film": (lambda: make.with_annotation(Subtype=Name.RichMedia), errors.PdfRichMedia),
    "PDF 2.0 with what only that knows": (
        lambda: make.with_root("/DPartRoot", Dictionary(), force_version="2.0"),
        errors.PdfVersion,
    ),
    "2.0 with UTF-8": (
        lambda: make.with_root("/X", pikepdf.String(b"\xef\xbb\xbfx"), force_version="2.0"),
        errors.PdfVersion,
    ),
    "PDF 3.1": (lambda: make.with_root("/Version", Name("/3.1")), errors.PdfVersion),
    "too many pages": (lambda: make.pdf(pages=2_001), errors.PdfTooManyPages),
    "truncated": (lambda: make.pdf(pages=3)[:700], errors.PdfBroken),
    "a page is missing": (lambda: make.pdf(pages=3).replace(b"\n5 0 obj", b"\n9 0 obj"), errors.PdfBroken),
    "blank": (lambda: make.pdf(lambda made: made.pages[0].obj.__delitem__("/Contents")), errors.PdfBlank),
    "head alone": (lambda: b"%PDF-1.7\n", errors.PdfBroken),
    "rubbish": (lambda: b"%PDF-1.7\n" + os.urandom(5_000), errors.PdfBroken),
    "no page": (lambda: make.pdf(pages=0), errors.PdfBroken),
    "page tree in a circle": (make.looping, errors.PdfBroken),
}


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mihon.txt", "inside")
    return buffer.getvalue()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", REFUSED)
def test_what_the_system_would_drop_is_refused_by_name(tmp_path: Path, name: str):
    content, expected = REFUSED[name]
    with pytest.raises(AttachmentError) as caught:
        check_document(make.saved(tmp_path / "a.pdf", content()), NOW)
    assert type(caught.value) is expected
    assert_message(caught.value)


@pytest.mark.parametrize("content", [make.bomb, make.self_referencing, lambda: make.nested(3_000)])
def test_a_trap_is_an_error_and_not_an_end(tmp_path: Path, content: Callable[[], bytes]):
    with pytest.raises((errors.PdfBroken, errors.CheckGaveUp)):
        check_document(make.saved(tmp_path / "a.pdf", content()), NOW)


def test_a_hundred_thousand_pages_are_refused(tmp_path: Path):
    kids = "3 0 R " * 100_000
    content = make.raw(
        f"<</Type/Catalog/Pages 2 0 R>>\n<</Type/Pages/Count 100000/Kids[{kids}]>>\n"
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    )
    with pytest.raises((errors.PdfBroken, errors.PdfTooManyPages, errors.CheckGaveUp)):
        check_document(make.saved(tmp_path / "a.pdf", content), NOW)


HARMLESS: dict[str, Callable[[], bytes]] = {
    "a link": lambda: _link("x"),
    "a link to a port": lambda: _link("www.example.com:8080/a"),
    "a link of TeX": lambda: _link("url(http://example.com)"),
    "opens at a page": lambda: make.with_root("/OpenAction", Array([0, Name.Fit])),
    "goes to a page": lambda: make.with_root("/OpenAction", Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))),
    "a form": lambda: make.with_root("/AcroForm", Dictionary(Fields=Array([]))),
    "object streams": lambda: make.pdf(pages=5, object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "a version of old": lambda: make.pdf(force_version="1.3"),
    "written by hand": lambda: make.nested(3),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", HARMLESS)
def test_what_every_word_processor_writes_is_taken(tmp_path: Path, name: str):
    assert check_document(make.saved(tmp_path / "a.pdf", HARMLESS[name]()), NOW).pages >= 1


def test_a_hidden_action_in_an_object_stream_is_found(tmp_path: Path):
    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj[Name.Annots] = Array([Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.Launch))])

    content = make.pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"Launch" not in content
    with pytest.raises(errors.PdfLaunch):
        check_document(make.saved(tmp_path / "a.pdf", content), NOW)


@pytest.mark.usefixtures("here")
def test_so_many_pages_and_no_more_are_taken(tmp_path: Path):
    limits = replace(NOW, max_pages=20)
    assert check_document(make.saved(tmp_path / "a.pdf", make.pdf(pages=20)), limits).pages == 20
    with pytest.raises(errors.PdfTooManyPages) as caught:
        check_document(make.saved(tmp_path / "b.pdf", make.pdf(pages=21)), limits)
    assert caught.value.params == {"pages": 21, "limit": 20}


def test_a_version_limit_comes_from_the_data(tmp_path: Path):
    path = make.saved(tmp_path / "a.pdf", make.pdf(force_version="1.6"))
    with pytest.raises(errors.PdfVersion) as caught:
        check_document(path, replace(NOW, max_pdf_version=(1, 5)))
    assert caught.value.params == {"version": "1.6", "limit": "1.5"}


def test_a_file_that_vanished_is_named(tmp_path: Path):
    with pytest.raises(errors.FileGone):
        check_document(tmp_path / "gone.pdf", NOW)


def test_a_file_changed_after_the_check_does_not_change_what_is_kept(tmp_path: Path):
    content = make.pdf()
    path = make.saved(tmp_path / "a.pdf", content)
    checked = check_document(path, NOW)
    path.write_bytes(b"something else")
    assert checked.content == content
