"""Finds rows that are not records: repeated headers, totals, trailers.

Words such as "Total" differ by language and occur in names, so the checks compare a row with
the other rows of its file: what other rows have, a row that is not a record lacks.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications.files.columns import LINE, Kind
from tap_shopapp.applications.files.running_sums import RunningSums
from tap_shopapp.errors import RecordError
from tap_shopapp.records.money import times, total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tap_shopapp.applications.files.entry import Entry, Target
    from tap_shopapp.applications.files.rows import Contents, Row

# A row of a trailer has one cell. In a file with fewer columns, a record can have one too.
_FEWEST_COLUMNS = 3
# Orders that are added before an order can be their total.
_FEWEST_SUMMED = 2


class Group(Enum):
    """Kinds of columns. A record has a value in at least one column of each kind."""

    TIME = auto()
    AMOUNT = auto()
    CURRENCY = auto()
    PRODUCT = auto()
    PRICE = auto()


_OF_ORDER = {
    "dtTransaction": Group.TIME,
    "dtTransactionCreatedAt": Group.TIME,
    "dtTransactionUpdatedAt": Group.TIME,
    "Total": Group.AMOUNT,
    "Revenue": Group.AMOUNT,
    "Currency": Group.CURRENCY,
}
_OF_LINE = {
    "idProduct": Group.PRODUCT,
    "idVariant": Group.PRODUCT,
    "Sku": Group.PRODUCT,
    "ProductName": Group.PRODUCT,
    "Price": Group.PRICE,
}
_GROUPS = {
    "transactions": _OF_ORDER,
    "items": {**_OF_LINE, "Revenue": Group.PRICE},
}
_OF_ORDER_OF_LINES = {**_OF_ORDER, **_OF_LINE, f"{LINE}Revenue": Group.PRICE}
_PRICES = tuple(n for n, group in _OF_ORDER_OF_LINES.items() if group is Group.PRICE)
_LINE_GROUPS = frozenset((Group.PRODUCT, Group.PRICE))


class RowChecks:
    """The checks of the rows of one file.

    Args:
        entry: The entry of the file.
        targets: The targets of its columns.
        is_table: Whether each row has a cell for each column.
        has_currency: Whether rows without a currency have the shop's.
    """

    def __init__(
        self,
        entry: Entry,
        targets: Mapping[str, tuple[Target, ...]],
        *,
        is_table: bool,
        has_currency: bool,
    ) -> None:
        by_column = (
            _OF_ORDER_OF_LINES if entry.has_lines else _GROUPS.get(entry.table.stream, {})
        )
        self._groups = {
            name: groups
            for name, its in targets.items()
            if (groups := {by_column[t.column] for t in its if t.column in by_column})
        }
        self._names = {
            group: frozenset(n for n, its in self._groups.items() if group in its)
            for group in Group
        }
        kinds = entry.table.columns
        self._times = _named(targets, {n for n, c in kinds.items() if c.kind is Kind.TIME})
        self._amounts = _named(targets, {n for n, c in kinds.items() if c.kind is Kind.AMOUNT})
        self._keys = _named(targets, entry.table.keys)
        self._not_keys = targets.keys() - self._keys
        self._is_table = is_table
        self._may_have_trailers = (
            is_table and not entry.has_lines and len(targets) >= _FEWEST_COLUMNS
        )
        self._has_currency = has_currency
        self._known: frozenset[Group] = frozenset()
        amounts = {n for n, c in kinds.items() if c.kind is Kind.AMOUNT}
        self._sums = RunningSums(amounts - entry.constants.keys())

    def compare_with(self, contents: Contents) -> None:
        """Find out which groups the rows of a file have.

        Reading ends at the first row that completes the groups.
        """
        missing = set().union(*self._groups.values())
        found: set[Group] = set()
        for row in contents.rows:
            if not row.error and not self.repeats_header(row):
                found |= self._groups_of(row)
            if missing <= found:
                break
        self._known = frozenset(found)

    def check_row(self, row: Row) -> None:
        """Check a row of any file.

        Raises:
            RecordError: The row is broken, or is not a record.
        """
        if row.error:
            raise row.error
        if self.repeats_header(row):
            raise _not_a_record("The row repeats the names of the columns.")
        if self._may_have_trailers and self._not_keys.isdisjoint(row.cells):
            filled = [name for name in row.cells if name in self._keys]
            if len(filled) == 1:
                raise _not_a_record(f"The row has a value in the column {filled[0]!r} only.")

    def check_order(self, rows: Iterable[Row]) -> None:
        """Check the rows of an order.

        Raises:
            RecordError: They are not an order.
        """
        if Group.TIME in self._known:
            if _lack(self._times, rows):
                raise _lacking("time", "enter its time")
        elif (
            Group.CURRENCY in self._known
            and not self._has_currency
            and _lack(self._names[Group.CURRENCY], rows)
            and not _lack(self._amounts, rows)
        ):
            raise _lacking("currency", "enter its currency, or set currency under shop")
        if Group.AMOUNT in self._known and _lack(self._amounts, rows):
            has_only_key = self._is_table and _lack(self._not_keys, rows)
            if has_only_key or Group.TIME in self._known:
                raise _lacking("amount", "enter its amount, such as 0")

    def check_not_total(self, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Check that an order is not the total of the orders above.

        Args:
            key: The id of the order.
            rows: The values of its rows, by column of the table.

        Raises:
            RecordError: It is a total.
        """
        if len(rows) == 1 and self._sums.is_total(key, rows[0]):
            raise _not_a_record("The amounts are the sums of the rows above.")
        self._sums.add(key, rows)

    def check_line(self, row: Row) -> None:
        """Check a row of a line.

        Raises:
            RecordError: It is not a line.
        """
        if not self.is_line(row):
            raise _lacking("product and no price", "enter them")

    def is_line(self, row: Row) -> bool:
        """Whether a row has a product or a price, if other rows do."""
        known = self._known & _LINE_GROUPS
        return not known or any(not _lack(self._names[group], [row]) for group in known)

    def may_be_line(self, row: Row) -> bool:
        """Whether a row may be a line: it has a product, or its cells are lost."""
        return self.has_product(row) or (row.error is not None and not row.cells)

    def lines(
        self, rows: Sequence[Row], values: Sequence[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Return the values of the rows of an order that are lines.

        Some exports begin an order of several lines with a separate row. It has values of the
        order, no product, and either no price or the sum of the prices.

        Raises:
            RecordError: No row is a line.
        """
        goods = [v for row, v in zip(rows, values, strict=True) if self.has_product(row)]
        if not goods:
            raise _lacking("product", "enter one")
        return [
            v
            for row, v in zip(rows, values, strict=True)
            if self.has_product(row) or (self.is_line(row) and not _is_sum_of(v, goods))
        ]

    def has_product(self, row: Row) -> bool:
        """Whether a row has a product, or a price in a file without products."""
        if Group.PRODUCT in self._known:
            return not _lack(self._names[Group.PRODUCT], [row])
        return self.is_line(row)

    def _groups_of(self, row: Row) -> set[Group]:
        return set().union(*(self._groups.get(name, ()) for name in row.cells))

    def repeats_header(self, row: Row) -> bool:
        """Whether the cells of a row are the names of their columns."""
        for name, cell in row.cells.items():
            if cell.strip().casefold() != name.casefold():
                return False
        return bool(row.cells)


def _is_sum_of(values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a row without a product has the sum of the lines as its price."""
    if len(lines) < _FEWEST_SUMMED:
        return False
    for column in _PRICES:
        price = values.get(column)
        amounts = [line.get(column) for line in lines]
        by_unit = [times(line.get("Quantity"), line.get(column)) for line in lines]
        if price and Decimal(price) in (Decimal(total(*amounts)), Decimal(total(*by_unit))):
            return True
    return False


def _lack(columns: AbstractSet[str], rows: Iterable[Row]) -> bool:
    """Whether rows have a value in none of these columns."""
    return all(columns.isdisjoint(row.cells) for row in rows)


def _named(targets: Mapping[str, tuple[Target, ...]], columns: Collection[str]) -> set[str]:
    """Return the columns of a file that fill one of these columns."""
    return {name for name, its in targets.items() if any(t.column in columns for t in its)}


def _lacking(what: str, fix: str) -> RecordError:
    return _not_a_record(
        f"The row has no {what}, but other rows do, so it may be a total.",
        f"If it is a record, {fix}.",
    )


def _not_a_record(reason: str, fix: str = "It is not a record.") -> RecordError:
    return RecordError("not_a_record", f"{reason} {fix}")
