"""What the results page reads and judges by, against what the dbt package says of it."""

from __future__ import annotations

from pathlib import Path

import yaml
from ecommerce_ext import freshness

MODELS = Path(__file__).parents[1] / "models" / "ecommerce"


def test_a_load_is_late_and_stale_when_the_source_is() -> None:
    sources = yaml.safe_load((MODELS / "_ecommerce.yml").read_text())["sources"]
    (raw,) = (source for source in sources if source["name"] == "ecommerce_raw")
    told = {
        table["name"]: [
            (limit["count"], limit["period"])
            for limit in map(table["config"]["freshness"].get, ("warn_after", "error_after"))
        ]
        for table in raw["tables"]
        if "freshness" in table.get("config", {})
    }
    assert told == {
        "shops": [
            (freshness.SHOP_LATE_HOURS, "hour"),
            (freshness.SHOP_STALE_HOURS // 24, "day"),
        ],
        "exchange_rates": [
            (freshness.RATES_LATE_DAYS, "day"),
            (freshness.RATES_STALE_DAYS, "day"),
        ],
    }
