"""The field of the shop that feeds each column, as the picture of the tables shows it.

The test loads many small shops that differ from one shop in a single field each. The columns
that then differ are the columns that the field feeds.
"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
import yaml
from tap_shopapp.contract import CONTRACTS

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[2]
# Contacts come from the shop's customers only without a contacts relation, as here.
NOT_HERE = {"ecommerce_contacts"}
TABLES = {
    "ECommerce_Transaction": '"idTransaction"',
    "ECommerce_Item": '"idItem"',
    "ECommerce_Product": '"idProduct"',
    "ECommerce_ProductCategory": '"idProductCategory"',
    "ecommerce_product_categories": "position",
}
JANUARY, JUNE = "2026-01-05T10:00:00.000000Z", "2026-06-05T10:00:00.000000Z"

Shop = dict[str, list[dict[str, Any]]]
Rows = dict[str, dict[str, set[str]]]

# Values of fields that do not accept arbitrary text.
HOLDS: dict[str, dict[str, Any]] = {
    "transactions": {
        "currency": "CAD",
        "id_contact": "1",
        "customer_id": "k1",
        "email": "ann@example.com",
        "version": "v",
        "id_send_log": "5",
        "id_batch": "6",
        "id_visit": "7",
    },
    "items": {"currency": "CAD", "transaction_version": "v"},
    "products": {"currency": "CAD", "category_ids": ["category_id", "leaf"]},
    "categories": {"parent_id": None},
}
LEAF = {"category_id": "leaf", "parent_id": "category_id", "name": "Leaf"}
NOBODY = {"id_contact": None, "customer_id": None}
# Some fields have an effect only if others are missing.
BASES: dict[str, dict[str, Any]] = {
    "full": {},
    "by number": {"id_contact": None},
    "by address": NOBODY,
    "guest": {**NOBODY, "email": "x@example.com"},
    "nameless": {**NOBODY, "email": None, "email_normalized": None, "processed_at": None},
}
CHANGED = {
    "id_contact": "2",
    "customer_id": "k2",
    "email": "bob@example.com",
    "currency": "USD",
    "category_ids": ["leaf"],
    "is_test": True,
}
# Ids that connect records are changed in every record.
LINKS = {
    "transactions.transaction_id",
    "items.transaction_id",
    "items.product_id",
    "products.product_id",
    "categories.category_id",
}


def _declared() -> dict[tuple[str, str], list[str]]:
    """Return the fields that the YAML documents, by table and column."""
    found = {}
    for file in (ROOT / "models" / "ecommerce" / "tables").glob("*.yml"):
        for model in yaml.safe_load(file.read_text())["models"]:
            for column in model["columns"]:
                named = column.get("config", {}).get("meta", {}).get("shop_field", [])
                fields = [named] if isinstance(named, str) else named
                if model["name"] not in NOT_HERE:
                    found[model["name"], column["name"]] = fields
    return found


FIELDS = sorted({field for fields in _declared().values() for field in fields})


def _record(stream: str) -> dict[str, Any]:
    """Return a record with a value in every field; a text field has its own name as value."""
    kinds = {"date-time": JANUARY, "singer.decimal": "5.00"}
    fields = {
        name: kinds.get(kind.get("format"), name)
        for name, kind in CONTRACTS[stream].fields.items()
        if "string" in kind["type"]
    }
    return fields | {"is_test": False} | HOLDS[stream]


def _shop(base: str, changed: str = "") -> Shop:
    """Return the records of one shop; ``changed`` (stream.field) has another value."""
    line = _record("items")
    if base == "nameless":
        line["line_gross_amount"] = None
    catalogue = [_record("products")], [_record("categories"), dict(LEAF)]
    products, categories = catalogue if base != "nameless" else ([], [])
    shop: Shop = {
        "shops": [{"currency": "CAD", "time_zone": "UTC"}],
        "transactions": [_record("transactions") | BASES[base]],
        "items": [line, line | {"item_id": "second", "product_id": "sold only"}],
        "products": products,
        "categories": categories,
    }
    stream, _, field = changed.partition(".")
    if changed in LINKS:
        for records in shop.values():
            for record in records:
                record.update({name: _renamed(field, held) for name, held in record.items()})
    elif changed and shop[stream]:
        record = shop[stream][0 if field != "parent_id" else 1]
        record[field] = _other(field, record[field])
    return shop


def _renamed(name: str, held: Any) -> Any:
    """Replace the id ``name`` in a value by another id."""
    if isinstance(held, list):
        return [_renamed(name, one) for one in held]
    return f"{name}-2" if held == name else held


def _other(field: str, held: Any) -> Any:
    """Return another value for a field that has a value."""
    others = {JANUARY: JUNE, "5.00": "7.00", "category_id": None, None: None}
    if field in CHANGED and held is not None:
        return CHANGED[field]
    return others.get(held, f"{held}2")


@pytest.fixture(scope="module")
def changed_columns(pipeline: Pipeline) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Return by base and field the columns (table and name) that change with the field."""
    names = {
        f"shop{number}": (base, field)
        for number, (base, field) in enumerate(
            (base, field) for base in BASES for field in ("", *FIELDS)
        )
    }
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        connection.execute("create schema marketing")
        connection.execute("create table marketing.people (id bigint, number text, mail text)")
        connection.execute(
            "insert into marketing.people"
            " values (1, 'k1', 'ann@example.com'), (2, 'k2', 'bob@example.com')"
        )
        records: Shop = {}
        for name, (base, field) in names.items():
            for stream, found in _shop(base, field).items():
                records.setdefault(stream, []).extend({**r, "shop_id": name} for r in found)
        for stream, found in records.items():
            raw.load(connection, stream, found, datetime(2026, 7, 1, tzinfo=timezone.utc))
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_CONTACTS_RELATION": "marketing.people",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
        "ECOMMERCE_CONTACTS_EMAIL_COLUMN": "mail",
    }
    selected = [f"+{table}" for table in TABLES]
    no_tests = ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
    pipeline.dbt("build", "--select", *selected, *no_tests)
    rows = _rows(pipeline, list(names))
    unchanged = {base: rows[name] for name, (base, field) in names.items() if not field}
    return {
        (base, field): {
            (table, column)
            for table, columns in rows[name].items()
            for column, values in columns.items()
            if values != unchanged[base].get(table, {}).get(column)
        }
        for name, (base, field) in names.items()
    }


