"""The shop that the common suite reads from every application, in ShopApp form.

It has orders in three currencies with every kind of amount, guests, refunds, a cancelled order,
an order with two lines of one product, a tree of categories, and customers.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

ABOUT = {
    "id": "s1",
    "name": "A shop",
    "url": "https://shop.example",
    "currency": "CAD",
    "time_zone": "America/Toronto",
}
BEGINNING = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
ORDERS = 9


def make_shop() -> Shop:
    """Return the shop. Each reading of its clock advances it by a second."""
    shop = Shop(ABOUT)
    shop.clock = _Clock(BEGINNING + timedelta(days=30))
    for number, parent in ((1, None), (2, "1"), (3, "2"), (4, None)):
        shop.put("categories", _category(number, parent))
    for number in range(1, 6):
        shop.put("products", _product(number))
    for number in range(1, 4):
        shop.put("customers", _customer(number))
    for number in range(1, ORDERS + 1):
        place_order(shop, number, at=BEGINNING + timedelta(hours=number))
    return shop


class _Clock:
    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def __call__(self) -> datetime:
        self._moment += timedelta(seconds=1)
        return self._moment


def written(moment: datetime) -> str:
    """Return a time in the format of the ShopApp API."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def now(shop: Shop) -> str:
    """Return the shop's time."""
    return written(shop.clock())


def place_order(shop: Shop, number: int, *, at: datetime | None = None) -> str:
    """Place an order, by default at the shop's time, and return its id."""
    moment = written(at or shop.clock())
    order = _order(number, moment)
    shop.put("transactions", order)
    return str(order["id"])


def edit_order(shop: Shop, order_id: str) -> None:
    """Edit an order: add one piece to its first line."""
    order = shop.transactions[order_id]
    first, *others = order["items"]
    quantity = str(Decimal(first["quantity"]) + 1)
    lines = [first | {"quantity": quantity}, *others]
    shop.put("transactions", {**order, **_sums(order, lines), "updated_at": now(shop)})


def _order(number: int, moment: str) -> Record:
    digits = (2, 0, 2)[number % 3]
    lines = [_line(number, place, digits) for place in range(1, 2 + number % 3)]
    is_guest = number % 4 == 0
    is_cancelled = number % 7 == 0
    order: Record = {
        "id": str(100 + number),
        "order_name": f"#{1000 + number}",
        "customer_id": None if is_guest else str(1 + number % 3),
        "email": f"guest{number}@example.com" if is_guest else _email(1 + number % 3),
        "currency": ("CAD", "JPY", "EUR")[number % 3],
        "shipping_amount": _money(500, digits),
        "shipping_tax_amount": _money(50, digits),
        "fee_amount": "0",
        "fee_tax_amount": "0",
        "tip_amount": "0",
        "duty_amount": "0",
        "adjustment_amount": "0",
        "prices_include_tax": False,
        "created_at": moment,
        "updated_at": moment,
        "processed_at": moment,
        "cancelled_at": moment if is_cancelled else None,
        "financial_status": "voided" if is_cancelled else "paid",
        "fulfillment_status": "cancelled" if is_cancelled else "unfulfilled",
        "is_test": False,
        "landing_url": f"https://shop.example/?utm_source=mail&idSendLog={number}",
        "refunds": [],
    }
    order |= _sums(order, lines)
    if number % 5 == 0:
        amount = lines[0]["unit_price_amount"]
        order["financial_status"] = "partially_refunded"
        order["refunded_amount"] = amount
        order["refunds"] = [
            {"id": str(900 + number), "amount": amount, "created_at": moment, "reason": "Worn"}
        ]
    return order


def _sums(order: Record, lines: list[Record]) -> Record:
    """Return an order's lines, and the sums of their amounts."""
    gross = sum(Decimal(i["quantity"]) * Decimal(i["unit_price_amount"]) for i in lines)
    discount = sum(Decimal(i["discount_amount"]) for i in lines)
    taxes = [order["shipping_tax_amount"], order["fee_tax_amount"]]
    tax = sum(map(Decimal, [*taxes, *(i["tax_amount"] for i in lines)]))
    charges = Decimal(order["shipping_amount"]) + Decimal(order["fee_amount"])
    total = gross - discount + charges + tax
    return {
        "items": lines,
        "gross_amount": f"{gross:f}",
        "discount_amount": f"{discount:f}",
        "tax_amount": f"{tax:f}",
        "total_amount": f"{total:f}",
        "refunded_amount": order.get("refunded_amount", "0"),
    }


def _line(number: int, place: int, digits: int) -> Record:
    product = 1 + (number + place) % 5
    return {
        "id": str(10 * number + place),
        "position": place,
        "product_id": str(product),
        "variant_id": str(50 + product),
        "sku": f"SKU-{product}",
        "product_name": f"Product {product}",
        "quantity": str(1 + number % 2),
        "unit_price_amount": _money(1000 + product, digits),
        "discount_amount": _money(100 * (number % 2), digits),
        "tax_amount": _money(90, digits),
        "status": "sold",
        "refunded_quantity": "0",
        "refunded_amount": "0",
    }


def _money(minor_units: int, digits: int) -> str:
    return f"{Decimal(minor_units).scaleb(-digits):f}"


def _category(number: int, parent: str | None) -> Record:
    return {
        "id": str(number),
        "parent_id": parent,
        "name": f"Category {number}",
        "updated_at": written(BEGINNING + timedelta(seconds=number)),
    }


def _product(number: int) -> Record:
    return {
        "id": str(number),
        "name": f"Product {number}",
        "description": f"<p>What product {number} is.</p>",
        "sku": f"SKU-{number}",
        "price_amount": _money(1000 + number, 2),
        "currency": "CAD",
        "status": "draft" if number == 5 else "active",
        "category_ids": [str(1 + number % 4), "1"] if number % 4 else ["1"],
        "created_at": written(BEGINNING + timedelta(seconds=number)),
        "updated_at": written(BEGINNING + timedelta(minutes=number)),
    }


def _customer(number: int) -> Record:
    return {
        "id": str(number),
        "email": _email(number),
        "first_name": f"Given {number}",
        "last_name": "Family",
        "created_at": written(BEGINNING),
        "updated_at": written(BEGINNING + timedelta(minutes=number)),
    }


def _email(number: int) -> str:
    return f"customer{number}@example.com"


def differing(found: dict[str, Any], expected: Record, lacks: frozenset[str]) -> dict[str, Any]:
    """Return the fields of a record that differ from the expected ones; amounts as numbers.

    Fields that the expected record or the API lacks are not compared.
    """
    return {
        name: (found[name], value)
        for name, value in expected.items()
        if name not in lacks and not _same(name, found[name], value)
    }


def _same(name: str, found: Any, expected: Any) -> bool:
    if expected is not None and name.endswith(("amount", "quantity")):
        return found is not None and Decimal(found) == Decimal(expected)
    if expected is not None and name.endswith("_at"):
        return bool(found == expected.replace("Z", ".000000Z"))
    return bool(found == expected)
