"""Values of the PrestaShop webservice, whose JSON types vary.

An id or a flag is a number in one record and a text in the next. An absent text is "", null or
false. A text in several languages is a list, unless the request names a language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import decimal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_shopapp.pages import Record

_ABSENT = ("", None, False)
_TRUE = ("1", 1, True)
NO_TIME = ("0000-00-00 00:00:00", "0000-00-00")


def reference(value: object) -> str | None:
    """Return the id of another record as text; 0 means no record.

    Raises:
        RecordError: The value is not an id.
    """
    if value in _ABSENT:
        return None
    digits = str(value)
    if isinstance(value, bool) or not digits.isdecimal():
        raise RecordError("malformed", "A reference to another record is not an id.")
    return None if not int(digits) else digits


def record_id(record: Any) -> int:  # noqa: ANN401 - any JSON value
    """Return the id of a record.

    Raises:
        ValueError: It has none.
    """
    value = record.get("id") if isinstance(record, dict) else None
    return int(value) if isinstance(value, (int, str)) else int("")


def flag(value: object) -> bool:
    """Return a flag; an absent flag is false."""
    return value in _TRUE


def amount(record: Record, name: str) -> str:
    """Return an amount of a record; an absent amount is 0.

    Raises:
        RecordError: The amount is a JSON number with a fraction, or no number.
    """
    value = record.get(name)
    return "0" if value in _ABSENT else (decimal(value, name) or "0")


def phrase(value: object, language: str = "") -> str | None:
    """Return a text, in a language if it has several; null if it is absent.

    Args:
        value: The text, or a list of texts with the ids of their languages.
        language: Id of the language. Without a text in it, the first one counts.
    """
    if isinstance(value, list):
        texts = [(str(each["id"]), each["value"]) for each in value]
        in_language = [text for key, text in texts if key == language]
        value = next(iter([*in_language, *(text for _, text in texts)]), None)
    return None if value in _ABSENT else str(value)


def children(record: Record, name: str) -> list[Record]:
    """Return the associated records with a name; a record without them lacks the name."""
    associations = record.get("associations")
    rows = associations.get(name) if isinstance(associations, dict) else None
    return list(rows or ())


def ids_in(records: Iterable[Record], name: str) -> list[str]:
    """Return the different ids in a field of records, without values that are not ids."""
    values = (str(record.get(name)) for record in records)
    return list(dict.fromkeys(each for each in values if each.isdecimal() and int(each)))
