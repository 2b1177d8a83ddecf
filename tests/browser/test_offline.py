"""The fixtures of this folder detect network requests and script errors of a page."""

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
def test_page_with_a_network_request_is_detected(
    offline: Callable[[], AbstractContextManager[Page]], tmp_path: Path, asking: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(asking)
    with pytest.raises(AssertionError, match=r"shop\.example"), offline() as opened:
        opened.goto(file.as_uri())


def test_page_with_a_script_error_is_detected(
    offline: Callable[[], AbstractContextManager[Page]], tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text("<script>throw new Error('broken')</script>")
    with pytest.raises(AssertionError, match="broken"), offline() as opened:
        opened.goto(file.as_uri())
