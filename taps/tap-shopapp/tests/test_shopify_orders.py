"""Shopify: orders; the expected amounts are calculated by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from shop_fakes import shopify_rows
from shop_fakes.shopify_rows import bag, tax
from tap_shopapp.applications.shopify.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

Row = dict[str, Any]


def line(number: int = 1, **changed: Any) -> Row:
    """Return a line with one unit of 10.00."""
    product = {"id": "gid://shopify/Product/7"}
    variant = {"id": "gid://shopify/ProductVariant/8"}
    plain = {"title": "Tea", "sku": "TEA", "product": product, "variant": variant}
    return shopify_rows.line(number, "10.00", **(plain | changed))


def refund(paid: str, **parts: tuple[int, str, str]) -> Row:
    """Return a refund. `parts` has quantity, subtotal and tax by the id of the line."""
    lines = ((int(name[1:]), *part) for name, part in parts.items())
    moment = "2026-03-06T10:00:00Z"
    return shopify_rows.refund(3, paid, *lines) | {"createdAt": moment, "note": "Worn"}


def order(total: str = "10.00", **changed: Any) -> Row:
    """Return a fully paid order with one line of 10.00."""
    moment = "2026-03-05T10:00:00Z"
    plain = {
        "name": "#1500",
        "createdAt": moment,
        "updatedAt": moment,
        "processedAt": moment,
        "email": "buyer@example.com",
        "presentmentCurrencyCode": "EUR",
        "displayFulfillmentStatus": "UNFULFILLED",
        "customer": {"id": "gid://shopify/Customer/9"},
        "shippingAddress": {"countryCodeV2": "DE"},
        "lines": [line()],
    }
    return shopify_rows.order(500, total, **(plain | changed))


def output(raw: Row) -> tuple[Row, list[Row]]:
    """Return an order in the form of the contract, and its lines."""
    page = Page()
    add("transactions", normalize_order(raw), page)
    return page.records[0], page.embedded["items"]


def amounts(record: Row) -> dict[str, str]:
    names = "gross discount shipping shipping_tax tax adjustment total refunded"
    return {name: record[f"{name}_amount"] for name in names.split()}


def test_order_with_tax_on_top_and_tip_adds_up() -> None:
    """2 × 10.00 − 3.00, 5.00 shipping, 2.20 tax (0.50 of it on shipping), 1.80 tip."""
    lines = [
        line(
            quantity=2,
            currentQuantity=2,
            discountAllocations=[{"allocatedAmountSet": bag(it)} for it in ("1.00", "2.00")],
            taxLines=tax("1.20", "0.50"),
        )
    ]
    shipping = [{"id": "s", "discountedPriceSet": bag("5.00"), "taxLines": tax("0.50")}]

    record, [item] = output(
        order("26.00", lines=lines, shipping=shipping, totalTaxSet=bag("2.20"))
    )

    assert amounts(record) == {
        "gross": "20.00",
        "discount": "3.00",
        "shipping": "5.00",
        "shipping_tax": "0.50",
        "tax": "2.20",
        "adjustment": "1.80",
        "total": "26.00",
        "refunded": "0.0",
    }
    assert item["unit_price_amount"] == "10.00"
    assert item["discount_amount"] == "3.00"
    assert item["tax_amount"] == "1.70"


def test_fees_tips_and_duties_are_separate_amounts() -> None:
    """10.00, a fee of 2.00 with 0.40 tax, 1.50 tip, 3.00 duty, and 0.01 cash rounding."""
    record, [item] = output(
        order(
            "16.90",
            totalTaxSet=bag("0.40"),
            originalTotalAdditionalFeesSet=bag("2.00", "3.00"),
            additionalFees=[{"taxLines": tax("0.30", "0.10")}],
            totalTipReceivedSet=bag("1.50", "2.25"),
            dutiesIncluded=False,
            originalTotalDutiesSet=bag("3.00", "4.50"),
            totalCashRoundingAdjustment={"paymentSet": bag("0.01")},
            totalReceivedSet=bag("16.91"),
        )
    )

    names = ("fee", "fee_tax", "tip", "duty", "adjustment", "tax", "total")
    assert {name: record[f"{name}_amount"] for name in names} == {
        "fee": "2.00",
        "fee_tax": "0.40",
        "tip": "1.50",
        "duty": "3.00",
        "adjustment": "0.01",
        "tax": "0.40",
        "total": "16.91",
    }
    shop_names = ("fee", "tip", "duty")
    assert [record[f"shop_{name}_amount"] for name in shop_names] == ["3.00", "2.25", "4.50"]
    assert item["line_gross_amount"] == "10.00"


def test_duties_within_prices_are_not_added() -> None:
    record, _ = output(order(dutiesIncluded=True, originalTotalDutiesSet=bag("3.00")))

    assert (record["duty_amount"], record["adjustment_amount"]) == ("0", "0.00")


@pytest.mark.parametrize(
    ("total", "current", "received", "refunded", "changed"),
    [
        pytest.param("10.00", "10.00", "10.00", "0.00", {}, id="paid"),
        pytest.param("10.00", "4.00", "10.00", "6.00", {}, id="refunded"),
        pytest.param("14.00", "10.00", "10.00", "0.00", {}, id="removed before payment"),
        pytest.param("16.00", "6.00", "10.00", "4.00", {}, id="exchanged for a cheaper one"),
        pytest.param(
            "35.00", "25.00", "25.00", "0.00", {}, id="exchanged for a more expensive one"
        ),
        pytest.param("10.00", "10.00", "20.00", "10.00", {}, id="paid twice"),
        pytest.param("10.02", "10.02", "10.00", "0.00", {"rounding": "-0.02"}, id="cash"),
        pytest.param("10.00", "0.00", "10.00", "10.00", {"cancelledAt": "x"}, id="cancelled"),
        pytest.param(
            "14.00",
            "0.00",
            "10.00",
            "10.00",
            {"cancelledAt": "x", "displayFinancialStatus": "REFUNDED"},
            id="cancelled after a line was removed",
        ),
    ],
)
def test_total_minus_refund_is_the_amount_that_the_shop_kept(
    total: str, current: str, received: str, refunded: str, changed: dict[str, str]
) -> None:
    """Total − Refund is Shopify's netPaymentSet: received minus refunded amounts."""
    rounding = {"paymentSet": bag(changed.pop("rounding", "0.00"))}
    moment = {"cancelledAt": "2026-03-06T10:00:00Z"} if changed.pop("cancelledAt", "") else {}

    record, _ = output(
        order(
            total,
            currentTotalPriceSet=bag(current),
            totalReceivedSet=bag(received),
            totalRefundedSet=bag(refunded),
            totalCashRoundingAdjustment=rounding,
            **moment,
            **changed,
        )
    )

    kept = Decimal(record["total_amount"]) - Decimal(record["refunded_amount"])
    assert kept == Decimal(received) - Decimal(refunded)


