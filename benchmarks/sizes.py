"""How much is measured. A short run shows that everything works; its figures mean little."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one run.

    Attributes:
        starts: programs started for the first paint.
        keys: keys pressed and measured.
        saves: answers saved, and as many beside them.
        drafts: drafts of ``draft_bytes`` put in.
        draft_bytes: answers of one draft.
        stored: items of the large store.
        opens: how often a store is opened.
        items: signed applications that are sent, and as many beside them.
        upload_bytes: of the one large file.
        uploads: how often it is uploaded.
        kiosks: stations that come back in the same second.
        photos: photos of papers that are bound.
        checks: how often the large PDF is checked.
    """

    starts: int = 15
    keys: int = 200
    saves: int = 400
    drafts: int = 200
    draft_bytes: int = 20_000
    stored: int = 100_000
    opens: int = 7
    items: int = 60
    upload_bytes: int = 10_000_000
    uploads: int = 7
    kiosks: int = 1_000
    photos: int = 20
    checks: int = 5


SHORT = Sizes(
    starts=2,
    keys=8,
    saves=20,
    drafts=5,
    stored=500,
    opens=2,
    items=4,
    upload_bytes=2_000_000,
    uploads=2,
    kiosks=10,
    photos=2,
    checks=1,
)
"""For a look whether it works."""
