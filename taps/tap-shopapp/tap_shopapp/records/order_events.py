"""Sales events of an order: as the shop states them, or derived from its refunds and lines."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import RecordError
from tap_shopapp.records.readers import KIND_VOCABULARY, SALES_EVENT
from tap_shopapp.records.sales_events import (
    EXACT,
    Part,
    Refund,
    digits_of,
    number,
    refund_events,
    share_of,
)
from tap_shopapp.records.values import key, objects, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tap_shopapp.pages import Page, Record


def order_events(
    order: Record, items: Sequence[Record], refunds: Iterable[Record] | None, page: Page
) -> list[Record] | None:
    """Return the sales events of an order in the form of the contract; null if unknown.

    Args:
        order: The order in the form of the ShopApp API. Its `sales_events` are removed; null
            means that they are derived.
        items: Its lines in the form of the contract.
        refunds: Its refunds in the form of the contract; null if they are unknown.
        page: Counts unknown fields and kinds.

    Raises:
        RecordError: An event is not valid.
    """
    stated = order.pop("sales_events")
    if stated is None:
        if refunds is None:
            return None
        try:
            stated = _derived(order, items, refunds)
        except ArithmeticError:
            msg = "The amounts of the order are too large for its sales events."
            raise RecordError("inexact_amount", msg) from None
    return [_sales_event(event, page) for event in objects(stated, "sales_events")]


def _sales_event(raw: dict[str, Any], page: Page) -> Record:
    event = SALES_EVENT.read(raw, page.unknown)
    event["event_id"] = key(event.pop("id"), "sales_events.id")
    event["kind_raw"] = event["kind"]
    event["kind"] = word(event["kind"], KIND_VOCABULARY)
    if event["kind"] == "unknown":
        page.unknown_kinds[str(event["kind_raw"])] += 1
    event["refund_split"] = event["refund_split"] or "stated"
    return event


def _derived(
    order: Mapping[str, Any], items: Sequence[Record], refunds: Iterable[Record]
) -> list[Record]:
    """Return the events of an order whose refunds have no parts, such as one of a file."""
    known = [
        Refund(each["refund_id"], number(each["amount"]), each["created_at"])
        for each in refunds
    ]
    with localcontext(EXACT):
        named = sum([refund.amount for refund in known], Decimal(0))
        unnamed = number(order["refunded_amount"]) - named
        if unnamed > 0:
            known.append(Refund(None, unnamed))
        elif not known and all(map(_is_kept, items)):
            return []  # most orders
    return refund_events(order, known, _lost_lines(order, items))


def _is_kept(item: Record) -> bool:
    return item["status"] == "sold" and not (
        number(item["refunded_quantity"]) or number(item["refunded_amount"])
    )


def _lost_lines(order: Mapping[str, Any], items: Sequence[Record]) -> Iterator[Part]:
    """Yield what lines lost: refunded units and amounts, or the whole line by its status."""
    nets = [_gross(item) - number(item["discount_amount"]) for item in items]
    whole = sum(nets, Decimal(0))
    own = sum([number(item["discount_amount"]) for item in items], Decimal(0))
    # Lines have no share of discounts on the whole order.
    shared = max(number(order["discount_amount"]) - own, Decimal(0))
    digits = digits_of(order)
    for item, net in zip(items, nets, strict=True):
        quantity, status = number(item["quantity"]), item["status"]
        units, money = number(item["refunded_quantity"]), number(item["refunded_amount"])
        kind = "removal" if status == "cancelled" else "return"
        shared_discount = share_of(shared, net, whole, digits)
        if money:
            # A refund before the shared discount is more than the buyer paid for the line.
            paid = net - shared_discount
            goods = min(money, paid) if paid > 0 else money
            tax = share_of(number(item["tax_amount"]), goods, paid, digits)
            yield Part(kind, item["item_id"], units, goods=goods, tax=tax)
            continue
        if status not in {"cancelled", "returned"} and not units:
            continue
        units = units or quantity
        discount = number(item["discount_amount"]) + shared_discount
        yield Part(
            kind,
            item["item_id"],
            units,
            goods=share_of(_gross(item), units, quantity, digits),
            discount=share_of(discount, units, quantity, digits),
            tax=share_of(number(item["tax_amount"]), units, quantity, digits),
        )


def _gross(item: Record) -> Decimal:
    stated = item["line_gross_amount"]
    if stated is not None:
        return number(stated)
    return number(item["quantity"]) * number(item["unit_price_amount"])
