"""Whatever the checking process does, the kiosk sees an error and goes on."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from typing import Any

import pytest

from kiosk.attachments import sandbox
from kiosk.attachments.errors import CheckGaveUp, CheckUnavailable
from kiosk.attachments.job_object import ExtendedLimits, limits_of
from kiosk.attachments.tasks import TASKS
from tests.attachments import in_process, make, papers

OPTIONS = in_process.OPTIONS


def _pretend(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    def start(*_: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    monkeypatch.setattr(sandbox, "_start", start)


ANSWER = '{"facts": {}, "sizes": []}'


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "raise SystemExit(3)",
        "print('rubbish')",
        "print('[1]')",
        "print('[' * 100_000)",
        "pass",
        "import sys; sys.stdin.close(); print('{')",
        "import os\nwhile True: os.write(1, bytes(1_000_000))",
        f"print('{ANSWER}'); raise SystemExit(3)",
        f"print('{ANSWER} more')",
        "print('{\"facts\": {}, \"sizes\": [5]}'); print('abc')",
        "print('{\"facts\": {}, \"sizes\": [1]}'); print('abc')",
        'print(\'{"facts": {}, "sizes": [-1]}\')',
        "print('{\"facts\": {}, \"sizes\": [true]}\\nx', end='')",
        'print(\'{"facts": {}, "sizes": [99999999999]}\')',
        "print('{\"progress\": [1]}')",
    ],
)
def test_a_checker_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch, program: str):
    _pretend(monkeypatch, program)
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", bytes(3_000_000), OPTIONS)


def test_a_checker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch):
    _pretend(monkeypatch, "import threading; threading.Event().wait()")
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", bytes(3_000_000), OPTIONS, timeout_seconds=0.3)
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_a_checker_that_can_not_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(CheckUnavailable):
        sandbox.examine("document", b"x", OPTIONS)


def test_the_real_checker_answers():
    assert sandbox.examine("document", make.pdf(pages=2), OPTIONS).facts["pages"] == 2


def test_several_blobs_go_in_and_come_out_with_news_on_the_way(monkeypatch: pytest.MonkeyPatch):
    task = replace(TASKS["document"], function="tests.attachments.echo:echo")
    monkeypatch.setitem(TASKS, "echo", task)
    # The table is changed in this process alone; the other one is told by its program.
    changed = f"from kiosk.attachments import tasks; tasks.TASKS['echo'] = tasks.{task!r}"
    _pretend(
        monkeypatch,
        f"import sys; sys.argv[1:] = ['echo']; {changed}\nfrom kiosk.attachments import worker; worker.main()",
    )
    news: list[tuple[int, int]] = []
    blobs = [b"first", b"", bytes(3_000_000)]
    answer = sandbox.examine("echo", blobs, {"a": "あ"}, progress=lambda done, total: news.append((done, total)))
    assert answer.facts == {"options": {"a": "あ"}}
    assert answer.blobs == tuple(reversed(blobs))
    assert news == [(1, 3), (2, 3), (3, 3)]
    assert "first" not in repr(answer)

    def stop(*_: int) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        sandbox.examine("echo", blobs, {}, progress=stop)


CONFINED = "from kiosk.attachments.confinement import confine, leave_network\n"
GREEDY = {
    "time": "import time\nwhile time.process_time() < 4: pass",
    "memory": "kept = bytearray(600_000_000)",
    "files": "import tempfile\nwith tempfile.TemporaryFile() as file: file.write(b'x')",
    "processes": "import subprocess\nsubprocess.run(['true'], check=True)",
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has a job object instead, and no limit on files")
@pytest.mark.parametrize("what", GREEDY)
def test_time_memory_files_and_processes_are_limited(monkeypatch: pytest.MonkeyPatch, what: str):
    program = f"{GREEDY[what]}\nprint('{ANSWER}')"
    _pretend(monkeypatch, program)
    assert sandbox.examine("document", b"x", OPTIONS).facts == {}
    # Root may always start processes, so the one who is tried here is somebody else.
    other = "import os, subprocess; os.geteuid() or os.setuid(65534)\n" if what == "processes" else ""
    confined = f"{other}offline = leave_network(); confine(1, 512 * 1024 * 1024, offline=offline)\n{program}"
    _pretend(monkeypatch, CONFINED + confined)
    with pytest.raises(CheckGaveUp):
        sandbox.examine("document", b"x", OPTIONS)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a way to give the network up")
@pytest.mark.parametrize("leaving", ["leave_network()", "False"])
def test_the_worker_has_no_network(monkeypatch: pytest.MonkeyPatch, leaving: str):
    """With a name space of its own, and where the system forbids that."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        program = f"{connect}\nprint('{ANSWER}')"
        _pretend(monkeypatch, program)
        assert sandbox.examine("document", b"x", OPTIONS).facts == {}
        confined = f"import socket; import encodings.idna; confine(5, 512 * 1024 * 1024, offline={leaving})\n{program}"
        _pretend(monkeypatch, CONFINED + confined)
        with pytest.raises(CheckGaveUp):
            sandbox.examine("document", b"x", OPTIONS)


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is taken away there")
@pytest.mark.parametrize("task", ["document", "redact"])
def test_the_tasks_need_nothing_that_has_to_be_opened(monkeypatch: pytest.MonkeyPatch, task: str):
    """Where the system has no name space for a plain person, no file can be opened once the work begins."""
    started = f"import sys; sys.argv[1:] = ['{task}']\nfrom kiosk.attachments import worker"
    _pretend(monkeypatch, f"{started}\nworker.leave_network = lambda: False\nworker.main()")
    layer = b"BT 3 Tr /F 12 Tf 100 700 Td (" + papers.GROUPED.encode() + b") Tj ET"
    here = in_process.run(task, papers.scanned(papers.paper(), layer), OPTIONS)
    assert sandbox.examine(task, papers.scanned(papers.paper(), layer), OPTIONS) == here
    assert here.facts["numbers" if task == "document" else "pages"] == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is taken away there")
def test_letters_that_can_not_be_drawn_there_are_not_lost_without_a_word(monkeypatch: pytest.MonkeyPatch):
    """Their font is not in the file, and no font of the system can be opened."""
    content = papers.font_elsewhere(f"個人番号 {papers.GROUPED} 架空見本")
    started = "import sys; from kiosk.attachments import worker\nworker.leave_network = lambda: False\n"
    _pretend(monkeypatch, f"{started}sys.argv[1:] = ['redact']\nworker.main()")
    assert sandbox.examine("redact", content, {}).facts == {"problem": "redaction_failed"}
    _pretend(monkeypatch, f"{started}sys.argv[1:] = ['document']\nworker.main()")
    assert sandbox.examine("document", content, OPTIONS).facts["blank"] == []


def test_the_limits_of_a_windows_job_lie_where_windows_looks_for_them():
    limits = limits_of(5, 512)
    if ctypes.sizeof(ctypes.c_size_t) == 8:
        assert ctypes.sizeof(ExtendedLimits) == 144
        assert ExtendedLimits.process_memory.offset == 112
    assert (limits.basic.process_time, limits.basic.active_processes, limits.process_memory) == (50_000_000, 1, 512)


def test_the_checker_gets_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch):
    seen: dict[str, Any] = {}
    monkeypatch.setenv("KAKUU_SECRET", "mihon")

    def popen(*_: object, **options: Any) -> None:
        seen.update(options["env"])
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", popen)
    with pytest.raises(CheckUnavailable):
        sandbox.examine("document", b"x", OPTIONS)
    assert "KAKUU_SECRET" not in seen
    assert "PYTHONPATH" in seen
