"""Sales events of Shopify, read from its sales agreements; amounts are worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sales_events import paid_back, short
from shop_fakes import shopify_rows
from shop_fakes.shopify_rows import agreement, bag, line, sale
from tap_shopapp.applications.shopify.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

if TYPE_CHECKING:
    from shopify_reader import Shopify

pytest_plugins = ["shopify_reader"]
Row = dict[str, Any]
LATER = "2026-03-08T10:00:00Z"


def order(*agreements: Row, **changed: Any) -> Row:
    """Return an order of 100.00 and 15.00 tax, with its placement and later agreements."""
    placement = agreement(
        "ORDER", sale("PRODUCT", "ORDER", "115.0", tax="15.0", quantity=1, line=1)
    )
    return shopify_rows.order(
        1,
        "115.00",
        totalTaxSet=bag("15.00"),
        lines=[line(1, "100.00")],
        agreements=[placement, *agreements],
        **changed,
    )


def output(raw: Row) -> tuple[Row, list[Row], list[Row]]:
    """Return an order, its lines and its events in the form of the contract."""
    page = Page()
    add("transactions", normalize_order(raw), page)
    assert page.records[0]["sales_event_count"] == len(page.embedded["sales_events"])
    return page.records[0], page.embedded["items"], page.embedded["sales_events"]


def test_placement_of_an_order_is_no_event() -> None:
    assert output(order())[2] == []


def test_refund_of_a_line_is_a_return() -> None:
    """100.00 less 10.00 discount, and 13.50 tax."""
    _, _, found = output(
        order(
            agreement(
                "REFUND",
                sale(
                    *("PRODUCT", "RETURN", "-103.5"),
                    tax="-13.5",
                    discount="-10.0",
                    quantity=-1,
                    line=1,
                    shop="-150.0",
                ),
            )
        )
    )

    [event] = found
    assert short(found) == [("return", "1", "-1", "-100", "-10", "-13.5", "stated")]
    assert paid_back(found) == Decimal("-103.5")
    assert event["occurred_at"] == "2026-03-08T10:00:00.000000Z"
    # −150.0 with −13.5 tax and −10.0 discount in the shop's currency.
    assert Decimal(event["shop_goods_amount"]) == Decimal("-146.5")
    assert Decimal(event["shop_discount_amount"]) == -10
    assert Decimal(event["shop_tax_amount"]) == Decimal("-13.5")


def test_return_has_the_same_signs_however_shopify_writes_the_discount() -> None:
    """The schema does not state the sign of discounts and units of a return."""
    written = [
        order(
            agreement(
                "RETURN",
                sale("PRODUCT", "RETURN", "-90.0", discount=discount, quantity=units, line=1),
            )
        )
        for discount, units in (("10.0", 1), ("-10.0", -1))
    ]

    assert [short(output(raw)[2]) for raw in written] == 2 * [
        [("return", "1", "-1", "-100", "-10", "0", "stated")]
    ]


def test_refund_of_an_amount_is_an_adjustment_of_the_order() -> None:
    """Shopify records goodwill without lines as an adjustment."""
    found = output(order(agreement("REFUND", sale("ADJUSTMENT", "RETURN", "-20.0"))))[2]

    assert short(found) == [("adjustment", None, None, "-20", "0", "0", "stated")]


def test_return_with_a_restocking_fee_has_both_amounts() -> None:
    found = output(
        order(
            agreement(
                "REFUND",
                sale("PRODUCT", "RETURN", "-115.0", tax="-15.0", quantity=-1, line=1),
                sale("ADJUSTMENT", "ORDER", "15.0"),
            )
        )
    )[2]

    assert short(found) == [
        ("adjustment", None, None, "15", "0", "0", "stated"),
        ("return", "1", "-1", "-100", "0", "-15", "stated"),
    ]
    assert paid_back(found) == -100


def test_fee_of_a_return_is_a_fee_of_the_order() -> None:
    """Of 115.00, 11.50 with 1.50 tax are kept; they are in no total of the placement."""
    record, _, found = output(
        order(
            agreement(
                "RETURN",
                sale("PRODUCT", "RETURN", "-115.0", tax="-15.0", quantity=-1, line=1),
                sale("FEE", "ORDER", "11.5", tax="1.5"),
            )
        )
    )

    assert short(found) == [
        ("fee", None, None, "10", "0", "1.5", "stated"),
        ("return", "1", "-1", "-100", "0", "-15", "stated"),
    ]
    names = ("gross", "fee", "fee_tax", "tax", "adjustment", "total")
    amounts = [Decimal(record[f"{name}_amount"]) for name in names]
    assert amounts == [100, 10, Decimal("1.5"), Decimal("16.5"), Decimal("-11.5"), 115]


def test_edit_removes_one_line_and_adds_another() -> None:
    found = output(
        order(
            agreement(
                "ORDER_EDIT",
                sale("PRODUCT", "RETURN", "-100.0", quantity=-1, line=1),
                sale("PRODUCT", "ORDER", "60.0", quantity=2, line=2),
                sale("SHIPPING", "ORDER", "5.0"),
            ),
            edited=True,
        )
    )[2]

    assert short(found) == [
        ("addition", "2", "2", "60", "0", "0", "stated"),
        ("removal", "1", "-1", "-100", "0", "0", "stated"),
        ("shipping", None, None, "5", "0", "0", "stated"),
    ]


def test_later_discount_changes_the_price() -> None:
    """A discount of 10.00 on goods that were already ordered."""
    found = output(
        order(
            agreement("ORDER_EDIT", sale("PRODUCT", "UPDATE", "-10.0", discount="10.0", line=1))
        )
    )[2]

    assert short(found) == [("price_change", "1", None, "0", "10", "0", "stated")]


def test_even_exchange_is_a_return_and_an_addition() -> None:
    found = output(
        order(
            agreement(
                "RETURN",
                sale("PRODUCT", "RETURN", "-100.0", quantity=-1, line=1),
                sale("PRODUCT", "ORDER", "100.0", quantity=1, line=2),
            )
        )
    )[2]

    assert short(found) == [
        ("addition", "2", "1", "100", "0", "0", "stated"),
        ("return", "1", "-1", "-100", "0", "0", "stated"),
    ]
    assert paid_back(found) == 0


def test_cancelled_order_returns_goods_and_charges() -> None:
    found = output(
        order(
            agreement(
                "REFUND",
                sale("PRODUCT", "RETURN", "-115.0", tax="-15.0", quantity=-1, line=1),
                sale("SHIPPING", "RETURN", "-11.5", tax="-1.5"),
                sale("TIP", "RETURN", "-3.0", line=9),
                sale("DUTY", "RETURN", "-4.0"),
                sale("FEE", "RETURN", "-2.0"),
            ),
            cancelledAt=LATER,
        )
    )[2]

    assert short(found) == [
        ("duty_refund", None, None, "-4", "0", "0", "stated"),
        ("fee_refund", None, None, "-2", "0", "0", "stated"),
        ("return", "1", "-1", "-100", "0", "-15", "stated"),
        ("shipping_refund", None, None, "-10", "0", "-1.5", "stated"),
        ("tip_refund", None, None, "-3", "0", "0", "stated"),
    ]


def test_gift_card_line_is_marked_and_its_return_names_it() -> None:
    raw = order(
        agreement("REFUND", sale("GIFT_CARD", "RETURN", "-50.0", quantity=-1, line=2)),
    )
    raw["lines"] = [line(1, "100.00"), line(2, "50.00", isGiftCard=True)]

    _, items, found = output(raw)

    assert [item["is_gift_card"] for item in items] == [False, True]
    assert short(found) == [("return", "2", "-1", "-50", "0", "0", "stated")]


@pytest.mark.parametrize(
    ("kind", "action"), [("UNKNOWN", "RETURN"), ("PRODUCT", "UNKNOWN"), ("DONATION", "ORDER")]
)
def test_new_kind_of_sale_is_kept_as_unknown(kind: str, action: str) -> None:
    [event] = output(order(agreement("UNKNOWN", sale(kind, action, "7.0"))))[2]

    assert (event["kind"], event["kind_raw"]) == ("unknown", f"{kind}/{action}")
    assert Decimal(event["goods_amount"]) == 7


def test_first_payment_latest_dispute_and_app_are_read() -> None:
    def payment(kind: str, status: str, moment: str | None) -> Row:
        return {"kind": kind, "status": status, "processedAt": moment}

    record = output(
        order(
            app={"name": "Marketplace"},
            disputes=[
                {"id": "gid://shopify/ShopifyPaymentsDispute/9", "status": "WON"},
                {"id": "gid://shopify/ShopifyPaymentsDispute/10", "status": "NEEDS_RESPONSE"},
            ],
            transactions=[
                payment("AUTHORIZATION", "SUCCESS", "2026-03-05T15:00:00Z"),
                payment("CAPTURE", "FAILURE", "2026-03-05T15:01:00Z"),
                payment("CAPTURE", "SUCCESS", "2026-03-06T15:00:00Z"),
                payment("SALE", "SUCCESS", "2026-03-09T15:00:00Z"),
            ],
        )
    )[0]

    assert record["paid_at"] == "2026-03-06T15:00:00.000000Z"
    assert record["dispute_status"] == "needs_response"
    assert record["source_channel"] == "Marketplace"


def test_unpaid_order_has_no_time_of_payment_and_no_dispute() -> None:
    record = output(order())[0]

    assert (record["paid_at"], record["dispute_status"]) == (None, None)


def test_agreements_are_read_to_their_end(shopify: Shopify) -> None:
    """Order 105 has nine refunds of 0.10; the first one returns eight lines.

    A query returns only four agreements and six sales of each.
    """
    shop = shopify.server.shop
    found = shop.transactions["105"]
    [first, *_] = found["items"]
    lines = [
        first | {"id": str(500 + place), "position": place, "refunded_quantity": "1"}
        for place in range(1, 9)
    ]
    refunds = [
        {"id": str(900 + place), "amount": "0.10", "created_at": LATER, "reason": None}
        for place in range(1, 10)
    ]
    shop.put("transactions", found | {"items": lines, "refunds": refunds})

    events = [
        event
        for event in shopify.read().records("sales_events")
        if event["transaction_id"] == "105"
    ]

    assert sorted(event["item_id"] for event in events if event["item_id"]) == [
        str(500 + place) for place in range(1, 9)
    ]
    assert paid_back(events) == Decimal("-0.90")


def test_unchanged_orders_take_no_request_for_agreements(shopify: Shopify) -> None:
    """Only 105 (refunded) and 107 (cancelled) changed; refunds take a request of their own."""
    shopify.read()
    with_changed_orders = shopify.fake.requests
    for order_id in ("105", "107"):
        shopify.server.shop.transactions.pop(order_id)
    shopify.fake.requests = 0

    shopify.read()

    assert shopify.fake.requests == with_changed_orders - 2
