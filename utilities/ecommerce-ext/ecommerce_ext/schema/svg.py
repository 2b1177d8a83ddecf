"""The tables and their foreign keys as one SVG file without external resources.

Orders and contacts are in the left column, items, products and categories in the right one.
The diagram is narrow because pages show it in a column of text. Its colours follow the reader's
light or dark mode, on its own background, because the page may use the other mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from ecommerce_ext.schema.edges import Box, draw_edges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.schema.tables import Column, Schema, Table

_SIDES = (
    ("ECommerce_Transaction", "ecommerce_contacts"),
    (
        "ECommerce_Item",
        "ECommerce_Product",
        "ecommerce_product_categories",
        "ECommerce_ProductCategory",
    ),
)
_WIDTH = 452
_GAP = 52  # between the two columns
_BETWEEN = 32  # between the tables of one column
_MARGINS = (42, 60)  # left and right, for the edges within a column
_TOP = 28
_ROW = 20
_HEADER = 48
_FIELD_LENGTH = 24  # characters of the shop's fields that fit in a row
_LEGEND = 78
_SIGNS = (
    "PK primary key, FK foreign key; dot: personal data, or identifies a person",
    "right: the field of the shop's record that the column is read from, if any",
    "fork: zero or more rows; bar: one row; ring and bar: zero or one row",
)

_STYLE = """
svg {
  font-family: -apple-system, "Segoe UI", "DejaVu Sans", Roboto, Helvetica, Arial, sans-serif;
  --ground: #f6f8fa; --card: #ffffff; --stripe: #f3f6f9; --edge: #c9d1d9; --text: #1f2328;
  --soft: #57606a; --head: #0b5563; --side: #4b5563; --key: #9a5b00; --line: #0b5563;
  --person: #b4235a; }
@media (prefers-color-scheme: dark) {
  svg { --ground: #0d1117; --card: #161b22; --stripe: #1c232c; --edge: #3b444f; --text: #e6edf3;
    --soft: #a3adb8; --head: #13616f; --side: #475160; --key: #e3b341; --line: #5cc3d3;
    --person: #ff8fb5; } }
.ground { fill: var(--ground); } .card { fill: var(--card); stroke: var(--edge); }
.stripe { fill: var(--stripe); } .head { fill: var(--head); } .side { fill: var(--side); }
text { fill: var(--text); font-size: 12px; } .title { fill: #fff; font-size: 14px;
  font-weight: 600; } .grain { fill: #fff; font-size: 11px; } .key { fill: var(--key);
  font-size: 10px; font-weight: 700; } .strong { font-weight: 600; } .type, .field,
.legend { fill: var(--soft); font-size: 11px; } .field { text-anchor: end; }
.from { fill: #fff; font-size: 11px; text-anchor: end; } .person { fill: var(--person); }
.line { fill: none; stroke: var(--line); stroke-width: 1.5; }
.none { fill: var(--ground); stroke: var(--line); stroke-width: 1.5; }
"""


def draw(schema: Schema) -> str:
    """Return the diagram of a schema. The same schema always gives the same diagram."""
    by_model = {table.model: table for table in schema.tables}
    boxes: dict[str, Box] = {}
    bottom = 0
    for side, models in enumerate(_SIDES):
        top = _TOP
        for table in [by_model[model] for model in models if model in by_model]:
            rows = {
                column.name: top + _HEADER + index * _ROW + _ROW // 2
                for index, column in enumerate(table.columns)
            }
            left = _MARGINS[0] + side * (_WIDTH + _GAP)
            height = _HEADER + len(rows) * _ROW + 4
            boxes[table.model] = Box(side, left, left + _WIDTH, top, top + height, rows)
            top += height + _BETWEEN
            bottom = max(bottom, top)
    width, height = sum(_MARGINS) + 2 * _WIDTH + _GAP, bottom + _LEGEND
    foreign = {(key.child, key.column) for key in schema.foreign_keys}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>The tables, their columns and keys</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="ground" width="{width}" height="{height}" rx="8"/>',
        *(
            part
            for model, box in boxes.items()
            for part in _card(by_model[model], box, foreign)
        ),
        *draw_edges(schema, boxes),
        *_legend(bottom),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _card(table: Table, box: Box, foreign: set[tuple[str, str]]) -> Iterator[str]:
    """Yield one table: a header with its name, then a row per column."""
    left, right, height = box.left, box.right, box.bottom - box.top
    kind = "head" if table.name.startswith("ECommerce_") else "side"
    area = f'x="{left}" y="{box.top}" width="{_WIDTH}" height="{height}"'
    yield f'<rect class="card" {area} rx="6"/>'
    yield (
        f'<path class="{kind}" d="M{left} {box.top + _HEADER - 4}v{10 - _HEADER}q0 -6 6 -6'
        f'h{_WIDTH - 12}q6 0 6 6v{_HEADER - 10}z"/>'
    )
    yield _text("title", left + 12, box.top + 19, table.name)
    yield _text("grain", left + 12, box.top + 35, table.grain)
    if table.stream:
        yield _text("from", right - 12, box.top + 19, f"from {table.stream}")
    for index, column in enumerate(table.columns):
        middle = box.rows[column.name]
        if index % 2:
            yield (
                f'<rect class="stripe" x="{left + 1}" y="{middle - _ROW // 2}"'
                f' width="{_WIDTH - 2}" height="{_ROW}"/>'
            )
        is_foreign = (table.model, column.name) in foreign
        yield from _row(table, column, left, middle, is_foreign=is_foreign)


def _row(
    table: Table, column: Column, left: int, middle: int, *, is_foreign: bool
) -> Iterator[str]:
    baseline = middle + 4
    keys = [word for word, holds in (("PK", column.is_key), ("FK", is_foreign)) if holds]
    if keys:
        yield _text("key", left + 8, baseline, " ".join(keys))
    yield _text("strong" if column.is_key else "name", left + 46, baseline, column.name)
    if column.personal:
        yield f'<circle class="person" cx="{left + 198}" cy="{middle}" r="3"/>'
    yield _text("type", left + 208, baseline, column.type)
    fields = [field.removeprefix(f"{table.stream}.") for field in column.shop_fields]
    shown = ", ".join(fields)
    if len(shown) > _FIELD_LENGTH:
        shown = f"{fields[0]}, …"
    yield _text("field", left + _WIDTH - 12, baseline, shown)


def _legend(top: int) -> Iterator[str]:
    """Yield the legend of the signs."""
    for index, line in enumerate(_SIGNS):
        yield _text("legend", _MARGINS[0], top + 14 + 20 * index, line)


def _text(kind: str, x: int, y: int, content: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(content)}</text>' if content else ""
