"""Filing exactly once: a doubt is settled by asking for the submission, or by the same request under the same key."""

from __future__ import annotations

from urllib.parse import quote

from kiosk.portal.contract import SubmissionReceipt, SubmissionRequest
from kiosk.portal.errors import (
    NotFound,
    PortalAway,
    PortalRefusal,
    Stale,
    StillWorking,
    SubmissionUndecided,
    WrongState,
)
from kiosk.portal.requests import REPEAT_WAITS, Requests, idempotent
from kiosk.portal.wire import parsed


def submit_once(requests: Requests, application_id: str, request: SubmissionRequest, etag: str) -> SubmissionReceipt:
    """File an application; see ``PortalClient.submit``."""
    for attempt, wait in enumerate((*REPEAT_WAITS, None)):
        try:
            return _submit(requests, application_id, request, etag, in_doubt=attempt > 0)
        except (PortalAway, StillWorking) as error:
            if attempt == 0 and isinstance(error, PortalAway) and not error.sent:
                raise
        if wait is not None:
            requests.pause(wait)
    raise SubmissionUndecided


def receipt_of(requests: Requests, submission_id: str) -> SubmissionReceipt:
    """Return the receipt of an earlier submission.

    Raises:
        NotFound: the portal has not received it.
    """
    return parsed(SubmissionReceipt, requests.send("GET", f"/submissions/{quote(submission_id, safe='')}"))


def _submit(
    requests: Requests, application_id: str, request: SubmissionRequest, etag: str, *, in_doubt: bool
) -> SubmissionReceipt:
    if in_doubt and (known := _known(requests, request.submission_id)):
        return known
    path = f"/applications/{quote(application_id, safe='')}/submission"
    headers = {"If-Match": etag, **idempotent(request.submission_id)}
    try:
        return parsed(SubmissionReceipt, requests.send_json("POST", path, request, headers))
    except (Stale, WrongState):
        # It may be this very submission, received earlier, that moved the application on.
        if known := _known(requests, request.submission_id):
            return known
        raise


def _known(requests: Requests, submission_id: str) -> SubmissionReceipt | None:
    try:
        return receipt_of(requests, submission_id)
    except NotFound:
        return None
    except PortalRefusal as error:
        # Maintenance, or a session that ended meanwhile: the question stays open.
        raise SubmissionUndecided from error
