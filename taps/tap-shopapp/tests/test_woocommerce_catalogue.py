"""WooCommerce: products, categories and the site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_rows import product
from woocommerce_reader import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Attempt
    from shopapp_demo.shop import Record


@pytest.fixture
def site(try_run: Attempt) -> Iterator[Site]:
    """An empty site in Montreal."""
    site = Site(try_run)
    with serve_answers(site.answer) as site.url:
        yield site


def test_product_with_variants_has_the_price_of_the_cheapest(site: Site) -> None:
    """The product's own price does not change with the prices of its variants."""
    site.stored.products = [
        product(16, type="variable", price="20.50", variations=[17, 18, 19])
    ]
    site.stored.variations_of = {
        16: [
            {"id": 17, "sku": "V-S", "price": "22.00", "status": "publish"},
            {"id": 18, "sku": "V-M", "price": "9.50", "status": "publish"},
            {"id": 19, "sku": "V-L", "price": "1.00", "status": "private"},
        ]
    }

    [found] = site.extract().records("products")

    assert (found["price_amount"], found["currency"]) == ("9.50", "CAD")
    assert found["attributes"] == {
        "variants": [
            {"id": "17", "sku": "V-S", "price": "22.00"},
            {"id": "18", "sku": "V-M", "price": "9.50"},
        ]
    }
    assert len(site.queries("/products/16/variations")) == 1


@pytest.mark.parametrize(
    ("taxes", "price", "attributes"),
    [
        (("yes", "yes"), None, {"price_including_tax": "20.50"}),
        (("yes", "no"), "20.50", {}),
        (("no", "yes"), "20.50", {}),
    ],
)
def test_price_including_tax_is_not_a_price_before_tax(
    site: Site, taxes: tuple[str, str], price: str | None, attributes: Record
) -> None:
    site.wordpress.taxes = taxes
    site.stored.products = [product()]

    [found] = site.extract().records("products")

    assert (found["price_amount"], found["attributes"]) == (price, attributes)


def test_release_without_product_trash_is_a_warning(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.stored.products = [product(7), product(8, status="trash")]
    site.wordpress.lists_trash = ("/orders",)

    assert site.extract().ids("products", "product_id") == ["7"]
    assert "/products: the shop does not list its trash" in caplog.text
    assert "/orders: the shop does not list" not in caplog.text


def test_categories_have_parents_and_unescaped_names(site: Site) -> None:
    site.stored.categories = [
        {"id": 16, "name": "Hats &amp; scarves", "parent": 0},
        {"id": 17, "name": "Hats", "parent": 16},
    ]

    found = site.extract().records("categories")

    assert [(its["category_id"], its["parent_id"], its["name"]) for its in found] == [
        ("16", None, "Hats & scarves"),
        ("17", "16", "Hats"),
    ]


@pytest.mark.parametrize(
    ("name", "offset", "expected"),
    [
        ("America/Montreal", -5, "America/Montreal"),
        ("", 0, "Etc/GMT+0"),
        ("", "-4", "Etc/GMT+4"),
        ("", 13, "Etc/GMT-13"),
        ("", 5.5, "Asia/Kolkata"),
        ("", "5.75", "Asia/Kathmandu"),
        ("", -9.5, "Pacific/Marquesas"),
    ],
)
def test_time_zone_is_the_sites_city_or_matches_its_offset(
    site: Site, name: str, offset: float | str, expected: str
) -> None:
    site.wordpress.zone_name, site.wordpress.gmt_offset = name, offset

    [shop] = site.extract().records("shops")

    assert shop["time_zone"] == expected
    moment = datetime(2026, 7, 1, tzinfo=ZoneInfo(expected))
    if not name:
        assert moment.utcoffset() == timedelta(hours=float(offset))
    assert (shop["name"], shop["url"]) == ("Café & more", "https://shop.example")
    assert (shop["currency"], shop["application"]) == ("CAD", "woocommerce")


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-3.5, "UTC-03:30"),
        ("-3.5", "UTC-03:30"),
        (-0.5, "UTC-00:30"),
        (0.5, "UTC+00:30"),
        (-2.5, "UTC-02:30"),
        (-11.5, "UTC-11:30"),
        (8.5, "UTC+08:30"),
        (10.5, "UTC+10:30"),
        (12.75, "UTC+12:45"),
        (13.75, "UTC+13:45"),
    ],
)
def test_offset_that_no_city_has_all_year_is_a_fixed_offset(
    site: Site, offset: float | str, expected: str
) -> None:
    site.wordpress.zone_name, site.wordpress.gmt_offset = "", offset

    [shop] = site.extract().records("shops")

    assert shop["time_zone"] == expected


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("Mars/Olympus", 0),
        ("", None),
        ("", ""),
        ("", "canary"),
        ("", 14.25),
        ("", -13),
        ("", 1e9),
        ("", "nan"),
        ("", "inf"),
    ],
)
def test_invalid_time_zone_is_an_error(
    site: Site, name: str, offset: float | str | None
) -> None:
    site.wordpress.zone_name = name
    site.wordpress.gmt_offset = offset  # type: ignore[assignment]  # what a plugin may do

    _, error = site.attempt()

    assert "Choose a city in the site's Settings, General, Timezone." in str(error)
    assert "canary" not in str(error)
