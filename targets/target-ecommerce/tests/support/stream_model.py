"""The rows that a stream of messages leaves in a table, in plain Python.

The model knows no SQL, no batches and no types of a warehouse.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

KINDS = {
    "integer": "integer",
    "number": "number",
    "decimal": "string:singer.decimal",
    "text": "string",
    "boolean": "boolean",
    "time": "string:date-time",
}
ORDER = "updated_at"
# Kinds whose values are written into a column of the other kind without a change of the column.
_WIDER = {("integer", "number"), ("integer", "decimal")}
_TIMES = st.sampled_from(
    [
        *(f"2026-01-0{day}T00:00:00.000000Z" for day in range(1, 7)),
        "2999-01-01T00:00:00.000000Z",
    ]
)
_TEXTS = st.text(
    st.sampled_from("aé😀\\\t\n\r\"{}\x01\x02,'NULL"), max_size=6
) | st.sampled_from(["\\N", "\\.", "null", "", "\x00"])
_NUMBERS = st.decimals(-(10**20), 10**20, allow_nan=False, places=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": _NUMBERS,
    "decimal": _NUMBERS.map(str),
    "text": _TEXTS,
    "boolean": st.booleans(),
    "time": _TIMES,
}


def as_text(value: Any) -> Any:
    """Return a value as a column that became text has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def wider(before: str, after: str) -> str:
    """Return the kind of a column that had one kind of values, and gets another one."""
    if before == after or (after, before) in _WIDER:
        return before
    if {before, after} <= {"number", "decimal", "integer"}:
        return "decimal"
    return "text"


class Model:
    """Tables by stream, as rows by key."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[Any, dict[str, Any]]] = {}
        self.kinds: dict[str, dict[str, str]] = {}
        self._ordered: dict[str, bool] = {}
        self._current: dict[str, set[str]] = {}

    def schema(self, stream: str, kinds: dict[str, str], *, ordered: bool) -> None:
        known = self.kinds.setdefault(stream, {})
        for name, kind in kinds.items():
            known[name] = wider(known.get(name, kind), kind)
        self._current[stream] = set(kinds)
        self._ordered[stream] = ordered
        self.rows.setdefault(stream, {})

    def record(self, stream: str, record: dict[str, Any]) -> None:
        rows = self.rows[stream]
        before = rows.get(record["id"])
        values = {name: record.get(name) for name in self._current[stream]}
        if before and self._ordered[stream]:
            newest, this = possible(before.get(ORDER)), possible(record.get(ORDER))
            if newest is not None and (this is None or this < newest):
                return
        rows[record["id"]] = {**(before or {}), **values}

    def table(self, stream: str) -> list[dict[str, Any]]:
        """Return the rows by key, with the values that the columns have in the end."""
        kinds = self.kinds[stream]
        table = []
        for _, row in sorted(self.rows[stream].items()):
            table.append({name: expected(row.get(name), kind) for name, kind in kinds.items()})
        return table


def possible(time: str | None) -> str | None:
    """Return a time of change, unless it is in the future."""
    return None if time and time > "2990" else time


def expected(value: Any, kind: str) -> Any:
    """Return a value as a column of a kind has it."""
    if value is None:
        return None
    if kind == "text":
        return as_text(value).replace("\0", "\ufffd")
    return Decimal(value) if kind in ("number", "decimal") else value
