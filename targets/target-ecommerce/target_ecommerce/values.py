"""The exact text of single values. This is the slow path: `columns` converts whole columns.

A value that has an exact form in its column is corrected, such as `5.0` for an integer. Any
other value rejects its record.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from target_ecommerce.errors import RejectedValueError
from target_ecommerce.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

INT64 = 2**63
_MAX_EXPONENT = 1000
_MAX_DIGITS = 4000  # Python converts no longer text to int
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_UNWRITABLE = re.compile("[\0\ud800-\udfff]")
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?)?"
    r" ?(Z|z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:?00)?)?", re.ASCII
)
_TIME = re.compile(r"(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(?:Z|[+-]00:?00)?", re.ASCII)
_MICROSECOND_DIGITS = 6
_encoder = msgspec.json.Encoder(decimal_format="number")


class Constant(str):
    """`NaN`, `Infinity` or `-Infinity`, which are not JSON."""

    __slots__ = ()


def parse_json(text: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return JSON that a strict parser refuses: lone surrogates, NaN, bytes that are not UTF-8.

    Raises:
        ValueError: If the text is not JSON in any reading.
    """
    return json.loads(
        text.decode("utf-8", "replace"),
        parse_float=_decimal,
        parse_int=lambda digits: int(digits) if len(digits) < _MAX_DIGITS else _decimal(digits),
        parse_constant=Constant,
    )


def _decimal(text: str) -> Decimal | Constant:
    return Decimal(text) if "e" not in text.lower() or _exponent_fits(text) else Constant(text)


def _exponent_fits(text: str) -> bool:
    exponent = re.split("[eE]", text)[1]
    return len(exponent.lstrip("+-0")) < len(str(_MAX_EXPONENT)) + 1


def convert(kind: Kind, value: Any) -> str | None:  # noqa: ANN401 - JSON
    """Return a value as the text that a column of a kind reads exactly.

    Raises:
        RejectedValueError: If the column cannot have the value.
    """
    if value is None:
        return None
    if isinstance(value, Constant):
        raise RejectedValueError("not a number of finite size")
    return _CONVERTERS[kind](value)


def clean(text: str) -> str:
    """Return a text with U+FFFD in place of NUL and lone surrogates, which no warehouse has."""
    return _UNWRITABLE.sub("\ufffd", text)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, Decimal) and (not value or abs(value.adjusted()) <= _MAX_EXPONENT):
        return f"{value:f}"
    return clean(value) if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:  # noqa: ANN401 - JSON
    if _has_constant(value):
        raise RejectedValueError("not a finite number in JSON")
    return _encoder.encode(replace_unwritable(value)).decode()


def replace_unwritable(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON whose texts and names are clean; `NaN` and the like become text."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [replace_unwritable(member) for member in value]
    if isinstance(value, dict):
        return {clean(name): replace_unwritable(member) for name, member in value.items()}
    return value


def _has_constant(value: Any) -> bool:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return any(map(_has_constant, value.values()))
    return (
        any(map(_has_constant, value))
        if isinstance(value, list)
        else isinstance(value, Constant)
    )


def _exact(value: Any) -> Decimal:  # noqa: ANN401 - JSON
    """Return a number, or a text with a number, as it was written."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = _decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise RejectedValueError("not a number")
    number = Decimal(value)
    # `1e400` is exact in a column without precision; `1e100000` would have 100,000 digits.
    if number and abs(number.adjusted()) > _MAX_EXPONENT:
        raise RejectedValueError("number out of range")
    return number


def _number(value: Any) -> str:  # noqa: ANN401 - JSON
    return f"{_exact(value):f}"


def _integer(value: Any) -> str:  # noqa: ANN401 - JSON
    number = _exact(value)
    if number != number.to_integral_value():
        raise RejectedValueError("not an integer")
    if not -INT64 <= number < INT64:
        raise RejectedValueError("integer out of range")
    return str(int(number))


def _boolean(value: Any) -> str:  # noqa: ANN401 - JSON
    text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else value
    if text not in ("true", "false"):
        raise RejectedValueError("not a boolean")
    return str(text)


def _timestamp(value: Any) -> str:  # noqa: ANN401 - JSON
    """Return a time in UTC; a time without offset is UTC."""
    match = _TIMESTAMP.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise RejectedValueError("not a date-time")
    day, clock, fraction, offset = match.groups()
    # Digits after the microsecond are cut, since no warehouse has a type for them.
    micros = (fraction or "").ljust(_MICROSECOND_DIGITS, "0")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '00:00'}")
        moment = moment.replace(
            microsecond=int(micros[:_MICROSECOND_DIGITS]), tzinfo=timezone.utc
        )
        moment -= _offset(offset or "Z")
    except (ValueError, OverflowError):
        raise RejectedValueError("a date or time that does not exist") from None
    return f"{moment.replace(tzinfo=None).isoformat()}Z"


def _offset(text: str) -> timedelta:
    if text in ("Z", "z"):
        return timedelta()
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timedelta(minutes=-minutes if text[0] == "-" else minutes)


def _date(value: Any) -> str:  # noqa: ANN401 - JSON
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise RejectedValueError("not a date")
    try:
        return date.fromisoformat(match[1]).isoformat()
    except ValueError:
        raise RejectedValueError("a date that does not exist") from None


def _time(value: Any) -> str:  # noqa: ANN401 - JSON
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if not match:
        raise RejectedValueError("not a time in UTC")
    try:
        moment = time.fromisoformat(match[1])
    except ValueError:
        raise RejectedValueError("a time that does not exist") from None
    micros = (match[2] or "").ljust(_MICROSECOND_DIGITS, "0")[:_MICROSECOND_DIGITS]
    return moment.replace(microsecond=int(micros)).isoformat()


def _array(value: Any, element: Callable[[Any], str]) -> str:  # noqa: ANN401 - JSON
    """Return a list as an array literal of Postgres."""
    if not isinstance(value, list):
        raise RejectedValueError("not a list")
    parts = []
    for member in value:
        if member is None:
            parts.append("NULL")
        else:
            text = element(member).replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'"{text}"')
    return f"{{{','.join(parts)}}}"


def _text_array(value: Any) -> str:  # noqa: ANN401 - JSON
    return _array(value, _text)


def _json_array(value: Any) -> str:  # noqa: ANN401 - JSON
    return _array(value, _json)


_CONVERTERS: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TIMESTAMP: _timestamp,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.JSON: _json,
    Kind.TEXT_ARRAY: _text_array,
    Kind.JSON_ARRAY: _json_array,
}
