"""Payments and sales agreements of an order, made from an order of the ShopApp API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shop_fakes.shopify_connections import Connection
from shop_fakes.shopify_ids import of, row
from shop_fakes.shopify_money import Money, rounded

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

    Row = dict[str, Any]

RECEIVED = frozenset(("paid", "partially_refunded", "refunded"))
"""Financial statuses of orders that were paid."""


def payments(record: Record) -> list[Row]:
    """Return the authorization of an order and, if it was paid, the capture."""
    moment = record.get("processed_at") or record["created_at"]
    kinds = ["AUTHORIZATION"]
    if record["financial_status"] in RECEIVED:
        kinds.append("CAPTURE")
    return [{"kind": kind, "status": "SUCCESS", "processedAt": moment} for kind in kinds]


def agreements(record: Record, money: Money) -> list[Row]:
    """Return the agreements of an order: its placement, and one for each refund.

    As the schema describes them, the sales of a refund reverse the refunded lines, and an
    adjustment is the difference between their value and the refunded amount.
    """
    placed = [
        _sale(record, place, line, money, Decimal(line["quantity"]))
        for place, line in enumerate(record["items"], start=1)
    ]
    rows = [_agreement(record, 0, "Order", record["created_at"], placed)]
    for number, refund in enumerate(record["refunds"], start=1):
        lines = [
            line
            for line in record["items"]
            if number == 1 and Decimal(line.get("refunded_quantity") or "0")
        ]
        sales = [
            _sale(
                record, 100 * number + place, line, money, -Decimal(line["refunded_quantity"])
            )
            for place, line in enumerate(lines, start=1)
        ]
        returned = [
            Decimal(sale["totalAmount"]["presentmentMoney"]["amount"]) for sale in sales
        ]
        if rest := -Decimal(refund["amount"]) - sum(returned):
            bags = [money.bag(amount) for amount in (rest, Decimal(0), Decimal(0))]
            sales.append(
                _sale_row("Adjustment", f"{record['id']}{100 * number:04}", "RETURN", bags)
            )
        rows.append(_agreement(record, number, "Refund", refund["created_at"], sales))
    return rows


def _agreement(record: Record, number: int, kind: str, moment: str, sales: list[Row]) -> Row:
    fields = {
        "reason": kind.upper(),
        "happenedAt": moment,
        "sales": Connection(lambda: sales),
    }
    return row(f"{kind}Agreement", {"id": f"{record['id']}{number:03}"}, fields)


def _sale(record: Record, number: int, line: Record, money: Money, units: Decimal) -> Row:
    """Return the sale of units of a line; returned units are negative."""
    quantity = Decimal(line["quantity"])
    gross = units * Decimal(line["unit_price_amount"])
    discount, tax = (
        rounded(Decimal(line[name]) * units / quantity, money.presentment)
        for name in ("discount_amount", "tax_amount")
    )
    action = "ORDER" if units > 0 else "RETURN"
    bags = [money.bag(amount) for amount in (gross - discount + tax, discount, tax)]
    row = _sale_row("Product", f"{record['id']}{number:04}", action, bags)
    return row | {"quantity": int(units), "lineItem": of("LineItem", line["id"])}


def _sale_row(kind: str, sale_id: str, action: str, bags: list[Row]) -> Row:
    """Return a sale; `bags` has its total, its discount and its tax."""
    total, discount, tax = bags
    fields = {
        "actionType": action,
        "lineType": kind.upper(),
        "quantity": None,
        "totalAmount": total,
        "totalDiscountAmountBeforeTaxes": discount,
        "totalTaxAmount": tax,
    }
    return row(f"{kind}Sale", {"id": sale_id}, fields)
