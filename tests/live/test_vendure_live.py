"""Tables loaded from a real Vendure, compared with SQL on Vendure's tables.

One Vendure and one ShopApp fill one warehouse, with two currencies and two time zones.
"""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import vendure_oracle as oracle
from tap_shopapp.applications.vendure.client import Vendure as Application
from vendure_copies import ROUNDS
from vendure_seed import set_prices

if TYPE_CHECKING:
    from datetime import datetime

    from vendure_warehouse import Warehouse

pytest_plugins = ["vendure_warehouse"]
# The first test installs a server, seeds it and builds; a busy machine needs minutes.
pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(900)]


def assert_orders_are_vendures(warehouse: Warehouse, shop_id: str, channel: str) -> None:
    """Compare every order, and the sums by currency, with Vendure's tables."""
    found = [
        dict(zip(oracle.COLUMNS, row, strict=True))
        for row in warehouse.rows(
            f"""
            select
                split_part("idTransaction", ':', 2), "originalCurrency", "originalTotal",
                "originalRevenue", "originalDiscount", "originalShipping", "originalTax",
                "originalRefund", "financialStatus", "fulfillmentStatus", "dtTransaction",
                (select count(*) from ecommerce."ECommerce_Item" as i
                    where i."idTransaction" = t."idTransaction"),
                "contactMatchStatus", "Total"
            from ecommerce."ECommerce_Transaction" as t
            where "idShop" = '{shop_id}'
            order by split_part("idTransaction", ':', 2)::int
            """
        )
    ]
    expected = [
        dict(zip(oracle.COLUMNS, row, strict=True))
        for row in warehouse.shop.vendure.rows(oracle.orders(channel))
    ]

    # Null means that Vendure's tables do not contain the value: the discount of cancelled
    # lines. A separate test checks such orders.
    known = [
        {name: value if order[name] is not None else None for name, value in row.items()}
        for row, order in zip(found, expected, strict=True)
    ]
    assert known == expected
    assert sums_by_currency(found) == sums_by_currency(expected)


def sums_by_currency(orders: list[dict[str, Any]]) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Return count, total and refunded amount of the orders by currency."""
    currencies = sorted({order["currency"] for order in orders})
    return {
        currency: (
            sum(order["currency"] == currency for order in orders),
            sum((o["total"] for o in orders if o["currency"] == currency), Decimal(0)),
            sum((o["refunded"] for o in orders if o["currency"] == currency), Decimal(0)),
        )
        for currency in currencies
    }


def assert_tables_are_vendures(warehouse: Warehouse) -> None:
    """Compare the four tables and the contacts with Vendure's tables."""
    vendure = warehouse.shop.vendure
    assert_orders_are_vendures(warehouse, "vendure", "__default_channel__")
    assert warehouse.rows(
        """
            select
                split_part("idTransaction", ':', 2) || '/' || "idItem", "idVariant",
                split_part("idProduct", ':', 2), "Sku", "Status" = 'cancelled',
                "refundedQuantity"
            from ecommerce."ECommerce_Item"
            where "idTransaction" like 'vendure:%'
            order by 1
            """
    ) == vendure.rows(oracle.LINES)
    assert warehouse.rows(
        """
            select
                split_part("idProduct", ':', 2), "ProductName", "dtDeleted" is not null,
                case when "dtDeleted" is null then "originalPrice" end
            from ecommerce."ECommerce_Product" where "idShop" = 'vendure' order by 1
            """
    ) == vendure.rows(oracle.PRODUCTS)
    assert warehouse.rows(
        """
            select
                split_part("idProductCategory", ':', 2), "CategoryName",
                split_part("idProductCategoryParent", ':', 2)
            from ecommerce."ECommerce_ProductCategory"
            where "idShop" = 'vendure' and "dtDeleted" is null order by 1
            """
    ) == vendure.rows(oracle.CATEGORIES)
    assert warehouse.rows(
        """
            select
                split_part(m.id_product, ':', 2), split_part(m.id_product_category, ':', 2)
            from ecommerce.ecommerce_product_categories as m
            inner join ecommerce."ECommerce_Product" as p on p."idProduct" = m.id_product
            where p."idShop" = 'vendure' and p."dtDeleted" is null order by 1, 2
            """
    ) == vendure.rows(oracle.MEMBERS)
    assert warehouse.rows(
        'select count(distinct "idContact") from ecommerce."ECommerce_Transaction"'
        " where \"idShop\" = 'vendure'"
    ) == vendure.rows(oracle.ACCOUNTS)
    # Some refunds state an amount only, so the tap splits them.
    assert (
        warehouse.rows(
            "select check_code, failing_count from ecommerce.ecommerce_data_quality"
            " where id_shop <> 'boutique' and failing_count > 0"
            " and check_code <> 'refund_split_derived'"
        )
        == []
    )


