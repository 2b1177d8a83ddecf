"""Finds totals by their amounts: they are the sums of the rows above."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# Rows that are added before a row can be their total.
_FEWEST_SUMMED = 2
# Ids of random characters have too many forms to be compared.
_MOST_FORMS = 1000
_LETTERS, _DIGITS = re.compile(r"[^\W\d_]+"), re.compile(r"\d+")


class RunningSums:
    """The sums of the orders of a file so far.

    A total has other letters and digits in its id than the orders, such as a word, and all of
    its amounts are sums: of all orders, or of those after the last total.

    Args:
        columns: Columns of the table with amounts.
    """

    def __init__(self, columns: Collection[str]) -> None:
        self._columns = columns
        self._forms: set[str] = set()
        self._count = self._count_before_group = 0
        self._sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        self._sums_before_group: Mapping[str, Decimal] = {}

    def is_total(self, key: str, values: Mapping[str, Any]) -> bool:
        """Whether a row is a total. Rows after a total are a new group."""
        if len(self._forms) >= _MOST_FORMS or _form(key) in self._forms:
            return False
        amounts = self._amounts(values)
        if not any(amounts.values()):
            return False
        is_total = self._are_sums(amounts, 0, {}) or self._are_sums(
            amounts, self._count_before_group, self._sums_before_group
        )
        if is_total:
            self._count_before_group = self._count
            self._sums_before_group = dict(self._sums)
        return is_total

    def add(self, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add the rows of an order."""
        if len(self._forms) < _MOST_FORMS:
            self._forms.add(_form(key))
        self._count += 1
        for values in rows:
            for name, amount in self._amounts(values).items():
                self._sums[name] += amount

    def _are_sums(
        self, amounts: Mapping[str, Decimal], count: int, before: Mapping[str, Decimal]
    ) -> bool:
        """Whether amounts are the sums of all orders after the first ones."""
        return self._count - count >= _FEWEST_SUMMED and all(
            self._sums[name] - before.get(name, 0) == amount for name, amount in amounts.items()
        )

    def _amounts(self, values: Mapping[str, Any]) -> dict[str, Decimal]:
        return {name: Decimal(values[name]) for name in self._columns if name in values}


def _form(key: str) -> str:
    """Return an id with its letters and digits replaced.

    >>> _form("INV-2026-17")
    'a-9-9'
    """
    if key.isdigit():
        return "9"
    return _DIGITS.sub("9", _LETTERS.sub("a", key))
