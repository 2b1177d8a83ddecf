"""Values of the contract: ids, words and currency codes in one form, amounts without floats."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterable

SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters that Unicode calls white space. The macro ecommerce_folded has the same."""
INVISIBLE = (
    "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Characters without a shape: zero-width spaces, marks of direction, a byte order mark.

The macro ecommerce_folded has the same.
"""
_AROUND = SPACES + INVISIBLE
HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""Hyphens, dashes and the minus sign. The macro ecommerce_status_key has the same."""
_FOLDED = str.maketrans(
    dict.fromkeys(SPACES + HYPHENS, "_") | dict.fromkeys(INVISIBLE) | {"İ": "i"}
)
_UNDERSCORES = re.compile("__+")
# A mantissa with decimals, or an exponent with a sign; 12E5 is the id of some shop.
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+[eE][+-]?|[eE][+-])\d+", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_DICT = frozenset((dict,))
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value in, the same out
    """Return a JSON value with U+FFFD for characters that databases reject, at any depth.

    NUL and lone surrogates are valid in JSON but not in UTF-8 text columns.
    """
    if isinstance(value, str):
        return _UNSTORABLE.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [storable(element) for element in value]
    if isinstance(value, dict):
        return {storable(key): storable(element) for key, element in value.items()}
    return value


def trimmed(text: str) -> str:
    r"""Return a text without spaces and invisible characters around it.

    >>> trimmed("\u200b 71\xa0")
    '71'
    """
    return text.strip(_AROUND)


def text(value: object) -> str | None:
    """Return a value as text. Other values than text become JSON; null stays null."""
    if value is None or isinstance(value, str):
        return value
    if type(value) is int:
        return str(value)  # the usual type of ids
    return orjson.dumps(value).decode()


def texts(value: object) -> list[str]:
    """Return a list of texts. A single value is a list of one."""
    if value is None:
        return []
    elements = value if isinstance(value, list) else [value]
    return [element for element in map(text, elements) if element is not None]


def key(value: object, field: str) -> str:
    """Return the id of a record as text.

    Raises:
        RecordError: The value is missing or is not an id.
    """
    found = reference(value, field)
    if found is None:
        raise RecordError("no_key", f"{field} is missing or is not an id.")
    return found


def reference(value: object, field: str) -> str | None:
    """Return the id of another record as text; null and empty text are null.

    Spaces and invisible characters around the id are not part of it. A JSON number with an
    exponent or a fraction is not an id, because it may have lost digits.

    Raises:
        RecordError: The value is not an id, or is in scientific notation.
    """
    if value is None:
        return None
    if isinstance(value, str):
        if value.isalnum() and value.isascii():
            return value  # most ids
        found = trimmed(value)
        if _SCIENTIFIC.fullmatch(found):
            msg = (
                f"{field} is in scientific notation, so a spreadsheet program has removed its"
                " last digits. Export the ids from the shop again, and format the column as"
                " text before you fill it."
            )
            raise RecordError("scientific_id", msg)
        return found or None
    if not isinstance(value, int) or isinstance(value, bool):
        raise RecordError("no_key", f"{field} is not an id. Send it as text.")
    return str(value)


def references(value: object, field: str) -> list[str]:
    """Return a list of ids as texts, without empty ones. A single value is a list of one.

    Raises:
        RecordError: An element is not an id.
    """
    elements = value if isinstance(value, list) else [value]
    found = [reference(element, field) for element in elements]
    return [element for element in found if element is not None]


def decimal(value: object, field: str) -> str | None:
    """Return an amount as the exact decimal string from the shop.

    Raises:
        RecordError: The value is not a decimal number, or is a JSON number with a fraction,
            which may have lost digits.
    """
    if value is None or (isinstance(value, str) and _is_decimal(value)):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise RecordError("inexact_amount", f"{field} is not a decimal string.")


def are_decimals(values: Iterable[object]) -> bool:
    """Return whether all values are exact decimal strings or null."""
    try:
        return all(map(_is_decimal, values))
    except TypeError:  # lists and objects have no hash
        return False


# Prices, quantities and zeros repeat.
@lru_cache(maxsize=8192)
def _is_decimal(value: object) -> bool:
    return value is None or (isinstance(value, str) and _DECIMAL.fullmatch(value) is not None)


def integer(value: object, field: str) -> int | None:
    """Return a whole number; null stays null.

    Raises:
        RecordError: The value is not a whole number, or needs more than 64 bits.
    """
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63:
        return value
    raise RecordError("not_an_integer", f"{field} is not a 64-bit integer.")


def boolean(value: object, field: str) -> bool | None:
    """Return a truth value; null stays null.

    Raises:
        RecordError: The value is neither true nor false.
    """
    if value is None or isinstance(value, bool):
        return value
    raise RecordError("not_a_boolean", f"{field} is neither true nor false.")


def objects(value: object, field: str) -> list[dict[str, Any]]:
    """Return a list of objects; null is an empty list.

    Raises:
        RecordError: The value is not a list of objects.
    """
    children = value or []
    if not isinstance(children, list) or not _DICT.issuperset(map(type, children)):
        raise RecordError("malformed", f"{field} is not a list of objects.")
    return children


def word_key(text: str) -> str:
    """Return a word in the form in which words are compared.

    The macro ecommerce_status_key of the dbt package returns the same.

    >>> word_key(" Partially - Refunded")
    'partially_refunded'
    """
    return _UNDERSCORES.sub("_", text.translate(_FOLDED)).strip("_").lower()


def word(status: str | None, vocabulary: frozenset[str]) -> str:
    """Return a word of a vocabulary; any other word is `unknown`.

    Case does not matter. A run of spaces, hyphens and underscores is one underscore.

    >>> word("Partially refunded", frozenset(("paid", "partially_refunded")))
    'partially_refunded'
    """
    if status in vocabulary:
        return status
    folded = word_key(status or "")
    return folded if folded in vocabulary else "unknown"


def currency(code: str | None) -> str | None:
    r"""Return a currency code in capitals, without spaces around it; empty text is null.

    A text that is not an ISO 4217 code is unchanged: the warehouse counts its records as
    records of an unknown currency.

    >>> currency(" cad\xa0")
    'CAD'
    """
    found = trimmed(code or "")
    return (found.upper() if found.isascii() else found) or None
