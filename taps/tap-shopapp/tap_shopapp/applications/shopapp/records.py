"""Records of the ShopApp API as records of the canonical contract."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tap_shopapp.campaign import campaign_fields
from tap_shopapp.errors import RecordError
from tap_shopapp.fields import Fields
from tap_shopapp.values import integer, key, normalized_email, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_shopapp.applications.base import Page, Record

_AMOUNTS = (
    "gross_amount",
    "discount_amount",
    "shipping_amount",
    "shipping_tax_amount",
    "tax_amount",
    "adjustment_amount",
    "total_amount",
    "refunded_amount",
)
_TRANSACTION = Fields(
    texts=(
        "order_name",
        "customer_id",
        "contact_id",
        "email",
        "currency",
        "financial_status",
        "fulfillment_status",
        "affiliation",
        "channel",
        "payment_method",
        "destination_country",
        "landing_url",
        "referrer_url",
    ),
    decimals=_AMOUNTS,
    times=("created_at", "updated_at", "processed_at", "cancelled_at", "deleted_at"),
    booleans=("prices_include_tax", "is_test"),
    others=("id", "discount_codes", "shop_money", "attributes", "items", "refunds"),
)
_SHOP_MONEY = Fields(texts=("currency",), decimals=_AMOUNTS, within="shop_money.")
_NO_SHOP_MONEY = dict.fromkeys(["shop_currency", *(f"shop_{name}" for name in _AMOUNTS)])
_ITEM = Fields(
    texts=("product_id", "variant_id", "sku", "product_name", "status"),
    decimals=(
        "quantity",
        "unit_price_amount",
        "discount_amount",
        "tax_amount",
        "refunded_quantity",
        "refunded_amount",
    ),
    others=("id", "position"),
    within="items.",
)
_REFUND = Fields(
    texts=("reason",),
    decimals=("amount",),
    times=("created_at",),
    others=("id",),
    within="refunds.",
)
_PRODUCT = Fields(
    texts=(
        "name",
        "description",
        "sku",
        "brand",
        "product_type",
        "currency",
        "url",
        "image_url",
        "status",
    ),
    decimals=("price_amount",),
    times=("created_at", "updated_at", "deleted_at"),
    others=("id", "category_ids", "attributes"),
)
_CATEGORY = Fields(
    texts=("parent_id", "name", "url"), times=("updated_at", "deleted_at"), others=("id",)
)
_CUSTOMER = Fields(
    texts=("email", "first_name", "last_name", "phone"),
    times=("created_at", "updated_at", "deleted_at"),
    booleans=("accepts_marketing",),
    others=("id", "attributes"),
)
_FINANCIAL = frozenset(
    (
        "pending",
        "authorized",
        "partially_paid",
        "paid",
        "partially_refunded",
        "refunded",
        "voided",
    )
)
_FULFILLMENT = frozenset(
    ("unfulfilled", "partially_fulfilled", "fulfilled", "returned", "cancelled")
)


def add(stream: str, raw: object, page: Page) -> None:
    """Add a record of the API, and what stands in it, to a page: all of it or nothing.

    Raises:
        RecordError: If it cannot be a record of its stream.
    """
    if not isinstance(raw, dict):
        raise RecordError("malformed", "The record is not an object.")
    if "updated_at" not in raw:
        raise RecordError("no_updated_at", "updated_at is missing.")
    _ADD[stream](raw, page)


def _add_transaction(raw: dict[str, Any], page: Page) -> None:
    fields = _TRANSACTION.read(raw)
    contact_id = fields.pop("contact_id")
    items = [_item(item, place) for place, item in enumerate(_objects(raw, "items"), start=1)]
    refunds = [_refund(refund) for refund in _objects(raw, "refunds")]
    attributes = _object(raw, "attributes")
    financial, fulfillment = fields["financial_status"], fields["fulfillment_status"]
    parent = {
        "transaction_id": key(raw.get("id"), "id"),
        "transaction_updated_at": fields["updated_at"],
        "transaction_version": _version(
            fields["updated_at"],
            [item["item_id"] for item in items],
            [refund["refund_id"] for refund in refunds],
        ),
        "currency": _currency(fields["currency"]),
    }
    page.records.append(
        {
            **fields,
            "transaction_id": parent["transaction_id"],
            "id_contact": contact_id,
            "email_normalized": normalized_email(fields["email"]),
            "currency": parent["currency"],
            **_shop_money(raw),
            "financial_status": financial if financial in _FINANCIAL else "unknown",
            "financial_status_raw": financial,
            "fulfillment_status": fulfillment if fulfillment in _FULFILLMENT else "unknown",
            "fulfillment_status_raw": fulfillment,
            "discount_codes": texts(raw.get("discount_codes")),
            **campaign_fields(fields["landing_url"], attributes),
            "version": parent["transaction_version"],
            "item_count": len(items),
            "refund_count": len(refunds),
            "attributes": attributes,
        }
    )
    for stream, children in (("items", items), ("refunds", refunds)):
        for child in children:
            child.update(parent)
        page.embedded.setdefault(stream, []).extend(children)
    page.note_unknown(_TRANSACTION.unknown(raw))
    for item in raw.get("items") or ():
        page.note_unknown(_ITEM.unknown(item), "items.")
    for refund in raw.get("refunds") or ():
        page.note_unknown(_REFUND.unknown(refund), "refunds.")


def _shop_money(raw: dict[str, Any]) -> Record:
    """Return an order's amounts in the shop's own currency, if it states them."""
    money = _object(raw, "shop_money")
    if not money:
        return _NO_SHOP_MONEY
    fields = {f"shop_{name}": value for name, value in _SHOP_MONEY.read(money).items()}
    return {**fields, "shop_currency": _currency(fields["shop_currency"])}


def _version(updated_at: str | None, item_ids: list[str], refund_ids: list[str]) -> str:
    """Return a name for this state of an order: its last change and its children.

    The children are in it since some shops remove a line without moving updated_at.
    """
    for kind, ids in (("lines", item_ids), ("refunds", refund_ids)):
        if len(set(ids)) < len(ids):
            raise RecordError("repeated_key", f"Two {kind} of the order have the same id.")
    children = "\x1f".join([*item_ids, "\x1e", *refund_ids])
    digest = hashlib.sha256(children.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{updated_at or 'undated'}-{digest}"


def _item(raw: dict[str, Any], place: int) -> Record:
    fields = _ITEM.read(raw)
    position = integer(raw.get("position"), "items.position")
    fields["item_id"] = key(raw.get("id"), "items.id")
    fields["position"] = place if position is None else position
    fields["status"] = fields["status"] or "sold"
    return fields


def _refund(raw: dict[str, Any]) -> Record:
    return {"refund_id": key(raw.get("id"), "refunds.id"), **_REFUND.read(raw)}


def _add_product(raw: dict[str, Any], page: Page) -> None:
    fields = _PRODUCT.read(raw)
    page.records.append(
        {
            "product_id": key(raw.get("id"), "id"),
            **fields,
            "currency": _currency(fields["currency"]),
            "category_ids": texts(raw.get("category_ids")),
            "attributes": _object(raw, "attributes"),
        }
    )
    page.note_unknown(_PRODUCT.unknown(raw))


def _add_category(raw: dict[str, Any], page: Page) -> None:
    page.records.append({"category_id": key(raw.get("id"), "id"), **_CATEGORY.read(raw)})
    page.note_unknown(_CATEGORY.unknown(raw))


def _add_customer(raw: dict[str, Any], page: Page) -> None:
    fields = _CUSTOMER.read(raw)
    page.records.append(
        {
            "customer_id": key(raw.get("id"), "id"),
            **fields,
            "email_normalized": normalized_email(fields["email"]),
            "attributes": _object(raw, "attributes"),
        }
    )
    page.note_unknown(_CUSTOMER.unknown(raw))


_ADD: dict[str, Callable[[dict[str, Any], Page], None]] = {
    "transactions": _add_transaction,
    "products": _add_product,
    "categories": _add_category,
    "customers": _add_customer,
}


def _object(raw: dict[str, Any], field: str) -> dict[str, Any]:
    value = raw.get(field)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordError("malformed", f"{field} is not an object.")
    return value


def _objects(raw: dict[str, Any], field: str) -> list[dict[str, Any]]:
    children = raw.get(field) or []
    if not isinstance(children, list) or not all(isinstance(c, dict) for c in children):
        raise RecordError("malformed", f"{field} is not a list of objects.")
    return children


def _currency(code: str | None) -> str | None:
    return code.upper() if code else None
