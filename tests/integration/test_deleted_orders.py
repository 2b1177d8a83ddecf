"""Deleted orders keep their values if the shop reports only the deletion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import make_shop
from shop_fakes.shopify import ShopifyServer, serve
from shop_fakes.shopify_schema import require_schemas

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

MODELS = ("--select", "+ECommerce_Item", "+ecommerce_rejects", "+ecommerce_refunds")

Rows = dict[str, list[dict[str, Any]]]


def found(pipeline: Pipeline) -> Rows:
    """Return orders, lines, refunds and rejects by table, without columns of changes."""
    tables = ("ECommerce_Transaction", "ECommerce_Item", "ecommerce_refunds")
    return {
        table: [
            json.loads(row)
            for (row,) in pipeline.rows(
                "select (to_jsonb(t) - 'dtLoaded' - 'loaded_at' - 'rowHash')::text"
                f' from ecommerce."{table}" as t order by 1'
            )
        ]
        for table in (*tables, "ecommerce_rejects")
    }


def test_deleted_order_keeps_its_known_values(pipeline: Pipeline) -> None:
    """Order 105 is deleted after the first sync, 109 before it; only 105 has a refund."""
    require_schemas()
    server = ShopifyServer(make_shop())
    with serve(server) as fake:
        config = {"shop_id": "s", "application": "shopify", **fake.settings}
        fake.delete_order("109")
        pipeline.extract_and_load("tap-shopapp", config, state=True)
        pipeline.dbt("seed")
        pipeline.dbt("run", *MODELS)
        before = found(pipeline)

        fake.delete_order("105")
        pipeline.extract_and_load("tap-shopapp", config, state=True)
        pipeline.dbt("run", *MODELS)
        after = found(pipeline)

    order = server.shop.transactions["105"]
    [gone] = [row for row in after["ECommerce_Transaction"] if row["dtDeleted"]]
    assert gone["idTransaction"] == "105"
    assert gone["dtDeleted"] == order["deleted_at"].replace("Z", "+00:00")
    assert len(after["ECommerce_Transaction"]) == 8
    assert after["ecommerce_rejects"] == []
    [refund] = after["ecommerce_refunds"]
    assert refund["id_transaction"] == "105"
    lines = [row for row in after["ECommerce_Item"] if row["idTransaction"] == "105"]
    assert len(lines) == len(order["items"]) > 0
    # Only the deletion changed.
    gone["dtDeleted"] = None
    assert after == before

    pipeline.dbt("run", "--full-refresh", *MODELS)
    gone["dtDeleted"] = order["deleted_at"].replace("Z", "+00:00")
    assert found(pipeline) == after
