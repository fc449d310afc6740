"""Where no file may be opened any more, each task still finds all that it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.attachments import papers
from tests.attachments.binder_papers import OPTIONS as PICTURE
from tests.attachments.binder_papers import bind_options, encoded, noisy, paper, picture_pdf, text_pdf
from tests.attachments.in_process import OPTIONS

_SCRIPT = """
import importlib, json, sys
from kiosk.attachments.tasks import TASKS
from kiosk.attachments.worker import load_the_rest
task, options, sizes = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
module, _, name = TASKS[task].function.partition(":")
function = getattr(importlib.import_module(module), name)
load_the_rest()
blobs = [sys.stdin.buffer.read(size) for size in sizes]
opened = []
sys.addaudithook(lambda event, details: opened.append(str(details[0])) if event == "open" else None)
facts, _ = function(blobs, options, lambda done, total: None)
print(json.dumps([facts, opened], default=str))
"""

_SCAN = encoded(paper((1654, 2339)))
_CASES: dict[str, tuple[str, bytes, dict[str, Any]]] = {
    "check": ("document", b"\n" + text_pdf(), OPTIONS),
    "black out": ("redact", papers.written(papers.GROUPED), {}),
    "photo": ("picture", _SCAN, {**PICTURE, "kind": "jpeg"}),
    "scan": ("picture", encoded(paper().convert("1"), "TIFF", compression="group4"), {**PICTURE, "kind": "tiff"}),
    "bind": ("bind", text_pdf(), bind_options([("見本 ကခဂ", 1)], 1 << 20, apart=True, front=False)),
    "bind with contents": ("bind_front", text_pdf(), bind_options([("見本 ကခဂ", 1)], 1 << 20)),
    "bind in parts": ("bind_front", picture_pdf(noisy((600, 600)), times=3), bind_options([("見本", 1)], 200_000)),
}


@pytest.mark.parametrize("name", _CASES)
def test_nothing_is_opened(name: str) -> None:
    task, blob, options = _CASES[name]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, task, json.dumps(options), json.dumps([len(blob)])],
        input=blob, capture_output=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    facts, opened = json.loads(done.stdout)
    assert "problem" not in facts
    assert opened == []
