"""Encode rows as columns of JSON, without floats. `assets/tables.js` decodes them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

Rows = list[dict[str, Any]]


def encode_sections(sections: dict[str, Rows], first: date) -> dict[str, Any]:
    """Return all sections as columns, and the number of decimals of each kind of amount.

    - Amounts and units: one text of whole numbers that leave out these decimals.
    - Counts: numbers.
    - Days: number of days since the first day, or null.
    - Other columns: the different values, and the index of the value of each row.

    Args:
        sections: The rows of each section.
        first: The day to count days from.
    """
    decimals: dict[str, int] = defaultdict(int)
    for rows in sections.values():
        for name, values in _columns(rows):
            if kind := _kind(name):
                decimals[kind] = max(decimals[kind], *map(_decimals, values))
    return {
        "decimals": decimals,
        "sections": {
            section: {
                name: _column(name, values, decimals, first) for name, values in _columns(rows)
            }
            for section, rows in sections.items()
        },
    }


def _columns(rows: Rows) -> Iterator[tuple[str, list[Any]]]:
    for name in rows[0] if rows else ():
        yield name, [row[name] for row in rows]


def _kind(name: str) -> str | None:
    if name.endswith("unit_count"):
        return "unit"
    if name.endswith("_amount"):
        return "original" if name.startswith("original_") else "amount"
    return None


def _column(name: str, values: list[Any], decimals: dict[str, int], first: date) -> object:
    if kind := _kind(name):
        return " ".join(_whole(value, decimals[kind]) for value in values)
    if name.endswith("_count") or name == "month_number":
        return [int(value) for value in values]
    if name == "day":
        return [None if value is None else (value - first).days for value in values]
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return {"values": list(places), "rows": [places[value] for value in values]}


# Count and shift digits in text: decimal arithmetic rounds to 28 digits.
def _decimals(value: Decimal) -> int:
    return len(format(value, "f").partition(".")[2].rstrip("0"))


def _whole(value: Decimal, decimals: int) -> str:
    whole, _, fraction = format(value, "f").partition(".")
    return str(int(whole + fraction[:decimals].ljust(decimals, "0")))
