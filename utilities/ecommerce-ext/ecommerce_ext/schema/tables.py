"""The tables, columns and keys that are shown, from dbt's manifest and catalog."""

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
"""The four tables, in the order in which one reads them."""

SHOWN = (*CORE, "ecommerce_contacts", "ecommerce_product_categories")
"""All that is shown: the four, whom they belong to, and products in several categories."""

_SHORT = {"timestamp with time zone": "timestamptz", "character varying": "varchar"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: Its name, as it stands in the database.
        type: Its type there; as the contract has it, where the table is not built yet.
        description: What it means.
        is_key: Whether it is part of the primary key.
        is_required: Whether it is never null.
        personal: `key` if it identifies a person, `true` if it is other personal data.
        shop_fields: The fields of the shop's records that feed it, as stream.field.
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
    """One table: its model's name, its own, what a row is, what it holds."""

    model: str
    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def grain(self) -> str:
        """What one row stands for: the first clause of the description."""
        return self.description.partition(". ")[0].partition(":")[0].rstrip(".")

    @property
    def stream(self) -> str:
        """The stream of the shop's records that the table is made from; empty for none."""
        streams = [
            column.shop_fields[0].partition(".")[0]
            for column in self.columns
            if column.shop_fields
        ]
        most = max(streams, key=streams.count, default="")
        return most if 2 * streams.count(most) > len(self.columns) else ""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column of one model that points at a row of another, or of the same."""

    child: str
    column: str
    parent: str
    parent_column: str


@dataclass(frozen=True, slots=True)
class Schema:
    """The tables that are switched on, and the keys between them."""

    tables: tuple[Table, ...]
    foreign_keys: tuple[ForeignKey, ...]

    def column(self, model: str, name: str) -> Column:
        """Return a column of one of the tables."""
        [table] = [table for table in self.tables if table.model == model]
        [column] = [column for column in table.columns if column.name == name]
        return column


def read_schema(target: Path) -> Schema:
    """Read what `dbt docs generate` wrote into ``target``."""
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
        _plain(name)
        for constraint in node["constraints"]
        if constraint["type"] == "primary_key"
        for name in constraint["columns"]
    }
    return Table(
        node["name"],
        node["alias"],
        _line(node["description"]),
        tuple(
            Column(
                name,
                _type(built[name]["type"] if name in built else column["data_type"]),
                _line(column["description"]),
                is_key=name in keys,
                is_required=name in keys
                or any(
                    constraint["type"] == "not_null" for constraint in column["constraints"]
                ),
                personal=str(column["config"]["meta"].get("pii") or "").lower(),
                shop_fields=_several(column["config"]["meta"].get("shop_field", [])),
            )
            for name, column in node["columns"].items()
        ),
    )


def foreign_keys(nodes: dict[str, Any]) -> Iterator[ForeignKey]:
    """Yield what the tests of relationships say that points from one shown table to another."""
    for node in nodes.values():
        test = node.get("test_metadata") or {}
        if test.get("name") != "relationships" or not node["attached_node"]:
            continue
        child = node["attached_node"].rpartition(".")[2]
        others = [name.rpartition(".")[2] for name in node["depends_on"]["nodes"]]
        parent = next((name for name in others if name != child), child)
        if child in SHOWN and parent in SHOWN:
            column, field = test["kwargs"]["column_name"], test["kwargs"]["field"]
            yield ForeignKey(child, _plain(column), parent, _plain(field))


def _plain(name: str) -> str:
    return name.strip('"')


def _line(text: str) -> str:
    return " ".join(text.split())


def _type(name: str) -> str:
    return _SHORT.get(name, name).replace(", ", ",")


def _several(fields: str | list[str]) -> tuple[str, ...]:
    return (fields,) if isinstance(fields, str) else tuple(fields)
