"""Check a detached CMS signature with CAdES-BES attributes and return who signed."""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from kiosk.portal.contract import ProblemCode
from reference_portal.errors import Refusal

_DIGESTS = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_NEEDED = {"content_type", "message_digest", "signing_certificate_v2"}


def signer_of(signature: bytes, content: bytes) -> bytes:
    """Check ``signature`` over ``content`` and return the signer's certificate (DER), itself not checked yet.

    Exactly one signer, its certificate inside, SHA-256 or stronger, nothing encapsulated, and the signed attributes
    of CAdES-BES (content type, message digest, signing certificate v2).

    Raises:
        Refusal: ``signature``.
    """
    try:
        return _signer_of(signature, content)
    except Refusal:
        raise
    except Exception:  # whatever broken bytes lead the parsers to; the error may quote the certificate
        raise Refusal(ProblemCode.SIGNATURE) from None


def _signer_of(signature: bytes, content: bytes) -> bytes:
    envelope = cms.ContentInfo.load(signature, strict=True)
    if envelope["content_type"].native != "signed_data":
        raise Refusal(ProblemCode.SIGNATURE)
    signed = envelope["content"]
    if len(signed["signer_infos"]) != 1 or signed["encap_content_info"]["content"].native is not None:
        raise Refusal(ProblemCode.SIGNATURE)
    info = signed["signer_infos"][0]
    certificate = _certificate(signed, info)
    digest = info["digest_algorithm"]["algorithm"].native
    if digest not in _DIGESTS or not _has_attributes(info):
        raise Refusal(ProblemCode.SIGNATURE)
    intact, valid = validate_sig_integrity(info, certificate, "data", _DIGESTS[digest](content).digest())
    if not (intact and valid):
        raise Refusal(ProblemCode.SIGNATURE)
    return bytes(certificate.dump())


def _certificate(signed: Any, info: Any) -> Any:
    """Return the one certificate that issuer and serial number of the signer name."""
    name = info["sid"]
    if name.name != "issuer_and_serial_number":
        raise Refusal(ProblemCode.SIGNATURE)
    wanted = (name.chosen["issuer"].hashable, name.chosen["serial_number"].native)
    found = [
        item.chosen
        for item in signed["certificates"]
        if item.name == "certificate" and (item.chosen.issuer.hashable, item.chosen.serial_number) == wanted
    ]
    if len(found) != 1:
        raise Refusal(ProblemCode.SIGNATURE)
    return found[0]


def _has_attributes(info: Any) -> bool:
    return {attribute["type"].native for attribute in info["signed_attrs"]} >= _NEEDED
