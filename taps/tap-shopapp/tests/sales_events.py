"""Sales events in a short form, for comparison with events that a test works out by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, Any]
Short = tuple[str, "str | None", "str | None", str, str, str, str]


def short(events: Iterable[Row]) -> list[Short]:
    """Return kind, line, units, goods, discount, tax and split of each event, sorted."""
    rows = [
        (
            event["kind"],
            event["item_id"],
            event["quantity"],
            *(event[f"{name}_amount"] for name in ("goods", "discount", "tax")),
            event["refund_split"],
        )
        for event in events
    ]
    return sorted([_plain(row) for row in rows], key=str)


def _plain(row: tuple[Any, ...]) -> Any:
    """Return a row whose numbers have no trailing zeros."""
    kind, item_id, *numbers, split = row
    return kind, item_id, *map(_number, numbers), split


def _number(value: str | None) -> str | None:
    return None if value is None else f"{Decimal(value).normalize() + 0:f}"


def paid_back(events: Iterable[Row]) -> Decimal:
    """Return the money of events: goods less discount, plus tax."""
    return sum(
        (
            Decimal(event["goods_amount"])
            - Decimal(event["discount_amount"])
            + Decimal(event["tax_amount"])
            for event in events
        ),
        Decimal(0),
    )
