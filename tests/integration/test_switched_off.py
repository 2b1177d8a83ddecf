"""A project that builds only orders: other tables and statistics are disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline


def test_package_builds_without_optional_tables(pipeline: Pipeline) -> None:
    pipeline.settings |= {
        "ECOMMERCE_ITEMS": "false",
        "ECOMMERCE_PRODUCTS": "false",
        "ECOMMERCE_CATEGORIES": "false",
    }

    pipeline.build()

    built = {
        name
        for (name,) in pipeline.rows(
            "select tablename from pg_tables where schemaname = 'ecommerce'"
        )
    }
    assert {"ECommerce_Transaction", "ecommerce_contacts", "ecommerce_sales_daily"} <= built
    assert built.isdisjoint(
        {
            *("ECommerce_Item", "ECommerce_Product", "ECommerce_ProductCategory"),
            *("ecommerce_product_categories", "ecommerce_product_stats"),
            *("ecommerce_category_stats", "ecommerce_product_sales_daily"),
        }
    )
