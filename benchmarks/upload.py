"""One large file to the portal, as the sender brings it (in parts, each with its digest), beside curl."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator

import httpx

from benchmarks.figures import Figure
from benchmarks.parcels import TUS, announce
from benchmarks.sizes import Sizes
from benchmarks.station import Station, station
from benchmarks.store import timed
from kiosk.ids import uuid7
from kiosk.portal.deferred import DeferredClient
from kiosk.portal.uploads import PART_BYTES


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the time of one upload beside curl's, taking turns, each to a new place."""
    name = f"upload: {sizes.upload_bytes / 1e6:g} MB"
    curl = shutil.which("curl")
    with station() as here:
        data = os.urandom(sizes.upload_bytes)
        times: dict[str, list[float]] = {"ours": [], "one": [], "parts": []}
        for _ in range(sizes.uploads + 1):
            times["ours"].append(_ours(here, data))
            if curl is not None:
                times["one"].append(_curl(here, curl, data, len(data)))
                times["parts"].append(_curl(here, curl, data, PART_BYTES))
    if curl is None:
        yield Figure(name, _middle(times["ours"]), "ms", target="curl is missing: nothing to compare with")
        return
    yield Figure(f"{name}, beside curl in one piece", _middle(times["ours"]), "ms", _middle(times["one"]))
    yield Figure(f"{name}, beside curl in as many parts", _middle(times["ours"]), "ms", _middle(times["parts"]))


def _middle(times: list[float]) -> float:
    return statistics.median(times[1:])  # the first one warms both sides


def _ours(here: Station, data: bytes) -> float:
    """Return the milliseconds of a whole upload by the sender's client, its announcement included."""
    digest = hashlib.sha256(data).hexdigest()
    with DeferredClient(here.settings.portal) as client:
        return timed(lambda: client.upload(uuid7(), digest, data, lambda _held, _whole: None))


def _curl(here: Station, curl: str, data: bytes, size: int) -> float:
    """Return the milliseconds that curl says it took for the bytes, in parts of ``size`` over one connection.

    Its start and the announcement are not counted.
    """
    origin, digest = here.office.origin, hashlib.sha256(data).hexdigest()
    with httpx.Client(trust_env=False, timeout=60.0) as http:
        answer = http.send(announce(origin, uuid7(), digest, len(data))).raise_for_status()
    command = [curl]
    for offset in range(0, len(data), size):
        part = here.settings_file.with_name(f"part-{offset}")
        part.write_bytes(data[offset : offset + size])
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", "Expect": ""}
        said = [word for key, value in headers.items() for word in ("--header", f"{key}: {value}")]
        command += ["--silent", "--fail", "--noproxy", "*", "--request", "PATCH", "--data-binary", f"@{part}", *said]
        command += ["--write-out", "%{time_total}\n", f"{origin}{answer.headers['Location']}", "--next"]
    done = subprocess.run(command[:-1], capture_output=True, text=True, check=True)
    return sum(float(line) for line in done.stdout.split()) * 1000
