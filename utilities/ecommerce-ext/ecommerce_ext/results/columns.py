"""Rows as columns of JSON, small and exact: a browser's own numbers are floats."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

Rows = list[dict[str, Any]]


def encoded(sections: dict[str, Rows], first: date) -> dict[str, Any]:
    """Return sections as columns, and how many decimals each kind of their numbers has.

    - Amounts and units: one text of whole numbers, with that many decimals left out.
    - Counts: numbers. Days: numbers of days since the first, null for none.
    - Anything else: its different values, and for each row which it is.
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


# By their digits: the arithmetic of decimals rounds to 28 of them.
def _decimals(value: Decimal) -> int:
    return len(format(value, "f").partition(".")[2].rstrip("0"))


def _whole(value: Decimal, decimals: int) -> str:
    whole, _, fraction = format(value, "f").partition(".")
    return str(int(whole + fraction[:decimals].ljust(decimals, "0")))
