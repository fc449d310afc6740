"""Routes of applications."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from kiosk.portal.contract import (
    API,
    Application,
    ApplicationContent,
    ApplicationPage,
    ApplicationState,
    DocumentsAnswer,
    SubmissionReceipt,
    SubmissionRequest,
    Withdrawal,
)
from reference_portal.database.filing import ApplicationRow
from reference_portal.filing import drafts, examination, listing, store, submission, uploads
from reference_portal.people.credentials import Transaction
from reference_portal.web.context import IfMatch, OwnCall, PortalHere, SignedIn
from reference_portal.web.idempotency import Reply

router = APIRouter(tags=["applications"])


def _reply(db: Transaction, row: ApplicationRow, status: int = 200) -> Reply:
    headers = {"ETag": store.etag(row)}
    if status == 201:
        headers["Location"] = f"{API}/applications/{row.id}"
    return Reply(status, store.shown(db, row), headers)


@router.post("/applications", status_code=201, response_model=Application)
def post_application(body: ApplicationContent, portal: PortalHere, account: SignedIn, call: OwnCall) -> Response:
    """Begin an application."""
    return call.perform(lambda db: _reply(db, drafts.create(db, portal, account, body), 201))


@router.get("/applications")
def get_applications(
    portal: PortalHere,
    account: SignedIn,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=listing.MAX_LIMIT)] = 20,
    cursor: Annotated[str, Query(max_length=200)] = "",
    state: ApplicationState | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> ApplicationPage:
    """The own applications, newest change first."""
    with portal.database.read() as db:
        page = listing.page(db, account.id, limit, cursor, state, q)
    if page.next_cursor:
        query = {"limit": str(limit), "cursor": page.next_cursor, "state": state.value if state else "", "q": q}
        shown = urlencode({name: value for name, value in query.items() if value})
        response.headers["Link"] = f'<{API}/applications?{shown}>; rel="next"'
    response.headers["Cache-Control"] = "no-store"
    return page


@router.get("/applications/{application_id}", response_model=Application)
def get_application(application_id: str, portal: PortalHere, account: SignedIn) -> Response:
    """One application."""
    with portal.database.read() as db:
        return _reply(db, store.own(db, account.id, application_id)).response()


@router.put("/applications/{application_id}", response_model=Application)
def put_application(
    application_id: str,
    body: ApplicationContent,
    portal: PortalHere,
    account: SignedIn,
    if_match: IfMatch = None,
) -> Response:
    """Save a draft."""
    with portal.database.write() as db:
        return _reply(db, drafts.save(db, portal, account, application_id, if_match, body)).response()


@router.delete("/applications/{application_id}", status_code=204, response_class=Response)
def delete_application(
    application_id: str, portal: PortalHere, account: SignedIn, if_match: IfMatch = None
) -> Response:
    """Delete a draft."""
    with portal.database.write() as db:
        remains = drafts.remove(db, portal, account, application_id, if_match)
    uploads.discard(portal, remains)
    return Response(status_code=204)


@router.post("/applications/{application_id}/copy", status_code=201, response_model=Application)
def post_copy(application_id: str, portal: PortalHere, account: SignedIn, call: OwnCall) -> Response:
    """Begin a new application with the answers of an earlier one."""
    return call.perform(lambda db: _reply(db, drafts.copy(db, portal, account, application_id), 201))


@router.post("/applications/{application_id}/submission", status_code=201, response_model=SubmissionReceipt)
def post_submission(
    application_id: str,
    body: SubmissionRequest,
    portal: PortalHere,
    account: SignedIn,
    call: OwnCall,
    if_match: IfMatch = None,
) -> Response:
    """File an application, once. The key must be the ``submission_id``."""
    submission.require_key(body, call.key)
    remains: list[uploads.Remains] = []

    def effect(db: Transaction) -> Reply:
        receipt = submission.submit(db, portal, account, application_id, if_match, body)
        remains.append(uploads.take_unfinished(db, application_id))
        return Reply(201, receipt)

    answer = call.perform(effect)
    for left in remains:
        uploads.discard(portal, left)
    return answer


@router.get("/submissions/{submission_id}")
def get_submission(submission_id: str, portal: PortalHere, account: SignedIn) -> SubmissionReceipt:
    """The receipt of an earlier submission."""
    with portal.database.read() as db:
        return submission.find_receipt(db, account.id, submission_id)


@router.post("/applications/{application_id}/documents-answer", response_model=Application)
def post_documents_answer(
    application_id: str, body: DocumentsAnswer, portal: PortalHere, account: SignedIn, call: OwnCall
) -> Response:
    """Say that the requested documents are attached."""
    remains: list[uploads.Remains] = []

    def effect(db: Transaction) -> Reply:
        row = examination.answer_documents(db, portal, account, application_id, body)
        remains.append(uploads.take_unfinished(db, application_id))
        return _reply(db, row)

    answer = call.perform(effect)
    for left in remains:
        uploads.discard(portal, left)
    return answer


@router.post("/applications/{application_id}/withdrawal", response_model=Application)
def post_withdrawal(
    application_id: str, body: Withdrawal, portal: PortalHere, account: SignedIn, call: OwnCall
) -> Response:
    """Withdraw an application that is not decided yet."""
    return call.perform(lambda db: _reply(db, examination.withdraw(db, portal, account, application_id, body)))


@router.delete("/attachments/{attachment_id}", status_code=204, response_class=Response)
def delete_attachment(attachment_id: str, portal: PortalHere, account: SignedIn, if_match: IfMatch = None) -> Response:
    """Remove a file from an application that may still be changed."""
    uploads.detach(portal, account, attachment_id, if_match)
    return Response(status_code=204)
