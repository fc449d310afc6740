"""Binding: order, contents, bookmarks, what stays and what goes, parts and the declaration."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from kiosk.attachments.binder.bind import bind_documents
from kiosk.attachments.binder.upright import upright_turns
from tests.attachments.binder_papers import (
    bind_options,
    form_pdf,
    is_red,
    layered_pdf,
    noisy,
    paper,
    picture_pdf,
    quiet,
    reading,
    rendered,
    signed_pdf,
    text_pdf,
)  # fmt: skip
from tests.attachments.make import pdf as blank_pdf
from tests.attachments.papers import everything_in, text_page

_MEGABYTE = 1_048_576


def _bound(blobs: list[bytes], options: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    return bind_documents(blobs, options, quiet)


def _codes(facts: dict[str, Any]) -> list[str]:
    return [change["code"] for change in facts["changes"]]


def _marks(content: bytes) -> list[tuple[str, int, list[str]]]:
    """Return the bookmarks with the page each leads to, and those below."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        return [
            (mark.title, pages[mark.destination[0].objgen], [child.title for child in mark.children])  # type: ignore[index, union-attr]  # an array here
            for mark in outline.root
        ]


def test_one_file_with_contents_and_bookmarks_in_the_order_given() -> None:
    items = [("旅券の写し", 1), ("課税証明書", 2), ("雇用契約書", 1)]
    blobs = [
        text_pdf("PASSPORT " * 9, pages=2),
        text_pdf("TAX ONE " * 9),
        text_pdf("TAX TWO " * 9),
        text_pdf("WORK " * 9),
    ]
    facts, (made,) = _bound(blobs, bind_options(items, _MEGABYTE))
    holds = [("旅券の写し", 2), ("課税証明書", 2), ("雇用契約書", 1)]
    said = {"kind": "documents", "part": 0, "item": None, "piece": 0, "pages": 6, "holds": holds, "front": 0}
    assert facts["files"] == [said]
    contents = reading(made, 0)
    for title, page in (("旅券の写し", 2), ("課税証明書", 4), ("雇用契約書", 6)):
        assert contents.index(title) < contents.index(str(page), contents.index(title))
    for page, word in ((1, "PASSPORT"), (2, "PASSPORT"), (3, "TAX ONE"), (4, "TAX TWO"), (5, "WORK")):
        assert word in reading(made, page)
    assert _marks(made) == [
        ("添付資料 目次", 0, []),
        ("旅券の写し", 1, []),
        ("課税証明書", 3, ["0.pdf", "1.pdf"]),
        ("雇用契約書", 5, []),
    ]


def test_apart_each_item_is_a_file_without_contents() -> None:
    facts, made = _bound([text_pdf(pages=2), text_pdf()], bind_options([("一", 1), ("二", 1)], _MEGABYTE, apart=True))
    assert [(file["item"], file["pages"]) for file in facts["files"]] == [(0, 2), (1, 1)]
    assert _marks(made[0]) == [("一", 0, [])]


def test_the_file_is_of_the_kind_that_is_taken() -> None:
    facts, (made,) = _bound([text_pdf()], bind_options([("一", 1)], _MEGABYTE))
    assert made.startswith(b"%PDF-1.7")
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert not pdf.is_encrypted
        assert not pdf.is_linearized
        assert not pdf.check_pdf_syntax()
        assert "/CreationDate" not in pdf.docinfo
    assert facts["changes"] == []


def test_the_same_papers_give_the_same_bytes() -> None:
    blobs = [text_pdf(), picture_pdf(noisy((200, 200)))]
    options = bind_options([("一", 2)], 100_000)
    assert _bound(blobs, options) == _bound(blobs, options)


def test_titles_that_no_font_has_are_still_listed() -> None:
    _, (made,) = _bound([text_pdf()], bind_options([("\u0627\u0628\u062a証明", 1)], _MEGABYTE))
    assert "〓〓〓証明" in reading(made, 0)
    assert _marks(made)[1][0] == "\u0627\u0628\u062a証明"


@pytest.mark.parametrize(
    ("rotate", "matrix", "expected"),
    [
        (0, b"", 0),
        (90, b"", 0),
        (0, b"0 1 -1 0 595 0 cm ", 90),
        (90, b"0 1 -1 0 595 0 cm ", 90),
        (0, b"-1 0 0 -1 595 842 cm ", 180),
        (0, b"0 -1 1 0 0 842 cm ", 270),
    ],
)
def test_writing_stands_upright(rotate: int, matrix: bytes, expected: int) -> None:
    facts, (made,) = _bound([text_pdf(rotate=rotate, matrix=matrix)], bind_options([("一", 1)], _MEGABYTE))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert int(pdf.pages[1].obj.Rotate) == expected
    assert _codes(facts) == (["turned"] if rotate != expected else [])


