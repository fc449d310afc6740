"""Every error as an RFC 9457 problem with a stable code, a request id and nothing personal."""

from __future__ import annotations

import errno
import logging
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

from kiosk.clock import JAPAN
from kiosk.portal.contract import Problem, ProblemCode, ProblemField
from reference_portal.errors import Refusal
from reference_portal.web.link_pages import closed_page
from reference_portal.web.wording import chosen_language, problem_title

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("reference_portal.web")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FULL_SECONDS = 300
_HTTP_CODES = {400: ProblemCode.MALFORMED, 404: ProblemCode.NOT_FOUND, 405: ProblemCode.MALFORMED}


def problem_response(scope: Any, refusal: Refusal) -> Response:
    """Return the response for a refusal.

    Args:
        scope: the ASGI scope of the request (path, headers, and the request id that the gate put there).
        refusal: what went wrong.
    """
    if scope["path"].startswith("/link/") and refusal.until is not None:
        return _for_people(refusal, refusal.until)
    request_id = str(scope.get("state", {}).get("request_id", ""))
    language = chosen_language(_header(scope, b"accept-language"))
    problem = Problem(
        type=f"urn:zairyu:problem:{refusal.code.value}",
        title=problem_title(refusal.code, language),
        status=refusal.status,
        code=refusal.code,
        instance=f"urn:zairyu:request:{request_id}",
        request_id=request_id,
        until=refusal.until,
        errors=tuple(ProblemField(pointer=pointer[:2000], code=code) for pointer, code in refusal.errors),
    )
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(max(refusal.retry_after, 1))
    if refusal.code is ProblemCode.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    _log.info("%s %s", refusal.code.value, request_id)
    return Response(problem.model_dump_json(exclude_none=True), refusal.status, headers, MEDIA_TYPE)


def _for_people(refusal: Refusal, until: datetime) -> Response:
    response = closed_page(until.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M"))
    response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _header(scope: Any, name: bytes) -> str:
    values = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return ",".join(values)


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error with a problem."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return problem_response(request.scope, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        places = [("/" + "/".join(str(part) for part in item["loc"]), str(item["type"])) for item in error.errors()]
        return problem_response(request.scope, Refusal(ProblemCode.MALFORMED, *places[:50]))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = _HTTP_CODES.get(error.status_code, ProblemCode.MALFORMED)
        response = problem_response(request.scope, Refusal(code, status=error.status_code))
        response.headers.update(error.headers or {})
        return response

    async def clash(request: Request, _error: Exception) -> Response:
        # Two requests made the same thing at once and this one lost: a retry finds what the other made.
        return problem_response(request.scope, Refusal(ProblemCode.IN_PROGRESS, retry_after=1))

    async def full(request: Request, error: Exception) -> Response:
        # What had come before is counted and stays; anything else that a disk says is a fault of its own.
        if not (isinstance(error, OSError) and error.errno in _FULL):
            raise error
        refusal = Refusal(ProblemCode.INTERNAL, status=507, retry_after=_FULL_SECONDS)
        return problem_response(request.scope, refusal)

    async def unstorable(request: Request, _error: Exception) -> Response:
        return problem_response(request.scope, Refusal(ProblemCode.MALFORMED))

    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(IntegrityError, clash)
    app.add_exception_handler(DataError, unstorable)
    app.add_exception_handler(OSError, full)
