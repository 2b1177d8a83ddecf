"""Repeated runs of the main job on the generated shop."""

from __future__ import annotations

import copy
import io
import zipfile
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
import questions
from shopapp_demo.generate import demo_contacts, demo_custom_rates, edit_order, generate_shop

if TYPE_CHECKING:
    from pipelines import Pipeline
    from shopapp_demo.shop import Shop

pytestmark = pytest.mark.pipeline

FOREIGN_KEYS = {
    "ECommerce_Transaction.idContact → ecommerce_contacts",
    "ECommerce_Item.idTransaction → ECommerce_Transaction",
    "ECommerce_Item.idProduct → ECommerce_Product",
    "ECommerce_Product.idProductCategory → ECommerce_ProductCategory",
    "ECommerce_ProductCategory.idProductCategoryParent → ECommerce_ProductCategory",
    "ecommerce_product_categories.id_product → ECommerce_Product",
    "ecommerce_product_categories.id_product_category → ECommerce_ProductCategory",
}


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate_shop(orders=600)


@pytest.fixture(scope="module")
def synced(pipeline: Pipeline, shop: Shop) -> Pipeline:
    """The shop, loaded and built once, with contacts and a rate that the ECB lacks."""
    with psycopg.connect(pipeline.postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("create schema marketing")
        cursor.execute(
            'create table marketing.contacts ("idContact" bigint, customer_number text,'
            " name text, email text)"
        )
        cursor.execute(
            "create table marketing.custom_rates (currency text, base_currency text,"
            " rate numeric, valid_from date, valid_to date)"
        )
        cursor.executemany(
            "insert into marketing.contacts values (%s, %s, %s, %s)", demo_contacts(shop)
        )
        cursor.executemany(
            "insert into marketing.custom_rates values (%s, %s, %s, %s, %s)",
            demo_custom_rates(),
        )
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "marketing.contacts",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "customer_number",
        "ECOMMERCE_CUSTOM_RATES_RELATION": "marketing.custom_rates",
    }
    # Activation before the first load creates every table, without rows.
    assert pipeline.activate().startswith("Created ")
    assert pipeline.rows('select count(*) from ecommerce."ECommerce_Transaction"') == [(0,)]
    assert pipeline.foreign_keys() == FOREIGN_KEYS
    pipeline.load_rates(source="bundled", start_date="2024-08-15")
    running = pipeline.sync(shop)
    # 600 orders with their lines and refunds need three pages of 250.
    assert [path for _, path in running.requests].count("/v1/transactions") == 3
    # One request each: shop, categories, products, customers, totals of four collections.
    assert len(running.requests) == 3 + 4 + 4
    with psycopg.connect(pipeline.postgres.url) as connection:
        connection.execute(
            "insert into ecommerce_raw.items"
            " (shop_id, transaction_id, item_id, transaction_version, _sdc_batched_at)"
            " values ('shop', 'of no order', '1', 'v', now() at time zone 'UTC')"
        )
    pipeline.build()
    _age_by_a_day(pipeline)
    return pipeline


def _age_by_a_day(pipeline: Pipeline) -> None:
    """Move the first load back by a day, so that load times separate it from later loads."""
    with psycopg.connect(pipeline.postgres.url) as connection:
        streams = ("shops", "transactions", "items", "refunds", "products", "customers")
        for table in (*streams, "sales_events"):
            connection.execute(
                f"update ecommerce_raw.{table}"
                " set _sdc_batched_at = _sdc_batched_at - interval '1 day'"
            )


# dbt's data tests run after the first build and after the sync with changes.
WITHOUT_TESTS = ("--exclude-resource-type", "test")
WITHOUT_MARTS = (*WITHOUT_TESTS, "--exclude", "path:models/ecommerce/marts+")
CANDIDATES = "select count(*) from ecommerce_staging.int_ecommerce__transaction_candidates"


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, set[str]]:
    """Return by table the keys of rows that were written, added or deleted."""
    return {
        table: {
            key
            for key in before[table].keys() | after[table].keys()
            if before[table].get(key) != after[table].get(key)
        }
        for table in before
    }


def test_amounts_equal_the_totals_of_the_shop(synced: Pipeline, shop: Shop) -> None:
    orders = shop.transactions.values()
    expected = {
        currency: sum(
            (
                Decimal(order["gross_amount"])
                for order in orders
                if order["currency"] == currency
            ),
            Decimal(0),
        )
        for currency in ("CAD", "USD", "EUR", "GBP", "JPY", "KWD")
    }
    found = synced.rows(
        'select "originalCurrency", sum("originalRevenue")'
        ' from ecommerce."ECommerce_Transaction" group by 1'
    )
    assert dict(found) == expected
    assert synced.rows('select count(*) from ecommerce."ECommerce_Item"') == [
        (sum(len(order["items"]) for order in orders),)
    ]