def test_a_scan_keeps_how_it_was_turned_though_its_parent_says_it() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Pages.Rotate = -90

    _, (made,) = _bound([blank_pdf(turn)], bind_options([("一", 1)], _MEGABYTE))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert int(pdf.pages[1].obj.Rotate) == 270


def test_a_form_becomes_what_it_shows() -> None:
    facts, (made,) = _bound([form_pdf(drawn=True)], bind_options([("一", 1)], _MEGABYTE))
    assert _codes(facts) == ["form_flattened"]
    assert is_red(rendered(made, 1), (70, 260))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Annots" not in pdf.pages[1].obj


def test_a_form_whose_answers_would_vanish_is_refused_and_the_rest_is_bound() -> None:
    facts, made = _bound([form_pdf(drawn=False), text_pdf()], bind_options([("一", 1), ("二", 1)], _MEGABYTE))
    assert facts["refused"] == [{"file": 0, "problem": "form_not_shown"}]
    assert [mark[0] for mark in _marks(made[0])][1:] == ["二"]


def test_a_signed_file_of_its_own_stays_byte_for_byte() -> None:
    signed = signed_pdf()
    facts, made = _bound([signed, text_pdf()], bind_options([("一", 1), ("二", 1)], _MEGABYTE, apart=True))
    assert made[0] == signed
    assert facts["changes"] == [{"code": "signature_kept", "file": 0}]


@pytest.mark.parametrize(("items", "apart"), [([("一", 2)], True), ([("一", 1), ("二", 1)], False)])
def test_a_signature_that_binding_breaks_is_told(items: list[tuple[str, int]], apart: bool) -> None:
    facts, made = _bound([signed_pdf(), text_pdf()], bind_options(items, _MEGABYTE, apart=apart))
    assert facts["changes"] == [{"code": "signature_lost", "file": 0}]
    assert "KAKUU MIHON" in reading(made[0], 0 if apart else 1)


def test_what_was_hidden_stays_hidden() -> None:
    _, (made,) = _bound([text_pdf(), layered_pdf()], bind_options([("一", 1), ("二", 1)], _MEGABYTE))
    assert not is_red(rendered(layered_pdf()), (100, 100))
    assert not is_red(rendered(made, 2), (100, 100))


def test_nothing_that_acts_or_points_elsewhere_comes_along() -> None:
    def act(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        link = Dictionary(S=Name.URI, URI=String("http://example.com"))
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=link)])
        page.AA = Dictionary(O=link)
        page.PieceInfo = Dictionary(Mihon=Dictionary(Private=String("MIHON")))
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([])))
        pdf.Root.OpenAction = Array([page, Name.Fit])

    _, (made,) = _bound([blank_pdf(act)], bind_options([("一", 1)], _MEGABYTE))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert {"/AA", "/Annots", "/PieceInfo"}.isdisjoint(pdf.pages[1].obj.keys())
        assert {"/Names", "/OpenAction", "/AcroForm"}.isdisjoint(pdf.Root.keys())


def test_a_file_that_breaks_on_the_way_is_refused() -> None:
    facts, made = _bound([b"%PDF-1.4 nothing"], bind_options([("一", 1)], _MEGABYTE))
    assert facts["refused"] == [{"file": 0, "problem": "pdf_broken"}]
    assert made == []


# What is too much


def _heavy(number: int, pages: int = 1) -> bytes:
    """Return a PDF of which each page takes about 40 KB at the last step."""
    with pikepdf.new() as pdf:
        for page in range(pages):
            one = picture_pdf(noisy((280, 280), seed=number * 100 + page), (100, 100))
            with pikepdf.open(io.BytesIO(one)) as source:
                pdf.pages.extend(source.pages)
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
        return buffer.getvalue()


def test_what_does_not_fit_follows_with_the_declaration() -> None:
    items = [(f"資料{letter}", 1) for letter in "甲乙丙丁"]
    options = bind_options(items, 120_000, applicant="KAKUU MIHON")
    facts, made = _bound([_heavy(number) for number in range(4)], options)
    assert len(made) > 1
    assert all(len(part) <= 120_000 for part in made)
    assert facts["changes"][0] == {"code": "divided", "parts": len(made)}
    first, later = reading(made[0], 0), reading(made[1], 0)
    for words in ("参考様式9", "資料添付に係る申告書", "KAKUU MIHON", "資料丁"):
        assert words in first
    assert "■ 添付資料が" in first
    assert "■ 出入国在留管理局から依頼" in later
    assert [mark[0] for mark in _marks(made[0])][:2] == ["資料添付に係る申告書", "添付資料 目次"]
    titles = [mark[0] for part in made for mark in _marks(part)[2:]]
    assert titles == [title for title, _ in items]


