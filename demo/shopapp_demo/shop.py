"""A shop in memory: records of the ShopApp API, in the order of its pages."""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Context, Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Record = dict[str, Any]

_EXACT = Context(prec=400)

COLLECTIONS = ("transactions", "products", "categories", "customers")


@dataclass
class Shop:
    """The facts about a shop, its records by id, and its clock."""

    info: Record
    transactions: dict[str, Record] = field(default_factory=dict)
    products: dict[str, Record] = field(default_factory=dict)
    categories: dict[str, Record] = field(default_factory=dict)
    customers: dict[str, Record] = field(default_factory=dict)
    clock: Callable[[], datetime] = field(
        default=partial(datetime.now, timezone.utc), repr=False, compare=False
    )
    _order: dict[str, list[tuple[str, str]]] = field(default_factory=dict, repr=False)

    def put(self, collection: str, record: Record) -> None:
        """Insert a record, or replace the record with the same id."""
        self._records(collection)[str(record["id"])] = record
        self._order.pop(collection, None)

    def remove(self, collection: str, record_id: str) -> None:
        """Remove a record without a tombstone."""
        del self._records(collection)[record_id]
        self._order.pop(collection, None)

    def page(
        self,
        collection: str,
        *,
        since: str,
        before: str,
        after: tuple[str, str] | None,
        limit: int,
    ) -> tuple[list[Record], bool]:
        """Return records in [since, before) by (updated_at, id), and whether more follow."""
        order, start, end = self._window(collection, since, before)
        if after is not None:
            start = max(start, bisect_left(order, (after[0], after[1] + "\x00")))
        keys = order[start : min(start + limit, end)]
        records = self._records(collection)
        return [records[key] for _, key in keys], start + limit < end

    def totals(self, collection: str, *, since: str, before: str) -> list[Record]:
        """Return count and sums of the records in [since, before), by UTC day."""
        order, start, end = self._window(collection, since, before)
        records = self._records(collection)
        days: dict[str, Record] = {}
        for updated_at, key in order[start:end]:
            day = days.setdefault(updated_at[:10], {"count": 0, "sums": {}})
            day["count"] += 1
            record = records[key]
            if (amount := record.get("total_amount")) is not None:
                currency = record["currency"]
                so_far = day["sums"].get(currency, Decimal(0))
                day["sums"][currency] = _EXACT.add(so_far, Decimal(amount))
        has_amounts = {"total_amounts"} if collection == "transactions" else set()
        return [
            {"day": day, "count": total["count"]}
            | {name: {c: f"{a:f}" for c, a in total["sums"].items()} for name in has_amounts}
            for day, total in days.items()
        ]

    def _window(
        self, collection: str, since: str, before: str
    ) -> tuple[list[tuple[str, str]], int, int]:
        """Return the sorted keys of a collection, and the positions of [since, before)."""
        if collection not in self._order:
            self._order[collection] = sorted(
                (sort_key(record["updated_at"]), record_id)
                for record_id, record in self._records(collection).items()
            )
        order = self._order[collection]
        start = bisect_left(order, (sort_key(since), "")) if since else 0
        end = bisect_left(order, (sort_key(before), "")) if before else len(order)
        return order, start, max(start, end)

    def write(self, folder: Path) -> None:
        """Write the shop as files: `shop.json`, and one JSON line per record."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "shop.json").write_text(json.dumps(self.info, indent=2) + "\n")
        for collection in COLLECTIONS:
            with (folder / f"{collection}.jsonl").open("w", encoding="utf-8") as file:
                for record in self._records(collection).values():
                    file.write(json.dumps(record) + "\n")

    def _records(self, collection: str) -> dict[str, Record]:
        records: dict[str, Record] = getattr(self, collection)
        return records


def read_shop(folder: Path) -> Shop:
    """Read a shop from a folder of files. A missing file is an empty collection."""
    shop = Shop(json.loads((folder / "shop.json").read_text()))
    for collection in COLLECTIONS:
        path = folder / f"{collection}.jsonl"
        if path.exists():
            with path.open(encoding="utf-8") as file:
                for line in file:
                    shop.put(collection, json.loads(line))
    return shop


def sort_key(timestamp: str) -> str:
    """Return an RFC 3339 UTC time as text that sorts by time."""
    whole, _, fraction = timestamp.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<6}"
