"""The SDK's standard tests of a tap, over HTTP."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONFIG: dict[str, Any] = {
    "shop_id": "s",
    "api_url": "https://set-when-the-shop-is-served.example",
    "access_token": "token",
}


@pytest.fixture(scope="module", autouse=True)
def _served() -> Iterator[None]:
    shop = generate_shop(orders=200)
    # The generated shop's last orders may be in the future of this machine's clock.
    for order in shop.transactions.values():
        order["updated_at"] = f"2024-01-{int(order['id']) % 28 + 1:02}T00:00:00Z"
    with serve(shop, token=_CONFIG["access_token"]) as running:
        _CONFIG["api_url"] = running.url
        yield


class Tap(TapShopApp):
    """The tap with a schema of its own: the SDK adds its own settings to it."""

    config_jsonschema = deepcopy(TapShopApp.config_jsonschema)


TestTapShopApp = get_tap_test_class(
    Tap,
    config=_CONFIG,
    suite_config=SuiteConfig(
        max_records_limit=250,
        ignore_no_records_for_streams=["rejected_records", "full_lists"],
    ),
    parse_env_config=False,
)
