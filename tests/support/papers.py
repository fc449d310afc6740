"""Reading a paper that the kiosk wrote, as a reader of PDFs sees it."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2

SENTENCES = {
    "en": "Signed, not yet received. The fluffy office “takes” it from 8:30; KAKUU MIHON.",
    "ja": "署名しました。「在留期間の更新」は架空見本の髙﨑𠮷さん（2026年11月27日）まで有効です。ﾐﾎﾝ～①",
    "vi": "Đã ký, chưa được tiếp nhận. Hồ sơ gia hạn thời gian lưu trú của người nộp đơn.",
    "th": "ลงนามแล้วยังไม่ได้รับการตอบรับกรุณาเก็บเอกสารฉบับนี้ไว้จนกว่าจะได้รับหมายเลข น้ำ ปู่",
    "km": "បានចុះហត្ថលេខាហើយមិនទាន់បានទទួលទេសូមរក្សាទុកឯកសារនេះ។ ខ្ញុំ ស្ត្រី",
    "my": "လက်မှတ်ထိုးပြီးပါပြီလက်ခံရရှိခြင်းမရှိသေးပါဤစာရွက်ကိုသိမ်းဆည်းထားပါ။ ဩဂုတ် ကျွန်ုပ်",
    "ne": "हस्ताक्षर भयो, अझै प्राप्त भएको छैन। कृपया यो कागज सुरक्षित राख्नुहोस्। क्षेत्र ज्ञान १२३",
    "si": "අත්සන් කර ඇත, තවම ලැබී නැත. ශ්‍රී ලංකාව ක්‍රමය ප්‍රදේශය ඥාතියා",
    "bn": "স্বাক্ষর করা হয়েছে, এখনও গৃহীত হয়নি। অনুগ্রহ করে এই কাগজটি রাখুন। ক্ষুদ্র",
    "id": "Sudah ditandatangani, belum diterima. Simpanlah kertas ini.",
    "tl": "Nilagdaan na, hindi pa natatanggap. Itago ang papel na ito, señor.",
    "pt": "Assinado, ainda não recebido. Guarde este papel até à recepção: ç ã õ.",
    "es": "¿Firmado? ¡Aún no recibido! Guarde este papel hasta mañana, señora.",
}
"""Something invented in every language that the kiosk is to speak."""


def squeezed(text: str) -> str:
    """Return ``text`` without blanks: lines break elsewhere on paper."""
    return "".join(text.split())


def pages_of(pdf: bytes) -> list[str]:
    """Return what each page says, line by line."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def text_of(pdf: bytes) -> str:
    """Return everything that is written."""
    return "\n".join(pages_of(pdf))


def inked(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Return for each page where its ink begins and ends: left, bottom, right, top in points."""
    found = list[tuple[float, float, float, float]]()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            left, bottom, right, top = zip(*(item.get_bounds() for item in page.get_objects()), strict=True)
            found.append((min(left), min(bottom), max(right), max(top)))
    return found


def fonts_of(pdf: bytes) -> dict[str, str]:
    """Return the names of all fonts by what they are without their tag; each is in the file and can be copied from."""
    found = dict[str, str]()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == pikepdf.Name.Type0:
                assert "/ToUnicode" in item
                descriptor: Any = item.DescendantFonts[0].FontDescriptor
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                found[str(item.BaseFont).partition("+")[2]] = str(item.BaseFont)
            elif isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Font:
                assert item.Subtype in ("/CIDFontType0", "/CIDFontType2")
    return found
