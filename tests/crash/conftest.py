"""``pytest tests/crash --rounds N`` runs the crash suite N times as long, with other random moments each time."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.conftest import KILLS
from tests.crash.children import Mother, deaths

MODULES = ("tests.crash.works", "sqlcipher3.dbapi2", "sqlite_utils", "cryptography.hazmat.primitives.ciphers.aead")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--rounds``; known where this folder is named on the command line."""
    parser.addoption("--rounds", type=int, default=1, help="how many times as many kills as in CI")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Write down with each test how many processes were killed in it; ``tests/conftest.py`` adds them up."""
    before = deaths.total()
    try:
        return (yield)
    finally:
        item.user_properties.append((KILLS, deaths.total() - before))


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """How many times as long."""
    return int(request.config.getoption("--rounds", default=1) or 1)


@pytest.fixture(scope="module")
def mother(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    """A mother with the store's modules imported."""
    with Mother(tmp_path_factory.getbasetemp(), *MODULES) as made:
        yield made


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mother]:
    """A second mother, whose children run beside those of the first."""
    with Mother(tmp_path_factory.getbasetemp(), *MODULES) as made:
        yield made
