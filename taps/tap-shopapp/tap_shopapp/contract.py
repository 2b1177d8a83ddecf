"""The canonical contract: the streams that every application emits, and nothing else does.

Times are fixed-width UTC text, money is exact decimal strings, ids are text; `shop_id` is in
every key. The dbt package reads exactly these columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk import typing as th

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class StreamContract:
    """Name, keys and schema of one canonical stream.

    `bookmark_property` is what tells a later form of a record from an earlier one; of the
    embedded streams it is their order's version.
    """

    name: str
    primary_keys: tuple[str, ...]
    bookmark_property: str | None
    schema: dict[str, Any]

    @property
    def fields(self) -> Mapping[str, Any]:
        """The stream's properties by name, in order."""
        properties: Mapping[str, Any] = self.schema["properties"]
        return properties


_TEXT = th.StringType
_TIME = th.DateTimeType
_DECIMAL = th.SingerDecimalType
_JSON = th.ObjectType(additional_properties=True)

_Field = tuple[str, Any, str]


def _contract(
    name: str,
    primary_keys: tuple[str, ...],
    bookmark_property: str | None,
    *fields: _Field,
) -> StreamContract:
    properties = [
        th.Property(field, kind, required=field in primary_keys, description=description)
        for field, kind, description in fields
    ]
    schema = th.PropertiesList(*properties).to_dict()
    return StreamContract(name, primary_keys, bookmark_property, schema)


_SHOP_ID: _Field = ("shop_id", _TEXT, "The shop, as the setting shop_id names it.")
_UPDATED_AT: _Field = ("updated_at", _TIME, "When the shop last changed the record.")
_CREATED_AT: _Field = ("created_at", _TIME, "When the shop created the record.")
_DELETED_AT: _Field = ("deleted_at", _TIME, "When the shop deleted the record.")
_ATTRIBUTES: _Field = (
    "attributes",
    _JSON,
    "What the shop says beyond the contract, as it says it.",
)
_CURRENCY: _Field = ("currency", _TEXT, "ISO 4217 code of the amounts beside it.")
_LISTED_AT: _Field = (
    "listed_at",
    _TIME,
    "The start of the run that listed the record; null where the shop tells its deletions.",
)

_AMOUNTS = {
    "gross_amount": "All lines, before discounts and tax.",
    "discount_amount": "All discounts, of lines and of the order, before tax.",
    "shipping_amount": "Shipping before tax.",
    "shipping_tax_amount": "The part of the tax that is on shipping.",
    "tax_amount": "All tax, including tax on shipping and fees.",
    "fee_amount": "Fees and surcharges before tax; negative for a reduction.",
    "fee_tax_amount": "The part of the tax that is on fees.",
    "tip_amount": "Tips.",
    "duty_amount": "Import duties.",
    "adjustment_amount": "What the other amounts leave of the total, such as rounding.",
    "total_amount": (
        "gross − discount + shipping + tax + fee + tip + duty + adjustment, as the shop states"
        " it."
    ),
    "refunded_amount": "What was paid back so far, tax included.",
}

SHOPS = _contract(
    "shops",
    ("shop_id",),
    None,
    _SHOP_ID,
    ("application", _TEXT, "The shop's application, as the setting names it."),
    ("name", _TEXT, "The shop's name."),
    ("url", _TEXT, "The shop's address."),
    ("currency", _TEXT, "ISO 4217 code of the shop's own currency."),
    ("time_zone", _TEXT, "IANA name of the time zone in which the shop counts days."),
    ("updated_at", _TIME, "When the run read this."),
)