def test_tables_of_two_pages_equal_vendures_tables(warehouse: Warehouse) -> None:
    assert_tables_are_vendures(warehouse)
    # Carts and drafts are not loaded.
    [(count,)] = warehouse.rows(
        """select count(*) from ecommerce."ECommerce_Transaction" where "idShop" = 'vendure'"""
    )
    assert count == len(warehouse.shop.orders) * (1 + ROUNDS)
    assert Application.page_size < count < 3 * Application.page_size


@pytest.mark.parametrize("page_size", [20, Application.page_size])
def test_every_order_is_read_once_with_any_page_size(
    warehouse: Warehouse, page_size: int
) -> None:
    """A single run without state returns every order once."""
    messages = warehouse.read_once(page_size=page_size)

    orders = Counter(
        message["record"]["transaction_id"]
        for message in messages
        if message["type"] == "RECORD" and message["stream"] == "transactions"
    )
    placed = 'select id::text from "order" where "orderPlacedAt" is not null'
    assert orders == Counter(key for (key,) in warehouse.shop.vendure.rows(placed))


def test_channel_with_tax_inclusive_prices_is_read(warehouse: Warehouse) -> None:
    assert_orders_are_vendures(warehouse, "europe", "europe")
    # 12.08 euros including 19 % tax, and 7.23.
    assert warehouse.rows(
        """
        select "ProductName", "originalPrice", "originalCurrency"
        from ecommerce."ECommerce_Product"
        where "idShop" = 'europe' and "ProductName" in ('Lamp', 'Vase') order by 1
        """
    ) == [("Lamp", Decimal("10.15"), "EUR"), ("Vase", Decimal("6.08"), "EUR")]


def cents(amount: Decimal) -> str:
    """Return an amount with two decimals; it has no more digits."""
    assert amount == round(amount, 2)
    return f"{amount:.2f}"


def test_cancelled_and_refunded_units_are_subtracted_once(warehouse: Warehouse) -> None:
    """One of four chairs is cancelled, and another order completely.

    The first order has four chairs at 73.35 and two vases at 7.77.
    """
    fewer, undone = (warehouse.shop.orders[place] for place in (5, 7))
    found = warehouse.rows(
        f"""
        select
            "originalRevenue", "originalShipping", "originalTax", "originalAdjustment",
            "originalTotal", "originalRefund", "fulfillmentStatus",
            "dtCancelled" is not null
        from ecommerce."ECommerce_Transaction"
        where "idTransaction" in ('vendure:{fewer}', 'vendure:{undone}')
        order by "originalTotal" desc
        """
    )
    # Tax: 28.61 for three chairs, 9.54 for one, 38.14 for four, 2.02 for two vases, 1.20 for
    # shipping.
    assert [(*map(cents, row[:6]), *row[6:]) for row in found] == [
        ("308.94", "5.99", "41.37", "-0.01", "356.29", "82.89", "unfulfilled", False),
        ("44.10", "5.99", "6.93", "0.00", "57.02", "57.02", "cancelled", True),
    ]
    assert warehouse.rows(
        f"""
        select "Sku", "Quantity"::int, "refundedQuantity"::int, "originalRefund", "Status"
        from ecommerce."ECommerce_Item"
        where "idTransaction" in ('vendure:{fewer}', 'vendure:{undone}') order by 1
        """
    ) == [
        ("CHAIR-B", 4, 1, Decimal("82.89"), "sold"),
        ("CLOCK", 1, 1, Decimal("35.15"), "cancelled"),
        ("LAMP-S", 1, 1, Decimal("14.68"), "cancelled"),
        ("VASE", 2, 0, Decimal("0.00"), "sold"),
    ]


def test_total_less_refund_is_what_the_shop_kept(warehouse: Warehouse) -> None:
    """Total − Refund equals payments − refunds, also for modified orders."""
    kept = warehouse.shop.vendure.rows(oracle.KEPT)

    assert len(kept) > len(warehouse.shop.orders) / 2
    assert (
        warehouse.rows(
            """
            select split_part("idTransaction", ':', 2), "originalTotal" - "originalRefund"
            from ecommerce."ECommerce_Transaction"
            where "idShop" = 'vendure' and split_part("idTransaction", ':', 2) in ("""
            + ", ".join(f"'{order_id}'" for order_id, _ in kept)
            + """) order by split_part("idTransaction", ':', 2)::int
            """
        )
        == kept
    )


