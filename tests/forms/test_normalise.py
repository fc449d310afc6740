"""From what people type to canonical answers."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.forms.load import load_form
from kiosk.forms.model import MAX_TEXT, Charset, Column, Field, FieldType
from kiosk.forms.normalise import normalise
from kiosk.forms.values import flaw

FORM = load_form("extension", "gijinkoku")
QUESTIONS: list[Field | Column] = [
    item for one in FORM.fields.values() for item in (one, *one.columns) if item.type not in {"table", "info"}
]


def _box(kind: FieldType = "text", charset: Charset = "any", *, partial: bool = False) -> Field:
    return Field(id="box", label={"ja": "欄", "en": "Box"}, type=kind, charset=charset, partial=partial)


FULL = _box(charset="fullwidth")
LATIN = _box(charset="latin_name")
FREE = _box("textarea")

_TRICKY = st.text() | st.text(
    alphabet="０１２９0129ー－-−〜~ \u3000\t\n\r年月日/.令和平成昭大正元RrHhSTabcÀéßŉǰｶﾞﾊﾟ\u0301\u200b\u202e\ufeff"
    "𠮷﨑髙⑳㍻,+81()@〒有無"
)


@given(question=st.sampled_from(QUESTIONS), text=_TRICKY, system=st.sampled_from(["rasens", "ras"]))
@settings(max_examples=400, deadline=None)
@example(question=FULL, text="ﾊ\u3099", system="rasens")
@example(question=LATIN, text="ǰ ŉß", system="ras")
@example(question=FORM.fields["part1.phone"], text="\u0339 \u0334", system="rasens")
def test_nothing_upsets_it_and_twice_is_once(question: Field | Column, text: str, system: str):
    once = normalise(question, text, system)
    twice = normalise(question, once.value, system)
    assert twice.value == once.value
    assert not twice.notices
    assert not twice.issues
    assert len(once.value) <= MAX_TEXT
    if once.issues:
        assert once.value == ""
    if once.value:
        flaw(question, once.value, system)


@pytest.mark.parametrize(
    ("text", "value", "notice"),
    [
        ("Room5", "Ｒｏｏｍ５", "to_fullwidth"),
        ("ｶﾞｽﾋﾞﾙ", "ガスビル", "to_fullwidth"),
        ("霞が関1-1-1 A棟", "霞が関１－１－１　Ａ棟", "to_fullwidth"),
        ("１−１", "１－１", "to_fullwidth"),
        ("架空", "架空", None),
        ("  架空\n見本 ", "架空　見本", None),
        ('"A"', "”Ａ”", "to_fullwidth"),
        ("㈱架空Ⅱ", "（株）架空ＩＩ", "to_fullwidth"),
    ],
)
def test_full_width_boxes(text: str, value: str, notice: str | None):
    found = normalise(FULL, text)
    assert found.value == value
    assert notice is None or [item.code for item in found.notices] == [notice]
    assert flaw(FULL, found.value) is None


def test_boxes_of_both_widths_keep_the_width():
    box = _box(charset="japanese_and_ascii")
    for text, value in (("㈱架空 Inc. ｱ", "(株)架空 Inc. ｱ"), ("1−2〜3", "1－2～3"), ("架空Ａ1", "架空Ａ1")):
        found = normalise(box, text)
        assert found.value == value
        assert flaw(box, value) is None
        assert [item.code for item in found.notices] == ([] if text == value else ["signs"])


def test_the_notice_says_before_and_after():
    notice = normalise(FULL, "Room5").notices[0]
    assert (notice.params["before"], notice.params["after"]) == ("Room5", "Ｒｏｏｍ５")
    assert "Room5" not in repr(notice)
    assert "Ｒｏｏｍ" not in repr(normalise(FULL, "Room5"))


@pytest.mark.parametrize(
    ("text", "rasens", "ras"),
    [
        ("Kakuu  Mihon", "KAKUU MIHON", "KAKUU,MIHON"),
        ("ＫＡＫＵＵ　ＭＩＨＯＮ", "KAKUU MIHON", "KAKUU,MIHON"),
        ("KAKUU, MIHON", "KAKUU MIHON", "KAKUU,MIHON"),
        ("O’Neil-Smith", "O'NEIL-SMITH", "O'NEIL-SMITH"),
    ],
)
def test_names(text: str, rasens: str, ras: str):
    assert normalise(LATIN, text).value == rasens
    assert normalise(LATIN, text, "ras").value == ras
    assert flaw(LATIN, rasens) is None


@pytest.mark.parametrize("text", ["José", "KAKUU MIHOŃ"])
def test_accents_are_refused_with_the_letter(text: str):
    found = flaw(LATIN, normalise(LATIN, text).value)
    assert found is not None
    assert found.code == "accents"
    assert found.params["character"] in "ÉŃ"


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-31", "2027/1/31", "20270131", "2027年1月31日", "２０２７年１月３１日", "2027.1.31",
        "令和9年1月31日", "R9.1.31",
        "r09/01/31", "令和９年１月３１日", "㋿9年1月31日", "R090131", "平成39年1月31日", "平39.1.31",
        "31.01.2027", "31. 1. 2027", "31 JAN 2027", "January 31, 2027", "२०२७-०१-३१",
    ],
)  # fmt: skip
def test_every_way_to_write_a_day(text: str):
    box = _box("date")
    found = normalise(box, text)
    assert found.value == "2027-01-31"
    assert flaw(box, found.value) is None
    assert [item.code for item in found.notices] == ([] if text == "2027-01-31" else ["date_read"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("令和元年5月1日", "2019-05-01"),
        ("平成元年1月8日", "1989-01-08"),
        ("昭和64年1月7日", "1989-01-07"),
        ("大正15年12月25日", "1926-12-25"),
        ("T1.7.30", "1912-07-30"),
    ],
)
def test_eras(text: str, value: str):
    assert normalise(_box("date"), text).value == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "no_such_date"),
        ("20260230", "no_such_date"),
        ("令和8年2月29日", "no_such_date"),
        ("2026-13-01", "no_such_date"),
        ("2026-05", "incomplete_date"),
        ("2026-05-00", "incomplete_date"),
        ("2026", "incomplete_date"),
        ("99999999", "incomplete_date"),
        ("soon", "not_a_date"),
        ("31/01/2027", "not_a_date"),
        ("1 Foo 2027", "not_a_date"),
        ("1850-01-01", "year_out_of_range"),
        ("9999-01-01", "year_out_of_range"),
        ("令和0年1月1日", "no_such_date"),
    ],
)
def test_days_that_are_none(text: str, code: str):
    box = _box("date")
    found = flaw(box, normalise(box, text).value)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1990", "1990-00-00", ""),
        ("1990年5月", "1990-05-00", ""),
        ("昭和60年", "1985-00-00", ""),
        ("不明", "0000-00-00", ""),
        ("99999999", "0000-00-00", ""),
        ("1990-05-06", "1990-05-06", ""),
        ("1990-00-06", "1990-00-06", "no_such_date"),
        ("1990-13", "1990-13-00", "no_such_date"),
        ("1800", "1800-00-00", "year_out_of_range"),
    ],
)
def test_unknown_parts_only_where_allowed(text: str, value: str, code: str):
    box = _box("date", partial=True)
    assert normalise(box, text).value == value
    found = flaw(box, value)
    assert (found.code if found else "") == code


@pytest.mark.parametrize(
    ("kind", "text", "value", "code"),
    [
        ("year_month", "2020年4月", "2020-04", ""),
        ("year_month", "202004", "2020-04", ""),
        ("year_month", "R2.4", "2020-04", ""),
        ("year_month", "2020-04-15", "2020-04", ""),
        ("year_month", "2020-13", "2020-13", "year_month"),
        ("year_month", "1700-01", "1700-01", "year_out_of_range"),
        ("year", "平成31年", "2019", ""),
        ("year", "２０１９", "2019", ""),
        ("year", "'19", "'19", "year"),
        ("integer", "１，０００", "1000", ""),
        ("integer", "007", "7", ""),
        ("integer", "many", "many", "integer"),
        ("phone", "（０３）1234－5678", "0312345678", ""),
        ("phone", "+81 90-1234-5678", "09012345678", ""),
        ("phone", "12345", "12345", "phone"),
        ("postal_code", "〒100-0013", "1000013", ""),
        ("postal_code", "１００ー００１３", "1000013", ""),
        ("postal_code", "100", "100", "postal_code"),
        ("email", " a＠example．com ", "a@example.com", ""),
        ("email", "a@example", "a@example", "email"),
        ("residence_card_number", "ab 1234 5678 cd", "AB12345678CD", ""),
        ("residence_card_number", "ＡＢ１２３４５６７８ＣＤ", "AB12345678CD", ""),
        ("residence_card_number", "A12345678CD", "A12345678CD", "residence_card_number"),
        ("passport_number", "ｘｘ-0000000", "XX0000000", ""),
        ("passport_number", "X1", "X1", "passport_number"),
    ],
)
def test_shapes(kind: FieldType, text: str, value: str, code: str):
    box = _box(kind)
    assert normalise(box, text).value == value
    found = flaw(box, value)
    assert (found.code if found else "") == code


def test_choices_and_yes_no():
    yes = FORM.fields["part1.has_residence_card"]
    assert [normalise(yes, text).value for text in ("有", "YES", "いいえ", "0", "x")] == ["1", "1", "0", "0", "x"]
    status = FORM.fields["part1.current_period_of_stay"]
    assert normalise(status, "０１０００００").value == "0100000"
    assert flaw(status, "0100000", parent="T26") is None
    wrong = flaw(status, "0100000", parent="T02x")
    assert wrong is not None
    assert wrong.code == "not_in_list"


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\x9b31m", "x\x1b]52;c;aGk=\x07"])
def test_terminal_sequences_are_refused(text: str):
    found = normalise(FREE, text)
    assert (found.value, [issue.code for issue in found.issues]) == ("", ["control_characters"])


def test_invisible_characters_are_taken_out():
    found = normalise(FREE, "a\u202eb\u200b\x07c\r\nd\ud800")
    assert found.value == "abc\nd"
    assert [item.code for item in found.notices] == ["removed_characters"]


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\x1bb", "a\u2028b", "\ud800"])
def test_what_comes_past_the_door_is_seen_by_the_check(text: str):
    found = flaw(FREE, text)
    assert found is not None
    assert found.code == "control_characters"


def test_a_line_break_only_where_there_are_lines():
    assert flaw(FREE, "a\nb") is None
    found = flaw(_box(), "a\nb")
    assert found is not None
    assert found.code == "control_characters"


def _my_number(first: str) -> str:
    """Make the check digit of eleven invented digits, written from the ordinance's own words (from the right)."""
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(first), 1))
    rest = total % 11
    return first + str(0 if rest <= 1 else 11 - rest)