TRANSACTIONS = _contract(
    "transactions",
    ("shop_id", "transaction_id"),
    "updated_at",
    _SHOP_ID,
    ("transaction_id", _TEXT, "The order's id in the shop."),
    ("order_name", _TEXT, "The order's number as people say it."),
    ("customer_id", _TEXT, "The buyer's account in the shop; null for a guest."),
    (
        "id_contact",
        _TEXT,
        "The contact's id in the marketing project, if the shop has it.",
    ),
    ("email", _TEXT, "The buyer's e-mail address as given."),
    ("email_normalized", _TEXT, "The address in comparable form; null for a bad one."),
    _CURRENCY,
    *((name, _DECIMAL, meaning) for name, meaning in _AMOUNTS.items()),
    ("prices_include_tax", th.BooleanType, "Whether the shop showed prices with tax."),
    (
        "shop_currency",
        _TEXT,
        "Currency of the shop_* amounts, where the shop states any.",
    ),
    *(
        (
            f"shop_{name}",
            _DECIMAL,
            f"{name} in the shop's own currency, as it states it.",
        )
        for name in _AMOUNTS
    ),
    _CREATED_AT,
    _UPDATED_AT,
    ("processed_at", _TIME, "When the order was processed; the shop may back-date it."),
    ("cancelled_at", _TIME, "When the order was cancelled."),
    _DELETED_AT,
    ("financial_status", _TEXT, "Payment status in the contract's vocabulary."),
    ("financial_status_raw", _TEXT, "Payment status in the shop's own word."),
    ("fulfillment_status", _TEXT, "Fulfilment status in the contract's vocabulary."),
    ("fulfillment_status_raw", _TEXT, "Fulfilment status in the shop's own word."),
    ("is_test", th.BooleanType, "Whether the shop marks the order as a test."),
    ("affiliation", _TEXT, "The outlet that the order came through."),
    ("channel", _TEXT, "The sales channel."),
    ("payment_method", _TEXT, "How the order was paid."),
    ("destination_country", _TEXT, "ISO 3166 code of the country shipped to."),
    ("discount_codes", th.ArrayType(_TEXT), "The codes that the buyer entered."),
    ("version", _TEXT, "Names this state of the order and its lines and refunds."),
    ("landing_url", _TEXT, "The address by which the buyer's visit began."),
    ("referrer_url", _TEXT, "The page that led there."),
    ("utm_source", _TEXT, "Campaign source of the visit."),
    ("utm_medium", _TEXT, "Campaign medium of the visit."),
    ("utm_campaign", _TEXT, "Campaign name of the visit."),
    ("utm_content", _TEXT, "Campaign content of the visit."),
    ("utm_term", _TEXT, "Campaign term of the visit."),
    ("id_send_log", _TEXT, "The single send that the order is credited to."),
    ("id_batch", _TEXT, "The deployment of messages that the order is credited to."),
    ("id_visit", _TEXT, "The web visit that the order is credited to."),
    ("item_count", th.IntegerType, "Lines written with the order; null if deselected."),
    ("refund_count", th.IntegerType, "Refunds written with the order; null likewise."),
    _ATTRIBUTES,
)

_TRANSACTION_KEYS: tuple[_Field, ...] = (
    _SHOP_ID,
    ("transaction_id", _TEXT, "The order that the record belongs to."),
)
_TRANSACTION_VERSION: tuple[_Field, ...] = (
    ("transaction_updated_at", _TIME, "When the shop last changed the order."),
    ("transaction_version", _TEXT, "The order's version that this record is part of."),
)

ITEMS = _contract(
    "items",
    ("shop_id", "transaction_id", "item_id"),
    "transaction_version",
    *_TRANSACTION_KEYS,
    ("item_id", _TEXT, "The line's id within its order."),
    *_TRANSACTION_VERSION,
    ("position", th.IntegerType, "The line's place in its order, from 1."),
    ("product_id", _TEXT, "The product sold; null for a charge that is none."),
    ("variant_id", _TEXT, "The product's variant."),
    ("sku", _TEXT, "The stock-keeping unit."),
    ("product_name", _TEXT, "The product's name as it was sold."),
    ("quantity", _DECIMAL, "How many; may have a fraction."),
    ("unit_price_amount", _DECIMAL, "Price of one before tax and discounts."),
    (
        "line_gross_amount",
        _DECIMAL,
        "The line before discounts and tax, where the shop states it; else quantity × price.",
    ),
    ("discount_amount", _DECIMAL, "The line's own discount, before tax."),
    ("tax_amount", _DECIMAL, "Tax on the line."),
    _CURRENCY,
    ("status", _TEXT, "sold, cancelled or returned."),
    ("refunded_quantity", _DECIMAL, "How many were refunded."),
    ("refunded_amount", _DECIMAL, "What was paid back for the line."),
    _LISTED_AT,
)

