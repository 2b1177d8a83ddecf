"""Orders of Shopify, and what Shopify's sales report shows of them, worked out by hand.

The rules are from Shopify's documentation:

- https://help.shopify.com/en/manual/reports-and-analytics/shopify-reports/report-types/default-reports/sales-report
  A sale is positive on the day it is made, and a return is negative on the day it is processed,
  whatever is paid. Pending orders are included. A cancelled order is a sale on the day it was
  placed and a return on the day it was cancelled. Gross sales are price × quantity. Net sales are
  gross sales less discounts and returns. Total sales are net sales plus shipping, taxes, duties
  and fees. Sold gift cards are not sales, and goods that are paid with a gift card are.
- https://shopify.dev/changelog/shopifyql-returns-fields-deprecated-and-replaced-with-sales-reversals-fields
  Returns include refunds, order edits and cancellations.
- https://shopify.dev/docs/api/admin-graphql/latest/interfaces/SalesAgreement
  Every placement, edit, return and refund of an order is an agreement, with one sale per line.
- https://shopify.dev/docs/api/admin-graphql/latest/enums/SaleLineType
  Refunded lines reverse their sale. The difference to the refunded amount is an adjustment.
- https://shopify.dev/changelog/return-sales-and-exchange-apis
  From API version 2024-04 on, fees of a return are sales of the type FEE.

All orders are placed on 5 March 2026 and changed on 8 March, in Toronto. Amounts are in CAD.
"""  # noqa: E501 - addresses

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shop_fakes.shopify_rows import agreement, bag, line, order, refund, sale, shipping, tax

Row = dict[str, Any]
PLACED, CHANGED = "2026-03-05", "2026-03-08"
FIGURES = ("gross", "discount", "return", "net", "shipping", "tax", "fee", "total")
_LATER = "2026-03-08T15:00:00Z"


@dataclass(frozen=True)
class Example:
    """An order, and the report of it.

    Attributes:
        order: The order as Shopify's API answers it.
        report: The figures of each day, in the order of `FIGURES`. Discounts and returns are
            positive.
    """

    order: Row
    report: dict[str, tuple[str, ...]]


def _sold(number: int, total: str, **changed: Any) -> Row:
    return sale("PRODUCT", "ORDER", total, quantity=1, line=number, **changed)


def _returned(number: int, total: str, **changed: Any) -> Row:
    return sale("PRODUCT", "RETURN", total, quantity=-1, line=number, **changed)


def _changed(reason: str, *sales: Row) -> Row:
    return agreement(reason, *sales, at=_LATER)


def _placed(*sales: Row) -> Row:
    return agreement("ORDER", *sales, at="2026-03-05T15:00:00Z")


def _gone(number: int, price: str, **changed: Any) -> Row:
    return line(number, price, currentQuantity=0, **changed)