def test_apart_the_declaration_is_a_file_of_its_own_and_the_photo_takes_its_room() -> None:
    options = bind_options([(title, 1) for title in "甲乙丙丁"], 200_000, apart=True, rooms=[130_000, 200_000])
    facts, made = _bound([_heavy(number) for number in range(4)], options)
    assert facts["files"][0]["kind"] == "declaration"
    sizes = [0, 0]
    for said, content in zip(facts["files"], made, strict=True):
        sizes[said["part"]] += len(content)
    assert sizes[0] <= 130_000
    assert sizes[1] <= 200_000
    assert [said["item"] for said in facts["files"] if said["kind"] == "documents"] == [0, 1, 2, 3]


def test_a_document_over_the_limit_is_cut_between_pages() -> None:
    facts, made = _bound([_heavy(1, pages=5)], bind_options([("台帳", 1)], 130_000))
    titles = [mark[0] for part in made for mark in _marks(part)[2:]]
    assert titles == [f"台帳（{place}）" for place in range(1, len(titles) + 1)]
    assert all(len(part) <= 130_000 for part in made)
    fronts = 2 * len(made)  # a declaration and the contents each
    assert sum(file["pages"] for file in facts["files"]) == 5 + fronts


def test_a_page_over_the_limit_is_refused_and_the_rest_is_bound() -> None:
    facts, made = _bound([_heavy(1), text_pdf()], bind_options([("一", 1), ("二", 1)], 100_000))
    assert facts["refused"] == [{"item": 0, "problem": "page_too_large", "limit": "10"}]
    assert [mark[0] for mark in _marks(made[0])][1:] == ["二"]


def test_what_a_camera_noted_in_a_photo_of_a_pdf_is_gone() -> None:
    def note(_: pikepdf.Pdf, stream: pikepdf.Stream) -> None:
        content = stream.read_raw_bytes()
        stream.write(content[:2] + b"\xff\xe1\x00\x11Exif\0\0MIHON CAM" + content[2:], filter=pikepdf.Name.DCTDecode)

    content = picture_pdf(paper(), change=note)
    assert b"MIHON CAM" in content
    assert b"MIHON CAM" not in _bound([content], bind_options([("一", 1)], _MEGABYTE))[1][0]


def test_remarks_inside_of_a_drawing_are_gone() -> None:
    def remark(made: pikepdf.Pdf) -> None:
        page = text_page(made, b"/MC /P BDC 1 0 0 rg 0 0 200 200 re f EMC")
        page.Resources.Properties = Dictionary(P=Dictionary(Metadata=made.make_stream(b"MIHON SAID SO")))

    content = blank_pdf(remark, compress_streams=False)
    assert b"MIHON SAID" in content
    _, (made,) = _bound([content], bind_options([("一", 1)], _MEGABYTE))
    assert not [found for found in everything_in(made) if b"MIHON SAID" in found]


def test_writing_that_is_mirrored_twice_is_not_turned() -> None:
    def write(size: int) -> bytes:
        drawing = f"BT /F {size} Tf -1 0 0 -1 190 100 Tm (KAKUU MIHON KAKUU MIHON KAKUU MIHON) Tj ET"

        def change(made: pikepdf.Pdf) -> None:
            text_page(made, drawing.encode())

        return blank_pdf(change)

    assert upright_turns(write(4)) == {0: 180}
    assert upright_turns(write(-4)) == {}


def test_a_list_of_resources_that_is_none_is_kept() -> None:
    def odd(made: pikepdf.Pdf) -> None:
        page = text_page(made, b"/X Do")
        inner = made.make_stream(b"1 0 0 rg 0 0 200 200 re f", Type=Name.XObject, Subtype=Name.Form)
        inner.BBox, inner.Resources = Array([0, 0, 200, 200]), made.make_stream(b"")
        page.Resources.XObject = Dictionary(X=inner)

    facts, (made,) = _bound([blank_pdf(odd)], bind_options([("一", 1)], _MEGABYTE))
    assert facts["refused"] == []
    assert is_red(rendered(made, 1), (100, 100))


def test_a_turn_that_is_no_number_is_none() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = String("x")

    facts, (made,) = _bound([blank_pdf(turn)], bind_options([("一", 1)], _MEGABYTE))
    assert facts["refused"] == []
    assert rendered(made, 1).size == (200, 200)


def test_where_no_pages_of_our_own_can_be_made_it_says_that_they_are_needed() -> None:
    heavy = [picture_pdf(noisy((280, 280), seed=number), (100, 100)) for number in range(5)]
    options = bind_options([(title, 1) for title in "一二三四五"], 120_000, apart=True, front=False)
    assert _bound(heavy, options) == ({"front_needed": True}, [])
    facts, made = _bound(heavy, options | {"front": True})
    assert {file["kind"] for file in facts["files"]} == {"declaration", "documents"}
    assert len(made) > 5
