"""The checked-in contract is the one that the code serves."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kiosk.portal.contract import ProblemCode
from reference_portal.web.app import openapi, openapi_text

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_file_is_current() -> None:
    assert (DOCS / "openapi.json").read_text(encoding="utf-8") == openapi_text(), (
        "write it anew: python -m reference_portal openapi"
    )


def test_it_is_openapi_3_1_and_every_operation_may_be_refused() -> None:
    description = json.loads(openapi_text())
    assert description["openapi"].startswith("3.1")
    for path in description["paths"].values():
        for operation in path.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
    codes = description["components"]["schemas"]["ProblemCode"]["enum"]
    assert set(codes) == {code.value for code in ProblemCode}


def test_every_reference_leads_somewhere() -> None:
    description = openapi()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(description)))
    assert named <= set(description["components"]["schemas"])


def test_the_written_contract_names_every_route() -> None:
    written = (DOCS / "contract.md").read_text(encoding="utf-8")
    for path, operations in openapi()["paths"].items():
        for method in operations:
            route = path.removeprefix("/v1").replace("application_id", "id").replace("upload_id", "id")
            route = route.replace("attachment_id", "id").replace("submission_id", "id")
            assert f"`{method.upper()} {route}`" in written, f"{method.upper()} {route}"
    for code in ProblemCode:
        assert f"`{code.value}`" in written