def test_dollar_amounts_follow_the_ecb_file_or_custom_rates(
    synced: Pipeline, shop: Shop
) -> None:
    found = dict(
        synced.rows('select "idTransaction", "Revenue" from ecommerce."ECommerce_Transaction"')
    )
    assert found == {order["id"]: _in_dollars(order) for order in shop.transactions.values()}


def _in_dollars(order: dict[str, Any]) -> Decimal:
    """Return an order's gross amount in Canadian dollars, computed from the ECB's file."""
    created = datetime.fromisoformat(order["created_at"].replace("Z", "+00:00"))
    day = created.astimezone(ZoneInfo("America/Toronto")).date().isoformat()
    amount, currency = Decimal(order["gross_amount"]), order["currency"]
    published = max(known for known in _ecb_rates() if known <= day)
    per_euro = {"EUR": Decimal(1), **_ecb_rates()[published]} | {
        code: rate
        for code, _, rate, since, until in demo_custom_rates()
        if since <= day <= (until or "9999")
    }
    if currency != "CAD":
        amount = amount * per_euro["CAD"] / per_euro[currency]
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


@cache
def _ecb_rates() -> dict[str, dict[str, Decimal]]:
    """Return units per euro by day and currency, from the ECB's file."""
    content = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        header, *lines = archive.read("eurofxref-hist.csv").decode().splitlines()
    names = header.split(",")
    return {
        line[:10]: {
            name: Decimal(rate)
            for name, rate in zip(names[1:], line.split(",")[1:], strict=True)
            if rate not in {"", "N/A"}
        }
        for line in lines
        if line > "2024"
    }


def test_dbt_unit_tests_pass(synced: Pipeline) -> None:
    synced.dbt("test", "--select", "test_type:unit")


def test_no_column_is_a_float(synced: Pipeline) -> None:
    assert (
        synced.rows(
            """
            select table_schema, table_name, column_name from information_schema.columns
            where table_schema like 'ecommerce%' and data_type in ('real', 'double precision')
            """
        )
        == []
    )


def test_overview_queries_give_the_answers_of_the_rows(synced: Pipeline) -> None:
    queries = questions.queries()
    assert len(queries) == 8
    answers = questions.Tables(synced.postgres.url).answers()
    for (question, sql), answer in zip(queries.items(), answers, strict=True):
        assert synced.rows(sql) == answer != [], question


def test_product_that_only_orders_contain_is_inferred(synced: Pipeline) -> None:
    assert synced.rows(
        """
        select "idProduct", "ProductName" is not null from ecommerce."ECommerce_Product"
        where "Status" = 'inferred' order by 1
        """
    ) == [("p40", True), ("p5", True)]


def test_second_sync_without_changes_writes_no_row(synced: Pipeline, shop: Shop) -> None:
    before = synced.versions()
    synced.load_rates(source="bundled", start_date="2024-08-15")
    synced.sync(shop)
    synced.build(*WITHOUT_TESTS)
    assert synced.versions() == before
    # Only the records at the bookmarks were read again: the last order, and the orders of the
    # last customer.
    [(looked_at,)] = synced.rows(CANDIDATES)
    assert 1 <= looked_at <= 20


def test_sync_writes_only_changed_rows(synced: Pipeline, shop: Shop) -> None:
    edited = next(
        order
        for order in shop.transactions.values()
        if len(order["items"]) > 2 and order["financial_status"] == "paid"
    )
    refunded = next(
        order
        for order in shop.transactions.values()
        if order is not edited and order["financial_status"] == "paid"
    )
    removed = edited["items"][-1]
    edit_order(edited, kept_lines=len(edited["items"]) - 1)
    edited["updated_at"] = "2026-10-01T10:00:00Z"
    refunded |= {
        "financial_status": "partially_refunded",
        "refunded_amount": "1",
        "refunds": [{"id": "r1", "amount": "1", "created_at": "2026-10-01T10:00:01Z"}],
        "updated_at": "2026-10-01T10:00:01Z",
    }
    deleted = copy.deepcopy(shop.products["p1"])
    deleted |= {"deleted_at": "2026-10-01T10:00:02Z", "updated_at": "2026-10-01T10:00:02Z"}
    shop.put("transactions", edited)
    shop.put("transactions", refunded)
    shop.put("products", deleted)
    before = synced.versions()
    synced.sync(shop)
    synced.build()
    differences = _differences(before, synced.versions())
    [(looked_at,)] = synced.rows(CANDIDATES)
    assert 2 <= looked_at <= 20
    assert differences["ECommerce_Transaction"] == {edited["id"], refunded["id"]}
    assert differences["ECommerce_Product"] == {"p1"}
    assert f"{edited['id']}/{removed['id']}" in differences["ECommerce_Item"]
    # The share of the removed line in a discount, or a cent, may move to the other lines.
    assert {key.partition("/")[0] for key in differences["ECommerce_Item"]} == {edited["id"]}
    for table in (
        "ECommerce_ProductCategory",
        "ecommerce_product_categories",
        "ecommerce_rejects",
    ):
        assert differences[table] == set()
    assert synced.rows(
        f"""
        select "Refund" > 0, "financialStatus" from ecommerce."ECommerce_Transaction"
        where "idTransaction" = '{refunded["id"]}'
        """
    ) == [(True, "partially_refunded")]


