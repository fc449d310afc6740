"""The header of a stored draft: which application it is, who files it, what was told, where the person left it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from kiosk.filing.application import Draft
from kiosk.filing.errors import DraftFormatError
from kiosk.filing.told import Told, as_stored, from_stored
from kiosk.forms.model import PersonFacts
from kiosk.screens.papers import NO_PAPERS, Papers, read_papers

if TYPE_CHECKING:
    from kiosk.offline_queue.model import StoredDraft

_VERSION = 1
_IDS = ("submission_id", "procedure", "status", "user_kind", "system", "portal_id", "etag")


@dataclass(frozen=True, slots=True)
class Header:
    """What is stored beside the answers.

    Attributes:
        base: the application with its ids, without answers and files.
        facts: what card and registration say of the person; None while the portal was away.
        page: where the person is ("" is the list of tasks).
        seen: the pages that were opened.
        authentication_id: of the person's account, so that it may be signed later without the portal.
        told: what the person told while they chose.
        applicant: whose application it is, for the list of who files for many; written alone.
        papers: what is known of the files.
    """

    base: Draft
    facts: PersonFacts | None = None
    page: str = ""
    seen: frozenset[str] = frozenset()
    authentication_id: str = ""
    told: Told = field(default_factory=dict[str, Any], repr=False)
    applicant: str = field(default="", repr=False)
    papers: Papers = NO_PAPERS

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "version": _VERSION,
            **{name: getattr(self.base, name) for name in _IDS},
            "page": self.page,
            "seen": sorted(self.seen),
            "person": None if self.facts is None else asdict(self.facts),
            "authentication_id": self.authentication_id,
            "told": as_stored(self.told),
            "applicant": self.applicant,
            "papers": self.papers.as_header(),
        }


def read_header(stored: StoredDraft, today: date) -> Header:
    """Return the header of a draft as loaded; one without what was told is from an earlier version.

    Args:
        stored: the draft.
        today: the day in Japan.

    Raises:
        DraftFormatError: it is not of the shape this version writes.
    """
    header = stored.header
    if header.get("version") != _VERSION:
        raise DraftFormatError(field="version")
    ids = {name: header.get(name) for name in _IDS}
    if not all(isinstance(value, str) for value in ids.values()):
        raise DraftFormatError(field="header")
    base = Draft(
        draft_id=stored.id, created_at=stored.created, updated_at=stored.updated, **cast("dict[str, Any]", ids)
    )
    person = header.get("person")
    return Header(
        base,
        None if person is None else PersonFacts(**person),
        str(header.get("page", "")),
        frozenset(header.get("seen", ())),
        str(header.get("authentication_id", "")),
        from_stored(header.get("told"), today),
        papers=read_papers(header.get("papers")),
    )
