"""Hostile PDFs, made here and now: each is a trap of another kind."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Permissions

from tests.attachments import make, papers

Maker = Callable[[], bytes]
_PACKED = {"object_stream_mode": ObjectStreamMode.generate}
_ROOT, _PAGES = "<</Type/Catalog/Pages 2 0 R", "<</Type/Pages/Count 1/Kids[3 0 R]>>"
_PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<<>>"


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=make.text("app.alert(1)"))


def _on_page(**entries: object) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            made.pages[0].obj[f"/{name}"] = value  # type: ignore[assignment]  # an object of the library

    return make.pdf(change, 1, **_PACKED)


def _link(**action: object) -> bytes:
    return make.with_annotation(Subtype=Name.Link, A=Dictionary({f"/{name}": value for name, value in action.items()}))  # type: ignore[dict-item]  # objects of the library


def _named(tree: str, content: object) -> bytes:
    inner = Dictionary(Kids=Array([Dictionary(Names=Array([make.text("a"), content]))]))  # type: ignore[list-item]  # an object of the library
    return make.with_root("/Names", Dictionary({tree: inner}))


def _chained() -> bytes:
    action = Dictionary(S=Name.URI, URI=make.text("https://example.com"), Next=Array([_script()]))
    return make.with_annotation(Subtype=Name.Link, A=action)


def _in_a_field() -> bytes:
    field = Dictionary(FT=Name.Tx, T=make.text("a"), AA=Dictionary(K=_script()))
    kids = Dictionary(Fields=Array([Dictionary(T=make.text("b"), Kids=Array([field]))]))
    return make.with_root("/AcroForm", kids)


def _in_a_bookmark() -> bytes:
    return make.with_root("/Outlines", Dictionary(First=Dictionary(Title=make.text("a"), A=_script())))


def _orphan() -> bytes:
    """An object that nothing refers to, kept by appending it by hand."""
    made = make.pdf(compress_streams=False)
    return made.replace(b"xref\n0 ", b"9 0 obj <</S/JavaScript/JS(x)>> endobj\nxref\n0 ", 1)


def _escaped() -> bytes:
    return make.raw(f"{_ROOT}/OpenAction<</S/Java#53cript/J#53(x)>>>>\n{_PAGES}\n{_PAGE}>>")


def _hidden_before() -> bytes:
    old = make.raw(f"{_ROOT}/OpenAction<</S/JavaScript/JS(x)>>>>\n{_PAGES}\n{_PAGE}/Contents 4 0 R>>\n{_drawing()}")
    start = old.rindex(b"startxref")
    before = int(old[start:].split()[1])
    place = len(old)
    new = f"1 0 obj {_ROOT}>> endobj\n".encode()
    table = f"xref\n1 1\n{place:010} 00000 n \ntrailer <</Size 5/Root 1 0 R/Prev {before}>>\n"
    return old + new + table.encode() + f"startxref\n{place + len(new)}\n%%EOF\n".encode()


def _drawing() -> str:
    return f"<</Length {len(make.LINE)}>>stream¶{make.LINE.decode()}¶endstream"


def _bomb_in_bombs() -> bytes:
    inner = zlib.compress(zlib.compress(bytes(50_000_000), 9), 9)

    def change(made: pikepdf.Pdf) -> None:
        stream = made.make_stream(b"")
        stream.write(inner, filter=Array([Name.FlateDecode, Name.FlateDecode]))
        made.pages[0].obj[Name.Contents] = stream

    return make.pdf(change)


def _huge_picture() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        image = made.make_stream(
            b"x", Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000, BitsPerComponent=8,
            ColorSpace=Name.DeviceRGB,
        )  # fmt: skip
        papers.text_page(made, b"q 200 0 0 200 0 0 cm /I Do Q")[Name.Resources][Name.XObject] = Dictionary(I=image)

    return make.pdf(change)


def _drawing_itself() -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        form = made.make_stream(b"/X Do /X Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200]))
        form[Name.Resources] = Dictionary(XObject=Dictionary(X=form))
        papers.text_page(made, make.LINE + b"/X Do")[Name.Resources][Name.XObject] = Dictionary(X=form)

    return make.pdf(change)


def _doubling(depth: int = 40) -> bytes:
    """Each form draws the next one twice: a trillion times in the end."""

    def change(made: pikepdf.Pdf) -> None:
        inner = made.make_stream(make.LINE, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200]))
        for _ in range(depth):
            outer = made.make_stream(b"/X Do /X Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 200]))
            outer[Name.Resources] = Dictionary(XObject=Dictionary(X=inner))
            inner = outer
        papers.text_page(made, b"/X Do")[Name.Resources][Name.XObject] = Dictionary(X=inner)

    return make.pdf(change)


def _kids_in_a_circle() -> bytes:
    return make.raw(
        f"{_ROOT}>>\n<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>\n{_PAGE}>>\n"
        "<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R]>>"
    )


def _fields_in_a_circle() -> bytes:
    return make.raw(
        f"{_ROOT}/AcroForm<</Fields[5 0 R]>>>>\n{_PAGES}\n{_PAGE}/Contents 4 0 R>>\n{_drawing()}\n<</T(a)/Kids[5 0 R]>>"
    )


def _after(content: bytes, what: bytes) -> bytes:
    return content.replace(b"trailer", what + b"trailer", 1)


def _protected(**options: object) -> bytes:
    return make.pdf(encryption=Encryption(owner="mihon", user="", **options))  # type: ignore[arg-type]  # passed on


def _truncated(share: float) -> bytes:
    whole = papers.scanned(papers.paper(400, 566), size=(100, 141))
    return whole[: int(len(whole) * share)]


ACTIVE: dict[str, Maker] = {
    "script at opening": lambda: make.with_root("/OpenAction", _script()),
    "script in a packed object": lambda: _on_page(AA=Dictionary(O=_script())),
    "script in a name tree": lambda: _named("/JavaScript", _script()),
    "script after a link": _chained,
    "script in a child of a field": _in_a_field,
    "script of a bookmark": _in_a_bookmark,
    "script in an orphan": _orphan,
    "script with its name escaped": _escaped,
    "script in an earlier version": _hidden_before,
    "script as an address": lambda: _link(S=Name.URI, URI=make.text(" JavaScript:alert(1)")),
    "file as an address": lambda: _link(S=Name.URI, URI=make.text("file:///etc/passwd")),
    "script as an address, broken up": lambda: _link(S=Name.URI, URI=make.text("java\n\tscript:alert(1)")),
    "address when a page is shown": lambda: _on_page(
        AA=Dictionary(O=Dictionary(S=Name.URI, URI=make.text("https://example.com")))
    ),
    "program": lambda: _link(S=Name.Launch, F=make.text("cmd.exe")),
    "other file": lambda: _link(S=Name.GoToR, F=make.text("\\\\example.com\\share")),
    "file in a file": lambda: _link(S=Name.GoToE, T=Dictionary(R=Name.C)),
    "print by itself": lambda: make.with_root("/OpenAction", Dictionary(S=Name.Named, N=Name.Print)),
    "form that sends": lambda: _link(S=Name.SubmitForm, F=make.text("https://example.com")),
    "form that fetches": lambda: _link(S=Name.ImportData, F=make.text("x.fdf")),
    "form that hides": lambda: _link(S=Name.Hide, T=make.text("a")),
    "film": lambda: make.with_annotation(Subtype=Name.Movie),
    "film by an action": lambda: _link(S=Name.Rendition, OP=0),
    "sound": lambda: make.with_annotation(Subtype=Name.Sound),
    "screen": lambda: make.with_annotation(Subtype=Name.Screen),
    "flash": lambda: make.with_annotation(Subtype=Name.RichMedia),
    "model": lambda: make.with_annotation(Subtype=Name("/3D")),
    "file on a page": lambda: make.with_annotation(Subtype=Name.FileAttachment),
    "file by name": make.with_embedded_file,
    "file of an object": lambda: _on_page(AF=Array([])),
    "portfolio": lambda: make.with_root("/Collection", Dictionary()),
    "XFA": lambda: make.with_root("/AcroForm", Dictionary(XFA=make.text("<xdp/>"))),
    "XFA elsewhere": lambda: _on_page(PieceInfo=Dictionary(XFA=Array([]))),
    "must be drawn by a script": lambda: make.with_root("/NeedsRendering", True),
    "asks for scripts": lambda: make.with_root("/Requirements", Array([Dictionary(S=Name.EnableJavaScripts)])),
    "stream from elsewhere": lambda: make.pdf(
        lambda made: made.pages[0].obj.Contents.__setitem__("/F", make.text("/etc/passwd"))
    ),
    "PostScript": lambda: make.pdf(
        lambda made: made.Root.__setitem__("/X", made.make_stream(b"x", Type=Name.XObject, Subtype=Name.PS))
    ),
}
"""Something acts, hides or reaches out."""

TRAPS: dict[str, Maker] = {
    "kids in a circle": _kids_in_a_circle,
    "page tree in itself": make.looping,
    "fields in a circle": _fields_in_a_circle,
    "table before itself": make.self_referencing,
    "arrays in arrays": lambda: make.nested(3_000),
    "few arrays in arrays": lambda: make.nested(100),
    "form that draws itself": _drawing_itself,
    "forms that draw each other": _doubling,
    "picture of ten thousand million": _huge_picture,
    "bomb in a bomb": _bomb_in_bombs,
    "no page": lambda: make.pdf(pages=0),
    "page of no size": lambda: _on_page(MediaBox=Array([0, 0, 0, 0])),
    "page of words": lambda: _on_page(MediaBox=Array([make.text("a")] * 4)),
    "page as long as a street": lambda: _on_page(MediaBox=Array([0, 0, 1, 10**9])),
    "unit of a mile": lambda: _on_page(UserUnit=10**9),
    "head alone": lambda: b"%PDF-1.7\n",
    "no version": lambda: make.pdf().replace(b"%PDF-1.3", b"%PDF-x.y"),
    "version of tomorrow": lambda: make.with_root("/Version", Name("/99.99")),
    "version that is none": lambda: make.with_root("/Version", Name("/tomorrow")),
    "rubbish": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40,
    "zeros": lambda: b"%PDF-1.7\n" + bytes(50_000),
    "HTML in the head": lambda: b"%PDF-1.4\n%<html><script>alert(1)</script>\n" + make.pdf()[9:],
    "HTML at the end": lambda: make.pdf() + b"<html><script>alert(1)</script>" * 100,
    "JPEG at the end": lambda: make.pdf() + make.picture(),
    "ZIP at the end": lambda: make.pdf() + _zip(),
    "program at the head": lambda: b"MZ\x90\0" + make.pdf(),
    "table far away": lambda: make.pdf().replace(b"startxref\n", b"startxref\n99999999999"),
    "table below zero": lambda: make.pdf().replace(b"startxref\n", b"startxref\n-"),
    "table of rubbish": lambda: _after(make.pdf(), b"0000000000 00000 n \n" * 50),
    "table too long": lambda: make.pdf().replace(b"xref\n0 5", b"xref\n0 999999999"),
    "stream too long": lambda: make.pdf().replace(b"/Length ", b"/Length 999999"),
    "stream below zero": lambda: make.pdf().replace(b"/Length ", b"/Length -"),
    "filter that is none": lambda: make.pdf().replace(b"/FlateDecode", b"/NoSuchThing"),
    "key of the person": lambda: _protected(R=4),
    "key of the owner": lambda: make.encrypted(print_lowres=False, print_highres=False, modify_other=False),
    "no copying": lambda: make.pdf(encryption=Encryption(owner="m", user="", R=6, allow=Permissions(extract=False))),
    "locked": make.locked,
    "lock of no kind": lambda: make.pdf().replace(b"trailer <<", b"trailer << /Encrypt << /Filter /Mine /V 9 >>"),
    "letters of no font": lambda: make.pdf(lambda made: _draw(made, b"BT /None 10 Tf (x) Tj ET")),
    "letters as high as a tower": lambda: make.pdf(lambda made: _draw(made, b"BT /F 1e30 Tf (x) Tj ET")),
    "drawing without end": lambda: make.pdf(lambda made: _draw(made, b"q " * 200_000)),
    "numbers without end": lambda: make.pdf(lambda made: _draw(made, b"9" * 100_000 + b" 1 m")),
    "packed tail cut off": lambda: make.pdf(pages=9, **_PACKED)[:-90],
    **{f"scan cut off at {share}": lambda share=share: _truncated(share / 10) for share in range(1, 10)},
}
"""Something is wrong, wrongly made or too much."""

HEAVY: dict[str, Maker] = {
    "bomb": make.bomb,
    "very deep": lambda: make.nested(1_000_000),
    "many pages": lambda: make.raw(f"{_ROOT}>>\n<</Type/Pages/Count 100000/Kids[{'3 0 R ' * 100_000}]>>\n{_PAGE}>>"),
}
"""What only a process of its own may look at."""


def _draw(made: pikepdf.Pdf, content: bytes) -> None:
    papers.text_page(made, make.LINE + content)


def _zip() -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("mihon.html", "<script>alert(1)</script>")
    return buffer.getvalue()
