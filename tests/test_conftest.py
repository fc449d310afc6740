"""The test run's own promises: a missing part is named with its install line, and CI lets nothing be skipped."""

from __future__ import annotations

import pytest

from tests.support.modules import ROOT

pytest_plugins = ["pytester"]

SKIPPED = """
import pytest

def test_runs(): pass

@pytest.mark.skip(reason="no part")
def test_left_out(): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of one file that uses this project's conftest."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest("from tests.conftest import *")
    markers = "markers =\n    terminal: needs tmux (apt-get install tmux)\n"
    pytester.makeini(f"[pytest]\n{markers}asyncio_default_fixture_loop_scope = function\n")
    return pytester


@pytest.mark.parametrize(("workers", "no_skips", "status"), [("0", "1", 1), ("2", "1", 1), ("0", "", 0)])
def test_a_skip_fails_only_a_run_without_skips(
    run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str, no_skips: str, status: int
) -> None:
    monkeypatch.setenv("KIOSK_NO_SKIPS", no_skips)
    run.makepyfile(SKIPPED)
    result = run.runpytest_subprocess("-n", workers, "-p", "no:cacheprovider")
    assert result.ret == status
    result.assert_outcomes(passed=1, skipped=1)
    assert ("test_left_out" in result.stdout.str()) == bool(no_skips)


def test_a_missing_part_is_named_with_its_install_line(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    run.makepyfile("import pytest\n@pytest.mark.terminal\ndef test_in_tmux(): raise AssertionError")
    result = run.runpytest_subprocess("-rs", "-p", "no:cacheprovider")
    result.assert_outcomes(skipped=1)
    assert "apt-get install tmux" in result.stdout.str()
