"""Records of Vendure's API, made from a shop in the form of the ShopApp API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from shopapp_demo.shop import Record, Shop

_ROOT = {"id": "999"}


def _cents(amount: str | None) -> int:
    """Return an amount in hundredths, the unit of Vendure for every currency."""
    return int(Decimal(amount or "0") * 100)


def _time(moment: str | None) -> str | None:
    return moment and moment.replace("Z", ".000Z")


def orders(shop: Shop) -> list[dict[str, Any]]:
    """Return the orders, and a cart."""
    placed = [_order(order, shop) for order in shop.transactions.values()]
    if not placed:
        return []
    return [*placed, {**placed[0], "id": "1", "orderPlacedAt": None}]


def _order(order: Record, shop: Shop) -> dict[str, Any]:
    total, tax = _cents(order["total_amount"]), _cents(order["tax_amount"])
    shipping = _cents(order["shipping_amount"])
    fee, fee_tax = _cents(order["fee_amount"]), _cents(order["fee_tax_amount"])
    is_cancelled = order["cancelled_at"] is not None
    customer = shop.customers.get(order["customer_id"] or "")
    guest = {"id": f"7{order['id']}", "emailAddress": order["email"], "user": None}
    payment = {
        "id": f"8{order['id']}",
        **_times(order),
        "method": "card",
        "state": "Cancelled" if is_cancelled else "Settled",
        "amount": total,
        "refunds": [_refund(refund) for refund in order["refunds"]],
    }
    return {
        "id": order["id"],
        "type": "Regular",
        "code": order["order_name"],
        "state": "Cancelled" if is_cancelled else "PaymentSettled",
        **_times(order),
        "orderPlacedAt": _time(order["created_at"]),
        "currencyCode": order["currency"],
        "couponCodes": [],
        "shipping": shipping,
        "shippingWithTax": shipping + _cents(order["shipping_tax_amount"]),
        "total": total - tax,
        "totalWithTax": total,
        "channels": [{"code": "__default_channel__", "pricesIncludeTax": False}],
        "customer": _customer(customer) if customer else guest,
        "shippingAddress": None,
        "lines": [_line(line, order) for line in reversed(order["items"])],
        "shippingLines": [{"discounts": []}],
        "surcharges": [{"price": fee, "priceWithTax": fee + fee_tax}] if fee else [],
        "modifications": [],
        "payments": [payment],
        "fulfillments": [],
        "customFields": {
            "landingUrl": order["landing_url"],
            "referrer": order.get("referrer_url"),
            **order.get("attributes", {}),
        },
    }


def _times(record: Record) -> dict[str, Any]:
    return {
        "createdAt": _time(record["created_at"]),
        "updatedAt": _time(record["updated_at"]),
    }


def _line(line: Record, order: Record) -> dict[str, Any]:
    quantity, price = int(line["quantity"]), _cents(line["unit_price_amount"])
    net = quantity * price - _cents(line["discount_amount"])
    taxed = net + _cents(line["tax_amount"])
    return {
        "id": line["id"],
        **_times(order),
        "quantity": quantity,
        "orderPlacedQuantity": quantity or 1,
        "unitPrice": price,
        "proratedUnitPrice": net // quantity if quantity else price,
        "proratedUnitPriceWithTax": taxed // quantity if quantity else price,
        "linePrice": quantity * price,
        "proratedLinePrice": net,
        "proratedLinePriceWithTax": taxed,
        "discounts": [],
        "productVariant": {
            "id": line["variant_id"],
            "productId": line["product_id"],
            "sku": line["sku"],
            "name": line["product_name"],
        },
    }


def _refund(refund: Record) -> dict[str, Any]:
    moment = _time(refund["created_at"])
    return {
        "id": refund["id"],
        "createdAt": moment,
        "updatedAt": moment,
        "state": "Settled",
        "total": _cents(refund["amount"]),
        "reason": refund["reason"],
        "lines": [],
    }


def products(shop: Shop) -> list[dict[str, Any]]:
    """Return the products, each with one variant and its collections in arbitrary order."""
    return [_product(product) for product in shop.products.values()]


def _product(product: Record) -> dict[str, Any]:
    variant = {
        "id": f"5{product['id']}",
        "updatedAt": _time(product["updated_at"]),
        "enabled": True,
        "sku": product["sku"],
        "name": product["name"],
        "price": _cents(product["price_amount"]),
        "currencyCode": product["currency"],
    }
    return {
        "id": product["id"],
        **_times(product),
        "name": product["name"],
        "slug": f"product-{product['id']}",
        "description": product["description"],
        "enabled": product["status"] == "active",
        "featuredAsset": None,
        "facetValues": [],
        "collections": [{"id": key} for key in sorted(product["category_ids"])],
        "variants": [variant],
    }


def categories(shop: Shop) -> list[dict[str, Any]]:
    """Return the collections, the newest first."""
    found = []
    for category in shop.categories.values():
        way = [category]
        while parent := way[0]["parent_id"]:
            way.insert(0, shop.categories[parent])
        found.append(
            {
                "id": category["id"],
                "createdAt": _time(category["updated_at"]),
                "updatedAt": _time(category["updated_at"]),
                "name": category["name"],
                "parentId": category["parent_id"] or _ROOT["id"],
                "position": -int(category["id"]),
                "breadcrumbs": [_ROOT, *({"id": step["id"]} for step in way)],
            }
        )
    return found


def customers(shop: Shop) -> list[dict[str, Any]]:
    """Return the customers: those with an account, and a guest."""
    found = [_customer(customer) for customer in shop.customers.values()]
    return [*found, {**found[0], "id": "77", "user": None}] if found else []


def _customer(customer: Record) -> dict[str, Any]:
    return {
        "id": customer["id"],
        **_times(customer),
        "emailAddress": customer["email"],
        "firstName": customer["first_name"],
        "lastName": customer["last_name"],
        "phoneNumber": None,
        "user": {"id": f"6{customer['id']}"},
    }


RECORDS: dict[str, Callable[[Shop], list[dict[str, Any]]]] = {
    "transactions": orders,
    "products": products,
    "categories": categories,
    "customers": customers,
}