def test_orders_of_late_and_deleted_contacts_are_rematched(synced: Pipeline) -> None:
    with psycopg.connect(synced.postgres.url, autocommit=True) as connection:
        left = connection.execute(
            """
            select "idContact", count(*) from ecommerce."ECommerce_Transaction"
            where "contactMatchMethod" = 'primary_key' group by 1 order by 2 desc, 1 limit 1
            """
        ).fetchone()
        assert left
        connection.execute('delete from marketing.contacts where "idContact" = %s', [left[0]])
        connection.execute("insert into marketing.contacts values (777, 'c10', 'Late', null)")
    late = 'select count(*) from ecommerce."ECommerce_Transaction" where "idContact" = 777'
    assert synced.rows(late) == [(0,)]
    synced.build(*WITHOUT_TESTS)
    orders_of_c10 = "select count(*) from ecommerce_raw.transactions where customer_id = 'c10'"
    assert synced.rows(late) == synced.rows(orders_of_c10) != [(0,)]
    assert synced.rows(
        f"""
        select count(*) from ecommerce."ECommerce_Transaction" where "idContact" = {left[0]}
        """
    ) == [(0,)]
    assert synced.rows(
        f"select deleted_at is not null from ecommerce.ecommerce_contacts"
        f" where id_contact = {left[0]}"
    ) == [(True,)]


def test_fault_59_order_with_incomplete_lines_stays_unchanged(synced: Pipeline) -> None:
    before = synced.versions()
    entries = "select * from ecommerce.ecommerce_sales_ledger where id_transaction = '1007'"
    [*entries_before] = synced.rows(f"{entries} order by entry_id")
    assert entries_before
    with psycopg.connect(synced.postgres.url, autocommit=True) as connection:
        connection.execute(
            """
            update ecommerce_raw.transactions
            set version = 'half', order_name = 'half',
                _sdc_batched_at = now() at time zone 'UTC'
            where transaction_id = '1007'
            """
        )
    synced.build(*WITHOUT_MARTS)
    assert synced.versions() == before
    assert synced.rows(f"{entries} order by entry_id") == entries_before
    with psycopg.connect(synced.postgres.url, autocommit=True) as connection:
        for table in ("items", "refunds"):
            connection.execute(
                f"""
                update ecommerce_raw.{table}
                set transaction_version = 'half', _sdc_batched_at = now() at time zone 'UTC'
                where transaction_id = '1007'
                """
            )
    synced.build(*WITHOUT_MARTS)
    assert _differences(before, synced.versions())["ECommerce_Transaction"] == {"1007"}


def test_activate_on_filled_tables_changes_nothing(synced: Pipeline) -> None:
    view_definitions = (
        "select viewname, definition from pg_views"
        " where schemaname like 'ecommerce%' order by 1"
    )
    before = synced.versions(), synced.rows(view_definitions), synced.foreign_keys()
    assert synced.activate() == "Everything exists already; nothing was changed."
    assert (synced.versions(), synced.rows(view_definitions), synced.foreign_keys()) == before


def test_full_refresh_gives_the_same_cells_and_keys(synced: Pipeline) -> None:
    before = synced.cells()
    runs = set(synced.rows("select * from ecommerce.ecommerce_run_log"))
    assert synced.foreign_keys() == FOREIGN_KEYS
    synced.dbt("run", "--full-refresh")
    # The log of runs is history and does not change.
    assert runs < set(synced.rows("select * from ecommerce.ecommerce_run_log"))
    assert synced.cells() == before
    assert synced.foreign_keys() == FOREIGN_KEYS
    for table in (
        "ECommerce_Transaction",
        "ECommerce_Item",
        "ECommerce_Product",
        "ECommerce_ProductCategory",
    ):
        synced.dbt("run", "--full-refresh", "--select", table)
        assert synced.foreign_keys() == FOREIGN_KEYS, table
    assert synced.cells() == before
