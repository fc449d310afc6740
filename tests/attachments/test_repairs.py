"""Damaged and odd PDFs: what is put right, what is refused because something would be lost."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from kiosk.attachments.binder.cleaning import cleaned
from kiosk.attachments.checks import content_type
from tests.attachments import make, papers
from tests.attachments.in_process import OPTIONS, run

_NUMBERED_LENGTH = (
    "<</Type/Catalog/Pages 2 0 R>>\n<</Type/Pages/Count 1/Kids[3 0 R]>>\n"
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R>>\n"
    f"<</Length 5 0 R>>stream¶{make.LINE.decode()}¶endstream\n{len(make.LINE)}"
)
"""As macOS, Ghostscript and many scanners write it: the length stands in an object of its own."""


def _looked_at(content: bytes) -> tuple[object, object]:
    facts = run("document", content, OPTIONS).facts
    return facts.get("problem"), facts.get("changes")


def test_a_length_in_an_object_of_its_own_is_nothing_missing() -> None:
    content = make.raw(_NUMBERED_LENGTH)
    assert _looked_at(content) == (None, [])
    assert _looked_at(content[: content.index(b"xref")]) == (None, ["repaired"])
    without = content[: content.index(b"5 0 obj")] + b"%%EOF\n"
    assert _looked_at(without) == (None, ["repaired"])


def test_what_was_cut_off_is_missed() -> None:
    content = make.raw(_NUMBERED_LENGTH)
    assert _looked_at(content[: content.index(b"4 0 obj")]) == ("pdf_broken", None)


@pytest.mark.parametrize("junk", [b"\r\n", b"\xef\xbb\xbf", b"\0" * 128, b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 900])
def test_what_stands_before_the_head_is_taken_away(junk: bytes) -> None:
    content = junk + make.pdf()
    assert content_type(content) == "pdf"
    answer = run("document", content, OPTIONS)
    assert answer.facts["changes"] == ["repaired"]
    assert answer.blobs[0].startswith(b"%PDF-")
    assert junk not in answer.blobs[0] or len(junk) < 4


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"GIF89a", b"PK\x03\x04", b"x" * 2_000])
def test_another_type_stays_what_it_is_though_a_pdf_follows(start: bytes) -> None:
    assert content_type(start + make.pdf()) != "pdf"


def test_a_stream_without_the_mark_of_its_end_is_put_right() -> None:
    packing = zlib.compressobj()
    packed = packing.compress(make.LINE) + packing.flush(zlib.Z_SYNC_FLUSH)

    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents.write(packed, filter=Name.FlateDecode)

    answer = run("document", make.pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none), OPTIONS)
    assert answer.facts.get("changes") == ["repaired"]
    with pikepdf.open(io.BytesIO(answer.blobs[0])) as pdf:
        assert pdf.pages[0].obj.Contents.read_bytes().strip() == make.LINE.strip()


@pytest.mark.filterwarnings("ignore:pikepdf is missing some specialized decoders")
def test_jbig2_is_left_alone_and_no_program_is_started_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_args: object, **_options: object) -> None:
        raise BlockingIOError("the worker may start no program")

    def change(made: pikepdf.Pdf) -> None:
        scan = made.make_stream(
            b"\0" * 20, Type=Name.XObject, Subtype=Name.Image, Width=8, Height=8, ColorSpace=Name.DeviceGray,
            BitsPerComponent=1, Filter=Name.JBIG2Decode,
        )  # fmt: skip
        papers.text_page(made, papers.lines("MIHON"), Resources=Dictionary(XObject=Dictionary(P=scan)))

    monkeypatch.setattr("subprocess.Popen", start)
    assert _looked_at(make.pdf(change)) == (None, [])
    assert _looked_at(make.pdf(_jbig2_as_drawing))[0] == "pdf_broken"


def _jbig2_as_drawing(made: pikepdf.Pdf) -> None:
    made.pages[0].obj.Contents = made.make_stream(b"\0" * 20, Filter=Name.JBIG2Decode)


def test_a_wrong_checksum_is_not_bound() -> None:
    packed = zlib.compress(make.LINE)

    def change(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents.write(packed[:-1] + bytes([packed[-1] ^ 1]), filter=Name.FlateDecode)

    content = make.pdf(change, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert packed[:-1] in content
    with pikepdf.open(io.BytesIO(cleaned(content).data)) as pdf:
        assert zlib.decompress(pdf.pages[0].obj.Contents.read_raw_bytes()).strip() == make.LINE.strip()
