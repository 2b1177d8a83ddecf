"""The generated shop's category tree with three levels, and its products."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from shopapp_demo.shop import Record

_TREE: dict[str, dict[str, tuple[str, ...]]] = {
    "Maison": {
        "Cuisine": ("Couteaux", "Théières", "Verrerie"),
        "Salon": ("Coussins", "Bougies"),
    },
    "Garden": {
        "Tools": ("Secateurs", "Watering cans"),
        "Plants": ("Herbs", "Bulbs"),
    },
    "Bücher": {
        "Sachbuch": ("Kochbücher", "Reise"),
        "Belletristik": ("Romane", "Lyrik"),
    },
}
_ADJECTIVES = ("Blue", "Old", "Petit", "Große", "Silk", "Oak", "小さな", "Ñandú")
_OPENED = "2024-08-01T09:00:00Z"


def make_categories() -> dict[str, Record]:
    """Return the category tree, by id."""
    categories: dict[str, Record] = {}

    def add(name: str, parent: str | None) -> str:
        record_id = f"cat-{len(categories) + 1}"
        categories[record_id] = {
            "id": record_id,
            "parent_id": parent,
            "name": name,
            "url": f"https://shop.example/c/{record_id}",
            "updated_at": _OPENED,
            "deleted_at": None,
        }
        return record_id

    for top, middles in _TREE.items():
        top_id = add(top, None)
        for middle, leaves in middles.items():
            middle_id = add(middle, top_id)
            for leaf in leaves:
                add(leaf, middle_id)
    return categories


def make_products(random: Random, categories: dict[str, Record]) -> dict[str, Record]:
    """Return the products, by id. Some are in several categories, deleted or drafts."""
    parents = {category["parent_id"] for category in categories.values()}
    leaves = [record for record in categories.values() if record["id"] not in parents]
    products: dict[str, Record] = {}
    for leaf in leaves:
        for adjective in _ADJECTIVES[: 4 + int(random.random() * 4)]:
            number = len(products) + 1
            category_ids = [leaf["id"]]
            if random.random() < 0.3:
                category_ids.append(leaves[int(random.random() * len(leaves))]["id"])
            deleted = number % 17 == 0
            products[f"p{number}"] = {
                "id": f"p{number}",
                "name": f"{adjective} {leaf['name'].lower()}",
                "description": f"{adjective} {leaf['name'].lower()}, no. {number}.",
                "sku": f"SKU-{number:04d}",
                "brand": ("Atelier Nord", "Meadow & Co.", None)[number % 3],
                "product_type": leaf["name"],
                "price_amount": f"{3 + int(random.random() * 9000) / 100:.2f}",
                "currency": "CAD",
                "url": f"https://shop.example/p/p{number}",
                "image_url": f"https://shop.example/i/p{number}.jpg",
                "status": "archived"
                if deleted
                else ("draft" if number % 23 == 0 else "active"),
                "category_ids": list(dict.fromkeys(category_ids)),
                "created_at": _OPENED,
                "updated_at": "2026-02-11T10:00:00Z" if deleted else "2024-09-02T10:00:00Z",
                "deleted_at": "2026-02-11T10:00:00Z" if deleted else None,
                "attributes": {},
            }
    return products
