"""Records of the WooCommerce API, made from a shop in the form of the ShopApp API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from shopapp_demo.shop import Record, Shop

_ORDER_STATUSES = {
    "paid": "processing",
    "partially_refunded": "processing",
    "voided": "cancelled",
}
_FEE = {"total": "", "total_tax": "_tax"}
_PRODUCT_STATUSES = {"active": "publish", "draft": "draft"}


class Site(Protocol):
    """Records of a site, in the form of the API."""

    @property
    def zone(self) -> ZoneInfo: ...
    @property
    def about(self) -> Record: ...
    @property
    def orders(self) -> list[Record]: ...
    @property
    def refunds(self) -> list[Record]: ...
    @property
    def products(self) -> list[Record]: ...
    @property
    def categories(self) -> list[Record]: ...
    @property
    def customers(self) -> list[Record]: ...
    def variations(self, product_id: int) -> list[Record]: ...


@dataclass
class StoredSite:
    """A site with records in the form of the WooCommerce API.

    Attributes:
        zone: Time zone of the site.
        about: The site's description. Only WooCommerce answers its currency.
        variations_of: Variations by the product's id.
    """

    zone: ZoneInfo
    about: Record
    orders: list[Record] = field(default_factory=list)
    refunds: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    categories: list[Record] = field(default_factory=list)
    customers: list[Record] = field(default_factory=list)
    variations_of: dict[int, list[Record]] = field(default_factory=dict)

    def variations(self, product_id: int) -> list[Record]:
        """Return the variations of a product."""
        return self.variations_of.get(product_id, [])


@dataclass
class LogicalSite:
    """A site that serves the records of a shop.

    Attributes:
        shop: The shop; records are made from it with each request.
        zone: Time zone of the site.
    """

    shop: Shop
    zone: ZoneInfo

    @property
    def orders(self) -> list[Record]:
        """The orders, including those in the trash."""
        return [self._order(order) for order in self.shop.transactions.values()]

    @property
    def refunds(self) -> list[Record]:
        """All refunds of all orders."""
        return [
            {
                "id": int(refund["id"]),
                "parent_id": int(order["id"]),
                **self._times(date_created=refund["created_at"]),
                "amount": refund["amount"],
                "reason": refund["reason"],
                "line_items": [],
            }
            for order in self.shop.transactions.values()
            for refund in order["refunds"]
        ]

    @property
    def products(self) -> list[Record]:
        """The products, all without variations."""
        return [self._product(product) for product in self.shop.products.values()]

    def variations(self, product_id: int) -> list[Record]:
        """Return the variations of a product."""
        del product_id
        return []

    @property
    def categories(self) -> list[Record]:
        """The categories."""
        return [
            {
                "id": int(category["id"]),
                "name": category["name"],
                "parent": int(category["parent_id"] or 0),
                "count": 1,
            }
            for category in self.shop.categories.values()
        ]

    @property
    def customers(self) -> list[Record]:
        """The accounts of customers."""
        return [
            {
                "id": int(each["id"]),
                **self._times(
                    date_created=each["created_at"], date_modified=each["updated_at"]
                ),
                "email": each["email"],
                "first_name": each["first_name"],
                "last_name": each["last_name"],
                "role": "customer",
                "billing": {"phone": ""},
            }
            for each in self.shop.customers.values()
        ]

    @property
    def about(self) -> Record:
        """The site's description. Only WooCommerce answers its currency."""
        about = self.shop.info
        return {"name": about["name"], "home": about["url"], "currency": about["currency"]}

    def _order(self, order: Record) -> Record:
        was_paid = order["financial_status"] in {"paid", "partially_refunded"}
        fee = {name: order[f"fee{part}_amount"] for name, part in _FEE.items()}
        status = _ORDER_STATUSES[order["financial_status"]]
        return {
            "id": int(order["id"]),
            "status": "trash" if order.get("deleted_at") else status,
            "number": order["order_name"],
            "currency": order["currency"],
            "prices_include_tax": order["prices_include_tax"],
            **self._times(
                date_created=order["created_at"],
                date_modified=order["updated_at"],
                date_paid=order["processed_at"] if was_paid else None,
            ),
            "discount_total": order["discount_amount"],
            "shipping_total": order["shipping_amount"],
            "shipping_tax": order["shipping_tax_amount"],
            "total": order["total_amount"],
            "total_tax": order["tax_amount"],
            "customer_id": int(order["customer_id"] or 0),
            "billing": {"email": order["email"], "country": ""},
            "shipping": {"country": ""},
            "payment_method": "",
            "created_via": "checkout",
            "meta_data": [
                {"id": 1, "key": "_wc_order_attribution_source_type", "value": "utm"},
                {
                    "id": 2,
                    "key": "_wc_order_attribution_session_entry",
                    "value": order["landing_url"],
                },
                {
                    "id": 3,
                    "key": "_wc_order_attribution_referrer",
                    "value": order.get("referrer_url") or "",
                },
                *(
                    {"id": 4 + place, "key": name, "value": value}
                    for place, (name, value) in enumerate(order.get("attributes", {}).items())
                ),
            ],
            "line_items": [_line(line) for line in order["items"]],
            "fee_lines": [{"id": 1, "name": "Fee", **fee}] if Decimal(fee["total"]) else [],
            "coupon_lines": [],
            "refunds": [
                {"id": int(each["id"]), "reason": each["reason"], "total": f"-{each['amount']}"}
                for each in order["refunds"]
            ],
        }

    def _product(self, product: Record) -> Record:
        return {
            "id": int(product["id"]),
            "name": product["name"],
            "type": "simple",
            "status": _PRODUCT_STATUSES[product["status"]],
            "description": product["description"],
            "sku": product["sku"],
            "price": product["price_amount"],
            "permalink": "",
            "images": [],
            "variations": [],
            "categories": [{"id": int(each), "name": each} for each in product["category_ids"]],
            **self._times(
                date_created=product["created_at"], date_modified=product["updated_at"]
            ),
        }

    def _times(self, **times: str | None) -> dict[str, str | None]:
        """Return times as WordPress writes them: local and GMT, both without an offset."""
        written: dict[str, str | None] = {}
        for name, time in times.items():
            moment = datetime.fromisoformat(time.replace("Z", "+00:00")) if time else None
            local = moment.astimezone(self.zone) if moment else None
            written[name] = f"{local:%Y-%m-%dT%H:%M:%S}" if local else None
            written[f"{name}_gmt"] = f"{moment:%Y-%m-%dT%H:%M:%S}" if moment else None
        return written


