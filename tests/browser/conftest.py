"""Debian's Chromium, without a window and without a network.

Without Chromium, the tests are skipped with a message; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pipelines import parsed_project, pipeline, server
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pipelines import Pipeline
    from playwright.sync_api import Browser, Page

__all__ = ["parsed_project", "pipeline", "server"]

_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Without these options, Chromium requests updates at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for all tests of the session."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        missing = "There is no Chromium. Install it, for instance: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


@contextmanager
def _offline(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(offline=True)
    requested: list[str] = []
    broke: list[str] = []
    # Events of the context include requests of frames, workers and pop-ups.
    context.on("request", lambda request: requested.append(request.url))
    context.on("weberror", lambda error: broke.append(str(error.error)))
    try:
        yield context.new_page()
    finally:
        context.close()
    assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []
    assert broke == []


@pytest.fixture
def offline(chromium: Browser) -> Callable[[], AbstractContextManager[Page]]:
    """Open an empty offline page, and fail if it requests anything except files."""
    return lambda: _offline(chromium)


@pytest.fixture
def page(offline: Callable[[], AbstractContextManager[Page]]) -> Iterator[Page]:
    """An empty offline page; the test fails if the page requests anything except files."""
    with offline() as opened:
        yield opened


@pytest.fixture
def faint_texts() -> Callable[[Page], list[str]]:
    """Return the texts of a page whose contrast is too low."""
    script = Path(__file__).with_name("low_contrast.js").read_text()
    return lambda page: list(page.evaluate(script))


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which `make lint` installs with the other packages of npm."""
    package = Path(__file__).parents[2] / "utilities" / "ecommerce-ext"
    script = package / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        missing = f"There is no axe-core. Install it: npm ci --prefix {package}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return script.read_text()


@pytest.fixture(scope="session")
def write_results() -> Callable[[Pipeline, str], Path]:
    """Write the results page of a warehouse, and save it under a name."""

    def write(pipeline: Pipeline, name: str) -> Path:
        done = pipeline.ecommerce("results")
        assert done.returncode == 0, done.stderr
        file = pipeline.folder / "target" / "results.html"
        assert done.stdout == f"Open {file}\n"
        return Path(shutil.copy(file, pipeline.folder / name))

    return write
