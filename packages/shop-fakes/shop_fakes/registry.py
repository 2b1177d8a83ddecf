"""The registered fakes: every entry point of the group `shop_fakes`."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from shopapp_demo.shop import Shop

    from shop_fakes.base import FakeShop

FAKES: dict[str, Callable[[Shop], AbstractContextManager[FakeShop]]] = {
    each.name: each.load() for each in entry_points(group="shop_fakes")
}
