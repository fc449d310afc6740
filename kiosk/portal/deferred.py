"""The sender's side of the contract: what was signed while the portal was away. No session, no person.

Synchronous, for the sender's process. One call is one attempt: when to try again is the sender's to know.
"""

from __future__ import annotations

import base64
import time
from urllib.parse import quote

import httpx

from kiosk.portal.contract import TUS_VERSION, SealedEnvelope, SealingKeys, SubmissionReceipt
from kiosk.portal.errors import PortalNotUnderstood
from kiosk.portal.problems import clean_text
from kiosk.portal.requests import Requests, idempotent
from kiosk.portal.uploads import Progress, Upload, upload_path
from kiosk.portal.wire import Answer, Pause, Wire, checked_origin, parsed
from kiosk.settings import PortalSettings


class DeferredClient:
    """One station's way to the portal for what is sealed. Every method raises a ``PortalError`` (see ``errors.py``).

    Args:
        settings: the portal's origin and the time-out of each step.
        transport: another way to carry requests, for tests.
        pause: waits so many seconds between the parts of an upload that was cut; may raise to give up.

    Raises:
        SettingsError: the origin is not one.
    """

    def __init__(
        self, settings: PortalSettings, transport: httpx.BaseTransport | None = None, *, pause: Pause = time.sleep
    ) -> None:
        self._wire = Wire(checked_origin(settings.origin), settings.timeout_seconds, transport)
        self._requests = Requests(self._wire, pause)

    def __enter__(self) -> DeferredClient:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<DeferredClient>"

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def sealing_keys(self) -> SealingKeys:
        """Return the portal's sealing keys as it says them; ``sealing.verified_keys`` says whether to believe it."""
        return parsed(SealingKeys, self._requests.send("GET", "/sealing-keys"))

    def upload(self, submission_id: str, sealed_sha256: str, data: bytes, on_progress: Progress) -> None:
        """Bring an encrypted file to the portal, from where an earlier attempt was cut.

        Args:
            submission_id: what it belongs to.
            sealed_sha256: of ``data``, hex.
            data: the encrypted bytes.
            on_progress: told the bytes held and the bytes in all after every part.
        """
        digest = base64.b64encode(sealed_sha256.encode("ascii")).decode("ascii")
        headers = {
            "Tus-Resumable": TUS_VERSION,
            "Upload-Length": str(len(data)),
            "Upload-Metadata": f"sealed_sha256 {digest}",
        }
        answer = self._requests.send("POST", f"{_path(submission_id)}/files", headers=headers)
        Upload(self._requests.send, upload_path(answer), data, on_progress, self._requests.pause).run()

    def post(self, envelope: SealedEnvelope) -> SubmissionReceipt:
        """File a sealed application. The portal takes each id once; the same envelope again gives the same receipt."""
        answer = self._requests.send_json("POST", "/deferred", envelope, idempotent(envelope.submission_id))
        return _receipt(answer, envelope.submission_id)

    def receipt(self, submission_id: str) -> SubmissionReceipt:
        """Return the receipt of what was sent earlier.

        Raises:
            NotFound: the portal has not received it.
            PortalRefusal: the final refusal that it met.
        """
        return _receipt(self._requests.send("GET", _path(submission_id)), submission_id)


def _path(submission_id: str) -> str:
    return f"/deferred/{quote(submission_id, safe='')}"


def _receipt(answer: Answer, submission_id: str) -> SubmissionReceipt:
    """Return a receipt that is for what was asked and has a number that a person can read and copy."""
    receipt = parsed(SubmissionReceipt, answer)
    number = receipt.reception_number
    # Any other 2xx (202: later, 206: a part) says less than "received".
    if (
        answer.status not in (200, 201)
        or receipt.submission_id != submission_id
        or not number.strip()
        or clean_text(number) != number
    ):
        raise PortalNotUnderstood(reason="receipt")
    return receipt
