"""Pages that list tested facts name tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.name
    for path in (ROOT / "docs/applications").glob("*.md")
    if "## Tested facts" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("page", PAGES)
def test_page_of_facts_names_tests_that_exist(page: str) -> None:
    text = (ROOT / "docs/applications" / page).read_text(encoding="utf-8")
    facts = text.partition("## Tested facts")[2]
    folders = (ROOT / "taps/tap-shopapp/tests", ROOT / "packages/shop-fakes/tests")
    sources = [path.read_text("utf-8") for each in folders for path in each.glob("*.py")]
    existing = {name for source in sources for name in re.findall(r"def (test_\w+)", source)}

    named = set(re.findall(r"`(test_\w+)`", facts))

    assert named
    assert named <= existing, named - existing


def test_some_page_lists_its_facts() -> None:
    assert "adobe-commerce.md" in PAGES
