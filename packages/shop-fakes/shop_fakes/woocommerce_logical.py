"""A WooCommerce site that serves a shop in the form of the ShopApp API.

Its records have all fields that a recorded record of the same release has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from shop_fakes.woocommerce_fields import (
    ADDRESS,
    OTHER_FIELDS_OF_PRODUCTS,
    TEXTS_OF_ORDERS,
)
from shop_fakes.woocommerce_releases import NEWEST, Release

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from zoneinfo import ZoneInfo

    from shopapp_demo.shop import Record, Shop

_ORDER_STATUSES = {
    "paid": "processing",
    "partially_refunded": "processing",
    "voided": "cancelled",
}
_FEE = {"total": "", "total_tax": "_tax"}
_PRODUCT_STATUSES = {"active": "publish", "draft": "draft"}


@dataclass
class LogicalSite:
    """A site that serves the records of a shop.

    Attributes:
        shop: The shop; records are made from it with each request.
        zone: Time zone of the site.
        release: The release of WooCommerce.
    """

    shop: Shop
    zone: ZoneInfo
    release: Release = NEWEST

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
                "refunded_by": 1,
                "refunded_payment": False,
                "meta_data": [],
                "line_items": [],
                "shipping_lines": [],
                "tax_lines": [],
                "fee_lines": [],
                "_links": _links("refunds"),
            }
            for order in self.shop.transactions.values()
            for refund in order["refunds"]
        ]

    @property
    def products(self) -> list[Record]:
        """The products, all without variations."""
        return [self._product(product) for product in self.shop.products.values()]

    @property
    def deleted_products(self) -> Collection[int]:
        """The products of order lines that the shop no longer has."""
        return {
            int(line["product_id"])
            for order in self.shop.transactions.values()
            for line in order["items"]
            if line["product_id"] not in self.shop.products
        }

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
                "slug": f"category-{category['id']}",
                "parent": int(category["parent_id"] or 0),
                "description": "",
                "display": "default",
                "image": None,
                "menu_order": 0,
                "count": 1,
                "_links": _links("products/categories"),
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
                "username": f"customer{each['id']}",
                "billing": dict.fromkeys((*ADDRESS, "email", "phone"), ""),
                "shipping": dict.fromkeys((*ADDRESS, "phone"), ""),
                "is_paying_customer": False,
                "avatar_url": "",
                "_links": _links("customers"),
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
        cart_tax = Decimal(order["tax_amount"]) - Decimal(order["shipping_tax_amount"])
        return {
            "id": int(order["id"]),
            "parent_id": 0,
            "status": "trash" if order.get("deleted_at") else status,
            "number": order["order_name"],
            "version": self.release.version,
            "currency": order["currency"],
            "currency_symbol": "",
            "prices_include_tax": order["prices_include_tax"],
            **self._times(
                date_created=order["created_at"],
                date_modified=order["updated_at"],
                date_paid=order["processed_at"] if was_paid else None,
                date_completed=None,
            ),
            "discount_total": order["discount_amount"],
            "discount_tax": "0",
            "shipping_total": order["shipping_amount"],
            "shipping_tax": order["shipping_tax_amount"],
            "cart_tax": f"{cart_tax:f}",
            "total": order["total_amount"],
            "total_tax": order["tax_amount"],
            "customer_id": int(order["customer_id"] or 0),
            "order_key": "wc_order_KEY",
            "billing": {
                **dict.fromkeys((*ADDRESS, "phone"), ""),
                "email": order["email"] or "",
            },
            "shipping": dict.fromkeys((*ADDRESS, "phone"), ""),
            **dict.fromkeys(TEXTS_OF_ORDERS, ""),
            "created_via": "checkout",
            "meta_data": [*_metadata(order)],
            "line_items": [self._line(line) for line in order["items"]],
            "tax_lines": [],
            "shipping_lines": [self._shipping_line(order)],
            "fee_lines": [_fee_line(fee)] if Decimal(fee["total"]) else [],
            "coupon_lines": [],
            "refunds": [self._refund_of_order(each) for each in order["refunds"]],
            "payment_url": "",
            "is_editable": False,
            "needs_payment": False,
            "needs_processing": True,
            "_links": _links("orders"),
        }

    def _refund_of_order(self, refund: Record) -> Record:
        tax = {"total_tax": "0"} if self.release.refund_tax else {}
        reason = refund["reason"] or ""
        return {
            "id": int(refund["id"]),
            "reason": reason,
            "total": f"-{refund['amount']}",
            **tax,
        }

    def _line(self, line: Record) -> Record:
        quantity = Decimal(line["quantity"])
        subtotal = quantity * Decimal(line["unit_price_amount"])
        total = subtotal - Decimal(line["discount_amount"])
        return {
            "id": int(line["id"]),
            "name": line["product_name"],
            "product_id": int(line["product_id"]),
            "variation_id": int(line["variant_id"]),
            "quantity": int(quantity),
            "tax_class": "",
            "subtotal": f"{subtotal:f}",
            "subtotal_tax": line["tax_amount"],
            "total": f"{total:f}",
            "total_tax": line["tax_amount"],
            "taxes": [],
            "sku": line["sku"],
            **({"global_unique_id": ""} if self.release.has_brands else {}),
            # After discounts, and a float.
            "price": float(total / quantity),
            "image": {"id": 0, "src": ""},
            "parent_name": None,
            "meta_data": [],
        }

    def _shipping_line(self, order: Record) -> Record:
        return {
            "id": 1,
            "method_title": "Post",
            "method_id": "flat_rate",
            "instance_id": "",
            "total": order["shipping_amount"],
            "total_tax": order["shipping_tax_amount"],
            "taxes": [],
            **({"tax_status": "taxable"} if self.release.has_brands else {}),
            "meta_data": [],
        }

    def _product(self, product: Record) -> Record:
        categories = [each for each in product["category_ids"] if each in self.shop.categories]
        return {
            **OTHER_FIELDS_OF_PRODUCTS,
            "id": int(product["id"]),
            "name": product["name"],
            "slug": f"product-{product['id']}",
            "type": "simple",
            "status": _PRODUCT_STATUSES[product["status"]],
            "description": product["description"],
            "sku": product["sku"],
            "price": product["price_amount"],
            "regular_price": product["price_amount"],
            "permalink": "",
            "images": [],
            "variations": [],
            "categories": [
                {"id": int(each), "name": each, "slug": each} for each in categories
            ],
            **({"brands": [], "global_unique_id": ""} if self.release.has_brands else {}),
            **self._times(
                date_created=product["created_at"], date_modified=product["updated_at"]
            ),
            "_links": _links("products"),
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


def _metadata(order: Record) -> Iterator[Record]:
    values = {
        "_wc_order_attribution_source_type": "utm",
        "_wc_order_attribution_session_entry": order["landing_url"],
        "_wc_order_attribution_referrer": order.get("referrer_url") or "",
        **order.get("attributes", {}),
    }
    for place, (name, value) in enumerate(values.items(), start=1):
        yield {"id": place, "key": name, "value": value}


def _fee_line(fee: Record) -> Record:
    others: Record = {"tax_class": "", "tax_status": "taxable", "amount": fee["total"]}
    return {"id": 1, "name": "Fee", **others, **fee, "taxes": [], "meta_data": []}


def _links(path: str) -> Record:
    return {"collection": [{"href": f"https://shop.example/wp-json/wc/v3/{path}"}]}
