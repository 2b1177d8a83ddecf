"""The closed list of primitives: macros whose SQL differs between engines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from dbt_macros import Macros

ROOT = Path(__file__).parents[1]
ENGINES = ("postgres", "duckdb")
PRIMITIVES = {
    "grants": {
        "drop_reader_view",
        "grant_reader",
        "read_grants",
        "restore_grants",
    },
    "incremental": {
        "candidate_rows",
        "create_missing_indexes",
        "delete_rows",
        "foreign_keys",
        "row_id",
    },
    "joins": {"closure", "lookup", "once"},
    "json": {
        "json_element",
        "json_elements",
        "json_text",
        "list_elements",
        "list_of",
        "list_text",
        "split",
    },
    "keys": {
        "campaign_name_key",
        "email_key",
        "folded",
        "hash_id",
        "text_order",
        "unicode_domain",
    },
    "money": {
        "fraction",
        "fraction_floor",
        "fraction_remainder",
        "fraction_rounded",
        "from_units",
        "product",
        "round",
        "to_units",
    },
    "time": {"day", "days", "utc_text"},
    "types": {"cast", "column_types", "decimal_text", "matches", "try_cast", "types"},
}
"""Names without the prefix `ecommerce_`, by folder."""
EXACT = ("keys", "money", "time", "types")
"""Folders whose macros have a version for each engine, also for Spark, and no `default__`.

An engine without its own version has no result instead of a wrong one.
"""
_DISPATCHED = re.compile(r"adapter\.dispatch\(\s*'ecommerce_(\w+)'")
_VERSION = re.compile(r"{%-?\s*macro\s+(postgres|duckdb|spark|default)__ecommerce_(\w+)\(")


def test_primitives_are_the_dispatched_macros() -> None:
    found = {
        folder.name: set(_DISPATCHED.findall(_text(folder)))
        for folder in (ROOT / "macros").iterdir()
    }
    assert {folder: names for folder, names in found.items() if names} == PRIMITIVES


def test_each_primitive_has_a_version_for_each_engine() -> None:
    missing = {
        (folder, name, engine)
        for folder, names in PRIMITIVES.items()
        for name in names
        for engine in (*ENGINES, *(["spark"] if folder in EXACT else []))
        if not _versions(folder).get(name, set()) & {engine, "default"}
    }
    assert missing == set()


def test_exact_primitives_have_no_default() -> None:
    assert {
        (folder, name)
        for folder in EXACT
        for name, engines in _versions(folder).items()
        if "default" in engines
    } == set()


def test_each_version_of_a_macro_is_dispatched() -> None:
    for folder, names in PRIMITIVES.items():
        assert set(_versions(folder)) == names, folder


def test_types_in_yaml_are_types_of_the_macro() -> None:
    macros = Macros()
    allowed = set(macros.call("postgres__ecommerce_types").values())
    # A YAML file has one type for both engines.
    allowed &= set(macros.call("duckdb__ecommerce_types").values())
    assert "numeric(28, 10)" in allowed

    files = [*(ROOT / "models").rglob("*.yml"), *(ROOT / "seeds").glob("*.yml")]
    used = {
        (path.name, column, type_)
        for path in files
        for column, type_ in _types(yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    assert len(used) > 100
    assert {
        found for found in used if found[2] not in allowed and not _is_setting(found[2])
    } == set()


@pytest.mark.parametrize("type_", ["numeric", "numeric(28,10)", "jsonb", "{{ var('other') }}"])
def test_other_types_in_yaml_are_found(type_: str) -> None:
    allowed = set(Macros().call("duckdb__ecommerce_types").values())
    described = {"models": [{"columns": [{"name": "amount", "data_type": type_}]}]}
    assert _types(described) == [("amount", type_)]
    assert type_ not in allowed
    assert not _is_setting(type_)


def _text(folder: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))


def _versions(folder: str) -> dict[str, set[str]]:
    """Return the engines of the versions of each macro."""
    versions: dict[str, set[str]] = {}
    for engine, name in _VERSION.findall(_text(ROOT / "macros" / folder)):
        versions.setdefault(name, set()).add(engine)
    return versions


def _types(described: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the types of columns in contracts and in the configuration of seeds."""
    found: list[tuple[str, str]] = []
    for node in [*described.get("models", []), *described.get("seeds", [])]:
        columns = [column for column in node.get("columns", []) if "data_type" in column]
        found += [(column["name"], column["data_type"]) for column in columns]
        found += node.get("config", {}).get("column_types", {}).items()
    return found


def _is_setting(type_: str) -> bool:
    return re.match(r"{{ var\('ecommerce_contacts_(id|key)_type'", type_) is not None
