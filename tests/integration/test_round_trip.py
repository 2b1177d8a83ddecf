"""Values that break loaders arrive unchanged from the API in the tables."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

# Tabs, line ends, COPY's marks for null and end of data, quotes, an emoji, a noncharacter.
HOSTILE = "\ttab\\t \\N \\. \r\n\"quoted\" 'single' 👩‍👩‍👧 $1 %s ; é\u0301 "
# Without the tab before it: spaces around ids are removed.
ID = HOSTILE[1:40]
# 30 MB; a third of the characters is not ASCII.
LONG = "abcdefghij€" * (30 * 1024 * 1024 // 13)


@pytest.fixture(scope="module")
def loaded(pipeline: Pipeline) -> Pipeline:
    shop = Shop(
        {
            "id": "s",
            "name": HOSTILE,
            "url": "",
            "currency": "CAD",
            "time_zone": "America/Toronto",
        }
    )
    amounts = {
        "gross_amount": "1234567890123456.789",
        "discount_amount": "0.0000000001",
        "shipping_amount": "-0.005",
        "shipping_tax_amount": "0",
        "tax_amount": "0",
        "adjustment_amount": "0",
        "total_amount": "1234567890123456.784",
        "refunded_amount": "0",
    }
    order = {
        "id": "1",
        "order_name": HOSTILE,
        "affiliation": "",
        "currency": "CAD",
        **amounts,
        # 02:30 in the night in which Toronto's clocks change from 2:00 to 3:00.
        "created_at": "2025-03-09T02:30:00-05:00",
        "updated_at": "2025-03-09T12:00:00.123456Z",
        "processed_at": "2025-03-09T16:30:00.5+09:00",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "discount_codes": [HOSTILE, "", "{a,b}", "NULL"],
        "attributes": {HOSTILE: [HOSTILE, {"deep": "\x00 and \ud800"}]},
        "items": [
            {
                "id": HOSTILE[:40],
                "product_id": "p",
                "product_name": HOSTILE,
                "quantity": "3",
                "unit_price_amount": "411522630041152.263",
                "discount_amount": "0.0000000001",
                "tax_amount": "0",
            }
        ],
        "refunds": [],
    }
    shop.put("transactions", order)
    shop.put(
        "products",
        {
            "id": "p",
            "name": HOSTILE,
            "description": LONG,
            "currency": "CAD",
            "price_amount": "0.1",
            "category_ids": [HOSTILE[:40]],
            "updated_at": "2025-03-09T12:00:00Z",
        },
    )
    pipeline.sync(shop)
    pipeline.build()
    return pipeline


def test_texts_arrive_unchanged(loaded: Pipeline) -> None:
    assert loaded.rows(
        'select "OrderName", "Affiliation" from ecommerce."ECommerce_Transaction"'
    ) == [(HOSTILE, "")]
    assert loaded.rows('select "idItem", "ProductName" from ecommerce."ECommerce_Item"') == [
        (ID, HOSTILE)
    ]
    assert loaded.rows(
        'select "idProductCategory" from ecommerce."ECommerce_ProductCategory"'
    ) == [(ID,)]


def test_text_of_30_megabytes_arrives_unchanged(loaded: Pipeline) -> None:
    [(description,)] = loaded.rows('select "Description" from ecommerce."ECommerce_Product"')
    assert description == LONG


def test_lists_and_objects_keep_every_storable_character(loaded: Pipeline) -> None:
    [(codes, attributes)] = loaded.rows(
        "select discount_codes, attributes from ecommerce_raw.transactions"
    )
    assert codes == [HOSTILE, "", "{a,b}", "NULL"]
    assert attributes == {HOSTILE: [HOSTILE, {"deep": "\ufffd and \ufffd"}]}


def test_decimals_of_26_digits_stay_exact(loaded: Pipeline) -> None:
    assert loaded.rows(
        """
        select "originalRevenue", "originalDiscount", "originalShipping", "originalTotal",
            "Revenue", "Shipping"
        from ecommerce."ECommerce_Transaction"
        """
    ) == [
        (
            Decimal("1234567890123456.789"),
            Decimal("0.0000000001"),
            Decimal("-0.005"),
            Decimal("1234567890123456.784"),
            Decimal("1234567890123456.7900"),
            Decimal("-0.0100"),
        )
    ]
    assert loaded.rows(
        'select "originalPrice", "originalRevenue", "originalDiscount", "Revenue"'
        ' from ecommerce."ECommerce_Item"'
    ) == [
        (
            Decimal("411522630041152.263"),
            Decimal("1234567890123456.789"),
            Decimal("0.0000000001"),
            Decimal("1234567890123456.7900"),
        )
    ]


def test_times_with_offset_arrive_in_utc_in_every_session(loaded: Pipeline) -> None:
    with psycopg.connect(loaded.postgres.url) as connection:
        connection.execute("set time zone 'Asia/Tokyo'")
        row = connection.execute(
            'select "dtTransactionCreatedAt", "dtTransactionUpdatedAt", "dtTransaction"'
            ' from ecommerce."ECommerce_Transaction"'
        ).fetchone()
    assert row == (
        datetime(2025, 3, 9, 7, 30, tzinfo=timezone.utc),
        datetime(2025, 3, 9, 12, 0, 0, 123456, tzinfo=timezone.utc),
        datetime(2025, 3, 9, 7, 30, 0, 500000, tzinfo=timezone.utc),
    )
