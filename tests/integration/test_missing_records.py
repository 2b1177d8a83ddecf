"""Records that a list of ids lacks: deletions that the shop does not report.

All figures are worked out by hand.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

SELECT = (
    *("--select", "+ECommerce_Item", "+ecommerce_rejects", "+ecommerce_sales_ledger"),
    *("+ecommerce_refunds", "+ecommerce_data_quality"),
)
# Views stay as they are, unless a full refresh drops the tables that they read.
UNCHANGED = ("--exclude", "config.materialized:view")
BEGIN = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
ORDERS = [str(number) for number in range(1, 31)]
TABLES = (
    *("ECommerce_Transaction", "ECommerce_Item", "ECommerce_Product"),
    *("ecommerce_sales_ledger", "ecommerce_refunds", "ecommerce_rejects"),
)


def order(number: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": "2026-02-01T10:00:00Z",
        "currency": "CAD",
        "gross_amount": "10",
        "total_amount": "10",
        "financial_status": "paid",
        "items": [{"id": "1", "product_id": "p", "quantity": "1", "unit_price_amount": "10"}],
        "refunds": [],
        **fields,
    }


# Goods of 60 and 40. One unit of the first line was returned for 30, then 10 were paid back.
REFUNDED = order(
    "40",
    gross_amount="100",
    total_amount="100",
    refunded_amount="40",
    financial_status="partially_refunded",
    items=[
        {
            "id": "a",
            "quantity": "2",
            "unit_price_amount": "30",
            "refunded_quantity": "1",
            "refunded_amount": "30",
        },
        {"id": "b", "quantity": "1", "unit_price_amount": "40"},
    ],
    refunds=[
        {"id": "r1", "amount": "30", "created_at": "2026-02-03T10:00:00Z"},
        {"id": "r2", "amount": "10", "created_at": "2026-02-04T10:00:00Z"},
    ],
)


class Shop:
    """Raw tables of a shop, and the time that passes with each load."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.now = BEGIN
        self.lists = 0
        self.has_views = False

    def load(self, stream: str, records: Iterable[dict[str, Any]]) -> None:
        self.now += timedelta(hours=1)
        with psycopg.connect(self.pipeline.postgres.url) as connection:
            raw.load(connection, stream, records, self.now)

    def orders(self, *orders: dict[str, Any]) -> None:
        self.now += timedelta(hours=1)
        with psycopg.connect(self.pipeline.postgres.url) as connection:
            raw.load_records(connection, {"transactions": orders}, "s", self.now)

    def list_ids(self, orders: Iterable[str], refunds: Iterable[str], **fields: Any) -> None:
        """Load a list of two ranges, from 20 and below 20, one hour after the last load."""
        self.now += timedelta(hours=1)
        found = {
            "transactions": (
                [each for each in orders if int(each) >= 20],
                [each for each in orders if int(each) < 20],
            ),
            "refunds": (list(refunds), []),
        }
        self.load(
            "id_ranges",
            [
                {
                    "shop_id": "s",
                    "stream": stream,
                    "list_number": self.lists % 2,
                    "place": place,
                    "from_id": (20, 0)[place],
                    "to_id": (None, 19)[place],
                    "ids": ids,
                    "is_confirmed": False,
                    "listed_at": self.now,
                    **fields,
                }
                for stream, pages in found.items()
                for place, ids in enumerate(pages)
            ],
        )
        self.lists += 1

    def build(self, *, and_refresh: bool = False) -> None:
        """Build, and compare all cells with a full refresh if wanted."""
        self.pipeline.dbt("run", *SELECT, *(UNCHANGED if self.has_views else ()))
        self.has_views = not and_refresh
        if not and_refresh:
            return
        cells = self.cells()
        self.pipeline.dbt("run", "--full-refresh", *SELECT)
        assert self.cells() == cells

    def cells(self) -> dict[str, list[str]]:
        return {
            table: [
                row
                for (row,) in self.pipeline.rows(
                    "select (to_jsonb(t) - 'dtLoaded' - 'loaded_at' - 'rowHash' - 'row_hash')"
                    f'::text from ecommerce."{table}" as t order by 1'
                )
            ]
            for table in TABLES
        }

    def deleted(self) -> list[str]:
        """Return the orders with a time of deletion."""
        query = (
            'select "idTransaction" from ecommerce."ECommerce_Transaction" where "dtDeleted"'
        )
        return sorted((each for (each,) in self.pipeline.rows(f"{query} is not null")), key=int)

    def refund(self) -> tuple[Any, ...]:
        """Return refund, status and net sales of order 40."""
        [(refund, status)] = self.pipeline.rows(
            'select "originalRefund"::int, "financialStatus" from'
            """ ecommerce."ECommerce_Transaction" where "idTransaction" = '40'"""
        )
        [(net,)] = self.pipeline.rows(
            "select sum(original_amount)::int from ecommerce.ecommerce_sales_ledger where"
            " id_transaction = '40' and event in ('sale', 'discount', 'return', 'rounding')"
        )
        return refund, status, net

    def quality(self) -> int:
        [(count,)] = self.pipeline.rows(
            "select coalesce(sum(failing_count), 0)::int from ecommerce.ecommerce_data_quality"
            " where check_code = 'deletion_unconfirmed'"
        )
        return int(count)


