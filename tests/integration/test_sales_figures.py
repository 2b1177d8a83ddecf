"""Sales figures compared with the shop's own report, for orders whose reports often disagree.

The expected figures follow Shopify's sales reports and WooCommerce's analytics. In Shopify, an
order counts when it is placed, a return when it happens, and a gift card never. In WooCommerce,
an order that was never paid is not a sale.
"""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from shop_fakes.shopify_rows import bag, line, order, refund, shipping, tax
from shop_fakes.woocommerce_rows import line as woo_line
from shop_fakes.woocommerce_rows import order as woo_order
from shop_fakes.woocommerce_rows import times
from tap_shopapp.applications.shopify.orders import normalize_order as normalize_shopify_order
from tap_shopapp.applications.woocommerce.orders import normalize_order as normalize_woo_order
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline
LOADED_AT = datetime(2026, 3, 20, 12, tzinfo=timezone.utc)

_TAXED = {"totalTaxSet": bag("16.50"), "shipping": shipping("10.00", "1.50")}
SHOPIFY = [
    order(1001, "126.50", lines=[line(1, "100.00", taxLines=tax("15.00"))], **_TAXED),
    # The same order with a full refund.
    order(
        1002,
        "126.50",
        lines=[line(2, "100.00", taxLines=tax("15.00"), currentQuantity=0)],
        totalRefundedSet=bag("126.50"),
        currentTotalPriceSet=bag("0.00"),
        displayFinancialStatus="REFUNDED",
        refunds=[refund(2, "126.50", (2, 1, "100.00", "15.00"))],
        **_TAXED,
    ),
    # Only the shipping is refunded.
    order(
        1010,
        "110.00",
        lines=[line(15, "100.00")],
        shipping=shipping("10.00"),
        displayFinancialStatus="PARTIALLY_REFUNDED",
        totalRefundedSet=bag("10.00"),
        currentTotalPriceSet=bag("100.00"),
        refunds=[refund(10, "10.00")],
        agreements=[
            {
                "id": "gid://shopify/RefundAgreement/10",
                "reason": "REFUND",
                "happenedAt": "2026-03-08T10:00:00Z",
                "sales": [
                    {
                        "id": "gid://shopify/ShippingLineSale/10",
                        "actionType": "RETURN",
                        "lineType": "SHIPPING",
                        "quantity": None,
                        "totalAmount": bag("-10.00"),
                        "totalTaxAmount": bag("0.00"),
                        "totalDiscountAmountBeforeTaxes": bag("0.00"),
                    }
                ],
            }
        ],
    ),
    # Exchanged for a product of the same price.
    order(
        1003,
        "200.00",
        lines=[line(3, "100.00", currentQuantity=0), line(4, "100.00")],
        currentTotalPriceSet=bag("100.00"),
        totalReceivedSet=bag("100.00"),
        refunds=[refund(3, "0.00", (3, 1, "100.00", "0.00"))],
    ),
    # Exchanged for a more expensive product: the buyer paid 150 more.
    order(
        1004,
        "350.00",
        lines=[line(5, "100.00", currentQuantity=0), line(6, "250.00")],
        currentTotalPriceSet=bag("250.00"),
        totalReceivedSet=bag("250.00"),
        refunds=[refund(4, "0.00", (5, 1, "100.00", "0.00"))],
    ),
    # Exchanged for a cheaper product: 40 were refunded.
    order(
        1005,
        "160.00",
        lines=[line(7, "100.00", currentQuantity=0), line(8, "60.00")],
        currentTotalPriceSet=bag("60.00"),
        totalReceivedSet=bag("100.00"),
        totalRefundedSet=bag("40.00"),
        displayFinancialStatus="PARTIALLY_REFUNDED",
        refunds=[refund(5, "40.00", (7, 1, "100.00", "0.00"))],
    ),
    # A line was removed before payment.
    order(
        1006,
        "150.00",
        lines=[line(9, "100.00"), line(10, "50.00", currentQuantity=0)],
        currentTotalPriceSet=bag("100.00"),
        totalReceivedSet=bag("0.00"),
        displayFinancialStatus="PENDING",
        refunds=[refund(6, "0.00", (10, 1, "50.00", "0.00"))],
    ),
    # One of three pieces was removed before payment.
    order(
        1013,
        "90.00",
        lines=[line(18, "30.00", quantity=3, currentQuantity=2)],
        currentTotalPriceSet=bag("60.00"),
        totalReceivedSet=bag("60.00"),
        refunds=[refund(13, "0.00", (18, 1, "30.00", "0.00"))],
    ),
]
NET = {
    "1001": "100",
    "1002": "0",
    "1010": "100",
    "1003": "100",
    "1004": "250",
    "1005": "60",
    "1006": "100",
    "1013": "60",
}
# An order paid at the third attempt; WooCommerce keeps one order per attempt.
WOO = [
    woo_order(
        number,
        status=status,
        customer_id=7,
        total="100.00",
        line_items=[woo_line(subtotal="100.00", total="100.00", quantity=1)],
        **times(date_created=placed, date_modified=placed, date_paid=paid),
    )
    for number, status, placed, paid in (
        (2001, "pending", "2026-03-05T15:00:00", None),
        (2002, "failed", "2026-03-05T15:10:00", None),
        (2003, "completed", "2026-03-06T15:00:00", "2026-03-06T15:00:00"),
    )
]


