"""Amounts of an order: exact decimal strings before tax, from amounts with and without tax.

PrestaShop rounds both sides on their own, so the amounts before tax may miss the total before
tax by a cent, which is an adjustment.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tap_shopapp.applications.prestashop.values import amount, flag
from tap_shopapp.records.money import negated, total
from tap_shopapp.records.sales_events import share_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_shopapp.pages import Record

_SHOP_DIGITS = Decimal("0.000001")
_CENTS = 2
AMOUNTS = (
    *("gross_amount", "discount_amount", "shipping_amount", "shipping_tax_amount"),
    *("tax_amount", "fee_amount", "fee_tax_amount", "tip_amount", "duty_amount"),
    *("adjustment_amount", "total_amount", "refunded_amount"),
)


def tax(record: Record, name: str) -> str:
    """Return the tax in an amount: with tax, less without."""
    return total(
        amount(record, f"{name}_tax_incl"), negated(amount(record, f"{name}_tax_excl"))
    )


def order_amounts(
    order: Record, lines: Sequence[Record], rules: Sequence[Record], refunded: str
) -> dict[str, str]:
    """Return the amounts of an order by their names in the contract.

    Lines are after reductions in the catalogue and before the order's cart rules. A rule for
    free shipping is a discount: the shipping stays, and nothing of the tax is for shipping.

    Args:
        order: The order.
        lines: Its `order_details`.
        rules: Its `order_cart_rules`.
        refunded: The refunded amount.
    """
    gross = total(*(amount(line, "total_price_tax_excl") for line in lines))
    discount = amount(order, "total_discounts_tax_excl")
    shipping = amount(order, "total_shipping_tax_excl")
    fee = amount(order, "total_wrapping_tax_excl")
    untaxed = amount(order, "total_paid_tax_excl")
    explained = total(gross, negated(discount), shipping, fee)
    return {
        "gross_amount": gross,
        "discount_amount": discount,
        "shipping_amount": shipping,
        "shipping_tax_amount": _shipping_tax(order, rules),
        "tax_amount": tax(order, "total_paid"),
        "fee_amount": fee,
        "fee_tax_amount": tax(order, "total_wrapping"),
        # PrestaShop does not have these amounts.
        "tip_amount": "0",
        "duty_amount": "0",
        "adjustment_amount": total(untaxed, negated(explained)),
        "total_amount": amount(order, "total_paid_tax_incl"),
        "refunded_amount": refunded,
    }


def _shipping_tax(order: Record, rules: Sequence[Record]) -> str:
    """Return the tax on shipping, without that on shipping which a cart rule made free."""
    free = [rule for rule in rules if flag(rule.get("free_shipping"))]
    paid = Decimal(tax(order, "total_shipping"))
    given = sum(
        [
            Decimal(amount(rule, "value")) - Decimal(amount(rule, "value_tax_excl"))
            for rule in free
        ],
        Decimal(0),
    )
    # Such a rule may also reduce the products, so its value may be more than the shipping.
    return f"{max(paid - given.quantize(Decimal('0.01'), ROUND_HALF_UP), Decimal(0)):f}"


def line_taxes(lines: Sequence[Record], amounts: dict[str, str]) -> list[str]:
    """Return the tax of each line after the discounts of the order.

    The lines state their tax before these discounts. The difference to the tax of the order,
    with its cent of rounding, is split in proportion to the taxes.
    """
    stated = [Decimal(tax(line, "total_price")) for line in lines]
    whole = sum(stated, Decimal(0))
    goods = Decimal(amounts["tax_amount"])
    goods -= Decimal(amounts["shipping_tax_amount"]) + Decimal(amounts["fee_tax_amount"])
    if not whole or goods == whole:
        return [f"{each:f}" for each in stated]
    taxes: list[str] = []
    so_far = allotted = Decimal(0)
    for each in stated:
        so_far += each
        due = share_of(goods, so_far, whole, _CENTS)
        taxes.append(f"{due - allotted:f}")
        allotted = due
    return taxes


def in_shop_currency(amounts: dict[str, str], rate: str, currency: str | None) -> Record | None:
    """Return the amounts in the currency of the shop, at the rate of the order.

    The rates of refunds and of the currency are those of another day. Null without a rate.
    """
    divisor = Decimal(rate)
    if not divisor or not currency:
        return None
    money: Record = {
        name: f"{(Decimal(amounts[name]) / divisor).quantize(_SHOP_DIGITS, ROUND_HALF_UP):f}"
        for name in AMOUNTS
    }
    parts = ("gross", "shipping", "tax", "fee")
    explained = total(
        *(money[f"{part}_amount"] for part in parts), negated(money["discount_amount"])
    )
    money["adjustment_amount"] = total(money["total_amount"], negated(explained))
    return {**money, "currency": currency}