EXAMPLES = {
    "plain": Example(
        # 100.00 and 10.00 shipping, with 15 % tax.
        order(
            1,
            "126.50",
            totalTaxSet=bag("16.50"),
            lines=[line(1, "100.00", taxLines=tax("15.00"))],
            shipping=shipping("10.00", "1.50"),
        ),
        {PLACED: ("100", "0", "0", "100", "10", "16.5", "0", "126.5")},
    ),
    "pending": Example(
        # Not paid yet; Shopify counts it when it is placed.
        order(
            2,
            "100.00",
            displayFinancialStatus="PENDING",
            totalReceivedSet=bag("0.00"),
            lines=[line(2, "100.00")],
        ),
        {PLACED: ("100", "0", "0", "100", "0", "0", "0", "100")},
    ),
    "edit that adds a line": Example(
        order(
            3,
            "184.00",
            edited=True,
            totalTaxSet=bag("24.00"),
            lines=[
                line(3, "100.00", taxLines=tax("15.00")),
                line(4, "60.00", taxLines=tax("9.00")),
            ],
            agreements=[
                _placed(_sold(3, "115.0", tax="15.0")),
                _changed("ORDER_EDIT", _sold(4, "69.0", tax="9.0")),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "15", "0", "115"),
            CHANGED: ("60", "0", "0", "60", "0", "9", "0", "69"),
        },
    ),
    "edit that removes a line": Example(
        order(
            4,
            "150.00",
            edited=True,
            displayFinancialStatus="PENDING",
            currentTotalPriceSet=bag("100.00"),
            totalReceivedSet=bag("0.00"),
            lines=[line(5, "100.00"), _gone(6, "50.00")],
            agreements=[
                _placed(_sold(5, "100.0"), _sold(6, "50.0")),
                _changed("ORDER_EDIT", _returned(6, "-50.0")),
            ],
        ),
        {
            PLACED: ("150", "0", "0", "150", "0", "0", "0", "150"),
            CHANGED: ("0", "0", "50", "-50", "0", "0", "0", "-50"),
        },
    ),
    "even exchange": Example(
        order(
            5,
            "200.00",
            returnStatus="RETURNED",
            currentTotalPriceSet=bag("100.00"),
            totalReceivedSet=bag("100.00"),
            lines=[_gone(7, "100.00"), line(8, "100.00")],
            agreements=[
                _placed(_sold(7, "100.0")),
                _changed("RETURN", _returned(7, "-100.0"), _sold(8, "100.0")),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "0", "0", "100"),
            CHANGED: ("100", "0", "100", "0", "0", "0", "0", "0"),
        },
    ),
    "exchange for a more expensive product": Example(
        # The buyer pays 150.00 more.
        order(
            6,
            "350.00",
            returnStatus="RETURNED",
            currentTotalPriceSet=bag("250.00"),
            totalReceivedSet=bag("250.00"),
            lines=[_gone(9, "100.00"), line(10, "250.00")],
            agreements=[
                _placed(_sold(9, "100.0")),
                _changed("RETURN", _returned(9, "-100.0"), _sold(10, "250.0")),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "0", "0", "100"),
            CHANGED: ("250", "0", "100", "150", "0", "0", "0", "150"),
        },
    ),
    "exchange for a cheaper product": Example(
        # 40.00 are refunded.
        order(
            7,
            "160.00",
            returnStatus="RETURNED",
            currentTotalPriceSet=bag("60.00"),
            totalReceivedSet=bag("100.00"),
            totalRefundedSet=bag("40.00"),
            displayFinancialStatus="PARTIALLY_REFUNDED",
            lines=[_gone(11, "100.00"), line(12, "60.00")],
            refunds=[refund(7, "40.00", (11, 1, "100.00", "0.00"))],
            agreements=[
                _placed(_sold(11, "100.0")),
                _changed("RETURN", _returned(11, "-100.0"), _sold(12, "60.0")),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "0", "0", "100"),
            CHANGED: ("60", "0", "100", "-40", "0", "0", "0", "-40"),
        },
    ),
    "cancelled after payment": Example(
        order(
            8,
            "126.50",
            cancelledAt=_LATER,
            totalTaxSet=bag("16.50"),
            totalRefundedSet=bag("126.50"),
            currentTotalPriceSet=bag("0.00"),
            displayFinancialStatus="REFUNDED",
            lines=[_gone(13, "100.00", taxLines=tax("15.00"))],
            shipping=shipping("10.00", "1.50"),
            refunds=[refund(8, "126.50", (13, 1, "100.00", "15.00"))],
            agreements=[
                _placed(
                    _sold(13, "115.0", tax="15.0"),
                    sale("SHIPPING", "ORDER", "11.5", tax="1.5"),
                ),
                _changed(
                    "REFUND",
                    _returned(13, "-115.0", tax="-15.0"),
                    sale("SHIPPING", "RETURN", "-11.5", tax="-1.5"),
                ),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "10", "16.5", "0", "126.5"),
            CHANGED: ("0", "0", "100", "-100", "-10", "-16.5", "0", "-126.5"),
        },
    ),
    "cancelled before payment": Example(
        order(
            9,
            "115.00",
            cancelledAt=_LATER,
            totalTaxSet=bag("15.00"),
            totalReceivedSet=bag("0.00"),
            currentTotalPriceSet=bag("0.00"),
            displayFinancialStatus="VOIDED",
            lines=[_gone(14, "100.00", taxLines=tax("15.00"))],
            agreements=[_placed(_sold(14, "115.0", tax="15.0"))],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "15", "0", "115"),
            CHANGED: ("0", "0", "100", "-100", "0", "-15", "0", "-115"),
        },
    ),
    "return with a fee": Example(
        # 15.00 of the 115.00 are kept for restocking.
        order(
            10,
            "115.00",
            returnStatus="RETURNED",
            totalTaxSet=bag("15.00"),
            totalRefundedSet=bag("100.00"),
            currentTotalPriceSet=bag("15.00"),
            displayFinancialStatus="PARTIALLY_REFUNDED",
            lines=[_gone(15, "100.00", taxLines=tax("15.00"))],
            refunds=[refund(10, "100.00", (15, 1, "100.00", "15.00"))],
            agreements=[
                _placed(_sold(15, "115.0", tax="15.0")),
                _changed(
                    "RETURN",
                    _returned(15, "-115.0", tax="-15.0"),
                    sale("FEE", "ORDER", "15.0"),
                ),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "15", "0", "115"),
            CHANGED: ("0", "0", "100", "-100", "0", "-15", "15", "-100"),
        },
    ),
    "return with a fee as an adjustment": Example(
        # The same before API version 2024-04: less is refunded than the line is worth.
        order(
            11,
            "115.00",
            returnStatus="RETURNED",
            totalTaxSet=bag("15.00"),
            totalRefundedSet=bag("100.00"),
            currentTotalPriceSet=bag("15.00"),
            displayFinancialStatus="PARTIALLY_REFUNDED",
            lines=[_gone(16, "100.00", taxLines=tax("15.00"))],
            refunds=[refund(11, "100.00", (16, 1, "100.00", "15.00"))],
            agreements=[
                _placed(_sold(16, "115.0", tax="15.0")),
                _changed(
                    "REFUND",
                    _returned(16, "-115.0", tax="-15.0"),
                    sale("ADJUSTMENT", "ORDER", "15.0"),
                ),
            ],
        ),
        {
            PLACED: ("100", "0", "0", "100", "0", "15", "0", "115"),
            CHANGED: ("0", "0", "85", "-85", "0", "-15", "0", "-100"),
        },
    ),
    "partial return of discounted goods": Example(
        # 2 × 50.00 less 10 %. One piece is returned for 45.00.
        order(
            12,
            "90.00",
            returnStatus="RETURNED",
            totalRefundedSet=bag("45.00"),
            currentTotalPriceSet=bag("45.00"),
            displayFinancialStatus="PARTIALLY_REFUNDED",
            lines=[
                line(
                    17,
                    "50.00",
                    quantity=2,
                    currentQuantity=1,
                    discountAllocations=[{"allocatedAmountSet": bag("10.00")}],
                )
            ],
            refunds=[refund(12, "45.00", (17, 1, "45.00", "0.00"))],
            agreements=[
                _placed(sale("PRODUCT", "ORDER", "90.0", discount="10.0", quantity=2, line=17)),
                _changed("REFUND", _returned(17, "-45.0", discount="-5.0")),
            ],
        ),
        {
            PLACED: ("100", "10", "0", "90", "0", "0", "0", "90"),
            CHANGED: ("0", "0", "45", "-45", "0", "0", "0", "-45"),
        },
    ),
    "gift card sold with goods": Example(
        order(
            13,
            "130.00",
            lines=[line(18, "80.00"), line(19, "50.00", isGiftCard=True)],
        ),
        {PLACED: ("80", "0", "0", "80", "0", "0", "0", "80")},
    ),
    "goods paid with a gift card": Example(
        order(
            14,
            "50.00",
            paymentGatewayNames=["gift_card"],
            lines=[line(20, "50.00")],
        ),
        {PLACED: ("50", "0", "0", "50", "0", "0", "0", "50")},
    ),
}
