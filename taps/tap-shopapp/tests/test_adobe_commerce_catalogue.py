"""Adobe Commerce: products, categories, customers and the shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from adobe_commerce_reader import MEASURED, Shop
from shop_fakes.adobe_commerce_rows import category, customer, product
from shop_fakes.measured import read_measured
from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from shopapp_demo.shop import Record


@pytest.fixture
def shop(try_run: Attempt) -> Iterator[Shop]:
    """An empty shop."""
    shop = Shop(try_run)
    with serve_answers(shop.answer) as shop.url:
        yield shop


def by_id(shop: Shop, stream: str, key: str) -> dict[str, Record]:
    """Return the records of a stream by id."""
    return {record[key]: record for record in shop.extract().records(stream)}


def test_recorded_products_have_their_prices_and_categories(shop: Shop) -> None:
    """Configurable product 6 costs 0: its variants cost 80 and 91. Bundle 5 has no price."""
    shop.stored.products = read_measured(MEASURED, "products")["items"]

    found = by_id(shop, "products", "product_id")

    assert {key: its["price_amount"] for key, its in found.items()} == {
        "1": "25",
        "3": "80",
        "4": "91",
        "5": None,
        "6": "80",
    }
    assert {its["currency"] for its in found.values()} == {"EUR"}
    assert found["1"]["category_ids"] == ["3", "4"]
    assert found["6"]["category_ids"] == ["4"]
    assert found["1"]["name"] == 'Shirt "A" & co'
    assert found["6"]["attributes"]["variants"] == [
        {"id": "3", "sku": "JK-Blue", "price": "80"},
        {"id": "4", "sku": "JK-Red", "price": "91"},
    ]
    assert found["4"]["updated_at"] == "2026-11-30T03:10:17.000000Z"
    assert {its["status"] for its in found.values()} == {"active"}


def test_recorded_categories_form_a_tree_without_the_root_catalog(shop: Shop) -> None:
    shop.stored.categories = read_measured(MEASURED, "categories-list")["items"]

    found = by_id(shop, "categories", "category_id")

    assert {key: (its["parent_id"], its["name"]) for key, its in found.items()} == {
        "2": (None, "Default Category"),
        "3": ("2", "Clothes"),
        "4": ("3", 'Jackets & "coats"'),
    }
    assert found["3"]["updated_at"] == "2026-11-30T03:03:44.000000Z"


def test_recorded_customer_has_name_and_consent(shop: Shop) -> None:
    shop.stored.customers = read_measured(MEASURED, "customers")["items"]

    [found] = shop.extract().records("customers")

    assert (found["customer_id"], found["email"]) == ("1", "amelie.dubois@example.com")
    assert (found["first_name"], found["last_name"]) == ("Amelie", "Dubois")
    assert found["accepts_marketing"] is False


def test_personal_data_of_customers_is_not_kept(shop: Shop) -> None:
    shop.stored.customers = [customer(1)]

    messages = shop.extract()

    assert b"canary" not in orjson.dumps(messages.all)


def test_product_without_any_price_has_none(shop: Shop) -> None:
    shop.stored.products = [
        product(1, price=0),
        product(2, price=0, type_id="grouped"),
        product(3, price=0, type_id="configurable"),
        product(4, status=2, visibility=1),
    ]

    found = by_id(shop, "products", "product_id")

    prices = {key: its["price_amount"] for key, its in found.items()}
    assert prices == {"1": "0", "2": None, "3": None, "4": "25"}
    assert found["4"]["status"] == "draft"
    assert found["4"]["attributes"]["visibility"] == "1"


def test_disabled_variant_does_not_set_the_price(shop: Shop) -> None:
    links = {"configurable_product_links": [2, 3, 9]}
    shop.stored.products = [
        product(1, price=0, type_id="configurable", extension_attributes=links),
        product(2, price=5, status=2),
        product(3, price=7),
    ]

    found = by_id(shop, "products", "product_id")

    assert found["1"]["price_amount"] == "7"  # variant 9 was deleted


def test_custom_attributes_may_be_text_or_lists(shop: Shop) -> None:
    shop.stored.products = [
        product(
            1,
            custom_attributes=[
                {"attribute_code": "description", "value": "<p>Warm.</p>"},
                {"attribute_code": "category_ids", "value": ["3", "4"]},
                {"attribute_code": "url_key", "value": "hat"},
                {"attribute_code": "image", "value": "/h/a/hat.jpg"},
            ],
        ),
        product(2, custom_attributes=[{"attribute_code": "image", "value": "no_selection"}]),
    ]

    found = by_id(shop, "products", "product_id")

    assert found["1"]["description"] == "<p>Warm.</p>"
    assert found["1"]["attributes"]["url_key"] == "hat"
    assert found["1"]["image_url"].endswith("/media/catalog/product/h/a/hat.jpg")
    assert found["2"]["image_url"] is None


def test_categories_are_a_full_list(shop: Shop) -> None:
    shop.stored.categories = [category(key, key - 1, key - 1) for key in range(1, 8)]

    messages = shop.extract(page_size=2)

    assert messages.ids("categories", "category_id") == [str(key) for key in range(2, 8)]
    assert [its["stream"] for its in messages.records("full_lists")] == ["categories"]


def test_shop_is_the_first_store_view(shop: Shop) -> None:
    shop.stored.store_configs.reverse()

    [found] = shop.extract().records("shops")

    assert (found["currency"], found["time_zone"]) == ("EUR", "America/Toronto")
    assert found["name"] == "127.0.0.1"


def test_raw_values_are_read_from_the_store_all(shop: Shop) -> None:
    """The store in the path chooses texts and prices, and does not filter orders."""
    shop.extract()

    assert {request.path.split("/")[2] for request in shop.requests} == {"all"}
