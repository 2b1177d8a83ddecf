"""WooCommerce changes that leave no trace, from the shop's API to the tables.

The fake server makes the changes as recorded on real releases: they do not move the time of
change. All figures are worked out by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce import KEY, SECRET, WordPress
from shop_fakes.woocommerce_changes import Administration
from shop_fakes.woocommerce_records import StoredSite
from shop_fakes.woocommerce_rows import MONTREAL, line, order, product, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

SELECT = ("run", "--exclude", "path:models/ecommerce/marts+")
NOW = datetime(2026, 3, 31, tzinfo=timezone.utc)


class Site:
    """A WooCommerce shop, and the pipeline that reads it."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        stored = StoredSite(
            MONTREAL, {"name": "Shop", "home": "https://shop.example", "currency": "CAD"}
        )
        seconds = count(0, 60)
        self.wordpress = WordPress(stored, lambda: NOW + timedelta(seconds=next(seconds)))
        self.stored = stored
        self.admin = Administration(self.wordpress, stored)
        self.url = ""
        self.has_views = False

    def sync(self, *arguments: str) -> None:
        config = {
            "shop_id": "s",
            "application": "woocommerce",
            "api_url": self.url,
            "consumer_key": KEY,
            "consumer_secret": SECRET,
        }
        self.pipeline.extract_and_load("tap-shopapp", config, state=True)
        # Views stay as they are.
        views = ("--exclude", "config.materialized:view") if self.has_views else ()
        self.pipeline.dbt(*SELECT, *views, *arguments)
        self.has_views = True

    def found(self) -> dict[str, list[tuple[Any, ...]]]:
        rows = self.pipeline.rows
        return {
            "orders": rows(
                'select "idTransaction", "originalRefund"::int, "dtDeleted" is not null,'
                ' "financialStatus" from ecommerce."ECommerce_Transaction" order by 1'
            ),
            "net sales": rows(
                "select id_transaction, sum(original_amount)::int from"
                " ecommerce.ecommerce_sales_ledger where"
                " event in ('sale', 'discount', 'return', 'rounding') group by 1 order by 1"
            ),
            "lines": rows(
                'select "idTransaction", "idItem", "idProduct", "Sku" from'
                ' ecommerce."ECommerce_Item" order by 1, 2'
            ),
            "products": rows(
                'select "idProduct", "ProductName", "Price"::text, "dtDeleted" is not null from'
                ' ecommerce."ECommerce_Product" order by 1'
            ),
            "memberships": rows(
                "select id_product, id_product_category from"
                " ecommerce.ecommerce_product_categories order by 1, 2"
            ),
        }


@pytest.fixture(scope="module")
def site(pipeline: Pipeline) -> Iterator[Site]:
    """Orders 3, 5 and 8, products 501 and 502, categories 31 and 32."""
    site = Site(pipeline)
    hats, shoes = ({"id": each, "name": str(each), "parent": 0} for each in (31, 32))
    site.stored.categories += [hats, shoes]
    in_hats = [{"id": 31, "name": "31"}]
    site.stored.products += [
        product(501, name="Hat", sku="HAT", categories=in_hats),
        product(502, name="Shoe", sku="SHOE", categories=[*in_hats, {"id": 32, "name": "32"}]),
    ]
    lines = [
        line(1, product_id=501, sku="HAT"),
        line(2, product_id=502, sku="SHOE"),
    ]
    site.stored.orders += [
        order(3, line_items=lines, total="40.00"),
        order(5, line_items=[line(3, product_id=502, sku="SHOE")]),
        order(8, line_items=[line(4, product_id=502, sku="SHOE")]),
    ]
    refund = {"id": 92, "amount": "5.00", "reason": "", "line_items": []}
    site.admin.refund(5, {**refund, **times(date_created="2026-03-02T00:00:00")})
    with serve_answers(site.wordpress.answer) as site.url:
        pipeline.dbt("seed")
        site.sync()
        yield site


def test_deletions_reach_the_tables_and_references_stay(site: Site) -> None:
    before = site.found()
    assert before == {
        "orders": [
            ("3", 0, False, "paid"),
            ("5", 5, False, "partially_refunded"),
            ("8", 0, False, "paid"),
        ],
        "net sales": [("3", 40), ("5", 15), ("8", 20)],
        "lines": [
            ("3", "1", "501", "HAT"),
            ("3", "2", "502", "SHOE"),
            ("5", "3", "502", "SHOE"),
            ("8", "4", "502", "SHOE"),
        ],
        "products": [
            ("501", "Hat", "20.5000", False),
            ("502", "Shoe", "20.5000", False),
        ],
        "memberships": [("501", "31"), ("502", "31"), ("502", "32")],
    }

    site.admin.delete_product(501)
    site.admin.delete_refund(92)
    site.admin.delete_order(8)
    site.admin.delete_category(32)
    site.admin.set_price(502, "7.25")
    # The shop answers the lines of order 3 again, without product and SKU.
    site.admin.save_order(3, payment_method="cod")
    site.sync()
    after = site.found()

    assert after == {
        "orders": [
            ("3", 0, False, "paid"),
            ("5", 0, False, "paid"),
            ("8", 0, True, "paid"),
        ],
        "net sales": [("3", 40), ("5", 20), ("8", 20)],
        "lines": before["lines"],
        "products": [
            ("501", "Hat", "20.5000", True),
            ("502", "Shoe", "7.2500", False),
        ],
        "memberships": [("501", "31"), ("502", "31")],
    }
    raw_line = "select product_id, sku from ecommerce_raw.items where item_id = '1'"
    assert site.pipeline.rows(raw_line) == [(None, None)]

    site.pipeline.dbt(*SELECT, "--full-refresh")
    assert site.found() == after
