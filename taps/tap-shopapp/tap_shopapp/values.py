"""Values as the contract writes them: texts a database takes, amounts without floats."""

from __future__ import annotations

import re
from typing import Any

from email_validator import EmailNotValidError, validate_email

from tap_shopapp.errors import RecordError

_DECIMAL = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value in, the same out
    """Return a JSON value with U+FFFD for what no database stores, at any depth.

    NUL and lone surrogates are legal in JSON and illegal in UTF-8 text columns.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [storable(element) for element in value]
    if isinstance(value, dict):
        return {storable(key): storable(element) for key, element in value.items()}
    return value


def text(value: object) -> str | None:
    """Return a scalar as text; null stays null. Numbers become their digits."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def key(value: object, field: str) -> str:
    """Return an id as text.

    Raises:
        RecordError: If there is none.
    """
    if value is None or value == "" or isinstance(value, (dict, list, bool, float)):
        raise RecordError("no_key", f"{field} is missing or is no id.")
    return str(value)


def decimal(value: object, field: str) -> str | None:
    """Return an amount as the exact decimal string that the shop wrote.

    Raises:
        RecordError: If it is no decimal number, or a JSON number with a fraction, which
            may have lost digits on its way.
    """
    if value is None:
        return None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise RecordError("inexact_amount", f"{field} is not a decimal string.")


def integer(value: object, field: str) -> int | None:
    """Return a whole number; null stays null.

    Raises:
        RecordError: If it is none, or beyond 64 bits.
    """
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return value
    raise RecordError("not_an_integer", f"{field} is not a 64-bit integer.")


def boolean(value: object, field: str) -> bool | None:
    """Return a truth value; null stays null.

    Raises:
        RecordError: If it is anything but true or false.
    """
    if value is None or isinstance(value, bool):
        return value
    raise RecordError("not_a_boolean", f"{field} is neither true nor false.")


def normalized_email(value: str | None) -> str | None:
    """Return an address in the form in which addresses are compared, null for a bad one.

    Lower case throughout: no provider in use tells addresses apart by case. The domain is
    in its Unicode form (IDNA 2008), as email-validator gives it.
    """
    if not value:
        return None
    try:
        valid = validate_email(
            value.strip(), check_deliverability=False, allow_empty_local=False
        )
    except EmailNotValidError:
        return None
    return valid.normalized.lower()
