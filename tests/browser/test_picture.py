"""Texts in the picture of the tables do not overlap and have enough contrast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

PICTURE = Path(__file__).parents[2] / "docs" / "schema.svg"

# Every text with its position and color, and the color under its center.
_TEXTS = """() => [...document.querySelectorAll("text")].map(text => {
    const box = text.getBoundingClientRect()
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const under = document.elementsFromPoint(x, y).find(
        found => ["rect", "path"].includes(found.tagName))
    return {content: text.textContent, left: box.left, right: box.right, top: box.top,
        bottom: box.bottom, ink: getComputedStyle(text).fill,
        paper: getComputedStyle(under).fill}
})"""
_CARDS = """() => [...document.querySelectorAll("rect.card")].map(card => {
    const box = card.getBoundingClientRect()
    return {left: box.left, right: box.right, top: box.top, bottom: box.bottom}
})"""


@pytest.fixture
def drawn(page: Page) -> Page:
    page.set_viewport_size({"width": 1060, "height": 1600})
    page.set_content(f"<body style='margin: 0'>{PICTURE.read_text()}</body>")
    return page


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(
        one["left"] < other["right"]
        and other["left"] < one["right"]
        and one["top"] + 2 < other["bottom"]  # the space above letters may overlap
        and other["top"] + 2 < one["bottom"]
    )


def test_texts_do_not_overlap_or_leave_their_table(drawn: Page) -> None:
    texts, cards = drawn.evaluate(_TEXTS), drawn.evaluate(_CARDS)
    assert len(cards) == 6
    assert len(texts) > 200
    assert [
        (one["content"], other["content"])
        for index, one in enumerate(texts)
        for other in texts[index + 1 :]
        if _overlap(one, other)
    ] == []
    assert [
        text["content"]
        for text in texts
        for card in cards
        if _overlap(text, card)
        and not (card["left"] + 6 <= text["left"] and text["right"] <= card["right"] - 6)
    ] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(drawn: Page, scheme: Literal["light", "dark"]) -> None:
    drawn.emulate_media(color_scheme=scheme)
    ratios = {
        (text["ink"], text["paper"]): _contrast(text["ink"], text["paper"])
        for text in drawn.evaluate(_TEXTS)
    }
    assert len(ratios) > 5
    # WCAG 2.2, AA, for text of any size.
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
    ground = drawn.locator("rect.ground").evaluate("ground => getComputedStyle(ground).fill")
    assert (_luminance(ground) > 0.8, _luminance(ground) < 0.05) == (
        scheme == "light",
        scheme == "dark",
    )


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of an rgb() colour, by the formula of WCAG."""
    channels = [int(part) / 255 for part in colour.strip("rgb()").split(",")]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
