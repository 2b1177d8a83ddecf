"""Writes columns of text as the text format of COPY."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# A null is this character, which is escaped in values. `\\N`, the default, would make every row
# look as if it had something to escape.
NULL = "\x01"
_ESCAPES = {
    "\\": "\\\\",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    NULL: "\\x01",
}


def copy_text(columns: Sequence[Sequence[str | None]], row_numbers: Sequence[int]) -> str:
    r"""Return rows in the text format of COPY, with their numbers in front.

    >>> copy_text([["a", None], ["tab\there", "b"]], [0, 1])
    '0\ta\ttab\\there\n1\t\x01\tb\n'
    """
    nulls = sum(column.count(None) for column in columns)
    text = _joined(columns, row_numbers)
    has_escapes = (
        "\\" in text
        or "\r" in text
        or text.count("\n") != len(row_numbers)
        or text.count("\t") != len(row_numbers) * len(columns)
        or text.count(NULL) != nulls
    )
    return (
        _joined([_escaped(column) for column in columns], row_numbers) if has_escapes else text
    )


def _joined(columns: Sequence[Sequence[str | None]], row_numbers: Sequence[int]) -> str:
    filled = [
        [NULL if value is None else value for value in column] if None in column else column
        for column in columns
    ]
    rows = map("\t".join, zip(map(str, row_numbers), *filled, strict=True))
    return "\n".join(rows) + "\n"


def _escaped(column: Sequence[str | None]) -> Sequence[str | None]:
    joined = "".join(value for value in column if value is not None)
    found = [character for character in _ESCAPES if character in joined]  # the backslash first
    if not found:
        return column
    return [None if value is None else _escape(value, found) for value in column]


def _escape(value: str, characters: Sequence[str]) -> str:
    for character in characters:
        value = value.replace(character, _ESCAPES[character])
    return value
