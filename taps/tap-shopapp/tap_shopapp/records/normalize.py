"""Converts normalized records to records of the canonical contract.

Every application normalizes its records to the form of the ShopApp API, which `openapi.yaml`
describes. The checks and conversions here are the same for all applications.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import RecordError
from tap_shopapp.records.campaign import campaign_fields
from tap_shopapp.records.email import address
from tap_shopapp.records.fields import Fields
from tap_shopapp.records.order_events import order_events
from tap_shopapp.records.readers import (
    AMOUNTS,
    CATEGORY,
    CUSTOMER,
    DELETED_TRANSACTION,
    FINANCIAL_STATUS_VOCABULARY,
    FULFILLMENT_STATUS_VOCABULARY,
    ITEM,
    PRODUCT,
    REFUND,
    TRANSACTION,
)
from tap_shopapp.records.signs import order_discount, set_signs, set_signs_of_lines, size
from tap_shopapp.records.timestamps import utc_timestamp
from tap_shopapp.records.values import (
    currency,
    integer,
    key,
    objects,
    references,
    texts,
    word,
)
from tap_shopapp.records.version import order_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tap_shopapp.pages import Page, Record

SHOP_MONEY = Fields(texts=("currency",), decimals=AMOUNTS, within="shop_money.")
_NO_SHOP_MONEY = dict.fromkeys(["shop_currency", *(f"shop_{name}" for name in AMOUNTS)])


@dataclass(slots=True)
class NormalizedRecord:
    """A record of an application in the form of the ShopApp API.

    Attributes:
        fields: The record, with amounts as decimal strings and times with offset.
        financial_status_raw: The financial status of the shop, if `fields` has the status of
            the contract.
        fulfillment_status_raw: The same for the fulfillment status.
        campaign: Campaign parameters of an order, if they are not in its attributes.
        origin: Prefix of the version of an order that does not come from the shop's API.
            Without it, the prefix is the last change. The refunds of such an order are unknown.
        has_defined_signs: Whether the API defines the signs of refunds and discounts, so that a
            negative refund is a charge. Otherwise the source may write them with either sign.
    """

    fields: Any
    financial_status_raw: str | None = None
    fulfillment_status_raw: str | None = None
    campaign: Mapping[str, Any] | None = None
    origin: str | None = None
    has_defined_signs: bool = False


def collect(
    stream: str,
    raw_records: Iterable[Any],
    page: Page,
    *,
    normalize: Callable[[Any], NormalizedRecord],
    location: str,
) -> None:
    """Add records of an API to a page; invalid records become rejects.

    Args:
        stream: The stream of the records.
        raw_records: Records from the API. Rejects contain them unchanged.
        page: The page.
        normalize: Normalizes one record. A record that makes it fail is malformed.
        location: Place of the records, for rejects.
    """
    for raw in raw_records:
        normalized = None
        try:
            try:
                normalized = normalize(raw)
            except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
                msg = "The record does not have the format of the application's API."
                raise RecordError("malformed", msg) from None
            add(stream, normalized, page)
        except RecordError as error:
            page.reject(
                stream, error, raw, location=location, updated_at=_updated_at(normalized)
            )


def _updated_at(normalize: NormalizedRecord | None) -> str | None:
    try:
        return utc_timestamp(normalize.fields["updated_at"], "updated_at")  # type: ignore[union-attr]
    except (AttributeError, KeyError, TypeError, RecordError):
        return None


def add(stream: str, normalize: NormalizedRecord, page: Page) -> None:
    """Add a record and its embedded records to a page, or nothing after an error.

    Raises:
        RecordError: The record is not valid for its stream.
    """
    if not isinstance(normalize.fields, dict):
        raise RecordError("malformed", "The record is not an object.")
    if "updated_at" not in normalize.fields:
        raise RecordError("no_updated_at", "updated_at is missing.")
    _ADD[stream](normalize, page)


def _add_transaction(normalize: NormalizedRecord, page: Page) -> None:
    order = TRANSACTION.read(normalize.fields, page.unknown)
    items = [
        _item(item, place, page)
        for place, item in enumerate(objects(order.pop("items"), "items"), start=1)
    ]
    refunds = [_refund(refund, page) for refund in objects(order.pop("refunds"), "refunds")]
    if not normalize.has_defined_signs:
        set_signs(order, items, refunds)
    # A file knows refunds if it has a column for them.
    knows_refunds = not normalize.origin or "refunded_amount" in page.fields_present.get(
        "transactions", ()
    )
    events = order_events(order, items, refunds if knows_refunds else None, page)
    version = order_version(
        normalize.origin or order["updated_at"],
        [item["item_id"] for item in items],
        [refund["refund_id"] for refund in refunds],
        [event["event_id"] for event in events or ()],
    )
    attributes = _object(order["attributes"], "attributes")
    financial, fulfillment = order["financial_status"], order["fulfillment_status"]
    order["transaction_id"] = key(order.pop("id"), "id")
    order["id_contact"] = order.pop("contact_id")
    order["email_normalized"] = address(order["email"])
    order["currency"] = currency(order["currency"])
    order.update(
        _shop_money(order.pop("shop_money"), page, has_signs=normalize.has_defined_signs)
    )
    order["financial_status"] = word(financial, FINANCIAL_STATUS_VOCABULARY)
    order["financial_status_raw"] = normalize.financial_status_raw or financial
    order["fulfillment_status"] = word(fulfillment, FULFILLMENT_STATUS_VOCABULARY)
    order["fulfillment_status_raw"] = normalize.fulfillment_status_raw or fulfillment
    order["discount_codes"] = texts(order["discount_codes"])
    campaign = attributes if normalize.campaign is None else normalize.campaign
    order.update(campaign_fields(order["landing_url"], order["referrer_url"], campaign))
    order["version"] = version
    order["item_count"] = len(items)
    order["refund_count"] = None if normalize.origin else len(refunds)
    order["sales_event_count"] = None if events is None else len(events)
    order["attributes"] = attributes
    parent = {
        "transaction_id": order["transaction_id"],
        "transaction_updated_at": order["updated_at"],
        "transaction_version": version,
        "currency": order["currency"],
    }
    page.records.append(order)
    of_items = {**parent, "listed_at": None}
    for item in items:
        item.update(of_items)
    for refund in refunds:
        refund.update(parent)
    if normalize.origin and not items:
        # The warehouse keeps the version of an order whose lines a file does not state.
        parent = {**parent, "transaction_version": None}
    for event in events or ():
        event.update(parent)
    page.embedded["items"] += items
    page.embedded["refunds"] += refunds
    page.embedded["sales_events"] += events or ()


def _shop_money(raw: object, page: Page, *, has_signs: bool) -> Record:
    """Return the amounts of an order in the shop's own currency, null if it has none.

    Args:
        raw: The amounts.
        page: Counts unknown fields.
        has_signs: Whether their signs are defined.
    """
    money = _object(raw, "shop_money")
    if not money:
        return _NO_SHOP_MONEY
    amounts = SHOP_MONEY.read(money, page.unknown)
    if not has_signs:
        amounts["refunded_amount"] = size(amounts["refunded_amount"])
        amounts["discount_amount"] = order_discount(amounts)
    fields = {f"shop_{name}": value for name, value in amounts.items()}
    return {**fields, "shop_currency": currency(fields["shop_currency"])}


def _item(raw: dict[str, Any], place: int, page: Page) -> Record:
    item = ITEM.read(raw, page.unknown)
    item["item_id"] = key(item.pop("id"), "items.id")
    position = item["position"]
    item["position"] = place if position is None else integer(position, "items.position")
    item["status"] = item["status"] or "sold"
    return item


def _add_item(normalize: NormalizedRecord, page: Page) -> None:
    """Add a line without its order. It belongs to no version of the order."""
    line = dict(normalize.fields)
    parent = {
        "transaction_id": key(line.pop("transaction_id", None), "transaction_id"),
        "transaction_updated_at": line.pop("updated_at"),
        "transaction_version": None,
        "currency": currency(line.pop("currency", None)),
        "listed_at": None,
    }
    item = _item(line, 0, page)
    set_signs_of_lines([item], None)
    page.embedded["items"].append(item | parent)


def _refund(raw: dict[str, Any], page: Page) -> Record:
    refund = REFUND.read(raw, page.unknown)
    refund["refund_id"] = key(refund.pop("id"), "refunds.id")
    return refund


def _add_deleted_transaction(normalize: NormalizedRecord, page: Page) -> None:
    """Add a deleted order, which has only an id and the time of deletion.

    A record of `transactions` would empty all other columns in the warehouse.
    """
    order = DELETED_TRANSACTION.read(normalize.fields, page.unknown)
    page.deleted.append(
        {"transaction_id": key(order["id"], "id"), "deleted_at": order["updated_at"]}
    )


def _add_product(normalize: NormalizedRecord, page: Page) -> None:
    product = PRODUCT.read(normalize.fields, page.unknown)
    product["product_id"] = key(product.pop("id"), "id")
    product["currency"] = currency(product["currency"])
    product["category_ids"] = references(product["category_ids"], "category_ids")
    product["attributes"] = _object(product["attributes"], "attributes")
    product["listed_at"] = None
    page.records.append(product)


def _add_category(normalize: NormalizedRecord, page: Page) -> None:
    category = CATEGORY.read(normalize.fields, page.unknown)
    category["category_id"] = key(category.pop("id"), "id")
    category["listed_at"] = None
    page.records.append(category)


def _add_customer(normalize: NormalizedRecord, page: Page) -> None:
    customer = CUSTOMER.read(normalize.fields, page.unknown)
    customer["customer_id"] = key(customer.pop("id"), "id")
    customer["email_normalized"] = address(customer["email"])
    customer["attributes"] = _object(customer["attributes"], "attributes")
    page.records.append(customer)


_ADD: dict[str, Callable[[NormalizedRecord, Page], None]] = {
    "transactions": _add_transaction,
    "items": _add_item,
    "deleted_transactions": _add_deleted_transaction,
    "products": _add_product,
    "categories": _add_category,
    "customers": _add_customer,
}


def _object(value: object, field: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RecordError("malformed", f"{field} is not an object.")
    return value
