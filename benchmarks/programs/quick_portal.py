"""A portal that takes everything and checks nothing: what the kiosk itself costs shows beside it.

``quick_portal.py`` prints its port and serves until it is ended.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from kiosk.portal.contract import SubmissionReceipt

_RECEIPT = SubmissionReceipt.model_validate(
    {
        "submission_id": "019a9b1c-0000-7000-8000-000000000001",
        "application_id": "019a9b1c-0000-7000-8000-000000000002",
        "reception_number": "東オンＥＮ26000001",
        "received_at": "2026-11-23T00:00:00Z",
    }
).model_dump(mode="json")


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Answer one request of the contract for deferred submissions."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    status, headers, answer = _answer(scope["method"], scope["path"], body)
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(answer)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": answer})


def _answer(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    if path.endswith("/files"):
        return 201, {"Location": "/v1/uploads/019a9b1c"}, b""
    if method == "HEAD":
        return 200, {"Upload-Offset": "0"}, b""
    if method == "PATCH":
        return 204, {"Upload-Offset": str(len(body))}, b""
    receipt = {**_RECEIPT, "submission_id": json.loads(body)["submission_id"]}
    return 201, {"Content-Type": "application/json"}, json.dumps(receipt).encode()


if __name__ == "__main__":
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")).run(sockets=[listener])
