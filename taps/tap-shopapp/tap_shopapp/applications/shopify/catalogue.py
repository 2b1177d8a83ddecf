"""Products, categories and customers of Shopify in the form of the ShopApp API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tap_shopapp.applications.shopify.orders import plain_id
from tap_shopapp.records.normalize import NormalizedRecord


def normalize_product(
    raw: dict[str, Any], *, currency: str, tax_included: bool
) -> NormalizedRecord:
    """Return a product with the price of its cheapest variant.

    Args:
        raw: The product from the API, with all of its `variants` and `collections` as lists.
        currency: The currency of the shop.
        tax_included: Whether prices include tax. The price before tax depends on the buyer.
    """
    variants = raw["variants"]
    cheapest = min(variants, key=lambda variant: Decimal(variant["price"]), default=None)
    price = cheapest and cheapest["price"]
    preview = (raw["featuredMedia"] or {}).get("preview") or {}
    category = raw["category"]
    collections = sorted((plain_id(each["id"]) for each in raw["collections"]), key=_number)
    return NormalizedRecord(
        {
            "id": plain_id(raw["id"]),
            "name": raw["title"],
            "description": raw["descriptionHtml"],
            "sku": cheapest and cheapest["sku"],
            "brand": raw["vendor"] or None,
            "product_type": raw["productType"] or None,
            "price_amount": None if tax_included else price,
            "currency": currency,
            "url": raw["onlineStoreUrl"],
            "image_url": (preview.get("image") or {}).get("url"),
            "status": raw["status"].lower(),
            "category_ids": [*([plain_id(category["id"])] if category else []), *collections],
            "created_at": raw["createdAt"],
            "updated_at": raw["updatedAt"],
            "attributes": {
                "variants": [
                    {
                        "id": plain_id(variant["id"]),
                        "sku": variant["sku"],
                        "name": variant["title"],
                        "price": variant["price"],
                    }
                    for variant in variants
                ],
                **({"price_including_tax": price} if tax_included else {}),
            },
        }
    )


def normalize_collection(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a collection. Collections have no parent."""
    return NormalizedRecord(
        {"id": plain_id(raw["id"]), "name": raw["title"], "updated_at": raw["updatedAt"]}
    )


def normalize_taxonomy_category(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a category of Shopify's taxonomy, which has no times."""
    parent = raw["parentId"]
    return NormalizedRecord(
        {
            "id": plain_id(raw["id"]),
            "parent_id": plain_id(parent) if parent else None,
            "name": raw["name"],
            "updated_at": None,
        }
    )


def normalize_customer(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a customer."""
    email = raw["defaultEmailAddress"] or {}
    consent = email.get("marketingState")
    return NormalizedRecord(
        {
            "id": plain_id(raw["id"]),
            "email": email.get("emailAddress"),
            "first_name": raw["firstName"],
            "last_name": raw["lastName"],
            "phone": (raw["defaultPhoneNumber"] or {}).get("phoneNumber"),
            "accepts_marketing": None if consent is None else consent == "SUBSCRIBED",
            "created_at": raw["createdAt"],
            "updated_at": raw["updatedAt"],
        }
    )


def _number(plain: str) -> tuple[int, str]:
    return len(plain), plain
