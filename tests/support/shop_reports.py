"""Shops whose sales reports are known, and the figures of the ledger for comparison."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import raw
from ecommerce_ext.commands.compare_report import compare_reports
from ecommerce_ext.settings import read_settings
from meltano_project import BIN, write_project
from shop_fakes.measured import read_measured
from shop_fakes.woocommerce import KEY, SECRET, WordPress
from shop_fakes.woocommerce_records import StoredSite
from shopify_report import EXAMPLES
from tap_shopapp.applications.shopify.orders import normalize_order as normalize_shopify_order
from tap_shopapp.applications.woocommerce.orders import normalize_order as normalize_woo_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from ecommerce_ext.commands.compare_report import Comparison
    from pipelines import Pipeline
    from psycopg import Connection

LOADED_AT = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
WOOCOMMERCE, SHOPIFY = "woocommerce", "shopify"
"""Names of the shops, which are those of their applications."""
_RECORDED = "woocommerce-live"
ORDERS = [
    order
    for name in ("orders-by-kind", "orders-with-refunds")
    for order in read_measured(_RECORDED, name)["body"]
]
REFUNDS = read_measured(_RECORDED, "refunds-of-them")["body"]
DATABASE = read_measured(_RECORDED, "expected")["figures"]
"""The database of the WooCommerce shop, by order."""
_FIGURES = {
    "gross": "event = 'sale'",
    "discount": "event = 'discount' and in_net_sales",
    "return": "event = 'return'",
    "net": "in_net_sales",
    "shipping": "event in ('shipping', 'shipping_refund')",
    "tax": "event in ('tax', 'tax_refund')",
    "fee": "event in ('fee', 'fee_refund')",
    "total": "in_total_sales",
    "placed": "in_net_sales and event_id is null",
    "derived_tax": "event = 'tax_refund' and refund_split = 'derived'",
    "derived_shipping": "event = 'shipping_refund' and refund_split = 'derived'",
}

Amounts = dict[str, Decimal]


def load_shops(connection: Connection[Any]) -> None:
    """Load the recorded orders of WooCommerce, and the examples of Shopify."""
    woo = normalize_woo_order({refund["id"]: refund for refund in REFUNDS})
    examples = [example.order for example in EXAMPLES.values()]
    shops = {
        WOOCOMMERCE: ("EUR", "Europe/Zurich", _page(ORDERS, woo)),
        SHOPIFY: ("CAD", "America/Toronto", _page(examples, normalize_shopify_order)),
    }
    raw.create(connection)
    raw.load_rates(connection, {"CAD", "CHF", "GBP", "JPY", "USD"}, "2025-09-01")
    for application, (currency, time_zone, page) in shops.items():
        of_shop = {"shop_id": application}
        shop = {"application": application, "currency": currency, "time_zone": time_zone}
        raw.load(connection, "shops", [of_shop | shop], LOADED_AT)
        for stream, rows in {"transactions": page.records, **page.embedded}.items():
            raw.load(connection, stream, [of_shop | row for row in rows], LOADED_AT)


def ledger_sums(pipeline: Pipeline, shop_id: str, key: str) -> dict[str, Amounts]:
    """Return the figures of the ledger, in the currencies of the orders.

    `placed` is net sales without the events after the placement. `derived_tax` and
    `derived_shipping` are the parts of refunds without lines that the shop does not state.

    Args:
        pipeline: The warehouse.
        shop_id: The shop.
        key: SQL expression to group by.
    """
    columns = ", ".join(
        f"coalesce(sum(original_amount) filter (where {condition}), 0)"
        for condition in _FIGURES.values()
    )
    rows = pipeline.rows(
        f"select {key}, {columns} from ecommerce.ecommerce_sales_ledger"
        f" where id_shop = '{shop_id}' and is_counted group by 1"
    )
    sums = {
        each: dict(zip(_FIGURES, map(Decimal, amounts), strict=True)) for each, *amounts in rows
    }
    for figures in sums.values():
        for name in ("discount", "return"):
            figures[name] = 0 - figures[name]
    return sums


@dataclass
class RecordedShop:
    """The recorded WooCommerce shop on a fake server, and the warehouse.

    Attributes:
        site: The shop.
        url: Address of the server.
        pipeline: The warehouse.
    """

    site: WordPress
    url: str
    pipeline: Pipeline

    @property
    def settings(self) -> dict[str, str]:
        """The settings of the tap."""
        return {
            "application": WOOCOMMERCE,
            "shop_id": WOOCOMMERCE,
            "api_url": self.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
        }

    def compare(self, first: str, last: str) -> Comparison:
        """Compare a period with the shop's report."""
        settings = read_settings(
            {**self.pipeline.postgres.environment(), "ECOMMERCE_EXTRACTORS": "tap-shopapp"}
        )
        [comparison] = compare_reports(
            settings, date.fromisoformat(first), date.fromisoformat(last)
        )
        return comparison

    def invoke(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command with Meltano, in a project that is written to a folder."""
        write_project(folder)
        environment = {
            **{name: value for name, value in os.environ.items() if "SHOPAPP" not in name},
            **{f"TAP_SHOPAPP_{name.upper()}": value for name, value in self.settings.items()},
            **self.pipeline.postgres.environment(),
            "ECOMMERCE_CURRENCY": "EUR",
            "ECOMMERCE_EXTRACTORS": "tap-shopapp",
        }
        return subprocess.run(
            [BIN / "meltano", "invoke", "ecommerce:compare-report", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def recorded_site(full_refunds: Collection[int]) -> WordPress:
    """Return the recorded shop.

    Args:
        full_refunds: Refunds whose records are missing. Here they have the day of their order,
            as in the ledger.
    """
    missing = [
        {
            "id": stub["id"],
            "date_created": order["date_paid"],
            "meta_data": [{"key": "_refund_type", "value": "full"}],
        }
        for order in ORDERS
        for stub in order["refunds"]
        if stub["id"] in full_refunds
    ]
    about = {"name": "Shop", "home": "https://shop.example", "currency": "EUR"}
    zone = ZoneInfo("Europe/Zurich")
    stored = StoredSite(zone, about, orders=[*ORDERS], refunds=[*REFUNDS, *missing])
    return WordPress(stored, lambda: LOADED_AT)


def _page(orders: list[Any], normalize: Any) -> Page:
    page = Page()
    for order in orders:
        add("transactions", normalize(order), page)
    return page