def test_modified_orders_have_their_current_amounts(warehouse: Warehouse) -> None:
    """Lamp for vase; 3.00 off; 10 % off; free shipping; desk added, lamp returned; both."""
    places = {"swap": 40, "surcharge": 41, "coupon": 42, "post": 43, "twice": 44, "both": 45}
    found = {}
    for name, place in places.items():
        [row] = warehouse.rows(
            f"""
            select
                "originalRevenue", "originalDiscount", "originalShipping", "originalTax",
                "originalAdjustment", "originalTotal", "originalRefund", "financialStatus"
            from ecommerce."ECommerce_Transaction"
            where "idTransaction" = 'vendure:{warehouse.shop.orders[place]}'
            """
        )
        found[name] = " ".join([*map(cents, row[:7]), row[7]])
    assert found == {
        "swap": "69.77 0.00 5.99 10.27 0.00 86.03 0.00 paid",
        "surcharge": "25.98 0.00 5.99 3.98 -3.00 32.95 0.00 paid",
        "coupon": "74.99 7.50 5.99 9.97 0.00 83.45 0.00 paid",
        "post": "25.98 0.00 0.00 3.38 0.00 29.36 0.00 paid",
        "twice": "202.94 0.00 5.99 27.58 0.00 236.51 0.00 paid",
        "both": "74.99 2.60 5.99 10.61 0.00 88.99 55.38 partially_refunded",
    }


def test_tagged_link_is_stored_on_the_order(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        """
        select "idTransaction", "utmSource", "utmCampaign", "idSendLog"
        from ecommerce."ECommerce_Transaction" where "utmSource" is not null
            and "idShop" = 'vendure'
        order by length("idTransaction"), "idTransaction"
        limit 1
        """
    ) == [(f"vendure:{warehouse.shop.orders[0]}", "mail", "spring", 4711)]


def test_two_applications_share_one_warehouse(warehouse: Warehouse) -> None:
    assert warehouse.rows(
        """
        select s.shop_id, s.application, s.currency, s.time_zone, count(*), min(t."Currency")
        from ecommerce_raw.shops as s
        inner join ecommerce."ECommerce_Transaction" as t on t."idShop" = s.shop_id
        group by 1, 2, 3, 4 order by 1
        """
    ) == [
        ("boutique", "shopapp", "CAD", "America/Toronto", 9, "CAD"),
        ("europe", "vendure", "EUR", "Asia/Tokyo", 7 * (1 + ROUNDS), "CAD"),
        ("vendure", "vendure", "USD", "Asia/Tokyo", 48 * (1 + ROUNDS), "CAD"),
    ]


def test_changes_in_the_shop_arrive_with_the_next_run(warehouse: Warehouse) -> None:
    shop = warehouse.shop
    plain, mixed, _, authorized, partly, *_ = shop.orders
    pending = shop.orders[11]
    shop.settle(authorized)
    shop.refund(plain, 500)
    shop.settle_refunds(pending)
    shop.cancel(mixed, VASE=3)
    shop.refund(mixed, 3 * 878, VASE=3)
    shop.fulfil(partly)
    shop.delete_product("Rug")
    set_prices(shop, "VASE", {"USD": 888})
    shop.move("Seats", below="Light")
    shop.vendure.wait_for_jobs()

    is_read = threading.Event()

    def buy() -> None:
        while not is_read.is_set():
            shop.place(CLOCK=1)

    with ThreadPoolExecutor() as pool:
        buying = pool.submit(buy)
        warehouse.extract("vendure", page_size=50)
        is_read.set()
        buying.result()
    # No lookback, which would read orders again that the first run missed.
    warehouse.extract("vendure", lookback_seconds=0)
    warehouse.pipeline.build()

    assert len(shop.orders) > 48 + 3
    assert_tables_are_vendures(warehouse)
    [(changed,)] = warehouse.rows(
        'select "dtTransactionUpdatedAt" from ecommerce."ECommerce_Transaction"'
        f" where \"idTransaction\" = 'vendure:{plain}'"
    )
    [(refunded,)] = shop.vendure.rows(
        "select max(r.\"updatedAt\") at time zone 'UTC' from refund as r"
        f' inner join payment as p on p.id = r."paymentId" where p."orderId" = {plain}'
    )
    assert changed == floor_to_milliseconds(refunded)


def floor_to_milliseconds(moment: datetime) -> datetime:
    """Return a time with the precision of Vendure's API."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
