"""Records of Adobe Commerce's REST API: stored ones, or made from a shop in ShopApp form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from shop_fakes import adobe_commerce_rows as rows
from shop_fakes.adobe_commerce_rows import number, present

if TYPE_CHECKING:
    from shopapp_demo.shop import Record, Shop

ROOT = 999
"""The root of all catalogs, which the records of the shop do not have."""

_STATES = {"paid": "processing", "partially_refunded": "processing", "voided": "canceled"}
# Order currency per base currency. Base amounts are exact in two decimals.
_RATES = {"EUR": Decimal("0.5"), "JPY": Decimal(100)}
_VARIANTS = 10_000
_FOLDERS = {"": "", "link_": "", "static_": "static/", "media_": "media/"}


class Magento(Protocol):
    """Records of an installation, in the form of the API."""

    @property
    def store_configs(self) -> list[Record]: ...
    @property
    def orders(self) -> list[Record]: ...
    @property
    def credit_memos(self) -> list[Record]: ...
    @property
    def products(self) -> list[Record]: ...
    @property
    def categories(self) -> list[Record]: ...
    @property
    def customers(self) -> list[Record]: ...


@dataclass
class StoredMagento:
    """An installation with records in the form of the API."""

    store_configs: list[Record] = field(default_factory=list)
    orders: list[Record] = field(default_factory=list)
    credit_memos: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    categories: list[Record] = field(default_factory=list)
    customers: list[Record] = field(default_factory=list)


@dataclass
class LogicalMagento:
    """An installation that serves the records of a shop, which are made with each request."""

    shop: Shop

    @property
    def store_configs(self) -> list[Record]:
        """The store views: the second one must not be taken for the shop."""
        about = self.shop.info
        first = {
            "id": 1,
            "code": "default",
            "website_id": 1,
            "locale": "en_US",
            "base_currency_code": about["currency"],
            "default_display_currency_code": about["currency"],
            "timezone": about["time_zone"],
            "weight_unit": "kgs",
            **{
                f"{secure}base_{kind}url": f"{about['url']}/{path}"
                for secure in ("", "secure_")
                for kind, path in _FOLDERS.items()
            },
        }
        return [{**first, "id": 2, "code": "us", "timezone": "Asia/Tokyo"}, first]

    @property
    def orders(self) -> list[Record]:
        """The orders."""
        return [self._order(order) for order in self.shop.transactions.values()]

    @property
    def credit_memos(self) -> list[Record]:
        """The refunds of all orders: amounts without lines, as an administrator enters them."""
        return [
            rows.credit_memo(
                int(refund["id"]),
                int(order["id"]),
                created_at=_time(refund["created_at"]),
                updated_at=_time(refund["created_at"]),
                rate=_rate(order),
                adjustment_positive=refund["amount"],
                grand_total=refund["amount"],
            )
            for order in self.shop.transactions.values()
            for refund in order["refunds"]
        ]

    @property
    def products(self) -> list[Record]:
        """The products, all without variants."""
        return [
            rows.product(
                int(product["id"]),
                name=product["name"],
                sku=product["sku"],
                price=number(product["price_amount"]),
                status=1 if product["status"] == "active" else 2,
                created_at=_time(product["created_at"]),
                updated_at=_time(product["updated_at"]),
                extension_attributes={
                    "website_ids": [1],
                    "category_links": [
                        {"position": 0, "category_id": each} for each in product["category_ids"]
                    ],
                },
                custom_attributes=[
                    {"attribute_code": "description", "value": product["description"]},
                    {"attribute_code": "category_ids", "value": product["category_ids"]},
                ],
            )
            for product in self.shop.products.values()
        ]

    @property
    def categories(self) -> list[Record]:
        """The categories, below the root of all catalogs."""
        found = [
            rows.category(
                int(key),
                int(its["parent_id"] or ROOT),
                self._level(key),
                name=its["name"],
                updated_at=_time(its["updated_at"]),
            )
            for key, its in self.shop.categories.items()
        ]
        return [*found, rows.category(ROOT, 0, 0)] if found else []

    def _level(self, key: str) -> int:
        parent = self.shop.categories[key]["parent_id"]
        return 1 + (self._level(parent) if parent else 0)

    @property
    def customers(self) -> list[Record]:
        """The accounts of customers."""
        return [
            rows.customer(
                int(each["id"]),
                email=each["email"],
                firstname=each["first_name"],
                lastname=each["last_name"],
                created_at=_time(each["created_at"]),
                updated_at=_time(each["updated_at"]),
            )
            for each in self.shop.customers.values()
        ]

    def _order(self, order: Record) -> Record:
        state = _STATES[order["financial_status"]]
        rate = _rate(order)
        refunded = Decimal(order["refunded_amount"] or 0)
        extensions = {
            "landing_url": order["landing_url"],
            "referrer_url": order.get("referrer_url"),
            **{_snake(name): its for name, its in order.get("attributes", {}).items()},
        }
        fee, fee_tax = Decimal(order["fee_amount"]), Decimal(order["fee_tax_amount"])
        if fee or fee_tax:
            extensions |= {
                "gw_price": f"{fee:.4f}",
                "gw_base_price": f"{fee / rate:.4f}",
                "gw_tax_amount": f"{fee_tax:.4f}",
                "gw_base_tax_amount": f"{fee_tax / rate:.4f}",
            }
        is_cancelled = state == "canceled"
        return rows.order(
            int(order["id"]),
            [row for line in order["items"] for row in _rows(line, rate, is_cancelled)],
            increment_id=order["order_name"],
            state=state,
            status=state,
            created_at=_time(order["created_at"]),
            updated_at=_time(order["updated_at"]),
            customer_id=int(order["customer_id"]) if order["customer_id"] else None,
            customer_is_guest=0 if order["customer_id"] else 1,
            customer_email=order["email"],
            order_currency_code=order["currency"],
            base_currency_code=self.shop.info["currency"],
            rate=rate,
            subtotal=order["gross_amount"],
            discount_amount=-Decimal(order["discount_amount"]),
            shipping_amount=order["shipping_amount"],
            shipping_tax_amount=order["shipping_tax_amount"],
            tax_amount=order["tax_amount"],
            grand_total=order["total_amount"],
            total_paid=None if is_cancelled else order["total_amount"],
            total_canceled=order["total_amount"] if is_cancelled else None,
            total_refunded=refunded or None,
            extension_attributes=present(extensions),
        )


def _rows(line: Record, rate: Decimal, is_cancelled: bool) -> list[Record]:  # noqa: FBT001
    """Return the two rows of a line: the configurable product and its variant."""
    quantity = line["quantity"]
    cancelled = number(quantity) if is_cancelled else 0
    shared = {
        "sku": line["sku"],
        "name": line["product_name"],
        "qty_ordered": quantity,
        "qty_canceled": cancelled,
    }
    configurable = rows.line(
        int(line["id"]),
        product_type="configurable",
        product_id=int(line["product_id"]),
        price=line["unit_price_amount"],
        discount_amount=line["discount_amount"],
        tax_amount=line["tax_amount"],
        rate=rate,
        **shared,
    )
    variant = rows.line(
        _VARIANTS + int(line["id"]),
        parent_item_id=configurable["item_id"],
        product_id=int(line["variant_id"]),
        price=0,
        parent_item=configurable,
        **shared,
    )
    return [configurable, variant]


def _rate(order: Record) -> Decimal:
    return _RATES.get(order["currency"], Decimal(1))


def _time(moment: str) -> str:
    return moment.replace("T", " ").removesuffix("Z")


def _snake(name: str) -> str:
    """Return a name as extension attributes have it."""
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()
