"""What can go wrong when a paper is saved to a stick or a folder."""

from __future__ import annotations

from kiosk.errors import ReportError


class PlaceFull(ReportError):
    """There is no room left where it was to be saved."""

    code = "R01"
    key = "place_full"


class PlaceGone(ReportError):
    """The folder is not there any more: the stick was pulled out."""

    code = "R02"
    key = "place_gone"


class PlaceClosed(ReportError):
    """Nothing can be written there: it is read-only, or this user may not."""

    code = "R03"
    key = "place_closed"


class FontMissing(ReportError):
    """The file of a font is not there or damaged: the program was not installed wholly."""

    code = "R04"
    key = "font_missing"


class PaperNotMade(ReportError):
    """The process that makes the paper could not be started, or ended before it was done."""

    code = "R05"
    key = "paper_not_made"
