"""What is said about a document that may be sent, and which scan is refused."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from kiosk.attachments import checks, errors
from kiosk.attachments.freshness import age_of, last_day
from kiosk.attachments.limits import load_limits
from kiosk.attachments.notices import Notice, age_notice, listed, notices_of
from kiosk.errors import AttachmentError
from kiosk.i18n import translator
from tests.attachments import in_process, make, papers
from tests.attachments.messages import assert_message

NOW = load_limits("rasens")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    monkeypatch.setattr(checks, "examine", in_process.run)


def _check(content: bytes, **known: str) -> checks.CheckedFile:
    return checks.check_pdf("見本.pdf", content, NOW, checks.Attached(known=known))


def _keys(checked: checks.CheckedFile) -> list[str]:
    for notice in checked.notices:
        for language in ("ja", "en"):
            t = translator(language)
            assert t.has(notice.key)
            assert "{" not in t(notice.key, **notice.params)
    return [notice.key.removeprefix("notice.") for notice in checked.notices]


def test_of_a_plain_file_nothing_is_said():
    checked = _check(papers.written("words enough to search for"))
    assert (_keys(checked), checked.searchable, checked.signed) == ([], 1, False)


def _shuffled(content: bytes) -> bytes:
    return content.replace(b"startxref\n", b"startxref\n9")


def test_what_is_damaged_is_repaired_and_that_is_said():
    content = _shuffled(papers.written("KAKUU", pages=3))
    checked = _check(content)
    assert (_keys(checked), checked.pages) == (["repaired"], 3)
    assert checked.content != content
    with pikepdf.open(io.BytesIO(checked.content), attempt_recovery=False) as pdf:
        assert not pdf.check_pdf_syntax()
    assert _keys(_check(checked.content)) == []


def test_what_is_damaged_and_acts_is_not_made_harmless():
    script = Dictionary(S=Name.JavaScript, JS=make.text("app.alert(1)"))
    with pytest.raises(errors.PdfScript):
        _check(_shuffled(make.with_root("/OpenAction", script)))


def test_a_newer_version_is_lowered_where_nothing_is_lost():
    checked = _check(make.pdf(force_version="2.0"))
    assert _keys(checked) == ["version"]
    assert checked.content.startswith(b"%PDF-1.7\n")


def _text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return pdf[0].get_textpage().get_text_range()


def test_a_filled_form_becomes_part_of_its_page():
    checked = _check(papers.form(filled=True))
    assert _keys(checked) == ["form"]
    assert "KAKUU" in _text(checked.content)
    assert b"AcroForm" not in checked.content


@pytest.mark.parametrize("ask", [False, True])
def test_a_form_that_not_every_reader_shows_is_refused(ask: bool):
    with pytest.raises(errors.FormNotShown) as caught:
        _check(papers.form(filled=True, shown=ask, ask=ask))
    assert_message(caught.value)


def test_an_empty_form_is_told_and_left_alone():
    content = papers.form(filled=False, shown=False)
    checked = _check(content)
    assert (_keys(checked), checked.content) == (["fields"], content)


def test_a_signature_is_told_and_kept():
    content = papers.form(filled=True, signed=True)
    checked = _check(content)
    assert (_keys(checked)[0], checked.signed, checked.content) == ("signed", True, content)


def test_a_signature_that_repairing_breaks_is_told():
    checked = _check(_shuffled(papers.form(filled=False, signed=True)))
    assert ("repaired" in _keys(checked), "signature_lost" in _keys(checked), checked.signed) == (True, True, False)


def _with_a_version_before(before: str, fields: str = "") -> bytes:
    """Return a PDF whose first version has ``before`` in its catalogue and whose second one has ``fields`` instead."""
    drawing = f"<</Length {len(make.LINE)}>>stream¶{make.LINE.decode()}¶endstream"
    old = make.raw(
        f"<</Type/Catalog/Pages 2 0 R{before}>>\n<</Type/Pages/Count 1/Kids[3 0 R]>>\n"
        f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>/Contents 4 0 R>>\n{drawing}"
    )
    table = int(old[old.rindex(b"startxref") :].split()[1])
    new = f"1 0 obj <</Type/Catalog/Pages 2 0 R{fields}>> endobj\n"
    end = f"xref\n1 1\n{len(old):010} 00000 n \ntrailer <</Size 5/Root 1 0 R/Prev {table}>>\n"
    return old + f"{new}{end}startxref\n{len(old) + len(new)}\n%%EOF\n".encode()


SIGNED = "/AcroForm<</Fields[<</FT/Sig/T(a)/V<</Type/Sig>>>>]>>"


def test_earlier_versions_are_taken_out_and_that_is_said():
    checked = _check(_with_a_version_before("/Lang(KAKUU)"))
    assert _keys(checked) == ["history"]
    assert b"KAKUU" not in checked.content


def test_of_a_signed_file_they_stay_unless_something_in_them_acts():
    content = _with_a_version_before("/Lang(KAKUU)", SIGNED)
    checked = _check(content)
    assert (_keys(checked), checked.content) == (["signed"], content)
    with pytest.raises(errors.PdfScript):
        _check(_with_a_version_before("/OpenAction<</S/JavaScript/JS(x)>>", SIGNED))


def test_a_good_scan_is_taken_without_a_word():
    assert _keys(_check(papers.scanned(papers.paper()))) == []


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (papers.paper(1_200, 1_697), ["coarse"]),
        (papers.paper(light=115, ink=30), ["dark"]),
        (papers.paper(1_200, 1_697, light=115, ink=30), ["dark", "coarse"]),
    ],
)
def test_a_doubtful_scan_is_told(picture: Image.Image, said: list[str]):
    checked = _check(papers.scanned(picture))
    assert _keys(checked) == said
    assert checked.notices[0].pages == (1,)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (papers.paper(700, 990), errors.PdfCoarse),
        (papers.paper(light=60, ink=0), errors.PdfDark),
        (Image.new("L", (1_654, 2_339), 250), errors.PdfBlank),
        (Image.new("L", (1_654, 2_339), 0), errors.PdfDark),
        (papers.paper(light=27, ink=2), errors.PdfDark),
    ],
)
def test_a_scan_that_nobody_can_read_is_refused(picture: Image.Image, expected: type[AttachmentError]):
    with pytest.raises(expected) as caught:
        _check(papers.scanned(picture))
    assert_message(caught.value)


_LETTERS = b"".join(f"BT /F 10 Tf 50 {700 - row * 20} Td (word {row}) Tj ET ".encode() for row in range(25))
_AREAS = b"".join(f"50 {700 - row * 20} 40 9 re f ".encode() for row in range(25))


@pytest.mark.parametrize("drawn", [_LETTERS, _AREAS], ids=["letters", "letters as areas"])
def test_a_picture_behind_what_is_drawn_is_decoration(drawn: bytes):
    assert _keys(_check(papers.scanned(papers.paper(500, 707), drawn))) == []
    assert _keys(_check(papers.scanned(papers.paper(light=40, ink=0), b"1 g " + drawn))) == ["dark"]


def test_an_empty_page_among_others_is_told():
    def change(made: pikepdf.Pdf) -> None:
        del made.pages[1].obj[Name.Contents]

    checked = _check(make.pdf(change, 3))
    assert [(notice.key, notice.pages) for notice in checked.notices] == [("notice.blank", (2,))]


def test_a_page_larger_than_any_printer_takes_is_told():
    checked = _check(make.pdf(lambda made: made.pages[0].obj.__setitem__("/MediaBox", Array([0, 0, 2_000, 1_000]))))
    assert _keys(checked) == ["large"]


@pytest.mark.parametrize("box", [[0, 0, 0, 100], [0, 0, 20_000, 100], [5, 5, 5.2, 100]])
def test_a_page_of_no_size_is_refused(box: list[float]):
    with pytest.raises((errors.PdfPageSize, errors.PdfBroken)):
        _check(make.pdf(lambda made: made.pages[0].obj.__setitem__("/MediaBox", Array(box))))


def test_the_same_file_twice_is_told_by_its_name():
    first = _check(papers.written("KAKUU"))
    second = _check(papers.written("KAKUU"), **{first.sha256: "first.pdf"})
    assert [(notice.key, notice.params) for notice in second.notices] == [("notice.duplicate", {"name": "first.pdf"})]


def test_the_same_pages_in_another_file_are_told():
    first = _check(papers.written("KAKUU"))
    again = papers.written("KAKUU", change=lambda made: made.docinfo.__setitem__("/Title", "other"))
    second = _check(again, **{first.fingerprint: "first.pdf"})
    assert second.sha256 != first.sha256
    assert _keys(second) == ["duplicate"]
    assert _keys(_check(papers.written("MIHON"), **{first.fingerprint: "first.pdf"})) == []


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(["blank", "numbers", "changes", "signed", "fields", "unseen", "number_in_data"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_a_worker_gone_mad_says_nothing_that_is_not_a_notice(facts: dict[str, object]):
    for notice in notices_of(facts):
        assert translator("en").has(notice.key)
        assert all(page > 0 for page in notice.pages)


def test_page_numbers_are_written_short():
    assert listed((5, 1, 3, 4, 4)) == "1, 3–5"


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2026, 8, 23), 3, date(2026, 11, 23)),
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 1), 12, date(2027, 5, 1)),
    ],
)
def test_how_long_a_paper_is_good(issued: date, months: int, last: date):
    assert last_day(issued, months) == last
    assert age_of(issued, last, months) == "good"
    assert age_of(issued, date.fromordinal(last.toordinal() + 1), months) == "too_old"


def test_what_is_said_of_a_date():
    today = date(2026, 11, 23)
    assert age_notice(date(2026, 8, 22), today, 3) == Notice("notice.too_old", {"months": 3})
    assert age_notice(date(2026, 11, 24), today, 3) == Notice("notice.in_the_future")
    assert age_notice(date(1990, 1, 1), today, None) is None
    assert age_notice(today, today, 3) is None
