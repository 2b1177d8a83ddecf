"""Records as the REST API of WooCommerce answers them, in CAD unless a test changes them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

MONTREAL = ZoneInfo("America/Montreal")


def times(**moments: str | None) -> Record:
    """Return times as WordPress writes them, given in GMT."""
    times: Record = {}
    for name, time in moments.items():
        moment = datetime.fromisoformat(f"{time}+00:00") if time else None
        local = moment.astimezone(MONTREAL).isoformat()[:19] if moment else None
        times |= {name: local, f"{name}_gmt": time}
    return times


def order(order_id: int, modified: str = "2026-03-01T12:00:00", **fields: Any) -> Record:
    """Return an order of one line, as the documentation shows orders."""
    return {
        "id": order_id,
        "parent_id": 0,
        "number": str(order_id),
        "status": "processing",
        "currency": "CAD",
        "prices_include_tax": False,
        **times(date_created="2026-03-01T11:00:00", date_modified=modified, date_paid=None),
        "discount_total": "0.00",
        "discount_tax": "0.00",
        "shipping_total": "0.00",
        "shipping_tax": "0.00",
        "cart_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "customer_id": 0,
        "billing": {"email": "ann@example.com", "country": "CA"},
        "shipping": {"country": ""},
        "payment_method": "bacs",
        "created_via": "checkout",
        "meta_data": [],
        "line_items": [line()],
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
        **fields,
    }


def line(line_id: int = 1, **fields: Any) -> Record:
    """Return a line of an order."""
    return {
        "id": line_id,
        "name": "Woo Album",
        "product_id": 87,
        "variation_id": 0,
        "quantity": 2,
        "subtotal": "20.00",
        "subtotal_tax": "0.00",
        "total": "20.00",
        "total_tax": "0.00",
        "sku": "",
        "price": 10.000000000000002,
        "meta_data": [],
        **fields,
    }


def product(product_id: int = 7, **fields: Any) -> Record:
    """Return a product."""
    return {
        "id": product_id,
        "name": "Hat",
        "type": "simple",
        "status": "publish",
        "description": "",
        "sku": "",
        "price": "20.50",
        "permalink": "https://shop.example/hat",
        "images": [{"src": "https://shop.example/hat.png"}],
        "categories": [{"id": 3, "name": "Hats"}],
        "variations": [],
        **times(date_created="2026-03-01T11:00:00", date_modified="2026-03-01T12:00:00"),
        **fields,
    }


def meta(**values: object) -> list[Record]:
    """Return the custom fields of a record."""
    return [{"id": 1, "key": name, "value": value} for name, value in values.items()]
