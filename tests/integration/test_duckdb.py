"""The package builds on DuckDB with the cells that it has on Postgres.

Both engines build from the same raw records: three shops, contacts with merged ids, messages
and custom rates. All builds run with contracts and data tests, the first on DuckDB also with
unit tests.
"""

from __future__ import annotations

import copy
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import marketing
import marketing_raw
import psycopg
import pytest
import raw
from shopapp_demo.generate import demo_contacts, demo_custom_rates, edit_order, generate_shop

if TYPE_CHECKING:
    from duckdb_builds import DuckDB
    from pipelines import Pipeline
    from shopapp_demo.shop import Shop

    Record = dict[str, Any]

pytestmark = [pytest.mark.pipeline, pytest.mark.slow, pytest.mark.timeout(600)]

FIRST_LOAD = datetime.now(timezone.utc) - timedelta(hours=2)
SECOND_LOAD = FIRST_LOAD + timedelta(hours=1)  # longer than the lookback of a build
TOO_LONG = "x" * 120
TOO_LARGE = "1" + "0" * 17
# Deleted orders and full lists come with the second load.
EMPTY_AT_FIRST = {
    "ecommerce_staging.stg_ecommerce__deleted_transactions",
    "ecommerce_staging.stg_ecommerce__full_lists",
    "ecommerce_staging.stg_ecommerce__id_ranges",
    "ecommerce_staging.int_ecommerce__missing_records",
}


@pytest.fixture(scope="module")
def shop() -> Shop:
    """A shop with orders of every kind; the tables reject two orders."""
    shop = generate_shop(orders=300)
    first, second = list(shop.transactions.values())[:2]
    first["items"][0]["product_id"] = TOO_LONG
    second["items"][0]["unit_price_amount"] = TOO_LARGE
    return shop


@pytest.fixture(scope="module")
def built(pipeline: Pipeline, duckdb_warehouse: DuckDB, shop: Shop) -> Pipeline:
    """Both warehouses after their first build."""
    pipeline.settings |= marketing_raw.SETTINGS
    orders, events = marketing.make()
    with psycopg.connect(pipeline.postgres.url) as connection:
        marketing_raw.load(connection, orders, events)
        for table in ("transactions", "items", "products", "categories", "shops"):
            connection.execute(
                f"update ecommerce_raw.{table} set _sdc_batched_at = %s", [FIRST_LOAD]
            )
        raw.load_all_of(connection, shop, "demo", FIRST_LOAD)
        # A build reads the records of the last ten minutes again, so one order is later.
        connection.execute(
            "update ecommerce_raw.transactions set _sdc_batched_at = %s"
            " where shop_id = 'demo' and transaction_id = '1100'",
            [FIRST_LOAD + timedelta(minutes=30)],
        )
        raw.load_rates(connection, {"CAD", "USD", "GBP", "JPY"}, "2024-08-15")
        _load_rejected_records(connection)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into crm.contacts values (%s, %s)",
                [(number, email) for number, _, _, email in demo_contacts(shop)],
            )
            cursor.executemany(
                "insert into crm.rates values (%s, %s, %s, %s, %s)", demo_custom_rates()
            )
    duckdb_warehouse.copy_raw(pipeline, "crm")
    pipeline.build()
    duckdb_warehouse.dbt("build")
    return pipeline


def _load_rejected_records(connection: psycopg.Connection[Any]) -> None:
    texts = ('{"id": "1", "total": 1.50, "note": "\\u00e9\\n"}', "{'id': 1}", "")
    records = [
        {
            "shop_id": "demo",
            "stream": "transactions",
            "record_hash": f"hash {number}",
            "reason_code": "missing_id",
            "message": "The order has no id.",
            "location": None,
            "payload": text,
            "seen_at": "2026-01-01T00:00:00Z",
        }
        for number, text in enumerate(texts)
    ]
    raw.load(connection, "rejected_records", records, FIRST_LOAD)


def test_first_build_gives_equal_cells(built: Pipeline, duckdb_warehouse: DuckDB) -> None:
    comparison = duckdb_warehouse.compare(built)
    assert not comparison.differences, comparison.report()
    assert {name for name, rows in comparison.rows.items() if not rows} == EMPTY_AT_FIRST
    assert sum(comparison.cells.values()) > 900_000


def test_increment_gives_equal_cells(
    built: Pipeline, duckdb_warehouse: DuckDB, shop: Shop
) -> None:
    with psycopg.connect(built.postgres.url) as connection:
        _change_orders(connection, shop)
        _change_catalog(connection, shop)
        _change_contacts_and_rates(connection)
    duckdb_warehouse.copy_raw(built, "crm")
    built.build()
    duckdb_warehouse.build()

    comparison = duckdb_warehouse.compare(built)
    assert not comparison.differences, comparison.report()
    assert all(comparison.rows.values())
    # The increment read a part of the orders.
    candidates = comparison.rows["ecommerce_staging.int_ecommerce__transaction_candidates"]
    assert 10 < candidates < comparison.rows["ecommerce.ECommerce_Transaction"] / 2


