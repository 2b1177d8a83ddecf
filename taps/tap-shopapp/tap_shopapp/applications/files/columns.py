"""The columns of the four tables that files can fill, with their fields and types."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tap_shopapp.records.readers import (
    FINANCIAL_STATUS_VOCABULARY,
    FULFILLMENT_STATUS_VOCABULARY,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(Enum):
    """Type of the text in a column of a file."""

    TEXT = "text"
    AMOUNT = "amount"
    TIME = "time"
    BOOLEAN = "boolean"
    TEXTS = "texts"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a file may fill.

    Attributes:
        field: The field of the normalized record (`openapi.yaml`), or the attribute.
        kind: The type of its text.
    """

    field: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Table:
    """One of the four tables, with the columns that files can fill.

    Attributes:
        name: Its name in the warehouse.
        stream: The stream of the contract that the table is built from.
        keys: Required columns.
        columns: All columns, by name.
    """

    name: str
    stream: str
    keys: tuple[str, ...]
    columns: Mapping[str, Column]


def is_id(name: str) -> bool:
    """Return whether a column has ids, which lose digits in a number of a spreadsheet."""
    return name.startswith("id") or name in _OTHER_IDS


_OTHER_IDS = frozenset(("customer_id", "Sku", "OrderName"))
_AMOUNT, _TIME, _ATTRIBUTE = Kind.AMOUNT, Kind.TIME, Kind.ATTRIBUTE

TRANSACTION = Table(
    "ECommerce_Transaction",
    "transactions",
    ("idTransaction",),
    {
        "customer_id": Column("customer_id"),
        "idTransaction": Column("id"),
        "OrderName": Column("order_name"),
        "idSendLog": Column("idSendLog", _ATTRIBUTE),
        "idBatch": Column("idBatch", _ATTRIBUTE),
        "Affiliation": Column("affiliation"),
        "Revenue": Column("gross_amount", _AMOUNT),
        "Shipping": Column("shipping_amount", _AMOUNT),
        "Tax": Column("tax_amount", _AMOUNT),
        "dtTransactionCreatedAt": Column("created_at", _TIME),
        "dtTransactionUpdatedAt": Column("updated_at", _TIME),
        "dtTransaction": Column("processed_at", _TIME),
        "financialStatus": Column("financial_status"),
        "fulfillmentStatus": Column("fulfillment_status"),
        "idVisit": Column("idVisit", _ATTRIBUTE),
        "idContact": Column("contact_id"),
        "email": Column("email"),
        "Discount": Column("discount_amount", _AMOUNT),
        "ShippingTax": Column("shipping_tax_amount", _AMOUNT),
        "Adjustment": Column("adjustment_amount", _AMOUNT),
        "Refund": Column("refunded_amount", _AMOUNT),
        "Total": Column("total_amount", _AMOUNT),
        "Currency": Column("currency"),
        "utmSource": Column("utm_source", _ATTRIBUTE),
        "utmMedium": Column("utm_medium", _ATTRIBUTE),
        "utmCampaign": Column("utm_campaign", _ATTRIBUTE),
        "landingUrl": Column("landing_url"),
        "dtCancelled": Column("cancelled_at", _TIME),
        "dtDeleted": Column("deleted_at", _TIME),
        "isTest": Column("is_test", Kind.BOOLEAN),
    },
)
ITEM = Table(
    "ECommerce_Item",
    "items",
    ("idTransaction", "idItem"),
    {
        "idTransaction": Column("transaction_id"),
        "ProductName": Column("product_name"),
        "Status": Column("status"),
        "idProduct": Column("product_id"),
        "idItem": Column("id"),
        "idVariant": Column("variant_id"),
        "Sku": Column("sku"),
        "Quantity": Column("quantity", _AMOUNT),
        "Price": Column("unit_price_amount", _AMOUNT),
        "Revenue": Column("line_gross_amount", _AMOUNT),
        "Discount": Column("discount_amount", _AMOUNT),
        "Tax": Column("tax_amount", _AMOUNT),
        "Currency": Column("currency"),
        "refundedQuantity": Column("refunded_quantity", _AMOUNT),
        "Refund": Column("refunded_amount", _AMOUNT),
    },
)
PRODUCT = Table(
    "ECommerce_Product",
    "products",
    ("idProduct",),
    {
        "idProduct": Column("id"),
        "ProductName": Column("name"),
        "Description": Column("description"),
        "Sku": Column("sku"),
        "Brand": Column("brand"),
        "idProductCategory": Column("category_ids", Kind.TEXTS),
        "Price": Column("price_amount", _AMOUNT),
        "Currency": Column("currency"),
        "Url": Column("url"),
        "ImageUrl": Column("image_url"),
        "Status": Column("status"),
        "dtProductCreatedAt": Column("created_at", _TIME),
        "dtProductUpdatedAt": Column("updated_at", _TIME),
        "dtDeleted": Column("deleted_at", _TIME),
    },
)
CATEGORY = Table(
    "ECommerce_ProductCategory",
    "categories",
    ("idProductCategory",),
    {
        "idProductCategory": Column("id"),
        "idProductCategoryParent": Column("parent_id"),
        "CategoryName": Column("name"),
        "Url": Column("url"),
        "dtDeleted": Column("deleted_at", _TIME),
    },
)
TABLES = {table.name: table for table in (TRANSACTION, ITEM, PRODUCT, CATEGORY)}

LINE = "line."
"""Prefix of a line's column that an order has too, in files with one row per line."""

LINE_COLUMNS = {
    f"{LINE}{name}" if name in TRANSACTION.columns else name: column
    for name, column in ITEM.columns.items()
    if name != "idTransaction"
}
ORDER_OF_LINES = Table(
    TRANSACTION.name,
    TRANSACTION.stream,
    TRANSACTION.keys,
    {**TRANSACTION.columns, **LINE_COLUMNS},
)
"""An order with its lines, for files with one row per line."""

VOCABULARIES = {
    "financial_status": FINANCIAL_STATUS_VOCABULARY,
    "fulfillment_status": FULFILLMENT_STATUS_VOCABULARY,
}
"""The words of the contract, by field. Any other word is `unknown`."""
