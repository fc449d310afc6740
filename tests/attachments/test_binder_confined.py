"""HEIC is decoded where the worker is confined, as a person who is not root."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.attachments.tasks import TASKS
from tests.attachments.binder_papers import OPTIONS, paper

_SCRIPT = """
import json, os, sys
from kiosk.attachments.binder.pictures import picture_pdf
from kiosk.attachments.confinement import confine, leave_network
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
options, threads = json.loads(sys.argv[1]), int(sys.argv[2])
confine(60, 1 << 31, offline=leave_network(), threads=threads)
facts, made = picture_pdf([sys.stdin.buffer.read()], options, lambda done, total: None)
print(json.dumps([facts.get("pages"), facts.get("problem")]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on threads are of Linux and macOS")
def test_a_heic_photo_is_decoded_with_the_threads_of_its_task() -> None:
    import pillow_heif

    buffer = io.BytesIO()
    pillow_heif.from_pillow(paper((600, 400))).save(buffer)
    options = json.dumps({**OPTIONS, "kind": "heic"})
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, options, str(TASKS["picture"].threads)],
        input=buffer.getvalue(), capture_output=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert json.loads(done.stdout) == [1, None]
