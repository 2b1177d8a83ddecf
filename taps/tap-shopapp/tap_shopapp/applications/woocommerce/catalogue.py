"""Normalization of products, categories and customers of the WooCommerce API."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import StatusError
from tap_shopapp.applications.woocommerce.amounts import plain, reference, utc
from tap_shopapp.records.normalize import NormalizedRecord
from tap_shopapp.records.values import decimal

if TYPE_CHECKING:
    from tap_shopapp.applications.woocommerce.paging import Lists
    from tap_shopapp.pages import Record

_STATUSES = {"publish": "active", "private": "archived", "trash": "archived"}
_NOT_FOUND = 404


class Catalogue:
    """Normalizes products, with the price settings of the shop.

    Attributes:
        currency: Currency of prices.
        prices_include_tax: Whether prices include tax.
    """

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self.currency: str | None = None
        self.prices_include_tax = False

    def normalize_product(self, raw: Record) -> NormalizedRecord:
        """Return a product with its variants as an attribute.

        A product with variants has the price of its cheapest variant, since its own price may
        be out of date. A price that includes tax is kept as an attribute, since the price
        before tax depends on the buyer.
        """
        variants = self._variants(raw)
        prices = [variant["price"] for variant in variants if variant["price"]]
        price = min(prices, key=Decimal) if prices else raw["price"]
        attributes: Record = {"variants": variants} if variants else {}
        images, brands = raw.get("images") or [{}], raw.get("brands") or [{}]
        updated_at = utc(raw, "date_modified") or utc(raw, "date_created")
        return NormalizedRecord(
            {
                **self._listed(raw),
                **self._price(price, attributes),
                "description": raw["description"] or None,
                "brand": plain(brands[0].get("name")),
                "image_url": images[0].get("src"),
                "created_at": utc(raw, "date_created"),
                "updated_at": updated_at,
                "deleted_at": updated_at if raw["status"] == "trash" else None,
            }
        )

    def normalize_listed(self, raw: Record) -> NormalizedRecord:
        """Return the fields of a product that may change without a new time of change."""
        price = self._price(raw["price"], {})
        return NormalizedRecord({**self._listed(raw), **price, "updated_at": None})

    def _listed(self, raw: Record) -> Record:
        return {
            "id": raw["id"],
            "name": plain(raw["name"]),
            "sku": raw["sku"] or None,
            "product_type": raw["type"],
            "url": raw["permalink"],
            "status": _STATUSES.get(raw["status"], "draft"),
            "category_ids": [str(category["id"]) for category in raw["categories"]],
        }

    def _price(self, price: str | None, attributes: Record) -> Record:
        """Return the price and the attributes, which have a price that includes tax."""
        amount = decimal(price or None, "price")
        if self.prices_include_tax:
            attributes = {**attributes, "price_including_tax": amount}
            amount = None
        return {"price_amount": amount, "currency": self.currency, "attributes": attributes}

    def _variants(self, raw: Record) -> list[Record]:
        """Return the published variants, with one request per product that has variants."""
        if not raw.get("variations") or raw["status"] == "trash":
            return []
        path = f"/wp-json/wc/v3/products/{raw['id']}/variations"
        params = {"_fields": "id,sku,price", "status": "publish"}
        try:
            pages = list(self._lists.by_id(path, params))
        except StatusError as error:
            if error.status != _NOT_FOUND:
                raise
            return []  # deleted since it was listed
        return [
            {"id": str(its["id"]), "sku": its["sku"] or None, "price": its["price"] or None}
            for page in pages
            for its in page
        ]


def normalize_category(raw: Record) -> NormalizedRecord:
    """Return a category. The API has neither its URL nor its time of change."""
    return NormalizedRecord(
        {
            "id": raw["id"],
            "parent_id": reference(raw, "parent"),
            "name": plain(raw["name"]),
            "url": None,
            "updated_at": None,
            "deleted_at": None,
        }
    )


def normalize_customer(raw: Record) -> NormalizedRecord:
    """Return a customer account. The creation counts as its first change."""
    return NormalizedRecord(
        {
            "id": raw["id"],
            "email": raw["email"] or None,
            "first_name": raw["first_name"] or None,
            "last_name": raw["last_name"] or None,
            "phone": (raw.get("billing") or {}).get("phone") or None,
            "accepts_marketing": None,
            "created_at": utc(raw, "date_created"),
            "updated_at": utc(raw, "date_modified") or utc(raw, "date_created"),
            "deleted_at": None,
            "attributes": {},
        }
    )
