"""Servers that stand for shop applications: each speaks one API over the same kind of shop.

A double holds its shop in the form of the ShopApp API, and says it in its own. What it cannot
say, the suite does not expect of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from doubles import shopapp, shopify, vendure, woocommerce

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from shopapp_demo.shop import Shop

    from doubles.base import Double

DOUBLES: dict[str, Callable[[Shop], AbstractContextManager[Double]]] = {
    "shopapp": shopapp.serve_double,
    "shopify": shopify.serve_double,
    "vendure": vendure.serve_double,
    "woocommerce": woocommerce.serve_double,
}
