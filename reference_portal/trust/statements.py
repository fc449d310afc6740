"""Signed statements, and the person that a signing certificate names."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import ValidationError

from kiosk.card.certificates import Attributes, CertificateFormatError, parse
from kiosk.portal.canonical import canonical_json
from kiosk.portal.contract import Model, ProblemCode
from reference_portal.errors import Refusal

S = TypeVar("S", bound=Model)


def parse_statement(kind: type[S], content: bytes) -> S:
    """Parse signed bytes, which must be exactly the canonical form of what they say.

    Raises:
        Refusal: ``statement``.
    """
    try:
        value = json.loads(content)
        statement = kind.model_validate_json(content)
        canonical = canonical_json(value) == content == canonical_json(statement.model_dump(mode="json"))
    except (ValidationError, ValueError, RecursionError):
        raise Refusal(ProblemCode.STATEMENT) from None
    if not canonical:
        raise Refusal(ProblemCode.STATEMENT)
    return statement


def attributes_of(signer: bytes) -> Attributes:
    """Return the four attributes in a signing certificate (DER), which is not checked here.

    Raises:
        Refusal: ``certificate-untrusted`` when it has none.
    """
    try:
        attributes = parse(signer).attributes
    except CertificateFormatError:
        raise Refusal(ProblemCode.CERTIFICATE_UNTRUSTED) from None
    if attributes is None:
        raise Refusal(ProblemCode.CERTIFICATE_UNTRUSTED)
    return attributes
