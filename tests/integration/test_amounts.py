"""Amounts of WooCommerce orders: answers of a real shop, compared with its database."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from psycopg import sql
from shop_fakes.measured import read_measured
from tap_shopapp.applications.woocommerce.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

RECORDED = "woocommerce-live"
NOW = datetime(2026, 11, 30, 12, tzinfo=timezone.utc)
# The shop stored their taxes and totals in whole euros, so each part may be off by 0.50 euros.
IN_WHOLE_UNITS = (178, 271)
CHECKS = ("amounts_do_not_add_up", "adjustment_unexplained", "lines_do_not_add_up")
NEW = ("fee_amount", "fee_tax_amount", "tip_amount", "duty_amount")


@pytest.fixture(scope="module")
def answers() -> list[dict[str, Any]]:
    """Orders recorded from the shop."""
    names = ("orders-by-kind", "orders-with-refunds")
    return [order for name in names for order in read_measured(RECORDED, name)["body"]]


@pytest.fixture(scope="module")
def built(pipeline: Pipeline, answers: list[dict[str, Any]]) -> Pipeline:
    """Three shops: consistent orders, orders in whole units, and orders broken on purpose."""
    by_id = {order["id"]: order for order in answers}
    with_total, with_line = deepcopy(by_id[222]), deepcopy(by_id[99])
    with_total["total"] = str(Decimal(with_total["total"]) + 1)
    with_line["line_items"][0]["total_tax"] = str(
        Decimal(with_line["line_items"][0]["total_tax"]) + 1
    )
    shops = {
        "sound": [order for order in answers if order["id"] not in IN_WHOLE_UNITS],
        "whole": [by_id[order_id] for order_id in IN_WHOLE_UNITS],
        "broken": [with_total, with_line, by_id[131]],
    }
    answered = read_measured(RECORDED, "refunds-of-them")["body"]
    refunds = {refund["id"]: refund for refund in answered}
    draft = normalize_order(refunds)
    pipeline.settings |= {"ECOMMERCE_CURRENCY": "EUR", "ECOMMERCE_ID_FORMAT": "qualified"}
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_rates(connection, {"CHF", "GBP", "JPY", "USD"}, "2025-09-01")
        for shop_id, orders in shops.items():
            page = Page()
            for order in orders:
                add("transactions", draft(order), page)
            shop = {"shop_id": shop_id, "currency": "EUR", "time_zone": "Europe/Zurich"}
            raw.load(connection, "shops", [shop], NOW)
            for stream, records in {"transactions": page.records, **page.embedded}.items():
                raw.load(connection, stream, [{**r, "shop_id": shop_id} for r in records], NOW)
    pipeline.build()
    return pipeline


def test_amount_checks_count_only_broken_orders(built: Pipeline) -> None:
    found = built.rows(
        "select id_shop, check_code, failing_count from ecommerce.ecommerce_data_quality"
        f" where check_code in {CHECKS} order by 1, 2"
    )

    assert {(shop, code): count for shop, code, count in found} == {
        ("sound", "amounts_do_not_add_up"): 0,
        ("sound", "adjustment_unexplained"): 0,
        ("sound", "lines_do_not_add_up"): 0,
        ("whole", "amounts_do_not_add_up"): 2,
        ("whole", "adjustment_unexplained"): 0,
        ("whole", "lines_do_not_add_up"): 2,
        ("broken", "amounts_do_not_add_up"): 1,
        ("broken", "adjustment_unexplained"): 0,
        ("broken", "lines_do_not_add_up"): 1,
    }


def test_lines_sum_to_every_consistent_order(built: Pipeline) -> None:
    """The sums equal the order and the shop's database, to the last minor unit."""
    differing = built.rows(
        """
        select t."idTransaction"
        from ecommerce."ECommerce_Transaction" as t
        inner join ecommerce_raw.transactions as r
            on t."idTransaction" = r.shop_id || ':' || r.transaction_id
        inner join ecommerce."ECommerce_Item" as i on i."idTransaction" = t."idTransaction"
        where t."idShop" = 'sound' and t."originalCurrency" = 'EUR'
        group by t."idTransaction"
        having
            sum(i."Revenue") <> max(t."Revenue")
            or sum(i."Discount") <> max(t."Discount")
            or sum(i."Tax") <> max(
                t."Tax" - t."ShippingTax" - round(cast(r.fee_tax_amount as numeric), 2)
            )
        """
    )
    goods = built.rows(
        """
        select split_part("idTransaction", ':', 2), sum("originalRevenue")
        from ecommerce."ECommerce_Item" where "idTransaction" like 'sound:%' group by 1
        """
    )

    assert differing == []
    figures = read_measured(RECORDED, "expected")["figures"]
    assert {
        order_id: Decimal(figures[order_id]["sum of _line_subtotal"])
        for order_id in (order_id for order_id, _ in goods)
    } == dict(goods)
    assert len(goods) >= 30


