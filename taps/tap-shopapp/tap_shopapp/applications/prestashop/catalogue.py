"""Normalization of products, categories and customers of the PrestaShop webservice."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import PageError
from tap_shopapp.applications.prestashop.unreadable import of_one
from tap_shopapp.applications.prestashop.values import (
    amount,
    children,
    flag,
    phrase,
    reference,
)
from tap_shopapp.records.money import total
from tap_shopapp.records.normalize import NormalizedRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_shopapp.applications.prestashop.shop_facts import ShopFacts
    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record

_logger = logging.getLogger("tap-shopapp.prestashop")


def read_combinations(
    webservice: Webservice, products: Sequence[Record]
) -> dict[str, list[Record]]:
    """Return the combinations of products that have any, by the id of their product.

    A product with a combination that makes PHP fail has none.
    """
    wanted = [row for row in products if children(row, "combinations")]
    ids = [str(row["id"]) for row in wanted]

    def read() -> list[Record]:
        return webservice.by_ids("combinations", "id_product", ids)

    try:
        rows: list[Record] | None = read()
    except PageError:
        if len(ids) > 1:
            middle = len(ids) // 2
            return {
                **read_combinations(webservice, wanted[:middle]),
                **read_combinations(webservice, wanted[middle:]),
            }
        rows = of_one(webservice, read)
    if rows is None:
        msg = "/api/combinations: PHP fails in the shop on those of product %s."
        _logger.warning(msg, *ids)
        rows = []
    found: dict[str, list[Record]] = {}
    for row in rows:
        found.setdefault(str(row["id_product"]), []).append(row)
    return found


def normalize_product(
    raw: Record, combinations: Mapping[str, Sequence[Record]], facts: ShopFacts
) -> NormalizedRecord:
    """Return a product with its combinations as an attribute.

    Prices are before tax, in the currency of the shop, without specific prices. A combination
    adds its price to that of the product.

    Args:
        raw: The product.
        combinations: Combinations by the id of their product.
        facts: Settings, language and currency of the shop.
    """
    price = amount(raw, "price")
    variants = [
        {
            "id": str(each["id"]),
            "sku": phrase(each.get("reference")),
            "price": total(price, amount(each, "price")),
        }
        for each in combinations.get(str(raw["id"]), ())
    ]
    default = reference(raw.get("id_category_default"))
    listed = [reference(each["id"]) for each in children(raw, "categories")]
    category_ids = dict.fromkeys([default, *listed])
    is_draft = reference(raw.get("state", 1)) is None
    return NormalizedRecord(
        {
            "id": raw["id"],
            "name": phrase(raw.get("name"), facts.language),
            "description": phrase(raw.get("description"), facts.language),
            "sku": phrase(raw.get("reference")),
            "brand": phrase(raw.get("manufacturer_name")),
            "product_type": phrase(raw.get("product_type")),
            "price_amount": price,
            "currency": facts.shop_currency,
            "url": None,
            "image_url": None,
            "status": "draft"
            if is_draft
            else "active"
            if flag(raw.get("active"))
            else "archived",
            "category_ids": [
                each for each in category_ids if each and each not in facts.technical_categories
            ],
            "created_at": facts.clock.of(raw, "date_add"),
            "updated_at": facts.clock.of(raw, "date_upd") or facts.clock.of(raw, "date_add"),
            "deleted_at": None,
            "attributes": {"variants": variants} if variants else {},
        }
    )


def normalize_category(raw: Record, facts: ShopFacts) -> NormalizedRecord:
    """Return a category. Children of a technical category have no parent."""
    parent_id = reference(raw.get("id_parent"))
    return NormalizedRecord(
        {
            "id": raw["id"],
            "parent_id": None if parent_id in facts.technical_categories else parent_id,
            "name": phrase(raw.get("name"), facts.language),
            "url": None,
            "updated_at": facts.clock.of(raw, "date_upd"),
            "deleted_at": None,
        }
    )


def normalize_customer(raw: Record, facts: ShopFacts) -> NormalizedRecord:
    """Return a customer account."""
    updated_at = facts.clock.of(raw, "date_upd") or facts.clock.of(raw, "date_add")
    return NormalizedRecord(
        {
            "id": raw["id"],
            "email": phrase(raw.get("email")),
            "first_name": phrase(raw.get("firstname")),
            "last_name": phrase(raw.get("lastname")),
            "phone": None,
            "accepts_marketing": flag(raw.get("newsletter")),
            "created_at": facts.clock.of(raw, "date_add"),
            "updated_at": updated_at,
            "deleted_at": updated_at if flag(raw.get("deleted")) else None,
            "attributes": {},
        }
    )
