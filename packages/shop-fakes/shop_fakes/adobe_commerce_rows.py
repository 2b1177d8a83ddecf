"""Records as Adobe Commerce's REST API answers them.

- Null fields are absent.
- `row_total` of an order's line is after its discount, that of a credit memo before.
- The discount of an order is negative, that of a line positive.
- A configurable product has a second row for the variant, without money.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shopapp_demo.shop import Record

TIME = "2026-03-01 12:00:00"


def present(record: Record) -> Record:
    """Return a record without null fields, as the API answers it."""
    return {name: value for name, value in record.items() if value is not None}


def both(rate: float | Decimal = 1, **amounts: Any) -> Record:
    """Return amounts in the order's currency, and divided by a rate in the base currency."""
    base = {
        f"base_{name}": number(Decimal(str(value)) / Decimal(str(rate)))
        for name, value in amounts.items()
        if value is not None
    }
    return {**present({name: number(value) for name, value in amounts.items()}), **base}


def number(value: Any) -> Any:
    """Return an amount as a JSON number with at most four decimals."""
    if value is None:
        return None
    exact = Decimal(str(value)).quantize(Decimal("0.0001"))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def line(item_id: int = 1, **fields: Any) -> Record:
    """Return a line of an order: one piece for 10, with 20 % tax."""
    price = Decimal(str(fields.pop("price", 10)))
    quantity = Decimal(str(fields.pop("qty_ordered", 1)))
    discount = Decimal(str(fields.pop("discount_amount", 0)))
    rate = fields.pop("rate", 1)
    gross = price * quantity
    tax = fields.pop("tax_amount", (gross - discount) / 5)
    amounts = both(rate, price=price, discount_amount=discount, tax_amount=tax)
    return present(
        {
            "item_id": item_id,
            "product_id": 50 + item_id,
            "product_type": "simple",
            "sku": f"SKU-{item_id}",
            "name": f"Product {item_id}",
            "qty_ordered": number(quantity),
            "qty_invoiced": 0,
            "qty_shipped": 0,
            "qty_canceled": 0,
            "qty_refunded": 0,
            "amount_refunded": 0,
            "discount_tax_compensation_amount": 0,
            "base_discount_tax_compensation_amount": 0,
            **amounts,
            "row_total": number(gross - discount),
            "row_invoiced": number(gross),
            **fields,
        }
    )


def order(entity_id: int = 1, lines: list[Record] | None = None, **fields: Any) -> Record:
    """Return an order of a guest: one piece for 10 and 2 of tax."""
    lines = [line()] if lines is None else lines
    money = {
        "subtotal": 10,
        "discount_amount": 0,
        "shipping_amount": 0,
        "shipping_tax_amount": 0,
        "tax_amount": 2,
        "discount_tax_compensation_amount": 0,
        "grand_total": 12,
        "total_paid": None,
        "total_refunded": None,
        "total_canceled": None,
    }
    money |= {name: fields.pop(name) for name in list(fields) if name in money}
    rate = fields.pop("rate", 1)
    return present(
        {
            "entity_id": entity_id,
            "increment_id": f"{entity_id:09}",
            "state": "processing",
            "status": "processing",
            "store_id": 1,
            "store_name": "Main Website\nMain Website Store\nDefault Store View",
            "created_at": TIME,
            "updated_at": TIME,
            "customer_email": "bruno.keller@example.com",
            "customer_is_guest": 1,
            "customer_group_id": 0,
            "customer_note": "canary of a note",
            "remote_ip": "canary of an address",
            "protect_code": "canary of a code",
            "order_currency_code": "EUR",
            "base_currency_code": "EUR",
            "global_currency_code": "EUR",
            "base_to_order_rate": number(rate),
            "base_to_global_rate": 1,
            "store_to_base_rate": 0,
            "store_to_order_rate": 0,
            "shipping_description": "Flat Rate - Fixed",
            **both(rate, **money),
            "shipping_discount_tax_compensation_amount": 0,
            "base_shipping_discount_tax_compensation_amnt": 0,
            "items": lines,
            "billing_address": {"country_id": "FR", "street": ["canary of a street"]},
            "payment": {"method": "checkmo", "additional_information": ["Check / Money order"]},
            "status_histories": [{"comment": "canary of a comment", "created_at": TIME}],
            "extension_attributes": {
                "shipping_assignments": [
                    {"shipping": {"address": {"country_id": "FR"}, "method": "flatrate"}}
                ]
            },
            **fields,
        }
    )


def credit_memo(
    entity_id: int = 1, order_id: int = 1, items: list[Record] | None = None, **fields: Any
) -> Record:
    """Return a credit memo over nothing, until fields say otherwise."""
    money = {
        "subtotal": 0,
        "discount_amount": 0,
        "shipping_amount": 0,
        "shipping_tax_amount": 0,
        "tax_amount": 0,
        "discount_tax_compensation_amount": 0,
        "grand_total": 0,
        "adjustment_positive": None,
        "adjustment_negative": None,
    }
    money |= {name: fields.pop(name) for name in list(fields) if name in money}
    rate = fields.pop("rate", 1)
    return present(
        {
            "entity_id": entity_id,
            "order_id": order_id,
            "increment_id": f"{entity_id:09}",
            "state": 2,
            "created_at": TIME,
            "updated_at": TIME,
            **both(rate, **money),
            "items": items or [],
            "comments": [{"comment": "canary of a comment"}],
            **fields,
        }
    )


def credit_memo_line(order_item_id: int = 1, **fields: Any) -> Record:
    """Return a line of a credit memo: one piece for 10."""
    price = Decimal(str(fields.pop("price", 10)))
    quantity = Decimal(str(fields.pop("qty", 1)))
    amounts = {"price": price, "discount_amount": None, "tax_amount": None}
    amounts |= {name: fields.pop(name) for name in list(fields) if name in amounts}
    return present(
        {
            "entity_id": order_item_id,
            "order_item_id": order_item_id,
            "qty": number(quantity),
            **both(fields.pop("rate", 1), **amounts),
            "row_total": number(price * quantity),
            **fields,
        }
    )


def product(product_id: int = 1, **fields: Any) -> Record:
    """Return a simple product."""
    return present(
        {
            "id": product_id,
            "sku": f"SKU-{product_id}",
            "name": f"Product {product_id}",
            "price": 25,
            "status": 1,
            "visibility": 4,
            "type_id": "simple",
            "created_at": TIME,
            "updated_at": TIME,
            "extension_attributes": {"website_ids": [1], "category_links": []},
            "custom_attributes": [],
            **fields,
        }
    )


def category(category_id: int, parent_id: int, level: int, **fields: Any) -> Record:
    """Return a category."""
    return present(
        {
            "id": category_id,
            "parent_id": parent_id,
            "name": f"Category {category_id}",
            "is_active": True if level else None,
            "position": 1,
            "level": level,
            "created_at": TIME,
            "updated_at": TIME,
            **fields,
        }
    )


def customer(customer_id: int, **fields: Any) -> Record:
    """Return a customer account, with personal data that the tap must not keep."""
    return present(
        {
            "id": customer_id,
            "group_id": 1,
            "email": f"customer{customer_id}@example.com",
            "firstname": "Amelie",
            "lastname": "Dubois",
            "dob": "canary of a birthday",
            "taxvat": "canary of a tax number",
            "created_at": TIME,
            "updated_at": TIME,
            "addresses": [{"telephone": "canary of a number"}],
            "extension_attributes": {"is_subscribed": False},
            **fields,
        }
    )
