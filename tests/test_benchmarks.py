"""The benchmarks run and write down what they measured; how fast anything is, is no test."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import httpx
import pytest

from benchmarks import run
from benchmarks.crowd import Crowd
from benchmarks.figures import Figure
from benchmarks.parcels import Parcel


def test_a_short_run_writes_every_figure_with_what_it_is_compared_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    report = tmp_path / "figures.json"
    monkeypatch.chdir(tmp_path)
    words = ["--short", "--saves", "3", "--drafts", "2", "--stored", "20", "--json", str(report), "store"]
    monkeypatch.setattr(sys, "argv", ["run.py", *words])
    run.main()
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["sizes"]["stored"] == 20
    assert [figure["name"] for figure in found["figures"]] == [
        *(
            f"store: {words}, p{share}"
            for words in ("autosave of one answer", "insert of a draft of 20 kB")
            for share in (50, 99)
        ),
        *(f"store: {words}, 20 {state}" for state in ("waiting", "received") for words in ("open", "first page")),
    ]
    for figure in found["figures"]:
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["beside"])
    assert [path.name for path in tmp_path.iterdir()] == [report.name]


def test_nothing_to_compare_with_is_no_ratio():
    assert Figure("crowd: wrong answers", 0, "answers").ratio is None


@pytest.mark.parametrize(
    ("status", "retry_after", "waits"),
    [(429, "3", True), (503, "120", True), (503, "", False), (429, "soon", False), (500, "3", False), (422, "", False)],
)
def test_only_a_refusal_that_says_how_long_is_a_wait(status: int, retry_after: str, waits: bool):
    crowd = Crowd()
    wait = crowd.wait(httpx.Response(status, headers={"Retry-After": retry_after}), random.Random(1))
    assert (wait is not None) == waits == (crowd.waits == 1)
    assert crowd.wrong == ({} if waits else {str(status): 1})


def test_a_refused_parcel_ends_with_the_refusal():
    exchange = Parcel("019a9b1c-0000-7000-8000-000000000001", b"{}", ()).requests("http://127.0.0.1")
    assert next(exchange).url.path == "/v1/deferred"
    with pytest.raises(StopIteration) as end:
        exchange.send(httpx.Response(429))
    assert end.value.value.status_code == 429
