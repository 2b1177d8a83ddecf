"""WooCommerce, compared with the answers of a real shop (9.4.2, a site in Montreal).

They are in `shop_fakes/measured/woocommerce`. The expected values were calculated by hand.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from shop_fakes.measured import read_measured
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce import KEY, SECRET, WordPress
from shop_fakes.woocommerce_records import StoredSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Messages

ORDERS = {
    # Status, currency, total, e-mail, account, campaign, paid at (minute 14:05), lines.
    "19": ("processing", "USD", "70.47", "c0@example.test", None, "camp0", "03", 2),
    "20": ("completed", "EUR", "43.97", "c1@example.test", "3", "camp1", "04", 1),
    "21": ("pending", "JPY", "65.96", "c2@example.test", None, "camp2", None, 2),
    "22": ("processing", "USD", "32.98", "c3@example.test", "2", "camp0", "04", 1),
    "23": ("completed", "EUR", "137.42", "c4@example.test", None, "camp1", "05", 4),
}
LINES = {
    # Product, variant, stock-keeping unit, quantity, unit price.
    "1": ("14", None, "S4", "3", "14.99"),
    "2": ("16", "17", "V-S", "1", "20.5"),
    "4": ("12", None, "S2", "3", "12.99"),
    "6": ("15", None, "S5", "1", "15.99"),
    "7": ("14", None, "S4", "3", "14.99"),
    "9": ("13", None, "S3", "2", "13.99"),
    "11": ("11", None, "S1", "3", "11.99"),
    "12": ("15", None, "S5", "3", "15.99"),
    "13": ("13", None, "S3", "2", "13.99"),
    "14": ("16", "17", "V-S", "1", "20.5"),
}


@pytest.fixture(scope="module")
def stored() -> StoredSite:
    """The answers of the shop."""

    def read(name: str) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = read_measured("woocommerce", name)
        return records

    return StoredSite(
        ZoneInfo("America/Montreal"),
        {"name": "Shop", "home": "https://127.0.0.1:8077", "currency": "USD"},
        orders=read("orders"),
        products=read("products"),
        categories=read("categories"),
        variations_of={16: read("variations")},
    )


@pytest.fixture
def extract(
    stored: StoredSite, run: Callable[..., Messages]
) -> Iterator[Callable[..., Messages]]:
    """Run the tap on these answers."""
    wordpress = WordPress(stored, lambda: datetime(2026, 11, 23, 15, tzinfo=timezone.utc))
    with serve_answers(wordpress.answer) as url:

        def extract(state: dict[str, Any] | None = None, **settings: object) -> Messages:
            config: dict[str, object] = {"shop_id": "s", "application": "woocommerce"}
            config |= {"api_url": url, "consumer_key": KEY, "consumer_secret": SECRET}
            config |= settings
            return run(config, state=state)

        yield extract


def test_measured_orders_are_read_exactly(extract: Callable[..., Messages]) -> None:
    found = {its["transaction_id"]: its for its in extract().records("transactions")}

    assert {
        key: (
            its["financial_status_raw"],
            its["currency"],
            f"{Decimal(its['total_amount']):.2f}",
            its["email"],
            its["customer_id"],
            its["utm_campaign"],
            its["processed_at"] and its["processed_at"][17:19],
            its["item_count"],
        )
        for key, its in found.items()
    } == ORDERS
    for its in found.values():
        assert its["utm_source"] == "dialoginsight"
        assert its["created_at"] == its["updated_at"]
        assert its["created_at"].startswith("2026-11-23T14:05:0")
        assert its["shipping_amount"] == "5.000000"
        assert its["channel"] == "rest-api"
        lines = Decimal(its["gross_amount"]) - Decimal(its["discount_amount"])
        assert lines + 5 + Decimal(its["tax_amount"]) == Decimal(its["total_amount"])


def test_measured_lines_are_read_exactly(extract: Callable[..., Messages]) -> None:
    assert {
        its["item_id"]: (
            its["product_id"],
            its["variant_id"],
            its["sku"],
            its["quantity"],
            f"{Decimal(its['unit_price_amount']).normalize():f}",
        )
        for its in extract().records("items")
    } == LINES


def test_measured_catalogue_is_read_exactly(extract: Callable[..., Messages]) -> None:
    found = extract()

    assert {
        its["product_id"]: (its["sku"], its["price_amount"], its["category_ids"])
        for its in found.records("products")
    } == {
        "10": ("S0", "10.99", ["17"]),
        "11": ("S1", "11.99", ["18"]),
        "12": ("S2", "12.99", ["17"]),
        "13": ("S3", "13.99", ["18"]),
        "14": ("S4", "14.99", ["17"]),
        "15": ("S5", "15.99", ["18"]),
        "16": ("V", "20.50", ["17"]),
    }
    [varies] = [its for its in found.records("products") if its["product_id"] == "16"]
    assert varies["attributes"]["variants"] == [
        {"id": "17", "sku": "V-S", "price": "20.50"},
        {"id": "18", "sku": "V-M", "price": "20.50"},
    ]
    assert varies["updated_at"] == "2026-11-23T14:05:02.000000Z"
    assert {
        its["category_id"]: (its["parent_id"], its["name"])
        for its in found.records("categories")
    } == {
        "15": (None, "Uncategorized"),
        "16": (None, "Clothing"),
        "17": ("16", "Hats"),
        "18": ("16", "Shirts"),
    }


@pytest.mark.parametrize("size", [2, 3, 5])
def test_orders_of_one_second_are_read_on_pages_of_any_size(
    extract: Callable[..., Messages], size: int
) -> None:
    found = extract(page_size=size)

    assert sorted(found.ids()) == sorted(ORDERS)
    assert found.bookmark == "2026-11-23T14:05:05.000000Z"


def test_next_run_reads_the_second_of_the_bookmark_again(
    extract: Callable[..., Messages],
) -> None:
    state = {
        "bookmarks": {
            "transactions": {
                "replication_key": "updated_at",
                "replication_key_value": "2026-11-23T14:05:04.000000Z",
            }
        }
    }

    assert sorted(extract(state, lookback_seconds=0).ids()) == ["20", "21", "22", "23"]