def test_prices_that_include_tax_become_prices_before_tax() -> None:
    """2 × 12.00 with 20 % tax, 4.80 discount: 19.20 paid, 16.00 net, 20.00 before discount."""
    lines = [
        line(
            quantity=2,
            currentQuantity=2,
            originalUnitPriceSet=bag("12.00"),
            discountAllocations=[{"allocatedAmountSet": bag("4.80")}],
            taxLines=tax("3.20"),
        )
    ]
    shipping = [{"id": "s", "discountedPriceSet": bag("6.00"), "taxLines": tax("1.00")}]

    record, [item] = output(
        order(
            "25.20",
            lines=lines,
            shipping=shipping,
            taxesIncluded=True,
            totalTaxSet=bag("4.20"),
        )
    )

    found = {name: Decimal(value) for name, value in amounts(record).items()}
    assert found == {
        "gross": Decimal(20),
        "discount": Decimal(4),
        "shipping": Decimal(5),
        "shipping_tax": Decimal(1),
        "tax": Decimal("4.20"),
        "adjustment": Decimal(0),
        "total": Decimal("25.20"),
        "refunded": Decimal(0),
    }
    assert Decimal(item["unit_price_amount"]) == Decimal(10)
    assert Decimal(item["discount_amount"]) == Decimal(4)


def test_free_line_keeps_its_price() -> None:
    free = line(discountAllocations=[{"allocatedAmountSet": bag("10.00")}])

    record, [item] = output(order("0.00", lines=[free], taxesIncluded=True))

    assert (item["unit_price_amount"], item["discount_amount"]) == ("10.00", "10.00")
    assert amounts(record)["adjustment"] == "0.00"


def test_order_has_amounts_in_both_currencies() -> None:
    lines = [line(originalUnitPriceSet=bag("10.00", "14.70"))]

    paid = bag("10.00", "14.70")
    record, _ = output(
        order(lines=lines, totalPriceSet=paid, currentTotalPriceSet=paid, totalReceivedSet=paid)
    )

    assert (record["currency"], record["total_amount"]) == ("EUR", "10.00")
    assert (record["shop_currency"], record["shop_total_amount"]) == ("CAD", "14.70")
    assert record["shop_gross_amount"] == "14.70"


