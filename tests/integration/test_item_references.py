"""Lines keep their product, variant and SKU after the shop has removed them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

BUILD = ("run", "--select", "+ECommerce_Item", "+ecommerce_rejects", "+ecommerce_sales_ledger")
AGAIN = (*BUILD, "--exclude", "config.materialized:view")  # views stay as they are
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def line(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "quantity": "1", "unit_price_amount": "10", **fields}


def order(updated_at: str, *lines: dict[str, Any]) -> dict[str, Any]:
    total = str(10 * len(lines))
    return {
        "id": "1",
        "created_at": "2026-02-01T10:00:00Z",
        "updated_at": updated_at,
        "currency": "CAD",
        "gross_amount": total,
        "total_amount": total,
        "items": list(lines),
        "refunds": [],
    }


def load(pipeline: Pipeline, loaded_at: datetime, *lines: dict[str, Any]) -> None:
    time = loaded_at.isoformat().replace("+00:00", "Z")
    with psycopg.connect(pipeline.postgres.url) as connection:
        records = {"transactions": [order(time, *lines)]}
        raw.load_records(connection, records, "s", loaded_at)


def references(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    return pipeline.rows(
        'select "idItem", "idProduct", "idVariant", "Sku" from ecommerce."ECommerce_Item"'
        " order by 1"
    )


def test_lines_keep_references_that_a_later_read_lacks(pipeline: Pipeline) -> None:
    """The shop deletes both products. The second read of the order has no references."""
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        shop = {"shop_id": "s", "currency": "CAD", "time_zone": "UTC"}
        raw.load(connection, "shops", [shop], NOW)
    known = [
        ("1", "p1", "v1", "SKU-1"),
        ("2", "p2", None, None),
        ("3", None, None, None),
    ]
    load(
        pipeline,
        NOW,
        line(1, product_id="p1", variant_id="v1", sku="SKU-1", product_name="First"),
        line(2, product_id="p2", product_name="Second"),
        line(3, product_name="No product"),
    )
    pipeline.dbt("seed")
    pipeline.dbt(*BUILD)
    assert references(pipeline) == known

    load(pipeline, NOW + timedelta(hours=1), line(1), line(2), line(3))
    pipeline.dbt(*AGAIN)
    assert references(pipeline) == known

    pipeline.dbt(*BUILD, "--full-refresh")
    assert references(pipeline) == known
    products = pipeline.rows(
        'select "idProduct", "Sku" from ecommerce."ECommerce_Product" order by 1'
    )
    assert products == [("p1", "SKU-1"), ("p2", None)]

    # A line that gets another product has the new one, and keeps it.
    load(pipeline, NOW + timedelta(hours=2), line(1, product_id="p9"), line(2), line(3))
    pipeline.dbt(*BUILD)
    load(pipeline, NOW + timedelta(hours=3), line(1), line(2), line(3))
    pipeline.dbt(*AGAIN)
    assert references(pipeline)[0] == ("1", "p9", "v1", "SKU-1")


def test_first_build_after_the_deletion_knows_no_product(pipeline: Pipeline) -> None:
    """An empty warehouse cannot know what the shop had before."""
    load(pipeline, NOW + timedelta(hours=4), line(7))
    pipeline.dbt(*BUILD)

    assert references(pipeline) == [("7", None, None, None)]
