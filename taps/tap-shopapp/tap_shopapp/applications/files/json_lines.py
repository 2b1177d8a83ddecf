"""Rows of a file of JSON lines."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from tap_shopapp.applications.files.rows import Contents, Form, Row
from tap_shopapp.errors import RecordError
from tap_shopapp.records.values import storable

if TYPE_CHECKING:
    from collections.abc import Iterator


def json_lines(file: IO[bytes], columns: tuple[str, ...]) -> Contents:
    """Return the content of a file of JSON lines.

    Args:
        file: The file, in UTF-8.
        columns: Its columns, if they are known; without them the file is read once more.
    """
    columns = columns or _columns(file)
    found = f"JSON lines, {len(columns)} columns"
    return Contents(columns, _rows(file), found, is_table=False)


def _columns(file: IO[bytes]) -> tuple[str, ...]:
    """Return all names in a file of JSON lines, since lines may have different names."""
    names: dict[str, None] = {}
    for content in file:
        with suppress(ValueError, RecursionError):
            record = json.loads(content)
            names.update(dict.fromkeys(storable(record) if isinstance(record, dict) else ()))
    file.seek(0)
    return tuple(names)


def _rows(file: IO[bytes]) -> Iterator[Row]:
    for line, content in enumerate(file, start=1):
        if not content.strip():
            continue
        try:
            # Numbers stay text, so that they never become floats.
            record = json.loads(
                content,
                parse_float=_Number,
                parse_int=_Number,
                object_pairs_hook=_without_repeats,
            )
        except RecordError as error:
            yield _broken(line, content, error.message)
            continue
        except (ValueError, RecursionError):
            yield _broken(line, content, "The line is not JSON.")
            continue
        if not isinstance(record, dict):
            yield _broken(line, content, "The line is not a JSON object.")
            continue
        cells = {
            name: text
            for name, value in storable(record).items()
            if value not in (None, []) and (text := _json_cell(value)).strip()
        }
        typed = {n: _FORMS[type(value)] for n, value in record.items() if type(value) in _FORMS}
        yield Row(line, cells, typed=typed)


class _Number(str):
    """The text of a JSON number."""

    __slots__ = ()


_FORMS = {_Number: Form.NUMBER, bool: Form.BOOLEAN}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RecordError("broken_row", "The line has the same name twice.")
    return found


def _broken(line: int, content: bytes, reason: str) -> Row:
    text = content.decode(errors="replace").rstrip("\r\n")
    return Row(line, {}, RecordError("broken_row", reason), text)


def _json_cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)
