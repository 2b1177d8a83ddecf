"""The tables as a page of Markdown: the picture, then each column with its meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.schema.tables import Column, Schema, Table

ALT = "The tables with their columns, types and keys, and the shop's fields that feed them"

_FROM_THE_SHOP = (
    "*From the shop* names the fields of the shop's records that a column is fed from, as the"
    " tap writes them; where there is none, the module works the column out."
)
_READERS = (
    "*Personal data* is not granted to the role that `ECOMMERCE_READER_ROLE` names. Where a"
    " table has such columns, that role reads the view of the same name with `_reader` behind"
    " it, for instance `ecommerce_contacts_reader`, which has the other columns. *Identifies a"
    " person* marks keys, which the role may read."
)
_PERSONAL = {"true": " *Personal data.*", "key": " *Identifies a person.*"}


def write_page(schema: Schema, picture: str) -> str:
    """Return the page; ``picture`` is the address of the diagram."""
    tables = ", ".join(f"[{table.name}](#{table.name.lower()})" for table in schema.tables)
    lines = [
        "# The tables",
        "",
        "<!-- Written by `ecommerce schema`, from what dbt knows of the tables. -->",
        "",
        f"[![{ALT}]({picture})]({picture})",
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
