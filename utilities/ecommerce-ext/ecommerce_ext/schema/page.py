"""The tables as a Markdown page: the diagram, then each column with its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.schema.tables import Column, Schema, Table

ALT = "Diagram of the tables with columns, types, keys, and the shop's fields behind them"

_FROM_THE_SHOP = (
    "*From the shop* lists the fields of the shop's records that a column is read from, as the"
    " tap names them. If the cell is empty, the module computes the column."
)
_READERS = (
    "The role in `ECOMMERCE_READER_ROLE` cannot read *personal data*. If a table has such"
    " columns, the role reads a view that has the other columns and the suffix `_reader`, for"
    " instance `ecommerce_contacts_reader`. *Identifies a person* marks keys, which the role"
    " can read."
)
_PERSONAL = {"true": " *Personal data.*", "key": " *Identifies a person.*"}


def write_page(schema: Schema, diagram: str) -> str:
    """Return the page; ``diagram`` is the address of the diagram."""
    tables = ", ".join(f"[{table.name}](#{table.name.lower()})" for table in schema.tables)
    lines = [
        "# The tables",
        "",
        "<!-- Written by `ecommerce schema`, from the manifest and catalog of dbt. -->",
        "",
        f"[![{ALT}]({diagram})]({diagram})",
        "",
        f"{tables}.",
        "",
        _FROM_THE_SHOP,
        "",
        _READERS,
        *(line for table in schema.tables for line in _section(schema, table)),
    ]
    return "\n".join(lines) + "\n"


def _section(schema: Schema, table: Table) -> Iterator[str]:
    yield from ("", f"## {table.name}", "", table.description, "")
    yield "| column | type | key | from the shop | meaning |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        fields = ", ".join(f"`{field}`" for field in column.shop_fields)
        meaning = column.description.replace("|", "\\|")
        meaning += _PERSONAL.get(column.personal, "")
        keys = _keys(schema, table, column)
        yield f"| `{column.name}` | {column.type} | {keys} | {fields} | {meaning} |"


def _keys(schema: Schema, table: Table, column: Column) -> str:
    names = {other.model: other.name for other in schema.tables}
    primary = ["primary"] if column.is_key else []
    foreign = [
        f"→ [{names[key.parent]}](#{names[key.parent].lower()})"
        for key in schema.foreign_keys
        if (key.child, key.column) == (table.model, column.name)
    ]
    return ", ".join(primary + foreign)