def _rows(pipeline: Pipeline, names: list[str]) -> dict[str, Rows]:
    """Return the values by shop, table and column, without the shop's name in them."""
    found: dict[str, Rows] = {name: {} for name in names}
    for table, key in TABLES.items():
        for (row,) in pipeline.rows(
            f'select to_jsonb(t) from ecommerce."{table}" t order by {key}'
        ):
            owner = next(
                value.partition(":")[0]
                for column, value in row.items()
                if column in {"idTransaction", "idProduct", "idProductCategory", "id_product"}
            )
            for column, value in row.items():
                if column not in {"dtLoaded", "rowHash", "loaded_at", "row_hash"}:
                    own = str(value).replace(f"{owner}:", "")
                    found[owner].setdefault(table, {}).setdefault(column, set()).add(own)
    return found


def test_every_documented_field_feeds_its_column(
    changed_columns: dict[tuple[str, str], set[tuple[str, str]]],
) -> None:
    idle = {
        (*column, field)
        for column, fields in _declared().items()
        for field in fields
        if not any(column in changed_columns[base, field] for base in BASES)
        and not field.endswith(".shop_id")
    }
    assert idle == set()


def test_shop_id_feeds_every_idshop_column(
    changed_columns: dict[tuple[str, str], set[tuple[str, str]]],
) -> None:
    named = {column for column, fields in _declared().items() if "shop_id" in str(fields)}
    assert {column for _, column in named} == {"idShop"}
    assert named <= set.union(*(columns for _, columns in changed_columns.items()))


def test_undocumented_field_feeds_no_text_time_or_id_column(
    changed_columns: dict[tuple[str, str], set[tuple[str, str]]], pipeline: Pipeline
) -> None:
    numbers = set(
        pipeline.rows(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'ecommerce' and data_type = 'numeric'"
        )
    )
    documented = {column: fields for column, fields in _declared().items() if fields}
    untold = {
        (*column, field)
        for (_, field), columns in changed_columns.items()
        if field not in LINKS
        for column in columns & documented.keys() - numbers
        if field not in documented[column] and column[1] != "idShop"
    }
    assert untold == set()
