"""Each rule of the seed ecommerce_rules has one condition in SQL, and the reverse."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import jinja2

ROOT = Path(__file__).parents[1]
CONDITIONS = re.compile(
    r"^(?:checked_\w+|with_broken_rules) as \(\n(.+?)^\)", re.MULTILINE | re.DOTALL
)
"""The CTEs whose boolean columns are the conditions."""
OTHER_ALIASES = {"id_shop", "raw_items", "utc_day"}
REJECTING = ("int_ecommerce__transactions_checked", "int_ecommerce__orders_rejected")


def _seed() -> dict[str, dict[str, str]]:
    with (ROOT / "seeds/ecommerce_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rules = {row["code"]: row for row in rows}
    assert len(rules) == len(rows) == 29
    return rules


def _codes(relation: str | None = None) -> list[str]:
    """Return the result of the macro ecommerce_rule_codes."""
    returned: list[Any] = []
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, not HTML
    environment.globals["return"] = returned.append
    source = (ROOT / "macros/rules/ecommerce_rule_codes.sql").read_text()
    module: Any = environment.from_string(source).make_module(environment.globals)
    module.ecommerce_rule_codes(relation)
    (codes,) = returned
    return list(codes)


def test_macro_lists_each_rule_of_the_seed_once() -> None:
    assert sorted(_codes()) == sorted(_seed())


def test_each_rule_has_one_boolean_column_and_no_other_exists() -> None:
    columns = [
        column
        for path in (ROOT / "models").rglob("*.sql")
        for conditions in CONDITIONS.findall(path.read_text())
        for column in re.findall(r"\bas (\w+)(?=,?$)", conditions, re.MULTILINE)
        if column not in OTHER_ALIASES
    ]
    assert sorted(columns) == sorted(_seed())


def test_rejecting_models_decide_the_rejects() -> None:
    rejects = {code for code, rule in _seed().items() if rule["kind"] == "reject"}
    assert {code for relation in REJECTING for code in _codes(relation)} == rejects


def test_thresholds_of_the_seed_are_shares() -> None:
    for code, rule in _seed().items():
        assert re.fullmatch(r"0(\.\d+)?|1", rule["warn_above"]), code
        assert re.fullmatch(r"(0(\.\d+)?|1)?", rule["fail_above"]), code
