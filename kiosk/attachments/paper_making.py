"""Papers for the person as PDF, made in the worker: what makes them is large and slow to load, and screens go on."""

from __future__ import annotations

from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable
from kiosk.attachments.sandbox import examine
from kiosk.reports.errors import FontMissing, PaperNotMade
from kiosk.reports.page import Paper


def printed(paper: Paper) -> bytes:
    """Return ``paper`` as PDF; the same bytes as ``paper.pdf()``. Waits; on a screen, call it in a thread.

    Raises:
        FontMissing: a font's file is not there.
        PaperNotMade: the worker could not be started, or gave up.
    """
    try:
        answer = examine("paper", (), paper.described())
    except (CheckGaveUp, CheckUnavailable) as error:
        raise PaperNotMade() from error
    missing = answer.facts.get("missing")
    if isinstance(missing, str):
        raise FontMissing(file=missing)
    if len(answer.blobs) != 1:
        raise PaperNotMade()
    return answer.blobs[0]
