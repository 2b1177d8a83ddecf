"""What the other tests of this folder trust: a page that asks the network is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Page


@pytest.mark.parametrize(
    "asking",
    [
        '<img src="https://shop.example/pixel.gif">',
        "<script>fetch('https://shop.example/').catch(() => 0)</script>",
        "<style>@import 'https://shop.example/font.css'</style>",
    ],
)
def test_a_page_that_asks_the_network_is_noticed(
    offline: Callable[[], AbstractContextManager[Page]], tmp_path: Path, asking: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(asking)
    with pytest.raises(AssertionError, match=r"shop\.example"), offline() as opened:
        opened.goto(file.as_uri())


def test_a_page_whose_script_breaks_is_noticed(
    offline: Callable[[], AbstractContextManager[Page]], tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text("<script>throw new Error('broken')</script>")
    with pytest.raises(AssertionError, match="broken"), offline() as opened:
        opened.goto(file.as_uri())