@given(first=st.from_regex(r"[0-9]{11}", fullmatch=True).filter(lambda digits: digits.strip("0") != ""))
def test_an_individual_number_is_never_kept(first: str):
    number = _my_number(first)
    spaced = f"{number[:4]} {number[4:8]}-{number[8:]}"
    full = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for text in (number, f"番号は{spaced}です", full):
        found = normalise(FREE, text)
        assert (found.value, [issue.code for issue in found.issues]) == ("", ["individual_number"])
    wrong = flaw(FREE, number)
    assert wrong is not None
    assert wrong.code == "individual_number"
    other = number[:11] + str((int(number[11]) + 1) % 10)
    assert normalise(FREE, other).value == other
    assert normalise(FREE, number + "5").value == number + "5"
    assert normalise(_box("residence_card_number"), number).issues


def test_too_much_text_is_cut():
    found = normalise(FREE, "あ" * 10_001)
    assert found.value == "あ" * MAX_TEXT
    assert [item.code for item in found.notices] == ["cut"]
    huge = normalise(FREE, "あ" * 1_000_000)
    assert len(huge.value) == MAX_TEXT


@pytest.mark.parametrize(
    ("charset", "text", "code"),
    [
        ("fullwidth", "Half", "not_fullwidth"),
        ("fullwidth", "é", "accents"),
        ("fullwidth", "𠮷", "unsupported_character"),
        ("fullwidth", "﨑", "unsupported_character"),
        ("fullwidth", "\ue000", "unsupported_character"),
        ("japanese_and_ascii", "Ünal", "accents"),
        ("japanese_and_ascii", "한국", "unsupported_character"),
        ("any", "\ue000", "unsupported_character"),
        ("ascii", "架空", "not_ascii"),
        ("alphanumeric", "A-1", "not_alphanumeric"),
        ("letters", "A1", "not_letters"),
        ("digits", "1A", "not_digits"),
        ("latin_name", "kakuu", "not_latin_name"),
    ],
)
def test_characters_a_box_does_not_take(charset: Charset, text: str, code: str):
    found = flaw(_box(charset=charset), text)
    assert found is not None
    assert found.code == code


def test_rare_kanji_by_generation():
    assert flaw(FULL, "髙") is None
    old = flaw(FULL, "髙", "ras")
    assert old is not None
    assert old.code == "unsupported_character"
    assert flaw(FULL, "高", "ras") is None
    assert normalise(FREE, "髙﨑𠮷󠄀").value == "髙﨑𠮷󠄀"


def test_lengths_count_utf16():
    box = FREE.model_copy(update={"max_length": 3})
    assert flaw(box, "𠮷あ") is None
    found = flaw(box, "𠮷𠮷")
    assert found is not None
    assert (found.code, found.params) == ("too_long", {"max": 3, "length": 4})
    exact = _box().model_copy(update={"exact_length": 3})
    short = flaw(exact, "ab")
    assert short is not None
    assert short.code == "wrong_length"
