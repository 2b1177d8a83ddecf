"""Normalization of products, categories and customers of the Adobe Commerce API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_shopapp.applications.adobe_commerce.search import PRODUCTS
from tap_shopapp.applications.adobe_commerce.values import (
    amount,
    custom_attributes,
    extension_attributes,
    utc,
    written,
)
from tap_shopapp.records.normalize import NormalizedRecord
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from tap_shopapp.applications.adobe_commerce.paging import Lists
    from tap_shopapp.pages import Record

_ENABLED = 1
_NO_IMAGE = "no_selection"
_TOP_LEVEL = 1


def variants_of(lists: Lists, products: Sequence[Record]) -> dict[int, Record]:
    """Return the variants of the configurable products on a page, by id."""
    ids = {str(its) for product in products for its in _variant_ids(product)}
    return {
        variant["id"]: variant
        for page in lists.having(PRODUCTS, "entity_id", sorted(ids))
        for variant in page
    }


def normalize_product(
    variants: Mapping[int, Record], currency: str | None, images: str | None
) -> Callable[[Record], NormalizedRecord]:
    """Return a function that normalizes a product.

    Args:
        variants: The variants of the page's configurable products, by id.
        currency: The base currency, in which the API has prices.
        images: Address of the folder with images of products.
    """

    def normalize(raw: Record) -> NormalizedRecord:
        own = custom_attributes(raw)
        its_variants = [variants[its] for its in _variant_ids(raw) if its in variants]
        image = own.get("image")
        links = extension_attributes(raw).get("category_links") or ()
        return NormalizedRecord(
            {
                "id": raw["id"],
                "name": text(raw["name"]),
                "description": text(own.get("description")),
                "sku": raw["sku"],
                "brand": None,
                "product_type": raw["type_id"],
                "price_amount": _price(raw, its_variants),
                "currency": currency,
                "url": None,
                "image_url": f"{images}{image}"
                if images and image and image != _NO_IMAGE
                else None,
                "status": "active" if raw.get("status") == _ENABLED else "draft",
                "category_ids": [str(link["category_id"]) for link in links],
                "created_at": utc(raw, "created_at"),
                "updated_at": utc(raw, "updated_at"),
                "deleted_at": None,
                "attributes": {
                    "visibility": text(raw.get("visibility")),
                    "url_key": text(own.get("url_key")),
                    **(
                        {"variants": [_variant(its) for its in its_variants]}
                        if its_variants
                        else {}
                    ),
                },
            }
        )

    return normalize


def _variant_ids(product: Record) -> list[int]:
    return extension_attributes(product).get("configurable_product_links") or []


def _variant(product: Record) -> Record:
    return {
        "id": str(product["id"]),
        "sku": product["sku"],
        "price": written(amount(product, "price")),
    }


def _price(raw: Record, variants: Sequence[Record]) -> str | None:
    """Return the price; of a product without one, that of its cheapest variant on sale."""
    own: Decimal = amount(raw, "price")
    if own:
        return written(own)
    prices = [
        amount(variant, "price") for variant in variants if variant.get("status") == _ENABLED
    ]
    if prices:
        return written(min(prices))
    # A bundle or a group has the prices of its parts.
    return None if raw["type_id"] in {"configurable", "bundle", "grouped"} else "0"


def is_category(raw: object) -> bool:
    """Return whether a record is a category: the root of all catalogs contains no products."""
    return not isinstance(raw, dict) or raw.get("level") != 0


def normalize_category(raw: Record) -> NormalizedRecord:
    """Return a category. The parent of a store's root category is the root of all catalogs."""
    return NormalizedRecord(
        {
            "id": raw["id"],
            "parent_id": text(raw["parent_id"]) if raw["level"] > _TOP_LEVEL else None,
            "name": text(raw["name"]),
            "url": None,
            "updated_at": utc(raw, "updated_at"),
            "deleted_at": None,
        }
    )


def normalize_customer(raw: Record) -> NormalizedRecord:
    """Return a customer account. Buyers without one are in their orders only."""
    return NormalizedRecord(
        {
            "id": raw["id"],
            "email": text(raw.get("email")),
            "first_name": text(raw.get("firstname")),
            "last_name": text(raw.get("lastname")),
            "phone": None,
            "accepts_marketing": extension_attributes(raw).get("is_subscribed"),
            "created_at": utc(raw, "created_at"),
            "updated_at": utc(raw, "updated_at"),
            "deleted_at": None,
            "attributes": {},
        }
    )