@pytest.mark.parametrize(
    ("transaction", "column", "units"), [("sound:222", "Revenue", 1), ("broken:99", "Tax", 3)]
)
def test_line_amount_off_its_order_fails_the_data_test(
    built: Pipeline, transaction: str, column: str, units: int
) -> None:
    """The data test also fails for an order whose recorded lines do not sum to its total."""
    change = sql.SQL(
        'update ecommerce."ECommerce_Item" set {column} = {column} + {amount}'
        ' where "idTransaction" = {transaction} and "idItem" = ('
        ' select min("idItem") from ecommerce."ECommerce_Item"'
        ' where "idTransaction" = {transaction})'
    )
    for sign in (1, -1):
        with psycopg.connect(built.postgres.url) as connection:
            connection.execute(
                change.format(
                    column=sql.Identifier(column),
                    amount=sql.Literal(sign * units * Decimal("0.01")),
                    transaction=sql.Literal(transaction),
                )
            )
        if sign > 0:
            with pytest.raises(AssertionError, match="ecommerce_lines_sum_to_their_order"):
                built.dbt("test", "--select", "ecommerce_lines_sum_to_their_order")


def test_line_of_quantity_zero_keeps_the_shops_amount(built: Pipeline) -> None:
    assert built.rows(
        """
        select "Quantity", "originalRevenue" from ecommerce."ECommerce_Item"
        where "idTransaction" = 'sound:131'
        """
    ) == [(Decimal(0), Decimal("77.294118"))]


def test_total_less_refund_is_what_the_shop_kept(
    built: Pipeline, answers: list[dict[str, Any]]
) -> None:
    """Total − Refund differs from the database's total less refunds by less than a cent."""
    figures = read_measured(RECORDED, "expected")["figures"]
    kept = {
        str(order["id"]): Decimal(figures[str(order["id"])]["total (as stored)"])
        - Decimal(figures[str(order["id"])]["refunded"])
        for order in answers
        if order["date_paid_gmt"]
    }
    found = dict(
        built.rows(
            """
            select split_part("idTransaction", ':', 2), "originalTotal" - "originalRefund"
            from ecommerce."ECommerce_Transaction" where "idShop" in ('sound', 'whole')
            """
        )
    )

    assert len(kept) >= 20
    for order_id, amount in kept.items():
        assert abs(found[order_id] - amount) < Decimal("0.01"), order_id


def test_raw_tables_of_an_earlier_tap_give_the_same_orders(built: Pipeline) -> None:
    orders = built.cells()["ECommerce_Transaction"]
    fees = 'select sum("Adjustment") from ecommerce."ECommerce_Transaction"'
    [(before,)] = built.rows(fees)
    assert before
    built.execute(
        "update ecommerce_raw.transactions set adjustment_amount = fee_amount",
        "alter table ecommerce_raw.items drop line_gross_amount cascade",
        *(f"alter table ecommerce_raw.transactions drop {name} cascade" for name in NEW),
    )

    built.dbt("run", "--full-refresh", "--select", "+ECommerce_Item")

    # Sets, so that a failure shows the rows that differ.
    assert set(built.cells()["ECommerce_Transaction"]) == set(orders)
