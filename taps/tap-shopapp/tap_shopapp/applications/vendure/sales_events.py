"""Sales events of Vendure: refunds, cancelled units, and units that a modification added.

Events change the order as it is shown (`amounts.py`). Units that a modification removed are not
shown as sold, so their removal is no event.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.vendure.amounts import by_age
from tap_shopapp.records.sales_events import Part, Refund, refund_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_shopapp.applications.vendure.amounts import LineAmounts, OrderAmounts, RefundAmount
    from tap_shopapp.records.money import MinorUnits

    Row = dict[str, Any]


def sales_events(
    raw: Row, amounts: OrderAmounts, order: Mapping[str, Any], money: MinorUnits
) -> list[Row]:
    """Return the events of an order in the form of the ShopApp API.

    Args:
        raw: The order from the API.
        amounts: Its amounts.
        order: The order in the form of the ShopApp API.
        money: Formats amounts.
    """
    refunds = [_refund(refund, money) for refund in amounts.refunds if refund.amount > 0]
    lost = _cancelled(amounts, money)
    return [*_additions(raw, amounts, money), *refund_events(order, refunds, lost)]


def _refund(refund: RefundAmount, money: MinorUnits) -> Refund:
    raw = refund.raw
    parts = [
        _part_of_line(line, units, share, money)
        for line, units, share in refund.shares
        if share
    ]
    return Refund(raw["id"], Decimal(money(refund.amount)), raw["createdAt"], parts)


def _part_of_line(line: LineAmounts, units: int, share: int, money: MinorUnits) -> Part:
    """Return the part of a refund for a line; `share` includes tax."""
    taxed = line.raw["proratedUnitPriceWithTax"]
    untaxed = share * line.raw["proratedUnitPrice"] // taxed if taxed else share
    return Part(
        "removal" if line.cancelled else "return",
        line.raw["id"],
        Decimal(units),
        goods=Decimal(money(untaxed)),
        tax=Decimal(money(share - untaxed)),
    )


def _cancelled(amounts: OrderAmounts, money: MinorUnits) -> Iterator[Part]:
    """Yield the cancelled units that are shown as sold and that no refund names."""
    for line in amounts.lines:
        units = line.cancelled - line.refunded_quantity
        if not line.cancelled_gross or units <= 0:
            continue
        goods, discount, tax = (
            Decimal(money(whole * units // line.cancelled))
            for whole in (line.cancelled_gross, line.cancelled_discount, line.cancelled_tax)
        )
        yield Part("removal", line.raw["id"], Decimal(units), goods, discount, tax)
    if amounts.cancelled_shipping:
        goods = Decimal(money(amounts.cancelled_shipping))
        tax = Decimal(money(amounts.cancelled_shipping_tax))
        yield Part("shipping_refund", goods=goods, tax=tax)


def _additions(raw: Row, amounts: OrderAmounts, money: MinorUnits) -> Iterator[Row]:
    """Yield the units that modifications added, as far as the order still shows them."""
    lines = {line.raw["id"]: line for line in amounts.lines}
    shown = {line_id: line.quantity for line_id, line in lines.items()}
    for modification in by_age(list(raw.get("modifications") or ())):
        for change in modification["lines"]:
            line_id = change["orderLineId"]
            units = min(change["quantity"], shown.get(line_id, 0))
            if units <= 0:
                continue
            shown[line_id] -= units
            its = lines[line_id].raw
            untaxed = its["proratedUnitPrice"]
            yield {
                "id": f"{modification['id']}:addition:{line_id}",
                "item_id": line_id,
                "kind": "addition",
                "occurred_at": modification["createdAt"],
                "quantity": str(units),
                "goods_amount": money(units * its["unitPrice"]),
                "discount_amount": money(units * (its["unitPrice"] - untaxed)),
                "tax_amount": money(units * (its["proratedUnitPriceWithTax"] - untaxed)),
                "refund_split": "stated",
            }
