"""`dbt source freshness` reports sources without a recent load."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

SHOPS = "source:shopapp_ecommerce.ecommerce_raw.shops"


@pytest.mark.parametrize(
    ("hours", "said", "fails"), [(5, "pass", False), (7, "warn", False), (49, "error", True)]
)
def test_shop_without_recent_load_is_stale(
    pipeline: Pipeline, hours: int, said: str, *, fails: bool
) -> None:
    pipeline.execute(
        "create schema if not exists ecommerce_raw",
        "create table if not exists ecommerce_raw.shops (_sdc_batched_at timestamp)",
        "truncate ecommerce_raw.shops",
    )
    with psycopg.connect(pipeline.postgres.url) as connection:
        connection.execute(
            "insert into ecommerce_raw.shops"
            " values (now() at time zone 'UTC' - %s * interval '1 hour')",
            [hours],
        )

    pipeline.settings["DBT_WRITE_JSON"] = "true"
    with pytest.raises(AssertionError) if fails else nullcontext():
        pipeline.dbt("source", "freshness", "--select", SHOPS)

    (found,) = json.loads((pipeline.folder / "target" / "sources.json").read_text())["results"]
    assert found["status"] == said
