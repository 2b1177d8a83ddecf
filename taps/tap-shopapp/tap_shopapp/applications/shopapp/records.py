"""Records of the ShopApp API as records of the canonical contract."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from tap_shopapp.campaign import campaign_fields
from tap_shopapp.errors import RecordError
from tap_shopapp.timestamps import utc_timestamp
from tap_shopapp.values import (
    boolean,
    decimal,
    integer,
    key,
    normalized_email,
    text,
    texts,
)

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


def _currency(value: object) -> str | None:
    code = text(value)
    return code.upper() if code else None


def _status(value: str | None, known: frozenset[str]) -> str:
    return value if value in known else "unknown"


def _amounts(raw: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    if not raw:
        return {f"{prefix}{name}": None for name in _AMOUNTS}
    return {f"{prefix}{name}": decimal(raw.get(name), name) for name in _AMOUNTS}


def _texts(raw: dict[str, Any], *names: str) -> dict[str, str | None]:
    # The usual value is told apart here: a call per field would be a tenth of the run.
    return {
        name: value if (value := raw.get(name)) is None or type(value) is str else text(value)
        for name in names
    }


def _times(raw: dict[str, Any], *names: str) -> dict[str, str | None]:
    return {name: utc_timestamp(raw.get(name), name) for name in names}


def _add_transaction(raw: dict[str, Any], page: Page) -> None:
    transaction_id = key(raw.get("id"), "id")
    attributes = _object(raw, "attributes")
    shop_money = _object(raw, "shop_money")
    email = text(raw.get("email"))
    currency = _currency(raw.get("currency"))
    financial, fulfillment = (
        text(raw.get("financial_status")),
        text(raw.get("fulfillment_status")),
    )
    items = [
        _item(item, position) for position, item in enumerate(_objects(raw, "items"), start=1)
    ]
    refunds = [_refund(refund) for refund in _objects(raw, "refunds")]
    updated_at = utc_timestamp(raw.get("updated_at"), "updated_at")
    version = _version(
        updated_at,
        [item["item_id"] for item in items],
        [refund["refund_id"] for refund in refunds],
    )
    transaction: Record = {
        "transaction_id": transaction_id,
        **_texts(raw, "order_name", "customer_id"),
        "id_contact": text(raw.get("contact_id")),
        "email": email,
        "email_normalized": normalized_email(email),
        "currency": currency,
        **_amounts(raw),
        "prices_include_tax": boolean(raw.get("prices_include_tax"), "prices_include_tax"),
        "shop_currency": _currency(shop_money.get("currency")),
        **_amounts(shop_money, "shop_"),
        **_times(raw, "created_at", "processed_at", "cancelled_at", "deleted_at"),
        "updated_at": updated_at,
        "financial_status": _status(financial, _FINANCIAL),
        "financial_status_raw": financial,
        "fulfillment_status": _status(fulfillment, _FULFILLMENT),
        "fulfillment_status_raw": fulfillment,
        "is_test": boolean(raw.get("is_test"), "is_test"),
        **_texts(raw, "affiliation", "channel", "payment_method", "destination_country"),
        "discount_codes": texts(raw.get("discount_codes")),
        **_texts(raw, "landing_url", "referrer_url"),
        **campaign_fields(text(raw.get("landing_url")), attributes),
        "version": version,
        "item_count": len(items),
        "refund_count": len(refunds),
        "attributes": attributes,
    }
    parent = {
        "transaction_id": transaction_id,
        "transaction_updated_at": updated_at,
        "transaction_version": version,
        "currency": currency,
    }
    page.records.append(transaction)
    for stream, children in (("items", items), ("refunds", refunds)):
        for child in children:
            child.update(parent)
        page.embedded.setdefault(stream, []).extend(children)


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


def _item(raw: dict[str, Any], position: int) -> Record:
    stated_position = integer(raw.get("position"), "items.position")
    return {
        "item_id": key(raw.get("id"), "items.id"),
        "position": position if stated_position is None else stated_position,
        **_texts(raw, "product_id", "variant_id", "sku", "product_name"),
        "quantity": decimal(raw.get("quantity"), "items.quantity"),
        "unit_price_amount": decimal(raw.get("unit_price_amount"), "items.unit_price_amount"),
        "discount_amount": decimal(raw.get("discount_amount"), "items.discount_amount"),
        "tax_amount": decimal(raw.get("tax_amount"), "items.tax_amount"),
        "status": text(raw.get("status")) or "sold",
        "refunded_quantity": decimal(raw.get("refunded_quantity"), "items.refunded_quantity"),
        "refunded_amount": decimal(raw.get("refunded_amount"), "items.refunded_amount"),
    }


def _refund(raw: dict[str, Any]) -> Record:
    return {
        "refund_id": key(raw.get("id"), "refunds.id"),
        "amount": decimal(raw.get("amount"), "refunds.amount"),
        "created_at": utc_timestamp(raw.get("created_at"), "refunds.created_at"),
        "reason": text(raw.get("reason")),
    }


def _add_product(raw: dict[str, Any], page: Page) -> None:
    page.records.append(
        {
            "product_id": key(raw.get("id"), "id"),
            **_texts(raw, "name", "description", "sku", "brand", "product_type"),
            "price_amount": decimal(raw.get("price_amount"), "price_amount"),
            "currency": _currency(raw.get("currency")),
            **_texts(raw, "url", "image_url", "status"),
            "category_ids": texts(raw.get("category_ids")),
            **_times(raw, "created_at", "updated_at", "deleted_at"),
            "attributes": _object(raw, "attributes"),
        }
    )


def _add_category(raw: dict[str, Any], page: Page) -> None:
    page.records.append(
        {
            "category_id": key(raw.get("id"), "id"),
            **_texts(raw, "parent_id", "name", "url"),
            **_times(raw, "updated_at", "deleted_at"),
        }
    )


def _add_customer(raw: dict[str, Any], page: Page) -> None:
    email = text(raw.get("email"))
    page.records.append(
        {
            "customer_id": key(raw.get("id"), "id"),
            "email": email,
            "email_normalized": normalized_email(email),
            **_texts(raw, "first_name", "last_name", "phone"),
            "accepts_marketing": boolean(raw.get("accepts_marketing"), "accepts_marketing"),
            **_times(raw, "created_at", "updated_at", "deleted_at"),
            "attributes": _object(raw, "attributes"),
        }
    )


_ADD: dict[str, Callable[[dict[str, Any], Page], None]] = {
    "transactions": _add_transaction,
    "products": _add_product,
    "categories": _add_category,
    "customers": _add_customer,
}


def add(stream: str, raw: object, page: Page) -> None:
    """Add a record of the API, and what stands in it, to a page: all of it or nothing.

    Raises:
        RecordError: If it cannot be a record of its stream.
    """
    if not isinstance(raw, dict):
        raise RecordError("malformed", "The record is not an object.")
    _ADD[stream](raw, page)
