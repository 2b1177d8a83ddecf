"""Amounts of a Shopify order, in the buyer's currency or in the shop's.

Shopify's totals and taxes are before returns, and quantities include returned units. If prices
include tax, so do unit prices, discounts and shipping; this module subtracts the tax.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Literal

from tap_shopapp.records.money import negated, times, total

if TYPE_CHECKING:
    from collections.abc import Iterable

Side = Literal["presentmentMoney", "shopMoney"]
_PAID_IN_FULL = frozenset(("PAID", "PARTIALLY_REFUNDED", "REFUNDED"))
# Enough digits that a price without tax, which may be a repeating decimal, sums exactly.
_DIGITS = Context(prec=24)


def amount(bag: dict[str, Any] | None, side: Side) -> str:
    """Return an amount; null is 0."""
    return str(bag[side]["amount"]) if bag else "0"


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """Amounts of a line before tax, as decimal strings."""

    unit_price: str
    discount: str
    tax: str
    gross: str


def line_amounts(line: dict[str, Any], side: Side, *, tax_included: bool) -> LineAmounts:
    """Return the amounts of a line before returns."""
    price = amount(line["originalUnitPriceSet"], side)
    discount = total(
        *(amount(each["allocatedAmountSet"], side) for each in line["discountAllocations"])
    )
    tax = _tax(line["taxLines"], side)
    quantity = str(line["quantity"])
    paid = total(times(quantity, price), negated(discount))
    if tax_included and Decimal(paid) and Decimal(tax):
        untaxed = total(paid, negated(tax))
        share = _DIGITS.divide(Decimal(untaxed), Decimal(paid))
        price = f"{_DIGITS.multiply(Decimal(price), share):f}"
        discount = total(times(quantity, price), negated(untaxed))
    return LineAmounts(price, discount, tax, times(quantity, price) or "0")


def order_amounts(order: dict[str, Any], side: Side) -> dict[str, str]:
    """Return the amounts of an order by their names in the contract."""
    tax_included = order["taxesIncluded"]
    lines = [line_amounts(line, side, tax_included=tax_included) for line in order["lines"]]
    gross = total(*(line.gross for line in lines))
    discount = total(*(line.discount for line in lines))
    shipping = total(*(amount(its["discountedPriceSet"], side) for its in order["shipping"]))
    shipping_tax = total(*(_tax(its["taxLines"], side) for its in order["shipping"]))
    if tax_included:
        shipping = total(shipping, negated(shipping_tax))
    return_fee, return_fee_tax = _return_fees(order, side)
    tax = total(amount(order["totalTaxSet"], side), return_fee_tax)
    fee = total(amount(order.get("originalTotalAdditionalFeesSet"), side), return_fee)
    fee_taxes = (_tax(fee["taxLines"], side) for fee in order.get("additionalFees", ()))
    fee_tax = total(*fee_taxes, return_fee_tax)
    tip = amount(order.get("totalTipReceivedSet"), side)
    # Nothing is added for duties that prices include.
    is_included = order.get("dutiesIncluded")
    duty = "0" if is_included else amount(order.get("originalTotalDutiesSet"), side)
    whole = _worth(order, side)
    charges = (shipping, tax, fee, tip, duty)
    # Cash rounding, and lines that were removed before payment.
    adjustment = total(whole, negated(gross), discount, *map(negated, charges))
    return {
        "gross_amount": gross,
        "discount_amount": discount,
        "shipping_amount": shipping,
        "shipping_tax_amount": shipping_tax,
        "tax_amount": tax,
        "fee_amount": fee,
        "fee_tax_amount": fee_tax,
        "tip_amount": tip,
        "duty_amount": duty,
        "adjustment_amount": adjustment,
        "total_amount": whole,
        "refunded_amount": amount(order["totalRefundedSet"], side),
    }


def _return_fees(order: dict[str, Any], side: Side) -> tuple[str, str]:
    """Return the fees of returns before tax, and their tax.

    Only the sales agreements of an order state them.
    """
    fees = [
        sale
        for agreement in order["agreements"]
        for sale in agreement["sales"]
        if (sale["lineType"], sale["actionType"]) == ("FEE", "ORDER")
    ]
    tax = total(*(amount(fee["totalTaxAmount"], side) for fee in fees))
    paid = total(*(amount(fee["totalAmount"], side) for fee in fees))
    return total(paid, negated(tax)), tax


def _worth(order: dict[str, Any], side: Side) -> str:
    """Return the paid amount plus the amount due, before refunds.

    Lines that are removed before payment have no refund. The total is then the amount of the
    remaining lines, or the paid amount if that is higher.
    """
    rounding = (order.get("totalCashRoundingAdjustment") or {}).get("paymentSet")
    received = Decimal(amount(order["totalReceivedSet"], side))
    whole = Decimal(amount(order["totalPriceSet"], side))
    if order["cancelledAt"]:
        if received and order["displayFinancialStatus"] in _PAID_IN_FULL:
            return f"{received:f}"
    else:
        whole = min(whole, Decimal(amount(order["currentTotalPriceSet"], side)))
    due = Decimal(total(f"{whole:f}", amount(rounding, side)))
    return f"{max(due, received):f}"


def _tax(tax_lines: Iterable[dict[str, Any]], side: Side) -> str:
    return total(*(amount(each["priceSet"], side) for each in tax_lines))