def _line(line: Record) -> Record:
    quantity = Decimal(line["quantity"])
    subtotal = quantity * Decimal(line["unit_price_amount"])
    total = subtotal - Decimal(line["discount_amount"])
    return {
        "id": int(line["id"]),
        "name": line["product_name"],
        "product_id": int(line["product_id"]),
        "variation_id": int(line["variant_id"]),
        "quantity": int(quantity),
        "subtotal": f"{subtotal:f}",
        "total": f"{total:f}",
        "total_tax": line["tax_amount"],
        "sku": line["sku"],
        # After discounts, and a float.
        "price": float(total / quantity),
        "meta_data": [],
    }


def with_decimals(value: Any, places: int, within: str = "") -> Any:
    """Return a record with its amounts in the requested number of decimals."""
    if isinstance(value, dict):
        return {name: with_decimals(each, places, name) for name, each in value.items()}
    if isinstance(value, list):
        return [with_decimals(element, places) for element in value]
    is_amount = within in {"amount", "subtotal"} or "tota" in within or within == "shipping_tax"
    if is_amount and isinstance(value, str) and value:
        return f"{Decimal(value):.{places}f}"
    return value


def with_fields(records: list[Record], query: Mapping[str, str]) -> list[Record]:
    """Return records with the requested fields."""
    if "_fields" not in query:
        return records
    names = query["_fields"].split(",")
    return [{name: record[name] for name in names if name in record} for record in records]