def _back_dated() -> Page:
    """Return an order of 2012 that was imported from another shop in 2024."""
    zero = ("discount", "shipping", "shipping_tax", "tax", "adjustment", "refunded")
    fields = {
        "id": "4001",
        "order_name": "#4001",
        "currency": "EUR",
        "financial_status": "paid",
        "gross_amount": "100",
        "total_amount": "100",
        **{f"{name}_amount": "0" for name in zero},
        "processed_at": "2012-07-24T10:00:00Z",
        "created_at": "2024-03-05T10:00:00Z",
        "updated_at": "2024-03-05T10:00:00Z",
    }
    page = Page()
    normalize.add("transactions", normalize.NormalizedRecord(fields), page)
    return page


def _shopify() -> Page:
    page = Page()
    for raw_order in SHOPIFY:
        normalize.add("transactions", normalize_shopify_order(raw_order), page)
    return page


def _woo() -> Page:
    page = Page()
    for raw_order in WOO:
        normalize.add("transactions", normalize_woo_order({})(raw_order), page)
    return page


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    """A warehouse with all of these orders, built once."""
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    pages = {"shopify": _shopify(), "woo": _woo(), "old": _back_dated()}
    applications = {"shopify": "shopify", "woo": "woocommerce", "old": "files"}
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_rates(connection, {"CAD"}, "2012-01-01")
        for shop_id, page in pages.items():
            of_shop = {"shop_id": shop_id}
            shop: dict[str, Any] = {"currency": "CAD", "time_zone": "America/Toronto"}
            shop["application"] = applications[shop_id]
            raw.load(connection, "shops", [of_shop | shop], LOADED_AT)
            for stream, rows in {"transactions": page.records, **page.embedded}.items():
                raw.load(connection, stream, [of_shop | row for row in rows], LOADED_AT)
    pipeline.build()
    return pipeline


def _of_order(built: Pipeline, column: str, number: str) -> Decimal:
    [(amount,)] = built.rows(
        f"select {column} from ecommerce.ecommerce_transactions_enriched"
        f" where id_transaction = 'shopify:{number}'"
    )
    return Decimal(amount)


@pytest.mark.parametrize("number", NET)
def test_net_sales_of_an_order_equal_the_shop_report(built: Pipeline, number: str) -> None:
    assert _of_order(built, "net_amount", number) == Decimal(NET[number])


@pytest.mark.parametrize("number", NET)
def test_projected_revenue_of_an_order_equals_the_shop_report(
    built: Pipeline, number: str
) -> None:
    assert _of_order(built, "projected_revenue_amount", number) == Decimal(NET[number])


def test_realised_revenue_of_a_refunded_order_is_zero(built: Pipeline) -> None:
    assert _of_order(built, "realised_revenue_amount", "1002") == 0


def test_net_sales_by_day_equal_net_sales_by_product(built: Pipeline) -> None:
    [(by_order,)] = built.rows(
        "select sum(net_amount) from ecommerce.ecommerce_sales_daily where id_shop = 'shopify'"
    )
    [(by_product,)] = built.rows(
        "select sum(net_amount) from ecommerce.ecommerce_product_sales_daily"
        " where id_shop = 'shopify'"
    )
    assert by_order == by_product


@pytest.mark.parametrize("product", ["3", "5", "7"])
def test_exchanged_product_has_one_returned_unit(built: Pipeline, product: str) -> None:
    [(units,)] = built.rows(
        "select returned_unit_count from ecommerce.ecommerce_product_stats"
        f" where id_product = 'shopify:{product}'"
    )
    assert units == 1


def test_unpaid_attempts_are_not_sales(built: Pipeline) -> None:
    assert built.rows(
        "select sum(net_amount), sum(projected_revenue_amount)"
        " from ecommerce.ecommerce_sales_daily where id_shop = 'woo'"
    ) == [(100, 100)]


def test_first_order_of_a_buyer_is_the_first_paid_one(built: Pipeline) -> None:
    assert built.rows(
        "select id_transaction from ecommerce.ecommerce_transactions_enriched"
        " where is_first_order and id_shop = 'woo'"
    ) == [("woo:2003",)]


def test_contact_summary_counts_paid_orders_only(built: Pipeline) -> None:
    assert built.rows(
        "select order_count, net_amount from ecommerce.ecommerce_contact_summary"
        " where id_contact in (select id_contact from ecommerce.ecommerce_transactions_enriched"
        " where id_shop = 'woo')"
    ) == [(1, 100)]


def test_back_dated_order_uses_the_rate_of_its_date(built: Pipeline) -> None:
    """The rate of the European Central Bank on 24 July 2012, as published."""
    [(sold_on, rated_on, revenue)] = built.rows(
        'select "dtTransaction"::date, "dtExchangeRate", "Revenue"'
        ' from ecommerce."ECommerce_Transaction" where "idShop" = \'old\''
    )
    [(rate,)] = built.rows(
        "select rate::numeric from ecommerce_raw.exchange_rates"
        " where currency = 'CAD' and rate_on = '2012-07-24'"
    )
    assert (rated_on, revenue) == (sold_on, round(100 * Decimal(rate), 2))
