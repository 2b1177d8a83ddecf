"""The tables, columns and keys of the diagram, from dbt's manifest and catalog."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecommerce_ext.dbt.package import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CORE = (
    "ECommerce_Transaction",
    "ECommerce_Item",
    "ECommerce_Product",
    "ECommerce_ProductCategory",
)
"""The four tables, in reading order."""

SHOWN = (*CORE, "ecommerce_contacts", "ecommerce_product_categories")
"""All tables of the diagram: the four, the contacts, and the categories of products."""

_SHORT = {"timestamp with time zone": "timestamptz", "character varying": "varchar"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: The name in the database.
        type: The type in the database, or in the contract if the table does not exist.
        description: The meaning.
        is_key: Whether the column is part of the primary key.
        is_required: Whether the column is never null.
        personal: `key` if the column identifies a person, `true` for other personal data.
        shop_fields: The fields of the shop's records behind the column, as stream.field.
    """

    name: str
    type: str
    description: str
    is_key: bool
    is_required: bool
    personal: str
    shop_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        model: The name of the dbt model.
        name: The name in the database.
        description: The grain and the content.
        columns: The columns, in order.
    """

    model: str
    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def grain(self) -> str:
        """The meaning of one row: the first clause of the description."""
        return self.description.partition(". ")[0].partition(":")[0].rstrip(".")

    @property
    def stream(self) -> str:
        """The stream behind more than half of the columns, or an empty text."""
        streams = [
            column.shop_fields[0].partition(".")[0]
            for column in self.columns
            if column.shop_fields
        ]
        most = max(streams, key=streams.count, default="")
        return most if 2 * streams.count(most) > len(self.columns) else ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column of one model that references a row of another or the same model."""

    child: str
    column: str
    parent: str
    parent_column: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The enabled tables, and the foreign keys between them."""

    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def column(self, model: str, name: str) -> Column:
        """Return a column of one of the tables."""
        [table] = [table for table in self.tables if table.model == model]
        [column] = [column for column in table.columns if column.name == name]
        return column


def read_schema(target: Path) -> Schema:
    """Read the files that `dbt docs generate` wrote into ``target``."""
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    catalog = json.loads((target / "catalog.json").read_text("utf-8"))
    nodes = {model: f"model.{PACKAGE}.{model}" for model in SHOWN}
    return Schema(
        tuple(
            _table(manifest["nodes"][node], catalog["nodes"].get(node, {}).get("columns", {}))
            for node in nodes.values()
            if node in manifest["nodes"]
        ),
        tuple(foreign_keys(manifest["nodes"])),
    )


def _table(node: dict[str, Any], built: dict[str, Any]) -> Table:
    keys = {
        _unquoted(name)
        for constraint in node["constraints"]
        if constraint["type"] == "primary_key"
        for name in constraint["columns"]
    }
    return Table(
        node["name"],
        node["alias"],
        _one_line(node["description"]),
        tuple(
            Column(
                name,
                _type(built[name]["type"] if name in built else column["data_type"]),
                _one_line(column["description"]),
                is_key=name in keys,
                is_required=name in keys
                or any(
                    constraint["type"] == "not_null" for constraint in column["constraints"]
                ),
                personal=str(column["config"]["meta"].get("pii") or "").lower(),
                shop_fields=_as_tuple(column["config"]["meta"].get("shop_field", [])),
            )
            for name, column in node["columns"].items()
        ),
    )


def foreign_keys(nodes: dict[str, Any]) -> Iterator[ForeignKey]:
    """Yield the foreign keys between tables of the diagram, from the relationships tests."""
    for node in nodes.values():
        test = node.get("test_metadata") or {}
        if test.get("name") != "relationships" or not node["attached_node"]:
            continue
        child = node["attached_node"].rpartition(".")[2]
        names = [name.rpartition(".")[2] for name in node["depends_on"]["nodes"]]
        parent = next((name for name in names if name != child), child)
        if child in SHOWN and parent in SHOWN:
            column, field = test["kwargs"]["column_name"], test["kwargs"]["field"]
            yield ForeignKey(child, _unquoted(column), parent, _unquoted(field))


def _unquoted(name: str) -> str:
    return name.strip('"')


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _type(name: str) -> str:
    return _SHORT.get(name, name).replace(", ", ",")


def _as_tuple(fields: str | list[str]) -> tuple[str, ...]:
    return (fields,) if isinstance(fields, str) else tuple(fields)
