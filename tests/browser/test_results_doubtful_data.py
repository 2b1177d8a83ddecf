"""The results page of shops with doubtful orders and loads opens and reports the problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from tap_shopapp.pages import Page as Records
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipelines import Pipeline
    from playwright.sync_api import Page

pytestmark = [pytest.mark.pipeline, pytest.mark.warehouse, pytest.mark.thorough]

NOW = datetime.now(timezone.utc)
# By order: date or none; amount, which is also the amount of its line; campaign, which is also
# the product.
Orders = dict[str, tuple[str | None, str, str]]
NORTH: Orders = {
    "long-ago": ("2025-06-01T12:00:00Z", "100", "large"),
    "in-july": ("2026-07-31T12:00:00Z", "200", "large"),
    "undated": (None, "10", "large"),
    "of-the-future": ("2106-07-31T12:00:00Z", "7", "large"),
}
# More campaigns and products than a page shows, all larger than the other shop's.
NORTH |= {f"many-{n}": ("2026-07-20T12:00:00Z", "50", f"many-{n}") for n in range(210)}
SOUTH: Orders = {
    "in-dollars": ("2026-07-15T12:00:00Z", "5", "small"),
    "in-july": ("2026-07-15T12:00:00Z", "1", "small"),
}
# Orders until nine days ago, loaded three days ago; one order is in US dollars.
RATES = """
    insert into ecommerce_raw.exchange_rates
        (base_currency, currency, rate_on, rate, _sdc_batched_at)
    select 'EUR', currency, now()::date - 9, '1.5', now() at time zone 'UTC' - interval '3 days'
    from unnest(array['CAD', 'USD']) as currencies (currency)
"""


@dataclass(frozen=True)
class Made:
    """A warehouse and its results page."""

    pipeline: Pipeline
    page: Path


def _load(connection: Any, shop: str, orders: Orders, loaded_at: datetime) -> None:
    page = Records()
    for name, (date, amount, campaign) in orders.items():
        order = {
            "id": name,
            "updated_at": "2026-08-01T00:00:00Z",
            "created_at": date,
            "currency": "USD" if name == "in-dollars" else "CAD",
            "gross_amount": amount,
            "total_amount": amount,
            "items": [
                {
                    "id": "1",
                    "product_id": campaign,
                    "quantity": "1",
                    "unit_price_amount": amount,
                }
            ],
        }
        normalize.add("transactions", normalize.NormalizedRecord(order), page)
        page.records[-1] |= {"utm_medium": "email", "utm_campaign": campaign}
    campaigns = {campaign for _, _, campaign in orders.values()}
    products = Records()
    for name in sorted(campaigns):
        fields = {"id": name, "name": name, "updated_at": "2026-01-01T00:00:00Z"}
        normalize.add(
            "products", normalize.NormalizedRecord({**fields, "category_ids": [name]}), products
        )
    shops = [{"name": shop.title(), "currency": "CAD", "time_zone": "UTC"}]
    loads = {
        "shops": shops,
        "transactions": page.records,
        "products": products.records,
        "categories": [{"category_id": name, "name": name} for name in sorted(campaigns)],
        **page.embedded,
        **products.embedded,
    }
    for stream, found in loads.items():
        raw.load(connection, stream, [{**r, "shop_id": shop} for r in found], loaded_at)


@pytest.fixture(scope="module")
def made(pipeline: Pipeline, write_results: Callable[[Pipeline, str], Path]) -> Made:
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        _load(connection, "north", NORTH, NOW)
        _load(connection, "south", SOUTH, NOW - timedelta(days=90))
        connection.execute(RATES)
    pipeline.dbt("seed")
    pipeline.dbt("run")
    return Made(pipeline, write_results(pipeline, "doubts.html"))


@pytest.fixture
def results(made: Made, page: Page) -> Page:
    page.set_default_timeout(5000)
    page.goto(made.page.as_uri())
    return page


def _choose(page: Page, preset: str, shop: str = "") -> None:
    page.get_by_role("radio", name=preset).check()
    page.get_by_role("combobox", name="Shop").select_option(shop)


def _figure(page: Page, name: str) -> str:
    return page.locator(f'[data-figure="{name}"]').get_attribute("data-value") or ""


def _orders(page: Page) -> tuple[int, Decimal]:
    return int(_figure(page, "orders")), Decimal(_figure(page, "net"))


def test_orders_without_a_date_count_only_in_the_whole_period(
    made: Made, results: Page
) -> None:
    _choose(results, "All")
    ((count, net),) = made.pipeline.rows(
        'select count(*), sum("Revenue") from ecommerce."ECommerce_Transaction"'
    )
    assert _orders(results) == (count, net) == (216, Decimal(10_818))
    assert _figure(results, "undated") == "2"
    assert "Not in the bars: 2 orders without a valid date, net sales CA$17.00." in (
        results.locator("#time").inner_text()
    )
    checks = results.locator(".checks").inner_text()
    assert "date_missing" in checks
    assert "date_in_the_future" in checks

    _choose(results, "30 days")
    assert _orders(results) == (213, Decimal(10_701))
    assert _figure(results, "undated") == "2"
    assert "2 without a valid date" in results.locator("#status").inner_text()
    assert "NaN" not in results.locator("body").inner_text()

    _choose(results, "All", "south")
    assert _figure(results, "undated") == "0"


def test_shop_without_recent_loads_is_not_reported_as_fresh(results: Page) -> None:
    def health(name: str) -> tuple[str | None, str]:
        tile = results.locator(f'[data-figure="{name}"]')
        return tile.get_attribute("data-level"), tile.locator(".change").inner_text()

    _choose(results, "All", "north")
    level, text = health("fresh")
    assert (level, text[:29]) == ("good", "✓ North loaded less than an h")
    assert "Jul 31, 2026" in text
    assert results.locator('[data-figure="rates"]').count() == 0  # no rate is needed
    assert "loaded" not in results.locator("#status").inner_text()

    for shop, late in (("south", ""), ("", "; 1 of 2 shops are late")):
        _choose(results, "All", shop)
        level, text = health("fresh")
        assert level == "bad"
        assert text.startswith(f"! South loaded 90 days ago{late}; newest order: Jul 15, 2026")
        assert health("rates") == ("bad", "! the newest is 9 days old; loaded 3 days ago")
        assert "South loaded 90 days ago" in results.locator("#status").inner_text()


def test_small_shop_shows_its_own_campaigns_and_products(results: Page) -> None:
    def names(section: str) -> list[str]:
        return results.locator(f"#{section} tbody .name").all_inner_texts()

    _choose(results, "All", "south")
    for section in ("campaigns", "products"):
        assert names(section) == ["small"], section
    assert "small" in results.locator("#categories tbody").inner_text()
    _choose(results, "All", "north")
    for section in ("campaigns", "products"):
        assert names(section)[-1].startswith("All other")


def test_periods_end_at_the_last_possible_day(results: Page) -> None:
    assert results.get_by_label("To", exact=True).input_value() == "2026-07-31"
    assert results.get_by_role("radio", name="12 months").is_checked()
    assert results.get_by_label("From", exact=True).input_value() == "2025-08-01"
    _choose(results, "30 days")
    assert results.get_by_label("From", exact=True).input_value() == "2026-07-02"
    _choose(results, "All")
    assert "2106" not in results.locator("body").inner_text()


def test_heading_states_which_amounts_are_before_tax(results: Page) -> None:
    assert results.locator("#about").inner_text() == (
        "North, South · amounts in CAD; gross and net sales are before tax and shipping"
    )
