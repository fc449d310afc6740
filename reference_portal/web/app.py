"""The web application of one portal."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from kiosk.portal.contract import API, Problem
from reference_portal.portal import Portal
from reference_portal.trust.certificates import silence_libraries
from reference_portal.web import application_routes, deferred_routes, link_pages, people_routes, problems, upload_routes
from reference_portal.web.gate import Gate
from reference_portal.web.idempotency import Replayed

_TITLE = "Reference portal for online residence applications"
_REFUSED = "Refused: an RFC 9457 problem with a stable code"


def create_app(portal: Portal | None) -> FastAPI:
    """Return the application; without a portal it can only describe itself."""
    app = FastAPI(title=_TITLE, version="1", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for module in (people_routes, application_routes, upload_routes, deferred_routes):
        app.include_router(module.router, prefix=API)
    app.include_router(link_pages.router)
    problems.install(app)
    app.add_exception_handler(Replayed, _replay)
    if portal is not None:
        silence_libraries()
        app.state.portal = portal
        app.add_middleware(Gate, portal=portal)  # pyright: ignore[reportArgumentType] - a dataclass is a factory too
    return app


async def _replay(_request: Any, error: Exception) -> Any:
    assert isinstance(error, Replayed)
    return error.response


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the contract: every operation may answer with a problem."""
    app = create_app(None)
    description = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas: dict[str, Any] = description["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in description["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": _REFUSED, "content": content}
    return description


def openapi_text() -> str:
    """Return the description as the checked-in file holds it."""
    return json.dumps(openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
