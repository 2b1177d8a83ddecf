"""Orders as Vendure's API answers them, for single tests."""

from __future__ import annotations

from typing import Any

from shop_fakes.logical_shop import make_shop
from shop_fakes.vendure_records import orders

Row = dict[str, Any]


def an_order(order_id: str = "500", **changed: Any) -> Row:
    """Return an order of one line of 10.00, as the API answers it."""
    shop = make_shop()
    [first, *_] = orders(shop)
    moment = changed.pop("at", "2026-03-05T10:00:00.000Z")
    times = {"createdAt": moment, "updatedAt": moment}
    line = {**first["lines"][0], **times, "quantity": 1, "orderPlacedQuantity": 1}
    prices = ("unitPrice", "linePrice")
    prorated = [f"prorated{part}" for part in ("UnitPrice", "LinePrice")]
    prorated += [f"{name}WithTax" for name in prorated]
    line |= dict.fromkeys((*prices, *prorated), 1000)
    payment = {**first["payments"][0], **times, "amount": 1000, "refunds": []}
    order = {
        **first,
        **times,
        "id": order_id,
        "orderPlacedAt": moment,
        "currencyCode": "EUR",
        "shipping": 0,
        "shippingWithTax": 0,
        "total": 1000,
        "totalWithTax": 1000,
        "lines": [line],
        "surcharges": [],
        "payments": [payment],
    }
    return order | changed


def line(quantity: int, unit: int, tax: int, whole: int, **others: int) -> Row:
    """Return the amounts of a line as measured: each is rounded separately."""
    return {
        "quantity": quantity,
        "orderPlacedQuantity": quantity,
        "unitPrice": unit,
        "proratedUnitPrice": unit,
        "proratedUnitPriceWithTax": unit + tax,
        "linePrice": whole,
        "proratedLinePrice": whole,
        "proratedLinePriceWithTax": quantity * (unit + tax),
        **others,
    }


def with_lines(*lines: Row, **changed: Any) -> Row:
    """Return an order of these lines."""
    [plain] = an_order()["lines"]
    return an_order(
        lines=[{**plain, "id": str(place), **each} for place, each in enumerate(lines)],
        **changed,
    )


def refund(total: int, state: str = "Settled", **lines: int) -> Row:
    """Return a refund of quantities of lines; `_1` is the first line."""
    moment = "2026-03-06T10:00:00.000Z"
    return {
        "id": f"r{total}",
        "createdAt": moment,
        "updatedAt": moment,
        "state": state,
        "total": total,
        "reason": "Worn",
        "lines": [{"orderLineId": key[1:], "quantity": each} for key, each in lines.items()],
    }


def modification(change: int, refund: Row | None = None, **lines: int) -> Row:
    """Return a modification that changed the total, and quantities of lines as in `refund`."""
    linked = refund and {name: refund[name] for name in ("id", "state", "total")}
    changed = [{"orderLineId": key[1:], "quantity": each} for key, each in lines.items()]
    moment = "2026-03-06T09:00:00.000Z"
    named = {"id": "m1", "createdAt": moment}
    return {**named, "priceChange": change, "lines": changed, "refund": linked}


def paid(amount: int, *refunds: Row) -> list[Row]:
    """Return one payment and its refunds."""
    return [an_order()["payments"][0] | {"amount": amount, "refunds": list(refunds)}]
