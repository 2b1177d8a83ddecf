"""Records of the PrestaShop webservice, stored ones or made from a shop in ShopApp form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from shopapp_demo.shop import Record, Shop

RESOURCES = (
    *("orders", "order_details", "order_slip", "order_cart_rules", "cart_rules"),
    *("order_states", "customers", "currencies", "configurations", "products"),
    *("combinations", "categories"),
)
ROOT, HOME = 9001, 9002
"""Technical categories, which a new shop has as 1 and 2."""
_GUESTS = 5000
_CURRENCIES = {"CAD": (1, "1"), "JPY": (2, "108.5"), "EUR": (3, "0.68")}
# The states of a new shop: id, name, paid, logable, shipped, delivery.
_STATES = (
    (1, "Awaiting check payment", "0", "0", "0", "0"),
    (2, "Payment accepted", "1", "1", "0", "0"),
    (6, "Canceled", "0", "0", "0", "0"),
    (7, "Refunded", "0", "0", "0", "0"),
    (8, "Payment error", "0", "0", "0", "0"),
)
_STATE_OF = {"paid": 2, "partially_refunded": 2, "voided": 6}


class Store(Protocol):
    """The records of a shop in the form of the webservice."""

    def rows(self, resource: str) -> list[Record]:
        """Return all records of a resource, with all fields and languages."""


@dataclass
class StoredStore:
    """Records by resource."""

    records: dict[str, list[Record]] = field(default_factory=dict)

    def rows(self, resource: str) -> list[Record]:
        """Return all records of a resource."""
        return self.records.get(resource, [])


@dataclass
class LogicalStore:
    """The records of a shop in ShopApp form, made with each request.

    Attributes:
        shop: The shop.
        zone: Time zone of the shop.
    """

    shop: Shop
    zone: ZoneInfo

    def rows(self, resource: str) -> list[Record]:
        """Return all records of a resource."""
        rows: list[Record] = getattr(self, f"_{resource}")()
        return rows

    def _placed(self) -> list[Record]:
        return [each for each in self.shop.transactions.values() if not each.get("deleted_at")]

    def _orders(self) -> list[Record]:
        return [self._order(order) for order in self._placed()]

    def _order(self, order: Record) -> Record:
        currency, rate = _CURRENCIES[order["currency"]]
        is_paid = order["financial_status"] != "voided"
        total, tax = Decimal(order["total_amount"]), Decimal(order["tax_amount"])
        shipping, shipping_tax = _pair(order, "shipping")
        fee, fee_tax = _pair(order, "fee")
        goods_tax = tax - shipping_tax - fee_tax
        gross, discount = Decimal(order["gross_amount"]), order["discount_amount"]
        return {
            # Ids are numbers in one record and texts in the next.
            "id": _wobbling(order["id"]),
            "id_currency": _wobbling(currency, order["id"]),
            "id_lang": 1,
            "id_customer": int(order["customer_id"] or _GUESTS + int(order["id"])),
            "current_state": _STATE_OF[order["financial_status"]],
            "module": "ps_checkpayment",
            "invoice_date": self._local(order["processed_at"]),
            "valid": "1" if is_paid else "0",
            "date_add": self._local(order["created_at"]),
            "date_upd": self._local(order["updated_at"]),
            "note": "canary: a note of the merchant",
            "gift_message": "canary: a note of the buyer",
            "id_shop": 1,
            "secure_key": "canary0000000000000000000000",
            "payment": "Payment by check",
            "total_discounts_tax_incl": _six(discount),
            "total_discounts_tax_excl": _six(discount),
            # What was to be paid; the next two say what the order is worth.
            "total_paid": _six(total + 1),
            "total_paid_tax_incl": _six(total),
            "total_paid_tax_excl": _six(total - tax),
            "total_paid_real": _six(total if is_paid else 0),
            "total_products": _six(gross),
            "total_products_wt": _six(gross + goods_tax),
            "total_shipping_tax_incl": _six(shipping + shipping_tax),
            "total_shipping_tax_excl": _six(shipping),
            "total_wrapping_tax_incl": _six(fee + fee_tax),
            "total_wrapping_tax_excl": _six(fee),
            "conversion_rate": rate,
            "reference": order["order_name"],
            "associations": {"order_rows": [{"id": int(i["id"])} for i in order["items"]]},
        }

    def _order_details(self) -> list[Record]:
        # Lines of deleted orders stay.
        orders = self.shop.transactions.values()
        return [_line(order, line) for order in orders for line in order["items"]]

    def _order_slip(self) -> list[Record]:
        return [
            {
                "id": int(refund["id"]),
                "id_order": int(order["id"]),
                # The rate of the day of the refund, which is not that of the order.
                "conversion_rate": "9.000000",
                "total_products_tax_excl": _six(refund["amount"]),
                "total_products_tax_incl": _six(refund["amount"]),
                "total_shipping_tax_excl": "0.000000",
                "total_shipping_tax_incl": "0.000000",
                "amount": "0.000000",
                "partial": 0,
                "date_add": self._local(refund["created_at"]),
                "date_upd": self._local(refund["created_at"]),
            }
            for order in self.shop.transactions.values()
            for refund in order["refunds"]
        ]

    def _order_cart_rules(self) -> list[Record]:
        return []

    def _cart_rules(self) -> list[Record]:
        return []

    def _order_states(self) -> list[Record]:
        names = ("paid", "logable", "shipped", "delivery")
        return [
            {"id": state_id, **dict(zip(names, flags, strict=True)), "name": _texts(name)}
            for state_id, name, *flags in _STATES
        ]

    def _customers(self) -> list[Record]:
        """Return accounts, a row for each order of a guest, and that of the privacy module."""
        accounts = [
            self._customer(
                int(each["id"]),
                email=each["email"],
                firstname=each["first_name"],
                lastname=each["last_name"],
                date_add=each["created_at"],
                date_upd=each["updated_at"],
            )
            for each in self.shop.customers.values()
        ]
        guests = [
            self._customer(
                _GUESTS + int(order["id"]),
                email=order["email"],
                is_guest="1",
                date_add=order["created_at"],
                date_upd=order["created_at"],
            )
            for order in self._placed()
            if not order["customer_id"]
        ]
        first = min((row["date_add"] for row in accounts), default=None)
        anonymous = [
            self._customer(
                9999,
                email="anonymous@psgdpr.com",
                firstname="Anonymous",
                lastname="Anonymous",
                active="0",
            )
            | {"date_add": first, "date_upd": first}
        ]
        return [*(anonymous if first else []), *accounts, *guests]

    def _customer(self, customer_id: int, **fields: Any) -> Record:
        times = {
            name: self._local(fields.pop(name))
            for name in ("date_add", "date_upd")
            if name in fields
        }
        return {
            "id": customer_id,
            "passwd": "canary of a hash",
            "secure_key": "canary0000000000000000000000",
            "firstname": "Guest",
            "lastname": "Guest",
            "is_guest": "0",
            "newsletter": "1",
            "optin": 0,
            "deleted": "0",
            "active": "1",
            **fields,
            **times,
        }

    def _currencies(self) -> list[Record]:
        return [
            {"id": currency_id, "iso_code": code, "conversion_rate": "9.000000", "deleted": 0}
            for code, (currency_id, _) in _CURRENCIES.items()
        ]

    def _configurations(self) -> list[Record]:
        values = {
            "PS_TIMEZONE": self.zone.key,
            "PS_CURRENCY_DEFAULT": "1",
            "PS_LANG_DEFAULT": "1",
            "PS_SHOP_NAME": self.shop.info["name"],
            "PS_OS_CANCELED": "6",
            "PS_OS_REFUND": "7",
            "PS_OS_ERROR": "8",
            "PSGDPR_ANONYMOUS_CUSTOMER": "9999",
            "PS_SHOP_EMAIL": "canary@example.com",
        }
        return [
            {"id": place, "name": name, "value": value}
            for place, (name, value) in enumerate(values.items(), 1)
        ]

    def _products(self) -> list[Record]:
        return [
            {
                "id": _wobbling(product["id"]),
                "id_category_default": int(product["category_ids"][0]),
                "manufacturer_name": False,
                "state": 0 if product["status"] == "draft" else 1,
                "product_type": "standard",
                "reference": product["sku"],
                "price": _six(product["price_amount"]),
                "active": "1",
                "visibility": "both",
                "quantity": 0,
                "date_add": self._local(product["created_at"]),
                "date_upd": self._local(product["updated_at"]),
                "name": _texts(product["name"]),
                "description": _texts(product["description"]),
                "associations": {
                    "categories": [
                        {"id": HOME},
                        *({"id": int(each)} for each in product["category_ids"]),
                    ]
                },
            }
            for product in self.shop.products.values()
        ]

    def _combinations(self) -> list[Record]:
        return []

    def _categories(self) -> list[Record]:
        technical = [
            self._category(ROOT, 0, "Root", level_depth=0),
            self._category(HOME, ROOT, "Home", level_depth=1, is_root_category="1"),
        ]
        return [
            *(technical if self.shop.categories else []),
            *(
                self._category(
                    int(each["id"]),
                    int(each["parent_id"] or HOME),
                    each["name"],
                    date_upd=self._local(each["updated_at"]),
                )
                for each in self.shop.categories.values()
            ),
        ]

    def _category(self, category_id: int, parent_id: int, name: str, **fields: Any) -> Record:
        return {
            "id": category_id,
            "id_parent": parent_id,
            "level_depth": 2,
            "is_root_category": "0",
            "date_upd": "2026-01-01 00:00:00",
            "name": _texts(name),
            **fields,
        }

    def _local(self, time: str) -> str:
        moment = datetime.fromisoformat(time.replace("Z", "+00:00")).astimezone(self.zone)
        return f"{moment:%Y-%m-%d %H:%M:%S}"


def _line(order: Record, line: Record) -> Record:
    gross = Decimal(line["quantity"]) * Decimal(line["unit_price_amount"])
    return {
        "id": int(line["id"]),
        "id_order": _wobbling(order["id"]),
        "product_id": int(line["product_id"]),
        "product_attribute_id": int(line["variant_id"]),
        "product_name": line["product_name"],
        "product_reference": line["sku"],
        "product_quantity": int(line["quantity"]),
        "product_quantity_refunded": 0,
        "product_quantity_return": "0",
        "unit_price_tax_excl": _six(line["unit_price_amount"]),
        "total_price_tax_excl": _six(gross),
        "total_price_tax_incl": _six(gross + Decimal(line["tax_amount"])),
        "total_refunded_tax_excl": _six(line["refunded_amount"]),
        "total_refunded_tax_incl": _six(line["refunded_amount"]),
    }


def _pair(order: Record, name: str) -> tuple[Decimal, Decimal]:
    return Decimal(order[f"{name}_amount"]), Decimal(order[f"{name}_tax_amount"])


def _six(amount: Any) -> str:
    return f"{Decimal(amount):.6f}"


def _texts(text: str) -> list[Record]:
    """Return a text in two languages."""
    return [{"id": 1, "value": text}, {"id": 2, "value": f"{text} (fr)"}]


def _wobbling(value: Any, like: Any = None) -> Any:
    """Return an id as a number or as a text, by itself or by another id."""
    number = int(value if like is None else like)
    return int(value) if number % 2 else str(value)
