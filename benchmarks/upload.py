"""One large file to the portal, as the sender brings it (in parts, each with its digest), beside curl."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.figures import Figure
from benchmarks.parcels import TUS, announce
from benchmarks.sizes import Sizes
from benchmarks.station import Station, station
from benchmarks.store import timed
from kiosk.ids import uuid7
from kiosk.portal.deferred import DeferredClient


def measure(sizes: Sizes) -> Iterator[Figure]:
    """Yield the time of one upload beside curl's; both to a new place each time, taking turns."""
    name = f"upload: {sizes.upload_bytes / 1e6:g} MB"
    with station() as here:
        file = here.settings_file.with_name("file")
        file.write_bytes(os.urandom(sizes.upload_bytes))
        if shutil.which("curl") is None:
            ours = [_ours(here, file) for _ in range(sizes.uploads)]
            yield Figure(name, statistics.median(ours), "ms", target="curl is missing: nothing to compare with")
            return
        _ours(here, file)
        _curl(here, file)
        pairs = [(_ours(here, file), _curl(here, file)) for _ in range(sizes.uploads)]
    yield Figure(name, statistics.median(a for a, _ in pairs), "ms", statistics.median(b for _, b in pairs), "curl")


def _ours(here: Station, file: Path) -> float:
    """Return the milliseconds of a whole upload by the sender's client, its announcement included."""
    data = file.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    with DeferredClient(here.settings.portal) as client:
        return timed(lambda: client.upload(uuid7(), digest, data, lambda _held, _whole: None))


def _curl(here: Station, file: Path) -> float:
    """Return the milliseconds that curl says it took for one PATCH with the whole file; its start is not counted."""
    data = file.read_bytes()
    origin, digest = here.office.origin, hashlib.sha256(data).hexdigest()
    with httpx.Client(trust_env=False) as http:
        answer = http.send(announce(origin, uuid7(), digest, len(data))).raise_for_status()
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream", "Expect": ""}
    command = ["curl", "--silent", "--fail", "--noproxy", "*", "--request", "PATCH", "--data-binary", f"@{file}"]
    for key, value in headers.items():
        command += ["--header", f"{key}: {value}"]
    command += ["--write-out", "%{time_total}", f"{origin}{answer.headers['Location']}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout) * 1000
