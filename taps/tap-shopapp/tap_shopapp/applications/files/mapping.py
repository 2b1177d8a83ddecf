"""The mapping file: which files fill which table, and how their columns map to its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from tap_shopapp.applications.files.columns import (
    ORDER_OF_LINES,
    TABLES,
    TRANSACTION,
    VOCABULARIES,
    Kind,
    Table,
)
from tap_shopapp.applications.files.entry import Entry, Target, closest, folded
from tap_shopapp.applications.files.mapping_yaml import load_texts
from tap_shopapp.applications.files.paths import found, is_named_after
from tap_shopapp.errors import TapError
from tap_shopapp.records.values import word

if TYPE_CHECKING:
    from collections.abc import Mapping

_Value = TypeVar("_Value", str, bool)
_TOP = {"shop", "files"}
_SHOP = {"name", "url", "currency", "time_zone"}
_ENTRY = {
    *("path", "table", "one_row_per", "mode", "columns", "constants", "ignore"),
    *("sum", "carry_down", "skip_lines", "currency_sign"),
    *("date_format", "decimal_comma", "encoding", "delimiter"),
}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All entries in the order of the mapping file, and the fields of the shop."""

    entries: tuple[Entry, ...]
    shop: Mapping[str, str]


def read_mapping(path: Path) -> FileMapping:
    """Return the content of a mapping file.

    Raises:
        TapError: The file is not a valid mapping file.
    """
    try:
        content = load_texts(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"The mapping file cannot be read ({error.strerror})."
        raise TapError(msg, "Check the setting files_mapping.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise TapError("The mapping file is not valid YAML.", "Correct it.") from None
    _check_names(content, _TOP, "The mapping file")
    shop = content.get("shop") or {}
    _check_names(shop, _SHOP, "shop")
    entries = content.get("files")
    if not isinstance(entries, list) or not entries:
        raise TapError("The mapping file names no files.", "List them under files.")
    return FileMapping(
        tuple(_entry(entry, path.parent) for entry in entries),
        {name: str(value) for name, value in shop.items()},
    )


def without_mapping(pattern: str) -> FileMapping:
    """Return entries for files that are named after their tables and have their columns.

    Raises:
        TapError: No file is found, or a file is not named after a table.
    """
    entries = []
    for path in found(pattern, Path()):
        table = next((t for name, t in TABLES.items() if is_named_after(path, name)), None)
        if table is None:
            raise TapError(
                f"The name of {path.name} does not begin with the name of a table:"
                f" {', '.join(TABLES)}.",
                "Rename it, or write a mapping file and set files_mapping.",
            )
        entries.append(Entry((path,), table))
    return FileMapping(tuple(entries), {})


def _entry(raw: Any, folder: Path) -> Entry:  # noqa: ANN401 - any YAML value
    _check_names(raw, _ENTRY, "An entry of files")
    for name in ("path", "table"):
        if not isinstance(raw.get(name), str):
            raise TapError(f"An entry of files has no {name}.", "Add it.")
    table = TABLES.get(raw["table"])
    if table is None:
        raise TapError(
            f"{raw['table']!r} is not the name of a table.",
            f"{closest(raw['table'], TABLES)}The tables are {', '.join(TABLES)}.",
        )
    has_lines = _one_of(raw, "one_row_per", ("order", "line")) == "line"
    if has_lines and table is not TRANSACTION:
        raise TapError(
            f"one_row_per does not apply to {table.name}.",
            f"Use it for {TRANSACTION.name} only.",
        )
    replaces = _one_of(raw, "mode", ("add", "replace")) == "replace"
    if replaces and table is TRANSACTION:
        raise TapError(
            f"{TRANSACTION.name} cannot have the mode replace.",
            "Use the mode add: it adds new orders and updates known ones.",
        )
    table = ORDER_OF_LINES if has_lines else table
    columns = {
        str(name): tuple(_target(its, table) for its in (to if isinstance(to, list) else [to]))
        for name, to in _named(raw, "columns").items()
    }
    constants = _named(raw, "constants")
    return Entry(
        paths=tuple(found(raw["path"], folder)),
        table=table,
        has_lines=has_lines,
        replaces=replaces,
        columns=columns,
        constants={_checked(str(name), table): str(its) for name, its in constants.items()},
        ignored=frozenset(_listed(raw, "ignore")),
        summed=frozenset(_amount(name, table) for name in _listed(raw, "sum")),
        carry_down=tuple(_listed(raw, "carry_down")),
        date_format=_date_format(raw.get("date_format")),
        decimal_comma=_one_of(raw, "decimal_comma", (False, True)),
        encoding=_encoding(raw.get("encoding")),
        delimiter=_delimiter(raw.get("delimiter")),
        skip_lines=_skip_lines(raw.get("skip_lines", "0")),
        currency_sign=_currency_sign(raw.get("currency_sign")),
        fills_empty=any("" in target.values for its in columns.values() for target in its),
    )


def _named(raw: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    value = raw.get(name) or {}
    if not isinstance(value, dict):
        raise TapError(
            f"{name} is not a list of names and values.", "Write each as name: value."
        )
    return value


def _listed(raw: Mapping[str, Any], name: str) -> list[str]:
    value = raw.get(name) or []
    if not isinstance(value, list):
        raise TapError(f"{name} is not a list.", "Write it as [one, another].")
    return list(map(str, value))


def _date_format(raw: object) -> str | None:
    if raw is None:
        return None
    day = datetime(2026, 1, 31, tzinfo=timezone.utc)
    try:
        text = str(raw)
        datetime.strptime(day.strftime(text), text)  # noqa: DTZ007
    except (ValueError, re.error):
        raise TapError(
            f"{raw!r} is not a date format.", 'Write one such as "%d/%m/%Y".'
        ) from None
    return text


def _encoding(raw: object) -> str | None:
    if raw is None:
        return None
    try:
        "".encode(str(raw))
    except LookupError:
        msg = f"There is no encoding {raw!r}."
        raise TapError(msg, "Set encoding to one such as utf-8 or cp1252.") from None
    return str(raw)


def _delimiter(raw: object) -> str | None:
    if raw is not None and (not isinstance(raw, str) or len(raw) != 1 or raw in '"\r\n '):
        raise TapError(
            f"{raw!r} is not a delimiter.",
            'Set delimiter to one character, such as ";" or "\\t".',
        )
    return raw


def _skip_lines(raw: object) -> int:
    text = str(raw)
    if not (text.isascii() and text.isdigit()):
        msg = f"skip_lines cannot be {raw!r}."
        raise TapError(msg, "Set it to the number of lines before the column names.")
    return int(text)


def _currency_sign(raw: object) -> str | None:
    if raw is None:
        return None
    sign = str(raw).strip()
    if not sign or any(character.isdigit() or character in ".,-+" for character in sign):
        msg = f"{raw!r} is not a currency sign."
        raise TapError(msg, "Set currency_sign to a sign or code, such as $ or EUR.")
    return sign


def _amount(column: str, table: Table) -> str:
    if table.columns[_checked(column, table)].kind is not Kind.AMOUNT:
        msg = f"{column} cannot be a sum, since it has no amounts."
        raise TapError(msg, "Remove it from sum.")
    return column


def _target(raw: Any, table: Table) -> Target:  # noqa: ANN401 - any YAML value
    if not isinstance(raw, dict):
        return Target(_checked(str(raw), table))
    _check_names(raw, {"to", "format", "values"}, "A column")
    column = _checked(str(raw.get("to")), table)
    form = raw.get("format")
    form = form if form == "integer" else _date_format(form)
    values: dict[str, str | None] = {}
    for name, value in _named(raw, "values").items():
        key = folded(name)
        new = None if value is None else _known_word(str(value), column, table)
        if values.get(key, new) != new:
            msg = f"values of {column} has the word {name!r} with two meanings."
            raise TapError(msg, "Keep one of them. Upper and lower case are the same.")
        values[key] = new
    return Target(column, form, values)


def _known_word(text: str, column: str, table: Table) -> str:
    """Return a word under `values`, which the contract must know if it lists the words."""
    words = VOCABULARIES.get(table.columns[column].field)
    if words and word(text, words) == "unknown":
        raise TapError(
            f"values of {column} has the unknown word {text!r}.",
            f"{closest(text, words)}The words are {', '.join(sorted(words))}.",
        )
    return text


def _checked(column: str, table: Table) -> str:
    if column not in table.columns:
        raise TapError(
            f"{table.name} has no column {column!r}.",
            f"{closest(column, table.columns)}Its columns are {', '.join(table.columns)}.",
        )
    return column


def _one_of(raw: Mapping[str, Any], name: str, values: tuple[_Value, ...]) -> _Value:
    value = raw.get(name, values[0])
    if value not in values:
        known = " or ".join(str(value).lower() for value in values)
        raise TapError(f"{name} cannot be {value!r}.", f"Set it to {known}.")
    return values[values.index(value)]


def _check_names(raw: object, names: set[str], what: str) -> None:
    if not isinstance(raw, dict):
        raise TapError(f"{what} is not a list of names and values.", "Correct it.")
    for name in raw:
        if name not in names:
            raise TapError(
                f"{what} has the unknown name {name!r}.",
                f"{closest(str(name), names)}Valid names are {', '.join(sorted(names))}.",
            )