@pytest.fixture(scope="module")
def shop(pipeline: Pipeline) -> Shop:
    """Thirty-one orders that were read and built."""
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
    shop = Shop(pipeline)
    shop.load("shops", [{"shop_id": "s", "currency": "CAD", "time_zone": "UTC"}])
    shop.orders(*map(order, ORDERS), REFUNDED)
    pipeline.dbt("seed")
    shop.build()
    assert shop.deleted() == []
    assert shop.refund() == (40, "partially_refunded", 60)
    return shop


def test_list_marks_missing_orders_and_undoes_missing_refunds(shop: Shop) -> None:
    """Order 7 and the refund of 30 are deleted. The tests of this file build on each other."""
    read_at = shop.now
    shop.list_ids([each for each in [*ORDERS, "40"] if each != "7"], ["r2"])
    shop.build()

    assert shop.deleted() == ["7"]
    [(deleted_at,)] = shop.pipeline.rows(
        'select max("dtDeleted") from ecommerce."ECommerce_Transaction"'
    )
    assert deleted_at == read_at
    assert shop.refund() == (10, "partially_refunded", 90)
    lines = shop.pipeline.rows(
        'select "idItem", "refundedQuantity"::int, "originalRefund"::int from'
        """ ecommerce."ECommerce_Item" where "idTransaction" = '40' order by 1"""
    )
    assert lines == [("a", 0, 0), ("b", None, None)]
    assert shop.pipeline.rows("select id_refund from ecommerce.ecommerce_refunds") == [("r2",)]
    assert shop.pipeline.rows("select count(*) from ecommerce.ecommerce_rejects") == [(0,)]


def test_order_without_any_refund_left_is_paid(shop: Shop) -> None:
    shop.list_ids([each for each in [*ORDERS, "40"] if each != "7"], [])
    shop.build(and_refresh=True)

    assert shop.refund() == (0, "paid", 100)


def test_order_that_is_deleted_as_a_whole_keeps_its_refunds(shop: Shop) -> None:
    shop.orders(REFUNDED)
    shop.list_ids(ORDERS, [])
    shop.build(and_refresh=True)
    deleted = (shop.deleted(), shop.refund())
    shop.orders(REFUNDED)
    shop.list_ids([*ORDERS, "40"], ["r1", "r2"])
    shop.build()

    assert deleted == (["40"], (40, "partially_refunded", 60))
    assert shop.deleted() == []
    assert shop.refund() == (40, "partially_refunded", 60)


def test_order_that_is_read_after_the_list_is_not_deleted(shop: Shop) -> None:
    shop.orders(order("7"))
    shop.build()

    assert shop.deleted() == []


def test_list_that_lacks_many_orders_deletes_nothing_until_the_next_list(shop: Shop) -> None:
    """The list lacks 25 of 31 orders, which is more than 20 and more than a tenth."""
    present = [*ORDERS[25:], "40"]
    shop.list_ids(present, ["r1", "r2"])
    shop.build()
    first = (shop.deleted(), shop.quality())

    shop.list_ids(present, ["r1", "r2"])
    shop.build(and_refresh=True)
    second = (shop.deleted(), shop.quality())

    assert first == ([], 25)
    assert second == (ORDERS[:25], 0)


def test_orders_that_a_later_list_has_again_are_restored(shop: Shop) -> None:
    shop.list_ids([*ORDERS, "40"], ["r1", "r2"])
    # Two lists without a build between them.
    shop.list_ids([*ORDERS, "40"], ["r1", "r2"])
    shop.build(and_refresh=True)

    assert shop.deleted() == []


def test_confirmed_list_deletes_many_orders_at_once(shop: Shop) -> None:
    present = [*ORDERS[25:], "40"]
    shop.list_ids(present, ["r1", "r2"], is_confirmed=True)
    shop.build()

    assert (shop.deleted(), shop.quality()) == (ORDERS[:25], 0)


def test_range_of_a_longer_list_before_is_left_out(shop: Shop) -> None:
    """Both lists end with one range for all ids; two old ranges per list are left over."""
    for _ in range(2):
        shop.load(
            "id_ranges",
            [
                {
                    "shop_id": "s",
                    "stream": "transactions",
                    "list_number": shop.lists % 2,
                    "place": 0,
                    "from_id": 0,
                    "to_id": None,
                    "ids": [*ORDERS, "40"],
                    "is_confirmed": False,
                    "listed_at": shop.now + timedelta(hours=1),
                }
            ],
        )
        shop.lists += 1
    shop.build()

    assert shop.deleted() == []


def test_orders_of_files_and_other_shops_are_not_in_the_list(shop: Shop) -> None:
    """Order 900 comes from a file with lines, 902 from one without: it has no version."""
    shop.orders(order("900"), order("901"), order("902"))
    with psycopg.connect(shop.pipeline.postgres.url) as connection:
        connection.execute(
            "update ecommerce_raw.transactions set version = 'file-x', item_count = null"
            " where transaction_id = '900'"
        )
        connection.execute(
            "update ecommerce_raw.items set transaction_version = 'file-x'"
            " where transaction_id = '900'"
        )
        connection.execute(
            "update ecommerce_raw.transactions set version = null, item_count = null"
            " where transaction_id = '902'"
        )
    shop.list_ids([*ORDERS, "40"], ["r1", "r2"])
    shop.build()

    assert shop.deleted() == ["901"]
