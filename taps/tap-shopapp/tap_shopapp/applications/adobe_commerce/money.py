"""Amounts of an order and of its credit memos, in one of their two currencies.

`grand_total` = `subtotal` + `discount_amount` (negative) + `shipping_amount` + `tax_amount` +
both compensation amounts. Gift wrapping, custom fees and fixed product taxes are added to it:
they are fees. Gift cards, store credit and reward points are subtracted from it: they are
tenders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.adobe_commerce.lines import discount, grosses
from tap_shopapp.applications.adobe_commerce.values import (
    BASE,
    ORDER,
    ZERO,
    amount,
    extension_attributes,
    utc,
    written,
)
from tap_shopapp.records.sales_events import Part, Refund

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from decimal import Decimal

    from tap_shopapp.applications.adobe_commerce.lines import Line
    from tap_shopapp.pages import Record

_TENDERS = ("customer_balance_amount", "gift_cards_amount", "reward_currency_amount")
_WRAPPING = ("gw_", "gw_items_", "gw_card_")
_FEES = frozenset(
    (
        "custom_fees",
        *(f"{name}{side}price" for name in _WRAPPING for side in ("", "base_")),
    )
)
_COMPENSATIONS = (
    "discount_tax_compensation_amount",
    "shipping_discount_tax_compensation_amount",
)
# A cancelled credit memo was never paid out, an open one is not yet.
_REFUNDED = 2
_INVOICED = {
    "subtotal": "subtotal_invoiced",
    "discount_amount": "discount_invoiced",
    "shipping_amount": "shipping_invoiced",
    "tax_amount": "tax_invoiced",
    "discount_tax_compensation_amount": "discount_tax_compensation_invoiced",
    "grand_total": "total_invoiced",
}
_TENDERS_INVOICED = {
    "customer_balance_amount": "customer_balance_invoiced",
    "gift_cards_amount": "gift_cards_invoiced",
}
_ITEM_INVOICED = {
    "discount_amount": "discount_invoiced",
    "tax_amount": "tax_invoiced",
    "discount_tax_compensation_amount": "discount_tax_compensation_invoiced",
}


def left_of_order(raw: Record) -> Record:
    """Return an order without its cancelled units.

    A cancellation after the first invoice cancels everything that is not invoiced. The order
    keeps its amounts, although the buyer does not owe them. An order that was cancelled as a
    whole keeps its amounts too, but it has the status cancelled.
    """
    if raw.get("state") == "canceled" or not amount(raw, "total_canceled") or _is_open(raw):
        return raw
    shipping = amount(raw, "shipping_amount")
    is_shipped = not shipping or amount(raw, "shipping_invoiced") == shipping
    left: Record = {
        "shipping_tax_amount": raw.get("shipping_tax_amount") if is_shipped else None,
        "base_shipping_tax_amount": raw.get("base_shipping_tax_amount") if is_shipped else None,
    }
    items = [
        {**item, **_replaced(item, _ITEM_INVOICED), "qty_ordered": item.get("qty_invoiced")}
        for item in raw.get("items") or ()
    ]
    more = extension_attributes(raw)
    left["extension_attributes"] = {**more, **_replaced(more, _TENDERS_INVOICED)}
    return {**raw, **left, **_replaced(raw, _INVOICED), "items": items}


def _is_open(raw: Record) -> bool:
    """Return whether units are neither invoiced nor cancelled, as only modules leave them."""
    return not amount(raw, "total_invoiced") or any(
        amount(row, "qty_ordered") > amount(row, "qty_invoiced") + amount(row, "qty_canceled")
        for row in raw.get("items") or ()
    )


def _replaced(record: Record, names: dict[str, str]) -> Record:
    return {
        f"{side}{name}": record.get(f"{side}{other}")
        for side in (ORDER, BASE)
        for name, other in names.items()
    }


def tenders(record: Record, side: str) -> Decimal:
    """Return gift cards, store credit and reward points that lowered a grand total."""
    paid = extension_attributes(record)
    return sum([abs(amount(paid, name, side)) for name in _TENDERS], ZERO)


def order_amounts(
    raw: Record, lines: Sequence[Line], refunded: Decimal, side: str
) -> tuple[Record, list[Decimal]]:
    """Return the amounts of an order by their names in the contract, and those of its lines."""
    rows = [line.row for line in lines]
    fee, fee_tax = _fees(raw, rows, side)
    fixed_tax = _fixed_tax(rows, side)
    # A setting of the shop decides whether the subtotal contains fixed product taxes.
    subtotal = amount(raw, "subtotal", side)
    line_grosses = grosses(rows, subtotal, side)
    if fixed_tax and sum(line_grosses, ZERO) != subtotal:
        line_grosses = grosses(rows, subtotal - fixed_tax, side)
    gross = sum(line_grosses, ZERO)
    its_discount = -sum(
        [amount(raw, name, side) for name in ("discount_amount", *_COMPENSATIONS)], ZERO
    )
    shipping, tax = amount(raw, "shipping_amount", side), amount(raw, "tax_amount", side)
    total = amount(raw, "grand_total", side) + tenders(raw, side)
    amounts = {
        "gross_amount": gross,
        "discount_amount": its_discount,
        "shipping_amount": shipping,
        "shipping_tax_amount": amount(raw, "shipping_tax_amount", side),
        "tax_amount": tax,
        "fee_amount": fee,
        "fee_tax_amount": fee_tax,
        # The API does not have these amounts.
        "tip_amount": ZERO,
        "duty_amount": ZERO,
        "adjustment_amount": total - (gross - its_discount + shipping + tax + fee),
        "total_amount": total,
        "refunded_amount": refunded,
    }
    return {name: written(value) for name, value in amounts.items()}, line_grosses


def refunds(
    raw: Record, memos: Sequence[Record], lines: Sequence[Line], side: str
) -> list[Refund]:
    """Return the refunds of an order: its credit memos, and refunded money without a memo."""
    line_ids = {line.id for line in lines}
    known = [_refund(memo, line_ids, side) for memo in memos if memo.get("state") == _REFUNDED]
    stated = sum([refund.amount for refund in known], ZERO) - sum(
        [tenders(memo, side) for memo in memos if memo.get("state") == _REFUNDED], ZERO
    )
    unnamed = amount(raw, "total_refunded", side) - stated
    return [*known, Refund(None, unnamed)] if unnamed > 0 else known


def _refund(memo: Record, line_ids: Collection[str], side: str) -> Refund:
    return Refund(
        str(memo["entity_id"]),
        amount(memo, "grand_total", side) + tenders(memo, side),
        utc(memo, "created_at"),
        [*_parts(memo, line_ids, side)],
        amount(memo, "tax_amount", side),
    )


def _parts(memo: Record, line_ids: Collection[str], side: str) -> Iterator[Part]:
    """Yield what a credit memo gives back: goods, shipping, fees and adjustments."""
    rows = [row for row in memo.get("items") or () if str(row["order_item_id"]) in line_ids]
    goods = grosses(rows, amount(memo, "subtotal", side), side, "qty")
    for row, line_gross in zip(rows, goods, strict=True):
        yield Part(
            "return",
            str(row["order_item_id"]),
            amount(row, "qty"),
            line_gross,
            discount(row, side),
            amount(row, "tax_amount", side),
        )
    own_discounts = sum([discount(row, side) for row in rows], ZERO)
    all_discounts = -sum(
        [amount(memo, name, side) for name in ("discount_amount", *_COMPENSATIONS)], ZERO
    )
    if all_discounts != own_discounts:
        # The discount of an order contains that on its shipping, so the discount of its goods
        # is given back with this part.
        yield Part("return", discount=all_discounts - own_discounts)
    shipping = amount(memo, "shipping_amount", side)
    if shipping:
        tax = amount(memo, "shipping_tax_amount", side)
        yield Part("shipping_refund", goods=shipping, tax=tax)
    fee, fee_tax = _fees(memo, rows, side)
    if fee:
        yield Part("fee_refund", goods=fee, tax=fee_tax)
    adjustment = amount(memo, "adjustment_positive", side) - amount(
        memo, "adjustment_negative", side
    )
    if adjustment:
        yield Part("adjustment", goods=adjustment)


def _fees(record: Record, rows: Sequence[Record], side: str) -> tuple[Decimal, Decimal]:
    """Return gift wrapping, custom fees and fixed product taxes, and the tax on wrapping."""
    more = extension_attributes(record)
    if _FEES.isdisjoint(more):
        return _fixed_tax(rows, side), ZERO  # most orders
    custom = [amount(fee, "custom_fee_amount", side) for fee in more.get("custom_fees") or ()]
    prices, taxes = (
        sum([amount(more, f"{name}{part}", side) for name in _WRAPPING], ZERO)
        for part in ("price", "tax_amount")
    )
    return prices + sum(custom, ZERO) + _fixed_tax(rows, side), taxes


def _fixed_tax(rows: Sequence[Record], side: str) -> Decimal:
    return sum([amount(row, "weee_tax_applied_row_amount", side) for row in rows], ZERO)
