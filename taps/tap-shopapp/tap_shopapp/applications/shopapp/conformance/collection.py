"""Checks of a collection: rejected requests, pages, windows, totals and amounts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.shopapp.conformance.server_check import (
    BAD_REQUEST,
    OK,
    ServerCheck,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

Record = dict[str, Any]
Totals = dict[str, tuple[int, dict[str, Decimal]]]

SCHEMAS = {
    "transactions": "Transaction",
    "products": "Product",
    "categories": "Category",
    "customers": "Customer",
}


@dataclass
class CollectionCheck:
    """The checks of one collection, for instance `transactions`."""

    name: str
    server: ServerCheck

    @property
    def path(self) -> str:
        """The collection's path."""
        return f"/v1/{self.name}"

    @property
    def where(self) -> str:
        """The request in the report."""
        return f"GET {self.path}"

    def check_rejections(self) -> None:
        """Check requests that the server must reject."""
        for name, value in (
            ("limit", 0),
            ("limit", 251),
            ("cursor", "unknown"),
            ("updated_since", "yesterday"),
            ("updated_before", "yesterday"),
        ):
            answer = self.server.get(self.path, {name: value})
            self.server.expect_problem(self.where, answer, BAD_REQUEST, f"{name}={value}")

    def check_pages(self, pages: int) -> None:
        """Check the first pages, and the windows and totals of their records."""
        records = list(self._walk(pages, limit=250))
        places = [(_time(record), record["id"].encode()) for record in records]
        unordered = next((after for before, after in pairwise(places) if after < before), None)
        self._expect("records are sorted by (updated_at, id)", unordered)
        ids = Counter(record["id"] for record in records)
        self._expect("no record is repeated", next((i for i in ids if ids[i] > 1), None))
        if records:
            self._check_small_pages([record["id"] for record in records])
            self._check_window(records[len(records) // 2])
            self._check_totals(records)
        if self.name == "transactions":
            wrong = next((record["id"] for record in records if not _adds_up(record)), None)
            self._expect(
                "gross − discount + shipping + tax + fee + tip + duty + adjustment = total",
                wrong and f"a different sum in order {wrong}",
                is_fatal=False,
            )

    def _expect(
        self, expectation: str, received: object = None, *, is_fatal: bool = True
    ) -> None:
        self.server.expect(self.where, expectation, received, is_fatal=is_fatal)

    def _walk(self, pages: int, limit: int, **window: str) -> Iterator[Record]:
        """Yield the records of the first pages, and report whether the pages are valid."""
        breach: str | None = None
        query: dict[str, object] = {"limit": limit, **window}
        for _ in range(pages):
            answer = self.server.get(self.path, query)
            if answer.status_code != OK:
                breach = breach or describe(answer)
                break
            page = answer.json()
            breach = breach or self._breach(page, limit)
            yield from page["data"]
            if not page["has_more"] or not page["next_cursor"]:
                break
            query["cursor"] = page["next_cursor"]
        self._expect(f"pages of {limit} and their records match the schema", breach)

    def _breach(self, page: dict[str, Any], limit: int) -> str | None:
        """Return the first violation of a page, null if it is valid."""
        if breach := self.server.contract.breach("Page", page):
            return breach
        if len(page["data"]) > limit:
            return f"{len(page['data'])} records"
        breaches = (self.server.contract.breach(SCHEMAS[self.name], r) for r in page["data"])
        return next(filter(None, breaches), None)

    def _check_small_pages(self, ids: list[str]) -> None:
        few = [record["id"] for record in self._walk(pages=5, limit=2)]
        same = few == ids[: len(few)]
        self._expect(
            "small pages return the same records as large pages, also within one updated_at",
            None if same else f"{few} instead of {ids[: len(few)]}",
        )

    def _check_window(self, record: Record) -> None:
        moment = record["updated_at"]
        since = list(self._walk(1, 250, updated_since=moment))
        early = [r["id"] for r in since if _time(r) < _time(record)]
        has_it = any(_time(r) == _time(record) for r in since)
        self._expect(
            f"updated_since={moment} returns records from that time on, including that time",
            None if has_it and not early else early or "no record of that time",
        )
        before = list(self._walk(1, 250, updated_before=moment))
        late = [r["id"] for r in before if _time(r) >= _time(record)]
        self._expect(
            f"updated_before={moment} returns records before that time, excluding that time",
            late or None,
        )

    def _check_totals(self, records: list[Record]) -> None:
        where = f"{self.where}/totals"
        # The pages contain all records until the last one, even if more pages follow.
        last = records[-1]
        window: dict[str, object] = {"updated_before": last["updated_at"]}
        answer = self.server.get(f"{self.path}/totals", window)
        if not self.server.expect_status(where, answer, OK):
            return
        schema = "TransactionTotals" if self.name == "transactions" else "Totals"
        breach = self.server.contract.breach(schema, answer.json())
        self.server.expect(where, "the response has totals by day", breach)
        reported: Totals = {
            day["day"]: (day["count"], _sums([*day.get("total_amounts", {}).items()]))
            for day in answer.json()["data"]
        }
        received = self._totals([r for r in records if _time(r) < _time(last)])
        days = sorted(reported.keys() | received.keys())
        wrong = next((day for day in days if reported.get(day) != received.get(day)), None)
        self.server.expect(
            where,
            "the totals equal the counts and sums of the pages",
            wrong
            and f"{reported.get(wrong)} for {wrong}, but the pages have {received.get(wrong)}",
        )

    def _totals(self, records: list[Record]) -> Totals:
        days: defaultdict[str, list[Record]] = defaultdict(list)
        for record in records:
            days[record["updated_at"][:10]].append(record)
        return {
            day: (
                len(of_day),
                _sums([(r.get("currency"), r.get("total_amount")) for r in of_day]),
            )
            if self.name == "transactions"
            else (len(of_day), {})
            for day, of_day in days.items()
        }


def _sums(amounts: list[tuple[Any, Any]]) -> dict[str, Decimal]:
    """Return the sums by currency that are not 0."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for currency, amount in amounts:
        sums[currency] += Decimal(amount or 0)
    return {currency: amount for currency, amount in sums.items() if amount}


def _adds_up(order: Record) -> bool:
    names = ("gross", "shipping", "tax", "fee", "tip", "duty", "adjustment")
    try:
        total, discount, *parts = (
            Decimal(order.get(f"{name}_amount") or 0) for name in ("total", "discount", *names)
        )
    except (ArithmeticError, TypeError, ValueError):
        return False
    return sum(parts) - discount == total


def _time(record: Record) -> str:
    """Return the time of change of a record as text that sorts by time."""
    whole, _, fraction = record["updated_at"].removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<6}"