def test_full_refresh_gives_equal_cells(built: Pipeline, duckdb_warehouse: DuckDB) -> None:
    built.build("--full-refresh")
    duckdb_warehouse.build("--full-refresh")
    comparison = duckdb_warehouse.compare(built)
    assert not comparison.differences, comparison.report()


def _change_orders(connection: psycopg.Connection[Any], shop: Shop) -> None:
    """Change, refund, delete, correct and break orders, and remove lines."""
    corrected, still_rejected, broken, refunded, deleted, renamed, *rest = copy.deepcopy(
        list(shop.transactions.values())
    )
    edited = next(order for order in rest if len(order["items"]) > 2)
    gone = rest[-1]
    corrected["items"][0]["product_id"] = "p1"
    still_rejected["order_name"] = "still rejected"
    broken["items"][0]["product_id"] = TOO_LONG
    refund = {"id": "late", "amount": "1.05", "created_at": "2026-10-01T10:00:01Z"}
    refunded |= {
        "financial_status": "partially_refunded",
        "refunded_amount": "1.05",
        "refunds": [refund],
    }
    deleted["deleted_at"] = "2026-10-01T10:00:02Z"
    renamed["order_name"] = "İstanbul é e\u0301"
    edit_order(edited, kept_lines=len(edited["items"]) - 1)
    changed = [corrected, still_rejected, broken, refunded, deleted, renamed, edited]
    for order in changed:
        order["updated_at"] = "2026-10-01T10:00:00Z"
    raw.load_records(connection, {"transactions": changed}, "demo", SECOND_LOAD)
    deletion = {
        "shop_id": "demo",
        "transaction_id": gone["id"],
        "deleted_at": "2026-10-01T10:00:00Z",
    }
    raw.load(connection, "deleted_transactions", [deletion], SECOND_LOAD)
    raw.load(connection, "id_ranges", _lists_of_ids(shop, rest[1:-1]), SECOND_LOAD)


def _lists_of_ids(shop: Shop, unchanged: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lists that lack one order, and the refunds with the id of one with returns."""
    missing = unchanged[0]["id"]
    refund = next(
        order["refunds"][0]["id"]
        for order in unchanged[1:]
        if order["refunds"] and any(item.get("refunded_quantity") for item in order["items"])
    )
    orders = shop.transactions.values()
    ids = {
        "transactions": [order["id"] for order in orders if order["id"] != missing],
        "refunds": [r["id"] for order in orders for r in order["refunds"] if r["id"] != refund],
    }
    return [
        {
            "shop_id": "demo",
            "stream": stream,
            "list_number": 0,
            "place": 0,
            "from_id": 0,
            "ids": listed,
            "is_confirmed": True,
            "listed_at": FIRST_LOAD + timedelta(minutes=59),
        }
        for stream, listed in ids.items()
    ]


def _change_catalog(connection: psycopg.Connection[Any], shop: Shop) -> None:
    """Rename a product, move a category, and list all products except one."""
    time = "2026-10-01T10:00:00Z"
    product, delisted, *_ = copy.deepcopy(list(shop.products.values()))
    category = copy.deepcopy(list(shop.categories.values())[-1])
    product |= {"name": "Renamed", "price_amount": "3.335", "updated_at": time}
    category |= {"parent_id": None, "updated_at": time}
    records = {"products": [product], "categories": [category]}
    raw.load_records(connection, records, "demo", SECOND_LOAD)
    connection.execute(
        "update ecommerce_raw.products set listed_at = '2026-01-01' where product_id = %s",
        [delisted["id"]],
    )
    listed = {"shop_id": "demo", "stream": "products", "listed_at": time}
    raw.load(connection, "full_lists", [listed], SECOND_LOAD)


def _change_contacts_and_rates(connection: psycopg.Connection[Any]) -> None:
    """Add, merge, separate and delete contacts, and correct a published and a custom rate."""
    connection.execute("insert into crm.contacts values (990001, 'GUEST1@example.com')")
    connection.execute('delete from crm.contacts where "idContact" in (2, 3)')
    connection.execute("insert into crm.aliases values (3, 4)")
    connection.execute("delete from crm.aliases where alias_id = 32")
    connection.execute(
        "update crm.rates set rate = 0.35125 where currency = 'KWD' and valid_to is null"
    )
    rate = {
        "base_currency": "EUR",
        "currency": "GBP",
        "rate_on": datetime(2026, 3, 2, tzinfo=timezone.utc).date(),
        "rate": "0.87654321",
        "source": "file",
    }
    raw.load(connection, "exchange_rates", [rate], SECOND_LOAD)
