"""Converts columns of decoded values to exact text, many values at a time.

A column is checked as a whole: one regular expression over its joined values, or one set of its
distinct values. Only if a check fails is each value converted by itself (`values.convert`).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from target_ecommerce.errors import RejectedValueError
from target_ecommerce.schema import Kind
from target_ecommerce.values import INT64, convert, parse_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_NUMBERS = re.compile(r"(?:-?\d{1,100}(?:\.\d{1,100})?\n)*", re.ASCII)
_TIMESTAMPS = re.compile(r"(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z\n)*", re.ASCII)
_DATES = re.compile(r"(?:\d{4}-\d\d-\d\d\n)*", re.ASCII)
# Escapes of NUL and of surrogates, control characters, and exponents that may be too large.
_SUSPICIOUS_JSON = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|[\0-\x1f]|\d[eE]")
_SECONDS = 19
_INT64 = Annotated[int, msgspec.Meta(ge=-INT64, le=INT64 - 1)]


def decoded_type(kind: Kind, *, is_string: bool) -> Any:  # noqa: ANN401 - an annotation
    """Return the type that msgspec decodes a property to.

    Numbers and JSON stay as they were written. A value of another type is a validation error,
    which sends the record through `values.convert`.
    """
    if is_string:
        return str | None
    if kind is Kind.INTEGER:
        return _INT64 | None
    return bool | None if kind is Kind.BOOLEAN else msgspec.Raw


def convert_column(  # noqa: PLR0911 - one way per type
    kind: Kind, values: Sequence[Any], rejected: dict[int, str], *, is_string: bool
) -> Sequence[str | None]:
    """Return the values of a column as exact text.

    Args:
        kind: Kind of the column.
        values: Values as decoded by `decoded_type`.
        rejected: Receives the reason for each place whose value has no exact form.
        is_string: Whether the values are JSON strings.
    """
    if values.count(None) == len(values):
        return values
    if is_string:
        present = [value for value in values if value is not None] if None in values else values
        if _CHECKS[kind](present):
            return values
        return [_converted(kind, value, place, rejected) for place, value in enumerate(values)]
    if kind is Kind.INTEGER:
        return [None if value is None else str(value) for value in values]
    if kind is Kind.BOOLEAN:
        return [_BOOLEANS[value] for value in values]
    texts = [None if value is None else str(value, "utf-8", "replace") for value in values]
    present = [text for text in texts if text is not None and text != "null"]
    if kind in _RAW_CHECKS and _RAW_CHECKS[kind](present):
        return [None if text == "null" else text for text in texts]
    return [
        _converted(kind, None if text is None else parse_json(text.encode()), place, rejected)
        for place, text in enumerate(texts)
    ]


def _converted(kind: Kind, value: Any, place: int, rejected: dict[int, str]) -> str | None:  # noqa: ANN401
    try:
        return convert(kind, value)
    except RejectedValueError as error:
        rejected[place] = error.reason
        return None


def _are_texts(values: Sequence[str]) -> bool:
    return "\0" not in "".join(values)


def _are_numbers(values: Sequence[str]) -> bool:
    return bool(_NUMBERS.fullmatch("\n".join(values) + "\n"))


def _are_timestamps(values: Sequence[str]) -> bool:
    """Return whether all are times in UTC that exist, unlike `2026-02-30`."""
    distinct = set(values)
    if not _TIMESTAMPS.fullmatch("\n".join(distinct) + "\n"):
        return False
    try:
        for value in distinct:
            datetime.fromisoformat(value[:_SECONDS])
    except ValueError:
        return False
    return True


def _are_dates(values: Sequence[str]) -> bool:
    distinct = set(values)
    if not _DATES.fullmatch("\n".join(distinct) + "\n"):
        return False
    try:
        for value in distinct:
            date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _are_json(values: Sequence[str]) -> bool:
    return not _SUSPICIOUS_JSON.search(" ".join(values))


def _never(values: Sequence[str]) -> bool:  # noqa: ARG001 - a check that always fails
    return False


_BOOLEANS = {True: "true", False: "false", None: None}
_CHECKS: dict[Kind, Callable[[Sequence[str]], bool]] = {
    Kind.TEXT: _are_texts,
    Kind.INTEGER: _never,
    Kind.NUMBER: _are_numbers,
    Kind.BOOLEAN: _never,
    Kind.TIMESTAMP: _are_timestamps,
    Kind.DATE: _are_dates,
    Kind.TIME: _never,
    Kind.JSON: _never,
    Kind.TEXT_ARRAY: _never,
    Kind.JSON_ARRAY: _never,
}
_RAW_CHECKS = {Kind.NUMBER: _are_numbers, Kind.JSON: _are_json}