def test_line_removed_before_payment_is_not_owed() -> None:
    """Two lines of 10.00 and 4.00; the second is removed, then 10.00 is paid."""
    lines = [line(1), line(2, originalUnitPriceSet=bag("4.00"), currentQuantity=0)]

    record, items = output(
        order(
            "14.00",
            lines=lines,
            currentTotalPriceSet=bag("10.00"),
            totalReceivedSet=bag("10.00"),
            refunds=[refund("0.00", _2=(1, "4.00", "0.00"))],
        )
    )

    assert record["total_amount"] == "10.00"
    assert record["adjustment_amount"] == "-4.00"
    assert [item["status"] for item in items] == ["sold", "cancelled"]
    assert items[1]["refunded_quantity"] == "0"


def test_repaid_amount_is_a_refund() -> None:
    """The second of two lines with 2.00 tax each is refunded with its tax."""
    lines = [line(1, taxLines=tax("2.00")), line(2, taxLines=tax("2.00"), currentQuantity=0)]

    record, items = output(
        order(
            "24.00",
            lines=lines,
            totalTaxSet=bag("4.00"),
            currentTotalPriceSet=bag("12.00"),
            totalReceivedSet=bag("24.00"),
            totalRefundedSet=bag("12.00"),
            refunds=[refund("12.00", _2=(1, "10.00", "2.00"))],
        )
    )

    assert (record["total_amount"], record["refunded_amount"]) == ("24.00", "12.00")
    assert record["adjustment_amount"] == "0.00"
    assert (items[1]["status"], items[1]["refunded_amount"]) == ("returned", "10.00")
    assert record["refund_count"] == 1


def test_cancelled_order_keeps_its_total() -> None:
    record, _ = output(
        order(
            cancelledAt="2026-03-06T10:00:00Z",
            currentTotalPriceSet=bag("0.00"),
            totalReceivedSet=bag("0.00"),
            displayFinancialStatus="EXPIRED",
        )
    )

    assert record["total_amount"] == "10.00"
    assert record["financial_status"] == "expired"
    assert record["financial_status_raw"] == "EXPIRED"
    assert record["fulfillment_status"] == "cancelled"


def test_last_visit_sets_the_campaign_and_an_attribute_the_send() -> None:
    first = {"landingPage": "https://shop.example/?utm_source=ad", "referrerUrl": None}
    last = {
        "landingPage": "https://shop.example/tea",
        "referrerUrl": "https://mail.example/",
        "utmParameters": {"source": "mail", "medium": "email", "campaign": "Thé"},
    }
    journey = {"firstVisit": first, "lastVisit": last}
    attributes = [{"key": "idSendLog", "value": "77"}, {"key": "gift", "value": None}]

    record, _ = output(order(customerJourneySummary=journey, customAttributes=attributes))

    assert record["utm_source"] == "mail"
    assert record["utm_medium"] == "email"
    assert record["utm_campaign"] == "Thé"
    assert record["id_send_log"] == "77"
    assert record["referrer_url"] == "https://mail.example/"
    assert record["attributes"] == {"idSendLog": "77", "gift": None}


def test_utm_of_the_landing_page_overrides_shopifys_parameters() -> None:
    """The first value of a repeated parameter counts."""
    page = "https://shop.example/?utm_source=mail&utm_source=ad"
    visit = {"landingPage": page, "utmParameters": {"source": "ad"}}

    record, _ = output(order(customerJourneySummary={"firstVisit": None, "lastVisit": visit}))

    assert record["utm_source"] == "mail"


def test_journey_of_one_visit_uses_the_first_visit() -> None:
    visit = {"landingPage": "https://shop.example/?idBatch=5", "utmParameters": None}

    record, _ = output(order(customerJourneySummary={"firstVisit": visit, "lastVisit": None}))

    assert record["id_batch"] == "5"


def test_order_without_optional_values_is_read() -> None:
    """A guest, a deleted product, an order without an address."""
    lines = [line(product=None, variant=None, sku=None)]

    record, [item] = output(
        order(
            test=True,
            customer=None,
            email=None,
            shippingAddress=None,
            paymentGatewayNames=[],
            displayFinancialStatus=None,
            lines=lines,
        )
    )

    assert record["customer_id"] is record["destination_country"] is None
    assert record["is_test"] is True
    assert record["financial_status"] == "unknown"
    assert (item["product_id"], item["product_name"]) == (None, "Tea")
