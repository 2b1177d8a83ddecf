"""Filters, sort and fields of the PrestaShop webservice, with the silent failures measured."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shopapp_demo.shop import Record

DATES = ("date_add", "date_upd")
_FILTER = re.compile(r"filter\[(\w+)\]")
_VALUE = re.compile(r"(?P<before>[^\[]*)\[(?P<value>[^\]]*)\](?P<after>.*)", re.DOTALL)
# Both ends of an interval have only these characters; any other text is compared unchanged.
_INTERVAL = re.compile(r"([\d.: -]+),([\d.: -]+)")
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_SORTED = re.compile(r"(\w+)_(ASC|DESC)")


class WebserviceError(Exception):
    """An error of the webservice.

    Args:
        status: HTTP status.
        codes: Codes in the body; empty for an empty body.
    """

    def __init__(self, status: int, *codes: int) -> None:
        super().__init__(status, *codes)
        self.status = status
        self.codes = codes


def select(rows: list[Record], query: Mapping[str, str], requests: int) -> list[Record]:
    """Return the rows that a query asks for, in its order.

    Args:
        rows: All rows of the resource. The first one has all fields.
        query: The query.
        requests: Number of the request; without a sort, the order differs with each.

    Raises:
        WebserviceError: A field does not exist, or needs `date=1`.
    """
    fields = _fields(rows, has_dates=query.get("date") == "1")
    for name, value in query.items():
        if match := _FILTER.fullmatch(name):
            if rows and match[1] not in fields:
                raise WebserviceError(500, 32)
            is_kept = _condition(match[1], value)
            rows = [row for row in rows if is_kept(row.get(match[1]))]
    rows = sorted(rows, key=lambda row: crc32(f"{requests} {row.get('id')}".encode()))
    for field, direction in reversed(_SORTED.findall(query.get("sort", ""))):
        if rows and field not in fields:
            raise WebserviceError(500, 38)
        keys = {id(row): _sortable(row.get(field)) for row in rows}
        rows.sort(key=lambda row, keys=keys: keys[id(row)], reverse=direction == "DESC")  # type: ignore[misc]
    return _limited(rows, query.get("limit"))


def _fields(rows: list[Record], *, has_dates: bool) -> set[str]:
    names = {name for row in rows for name in row} - {"associations"}
    return names if has_dates else names - set(DATES)


def _limited(rows: list[Record], limit: str | None) -> list[Record]:
    """Return a page; `limit=abc` and `limit=0` give no rows, without an error."""
    if limit is None:
        return rows
    offset, _, count = limit.rpartition(",")
    if not count.isdecimal() or not (offset or "0").isdecimal():
        return []
    start = int(offset or 0)
    return rows[start : start + int(count)]


def _condition(field: str, text: str) -> Callable[[Any], bool]:
    """Return the condition of a filter."""
    match = _VALUE.fullmatch(text)
    if match is None:
        return lambda value: _equal(value, text)
    before, wanted, after = match["before"], match["value"], match["after"]
    if "%" in (before, after):
        return lambda value: _is_like(str(value), wanted, before == "%", after == "%")
    if before:
        return _compared(field, before, wanted)
    if interval := _INTERVAL.fullmatch(wanted):
        low, high = map(_sortable, interval.groups())
        return lambda value: low <= _sortable(value) <= high
    choices = wanted.split("|")
    if all(map(str.isdecimal, choices)):
        numbers = set(map(int, choices))
        return lambda value: (
            int(value) in numbers
            if str(value).isdecimal()
            else any(_equal(value, each) for each in choices)
        )
    return lambda value: any(_equal(value, each) for each in choices)


def _compared(field: str, operator: str, wanted: str) -> Callable[[Any], bool]:
    """Return the condition of an operator; an unknown one, such as >=, is dropped."""
    bound = _sortable(wanted)
    conditions: dict[str, Callable[[Any], bool]] = {
        ">": lambda value: _is_comparable(field, wanted) and _sortable(value) > bound,
        "<": lambda value: _is_comparable(field, wanted) and _sortable(value) < bound,
        "!": lambda value: not _equal(value, wanted),
    }
    return conditions.get(operator, lambda _: True)


def _is_comparable(field: str, wanted: str) -> bool:
    """Whether a bound has the form of the field; a date with T or Z finds nothing."""
    return field not in DATES or _LOCAL_TIME.fullmatch(wanted) is not None


def _is_like(value: str, wanted: str, begins: bool, ends: bool) -> bool:  # noqa: FBT001
    if begins and ends:
        return wanted in value
    return value.endswith(wanted) if begins else value.startswith(wanted)


def _equal(value: Any, wanted: str) -> bool:
    """Compare as MySQL does: a number equals a text that begins with its digits."""
    if isinstance(value, int):
        leading = re.match(r"\s*-?\d+", wanted)
        return int(leading[0]) == value if leading else value == 0
    return str(value) == wanted or (
        _is_number(value) and _is_number(wanted) and Decimal(value) == Decimal(wanted)
    )


def _is_number(value: Any) -> bool:
    try:
        return Decimal(value).is_finite()
    except (InvalidOperation, TypeError, ValueError):
        return False


def _sortable(value: Any) -> tuple[int, Any]:
    return (0, Decimal(value)) if _is_number(value) else (1, str(value))


def displayed(row: Record, display: str | None, language: str) -> Record:
    """Return the fields of a row that a list shows: without `display`, only its id.

    Raises:
        WebserviceError: A field does not exist.
    """
    if display is None:
        return {"id": row["id"]}
    if display != "full":
        names = display.strip("[]").split(",")
        if not set(names) <= row.keys() - {"associations"}:
            raise WebserviceError(500, 35)
        row = {name: value for name, value in row.items() if name in names}
    return {name: _in_language(value, language) for name, value in row.items()}


def _in_language(value: Any, language: str) -> Any:
    """Return a text in one language; without a language, a list of all."""
    if not language or not isinstance(value, list):
        return value
    return next((each["value"] for each in value if str(each["id"]) == language), "")


def alone(row: Record) -> Record:
    """Return a single record, which lacks its empty fields, but not its zero amounts."""
    return {
        name: value for name, value in row.items() if value not in ("", "0", 0, None, False)
    }
