"""The results page of a shop without orders, with one order, or without optional parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw
from shopapp_demo.generate import generate_shop

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipelines import Pipeline
    from playwright.sync_api import Page

pytestmark = [pytest.mark.pipeline, pytest.mark.warehouse, pytest.mark.thorough]

MARTS = "path:models/ecommerce/marts"


@dataclass(frozen=True)
class Made:
    """A warehouse and its results pages, written one after the other."""

    pipeline: Pipeline
    empty: Path
    one_order: Path
    without_items: Path
    without_marts: Path


@pytest.fixture(scope="module")
def made(pipeline: Pipeline, write_results: Callable[[Pipeline, str], Path]) -> Made:
    shop, now = generate_shop(orders=1), datetime.now(timezone.utc)
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_rates(connection, {"CAD", "EUR", "GBP", "JPY", "USD"}, "2024-08-15")
        raw.load(connection, "shops", [{**shop.info, "shop_id": "north"}], now)
    pipeline.build()
    empty = write_results(pipeline, "empty.html")

    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.load_all_of(connection, shop, "north", now)
    pipeline.dbt("run")
    one_order = write_results(pipeline, "one-order.html")

    pipeline.settings["ECOMMERCE_ITEMS"] = "false"
    pipeline.execute(
        "drop table ecommerce.ecommerce_product_sales_daily, ecommerce.ecommerce_product_stats,"
        ' ecommerce.ecommerce_category_stats, ecommerce."ECommerce_Item"'
    )
    pipeline.build("--select", MARTS)
    without_items = write_results(pipeline, "without-items.html")

    left_out = ["campaign_performance", "campaign_sales_daily", "contact_summary", "cohorts"]
    for mart in left_out:
        pipeline.execute(f"drop table ecommerce.ecommerce_{mart}")
    excluded = [f"ecommerce_{mart}" for mart in left_out]
    pipeline.build("--select", MARTS, "--exclude", *excluded)
    without_marts = write_results(pipeline, "without-marts.html")
    return Made(pipeline, empty, one_order, without_items, without_marts)


def _figures(page: Page) -> dict[str, str | None]:
    return {
        tile.get_attribute("data-figure") or "": tile.get_attribute("data-value")
        for tile in page.locator("#headline [data-figure]").all()
    }


def _sections(page: Page) -> list[str | None]:
    return [one.get_attribute("id") for one in page.locator("section").all()]


def test_page_of_a_shop_without_orders_states_it(made: Made, page: Page) -> None:
    page.goto(made.empty.as_uri())

    assert "There are no orders yet." in page.locator("#headline").inner_text()
    assert page.locator('[data-figure="unmatched"]').get_attribute("data-value") == "0"
    for preset in ("30 days", "All"):
        page.get_by_role("radio", name=preset).check()
    assert "NaN" not in page.locator("body").inner_text()


def test_shop_with_one_order_has_a_page(made: Made, page: Page) -> None:
    page.goto(made.one_order.as_uri())

    ((net,),) = made.pipeline.rows(
        'select "Revenue" - "Discount" from ecommerce."ECommerce_Transaction"'
    )
    figures = _figures(page)
    assert (figures["orders"], Decimal(figures["net"] or "")) == ("1", net)
    heights = [bar.get_attribute("height") for bar in page.locator(".chart rect.net").all()]
    assert [float(height or 0) > 0 for height in heights].count(True) == 1
    assert "no previous figure" in page.locator('[data-figure="net"]').inner_text()
    assert "NaN" not in page.locator("body").inner_text()


def test_page_without_interactions_has_no_recipient_rates(made: Made, page: Page) -> None:
    page.goto(made.one_order.as_uri())

    titles = page.locator("#campaigns thead th").all_inner_texts()
    assert "Net sales" in titles
    assert [title for title in titles if "ecipient" in title or "Conversion" in title] == []


def test_page_without_items_has_no_product_sections(made: Made, page: Page) -> None:
    page.goto(made.one_order.as_uri())
    sections, figures = _sections(page), _figures(page)
    assert {"products", "categories"} < {*sections}

    page.goto(made.without_items.as_uri())

    assert _sections(page) == [one for one in sections if one not in {"products", "categories"}]
    assert _figures(page).items() == figures.items() - {
        (name, figures[name]) for name in ("items", "returns")
    }
    assert "NaN" not in page.locator("body").inner_text()


def test_page_without_optional_marts_lacks_their_sections(made: Made, page: Page) -> None:
    page.goto(made.without_marts.as_uri())

    assert _sections(page) == ["headline", "time", "currencies", "quality"]
    assert _figures(page)["orders"] == "1"
    assert "NaN" not in page.locator("body").inner_text()


def test_pages_make_no_network_request(
    made: Made, offline: Callable[[], AbstractContextManager[Page]]
) -> None:
    for file in (made.empty, made.one_order, made.without_items, made.without_marts):
        with offline() as opened:
            opened.goto(file.as_uri())
            assert opened.locator("section").count() >= 4


def test_results_without_statistics_print_one_sentence(pipeline: Pipeline) -> None:
    pipeline.settings["ECOMMERCE_SCHEMA"] = "elsewhere"
    done = pipeline.ecommerce("results")
    del pipeline.settings["ECOMMERCE_SCHEMA"]

    assert done.returncode == 1
    assert done.stderr == (
        "The schema elsewhere has no ecommerce_sales_daily."
        " Build the statistics: meltano run ecommerce-sync\n"
    )
