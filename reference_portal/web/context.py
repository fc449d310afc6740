"""What routes ask for: the portal, the account behind the session, the key of a POST."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request

from kiosk.portal.contract import ProblemCode
from reference_portal.database.deferred import DeferredFileRow
from reference_portal.database.filing import UploadRow
from reference_portal.database.people import AccountRow
from reference_portal.deferred.files import DeferredTransfers
from reference_portal.errors import Refusal
from reference_portal.filing.uploads import OwnTransfers
from reference_portal.people.sessions import account_of_token
from reference_portal.portal import Portal
from reference_portal.web.idempotency import KeyedCall, key_of, keyed


def _portal(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal


PortalHere = Annotated[Portal, Depends(_portal)]
"""The portal that serves the request."""


def _token(authorization: Annotated[str, Header(description="Bearer token of `POST /sessions`")] = "") -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(ProblemCode.UNAUTHENTICATED)
    return token.strip()


SessionToken = Annotated[str, Depends(_token)]
"""The bearer token, not checked yet."""


def _account(portal: PortalHere, token: SessionToken) -> AccountRow:
    return account_of_token(portal, token)


SignedIn = Annotated[AccountRow, Depends(_account)]
"""The account of the session; the session is prolonged."""

AnyUpload = UploadRow | DeferredFileRow
"""An upload of an account, or of a sealed submission."""

Transfers = OwnTransfers | DeferredTransfers
"""What can be done with an upload."""


def _transfers(
    portal: PortalHere,
    authorization: Annotated[str, Header(description="None for the file of a sealed submission")] = "",
) -> Transfers:
    if not authorization:
        return DeferredTransfers(portal)
    return OwnTransfers(portal, account_of_token(portal, _token(authorization)))


Uploader = Annotated[Transfers, Depends(_transfers)]
"""The uploads of the session's account; without a session those of sealed submissions."""

_KeyHeader = Annotated[str, Header(description="UUIDv7, quoted; the same key gives the same answer")]


async def _public_call(request: Request, portal: PortalHere, idempotency_key: _KeyHeader = "") -> KeyedCall:
    del idempotency_key  # declared for the contract file; read from the request itself
    return await keyed(request, portal, "public")


async def _own_call(
    request: Request, portal: PortalHere, account: SignedIn, idempotency_key: _KeyHeader = ""
) -> KeyedCall:
    del idempotency_key
    return await keyed(request, portal, account.id)


PublicCall = Annotated[KeyedCall, Depends(_public_call)]
"""A POST of somebody who is not logged in."""


def _plain_key(idempotency_key: _KeyHeader = "") -> str:
    return key_of(idempotency_key)


PlainKey = Annotated[str, Depends(_plain_key)]
"""The key of a POST that keeps its own account of what it has done."""

OwnCall = Annotated[KeyedCall, Depends(_own_call)]
"""A POST of the session's account."""

IfMatch = Annotated[str | None, Header(description="ETag of the version that is changed")]
"""The ``If-Match`` header."""
