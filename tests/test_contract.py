"""The canonical contract is written down twice, for the taps and for SQL: the two agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import yaml
from tap_ecb_rates.streams import ExchangeRatesStream
from tap_shopapp.contract import CONTRACTS

ROOT = Path(__file__).parents[1]


def _sql_columns() -> dict[str, dict[str, list[str]]]:
    text = (ROOT / "macros" / "raw" / "ecommerce_raw_columns.sql").read_text()
    match = re.search(r"set columns = (\{.*\}) -%\}", text, re.DOTALL)
    assert match
    columns: dict[str, dict[str, list[str]]] = ast.literal_eval(match[1])
    return columns


def _kind(schema: dict[str, Any]) -> str:
    types = schema["type"]
    if "object" in types or "array" in types:
        return "json"
    by_format = {"date-time": "timestamp", "date": "date", "singer.decimal": "decimal"}
    if "string" in types:
        return by_format.get(schema.get("format", ""), "text")
    return "boolean" if "boolean" in types else "integer"


def _tap_columns() -> dict[str, dict[str, str]]:
    schemas = {name: contract.schema for name, contract in CONTRACTS.items()}
    schemas[ExchangeRatesStream.name] = ExchangeRatesStream.schema
    return {
        name: {field: _kind(kind) for field, kind in schema["properties"].items()}
        for name, schema in schemas.items()
    }


def test_sql_reads_the_columns_that_the_taps_emit_with_their_types() -> None:
    read = {
        stream: {field: kind for kind, fields in kinds.items() for field in fields}
        for stream, kinds in _sql_columns().items()
    }
    assert read == _tap_columns()


def test_every_field_is_described() -> None:
    for contract in CONTRACTS.values():
        for field, schema in contract.fields.items():
            assert schema.get("description"), f"{contract.name}.{field}"


def test_staging_describes_the_columns_in_the_taps_words() -> None:
    text = (ROOT / "models" / "ecommerce" / "staging" / "_staging.yml").read_text()
    described = {
        model["name"].removeprefix("stg_ecommerce__"): {
            column["name"]: column["description"] for column in model["columns"]
        }
        for model in yaml.safe_load(text)["models"]
    }
    schemas = {name: contract.schema for name, contract in CONTRACTS.items()}
    schemas[ExchangeRatesStream.name] = ExchangeRatesStream.schema
    assert described.keys() == schemas.keys()
    for name, schema in schemas.items():
        words = {field: kind["description"] for field, kind in schema["properties"].items()}
        assert words.items() <= described[name].items(), name


def test_the_fields_that_columns_name_are_the_contracts() -> None:
    named = set()
    for file in (ROOT / "models" / "ecommerce" / "tables").glob("*.yml"):
        for model in yaml.safe_load(file.read_text())["models"]:
            for column in model["columns"]:
                fields = column.get("config", {}).get("meta", {}).get("shop_field", [])
                named |= {fields} if isinstance(fields, str) else set(fields)
    assert named
    assert named <= {
        f"{stream}.{field}"
        for stream, contract in CONTRACTS.items()
        for field in contract.fields
    }


def test_no_stream_carries_a_json_number_but_counts_and_places() -> None:
    numbers = {
        field
        for contract in CONTRACTS.values()
        for field, schema in contract.fields.items()
        if {"number", "integer"} & set(schema["type"])
    }
    assert numbers == {"item_count", "refund_count", "position"}
