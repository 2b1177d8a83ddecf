"""Products, collections and customers of Vendure in the form of the ShopApp API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.records.normalize import NormalizedRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_shopapp.records.money import MinorUnits

# The primary collection of a product is the deepest one, since it is the most specific.
# Position and id decide between equally deep ones.
Ranks = dict[str, tuple[int, int, str]]


def rank(raw: dict[str, Any]) -> tuple[int, int, str]:
    """Return the sort key of a collection; the primary collection of a product is first."""
    return -len(raw["breadcrumbs"]), raw["position"], raw["id"]


def normalize_product(
    raw: dict[str, Any], money: MinorUnits, ranks: Mapping[str, Any]
) -> NormalizedRecord:
    """Return a product with the price of its cheapest enabled variant."""
    variants = sorted(raw["variants"], key=lambda variant: (len(variant["id"]), variant["id"]))
    offered = [variant for variant in variants if variant["enabled"]] or variants
    cheapest = min(offered, key=lambda variant: int(variant["price"]), default=None)
    collections = [one["id"] for one in raw["collections"] if one["id"] in ranks]
    brands = (v["name"] for v in raw["facetValues"] if v["facet"]["code"] == "brand")
    return NormalizedRecord(
        {
            "id": raw["id"],
            "name": raw["name"],
            "description": raw["description"],
            "sku": cheapest and cheapest["sku"],
            "brand": next(brands, None),
            "price_amount": cheapest and money(cheapest["price"]),
            "currency": cheapest and cheapest["currencyCode"],
            "image_url": (raw["featuredAsset"] or {}).get("preview"),
            "status": "active" if raw["enabled"] else "draft",
            "category_ids": sorted(collections, key=ranks.__getitem__),
            "created_at": raw["createdAt"],
            # A new price changes the time of the variant, not of the product.
            "updated_at": max(
                (raw["updatedAt"], *(variant["updatedAt"] for variant in variants))
            ),
            "attributes": {
                "slug": raw["slug"],
                "variants": [
                    {
                        "id": variant["id"],
                        "sku": variant["sku"],
                        "name": variant["name"],
                        "price_amount": money(variant["price"]),
                        "currency": variant["currencyCode"],
                        "enabled": variant["enabled"],
                    }
                    for variant in variants
                ],
            },
        }
    )


def normalize_category(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a collection. The root collection is left out; its children have no parent."""
    root = raw["breadcrumbs"][0]["id"]
    return NormalizedRecord(
        {
            "id": raw["id"],
            "parent_id": None if raw["parentId"] == root else raw["parentId"],
            "name": raw["name"],
            "updated_at": raw["updatedAt"],
        }
    )


def normalize_customer(raw: dict[str, Any]) -> NormalizedRecord:
    """Return a customer with an account."""
    return NormalizedRecord(
        {
            "id": raw["id"],
            "email": raw["emailAddress"],
            "first_name": raw["firstName"],
            "last_name": raw["lastName"],
            "phone": raw["phoneNumber"],
            "created_at": raw["createdAt"],
            "updated_at": raw["updatedAt"],
        }
    )