REFUNDS = _contract(
    "refunds",
    ("shop_id", "transaction_id", "refund_id"),
    "transaction_version",
    *_TRANSACTION_KEYS,
    ("refund_id", _TEXT, "The refund's id within its order."),
    *_TRANSACTION_VERSION,
    ("amount", _DECIMAL, "What was paid back, tax included."),
    _CURRENCY,
    _CREATED_AT,
    ("reason", _TEXT, "Why, in the shop's words."),
)

DELETED_TRANSACTIONS = _contract(
    "deleted_transactions",
    ("shop_id", "transaction_id"),
    None,
    *_TRANSACTION_KEYS,
    _DELETED_AT,
)

PRODUCTS = _contract(
    "products",
    ("shop_id", "product_id"),
    "updated_at",
    _SHOP_ID,
    ("product_id", _TEXT, "The product's id in the shop."),
    ("name", _TEXT, "The product's name."),
    ("description", _TEXT, "The product's description, as the shop keeps it."),
    ("sku", _TEXT, "The product's stock-keeping unit."),
    ("brand", _TEXT, "The product's brand."),
    ("product_type", _TEXT, "The shop's own kind of product."),
    ("price_amount", _DECIMAL, "The price before tax."),
    _CURRENCY,
    ("url", _TEXT, "The product's page."),
    ("image_url", _TEXT, "The product's picture."),
    ("status", _TEXT, "active, draft or archived."),
    ("category_ids", th.ArrayType(_TEXT), "Its categories, the primary one first."),
    _CREATED_AT,
    _UPDATED_AT,
    _DELETED_AT,
    _LISTED_AT,
    _ATTRIBUTES,
)

CATEGORIES = _contract(
    "categories",
    ("shop_id", "category_id"),
    "updated_at",
    _SHOP_ID,
    ("category_id", _TEXT, "The category's id in the shop."),
    ("parent_id", _TEXT, "The category above; null at the top."),
    ("name", _TEXT, "The category's name."),
    ("url", _TEXT, "The category's page."),
    _UPDATED_AT,
    _DELETED_AT,
    _LISTED_AT,
)

CUSTOMERS = _contract(
    "customers",
    ("shop_id", "customer_id"),
    "updated_at",
    _SHOP_ID,
    ("customer_id", _TEXT, "The account's id in the shop."),
    ("email", _TEXT, "The account's e-mail address as given."),
    ("email_normalized", _TEXT, "The address in comparable form; null for a bad one."),
    ("first_name", _TEXT, "Given name."),
    ("last_name", _TEXT, "Family name."),
    ("phone", _TEXT, "Telephone number as given."),
    ("accepts_marketing", th.BooleanType, "Whether the customer agreed to marketing."),
    _CREATED_AT,
    _UPDATED_AT,
    _DELETED_AT,
    _ATTRIBUTES,
)

REJECTED_RECORDS = _contract(
    "rejected_records",
    ("shop_id", "stream", "record_hash"),
    None,
    _SHOP_ID,
    ("stream", _TEXT, "The stream that the record should have been of."),
    ("record_hash", _TEXT, "SHA-256 of the payload."),
    ("reason_code", _TEXT, "Why it cannot be: a stable code."),
    ("message", _TEXT, "Why it cannot be, in words."),
    ("location", _TEXT, "Where it stood: a page, or a file and line."),
    ("payload", _TEXT, "The record as it came, as JSON."),
    ("seen_at", _TIME, "When the run met it."),
)

FULL_LISTS = _contract(
    "full_lists",
    ("shop_id", "stream"),
    None,
    _SHOP_ID,
    ("stream", _TEXT, "A stream that the shop's API cannot tell the deletions of."),
    (
        "listed_at",
        _TIME,
        "The start of the last run that listed all of it: records of an earlier one are gone.",
    ),
)

CONTRACTS = {
    contract.name: contract
    for contract in (
        SHOPS,
        CATEGORIES,
        PRODUCTS,
        CUSTOMERS,
        TRANSACTIONS,
        ITEMS,
        REFUNDS,
        DELETED_TRANSACTIONS,
        REJECTED_RECORDS,
        FULL_LISTS,
    )
}
"""Every stream by name, in the order in which a run goes through them."""

EMBEDDED = (ITEMS.name, REFUNDS.name)
"""Streams whose records stand inside an order, and are written from its page."""

ASIDE = (DELETED_TRANSACTIONS.name, REJECTED_RECORDS.name, FULL_LISTS.name)
"""Streams whose records other streams write as they go."""
