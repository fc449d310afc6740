"""Notes on pages that bring no picture of themselves: drawn before they become part of the page, or told."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from kiosk.attachments.binder.cleaning import cleaned
from tests.attachments import make
from tests.attachments.binder_papers import is_red, rendered

_RED = Array([1, 0, 0])
_BOX = Array([50, 50, 150, 150])
_FAR = Array([500, 500, 600, 600])
"""Where a note says it stands, though its points say otherwise; squares and circles have nothing but that."""

_DRAWN = {
    "Highlight": Dictionary(QuadPoints=Array([50, 150, 150, 150, 50, 50, 150, 50])),
    "Square": Dictionary(IC=_RED),
    "Circle": Dictionary(IC=_RED),
    "Ink": Dictionary(InkList=Array([Array([50, 100, 100, 100, 150, 100])]), BS=Dictionary(W=20)),
    "Line": Dictionary(L=Array([50, 100, 150, 100]), BS=Dictionary(W=20)),
    "PolyLine": Dictionary(Vertices=Array([50, 100, 100, 100, 150, 100]), BS=Dictionary(W=20)),
    "Polygon": Dictionary(Vertices=Array([80, 100, 120, 100, 100, 101]), BS=Dictionary(W=20)),
}


def _with(kind: str, entries: Dictionary, flags: int = 4, box: Array = _BOX) -> bytes:
    def change(made: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=box, F=flags, C=_RED)
        for key, value in entries.items():
            note[key] = value
        made.pages[0].obj.Annots = Array([note])

    return make.pdf(change)


@pytest.mark.parametrize(
    ("kind", "box"),
    [*((kind, _BOX) for kind in _DRAWN), *((kind, _FAR) for kind in _DRAWN if kind not in ("Square", "Circle"))],
)
def test_a_note_is_drawn_where_it_stands(kind: str, box: Array) -> None:
    clean = cleaned(_with(kind, _DRAWN[kind], box=box))
    assert clean.lost == 0
    assert is_red(rendered(clean.data), (100, 105))
    with pikepdf.open(io.BytesIO(clean.data)) as pdf:
        assert "/Annots" not in pdf.pages[0].obj


@pytest.mark.parametrize(
    ("kind", "entries"),
    [("Stamp", Dictionary()), ("Line", Dictionary(L=Array([1, 2]))), ("Polygon", Dictionary(Vertices=Name.X))],
)
def test_a_note_that_cannot_be_drawn_is_told(kind: str, entries: Dictionary) -> None:
    assert cleaned(_with(kind, entries)).lost == 1


@pytest.mark.parametrize("kind", ["Link", "Popup", "Text"])
def test_what_is_not_part_of_the_paper_is_not_missed(kind: str) -> None:
    assert cleaned(_with(kind, Dictionary())).lost == 0


def test_a_hidden_note_stays_unseen() -> None:
    clean = cleaned(_with("Square", _DRAWN["Square"], flags=2))
    assert clean.lost == 0
    assert not is_red(rendered(clean.data), (100, 105))


def _marked(made: pikepdf.Pdf) -> None:
    look = made.make_stream(b"1 1 0 rg 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form)
    look.BBox, look.Group = Array([0, 0, 100, 100]), Dictionary(S=Name.Transparency)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Highlight, Rect=_BOX, F=4, AP=Dictionary(N=look))
    made.pages[0].obj.Annots = Array([note])
    made.pages[0].obj.Contents = made.make_stream(b"1 0 0 rg 60 60 80 80 re f")


def test_a_marker_does_not_cover_what_it_marks() -> None:
    seen = rendered(cleaned(make.pdf(_marked)).data)
    assert is_red(seen, (100, 100))
    assert seen.getpixel((55, 55)) == (255, 255, 0)


def _on_a_hidden_layer(made: pikepdf.Pdf) -> None:
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=make.text("draft")))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=_BOX, F=4, C=_RED, IC=_RED, OC=layer)
    made.pages[0].obj.Annots = Array([note])


def test_a_note_on_a_hidden_layer_stays_unseen() -> None:
    assert not is_red(rendered(cleaned(make.pdf(_on_a_hidden_layer)).data), (100, 105))
