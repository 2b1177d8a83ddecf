"""Inputs and thresholds of the results page, compared with the dbt package."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from ecommerce_ext import results
from ecommerce_ext.checks import freshness
from ecommerce_ext.schema.tables import SHOWN

MODELS = Path(__file__).parents[1] / "models" / "ecommerce"
RESULTS = Path(results.__file__).parent


def test_freshness_thresholds_match_the_source() -> None:
    sources = yaml.safe_load((MODELS / "_ecommerce.yml").read_text())["sources"]
    (raw,) = (source for source in sources if source["name"] == "ecommerce_raw")
    thresholds = {
        table["name"]: [
            (limit["count"], limit["period"])
            for limit in map(table["config"]["freshness"].get, ("warn_after", "error_after"))
        ]
        for table in raw["tables"]
        if "freshness" in table.get("config", {})
    }
    assert thresholds == {
        "shops": [
            (freshness.SHOP_LATE_HOURS, "hour"),
            (freshness.SHOP_STALE_HOURS // 24, "day"),
        ],
        "exchange_rates": [
            (freshness.RATES_LATE_DAYS, "day"),
            (freshness.RATES_STALE_DAYS, "day"),
        ],
    }


def test_exposures_depend_on_every_model_of_their_page() -> None:
    read = {*re.findall(r'"(ecommerce_\w+)"', (RESULTS / "figures.py").read_text())}
    for file in (RESULTS / "queries").glob("*.sql"):
        query = re.sub("--.*", "", file.read_text())
        named = {*re.findall(r"\b(?:from|join)\s+(?:\{staging\}\.)?(\w+)", query)}
        read |= named - {*re.findall(r"(\w+) as \(", query)} - {"lateral"}

    assert _depended_on("ecommerce_results_page") == read
    assert _depended_on("ecommerce_schema_page") == {*SHOWN}


def _depended_on(page: str) -> set[str]:
    exposures = yaml.safe_load((MODELS / "exposures.yml").read_text())["exposures"]
    return {
        name
        for exposure in exposures
        if exposure["name"].startswith(page)
        for reference in exposure["depends_on"]
        for name in re.findall(r"ref\('shopapp_ecommerce', '(\w+)'\)", reference)
    }
