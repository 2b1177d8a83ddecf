"""The mapping file: which file fills which table, and which of its columns what."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from tap_shopapp.applications.files.columns import (
    ITEM,
    ORDER_OF_LINES,
    TABLES,
    TRANSACTION,
    Table,
)
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_Value = TypeVar("_Value", str, bool)
_TOP = {"shop", "files"}
_SHOP = {"name", "url", "currency", "time_zone"}
_ENTRY = {
    *("path", "table", "one_row_per", "mode", "columns", "constants", "ignore"),
    *("date_format", "decimal_comma", "encoding", "delimiter"),
}
# As the marketing suite's own imports head columns: key_ where they find a row, f_ elsewhere.
_PREFIX = re.compile(r"^(?:key_f_|key_|f_)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column of a file goes: a column of the table, and its format, if it has one."""

    column: str
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of one form, and the table that they fill.

    Attributes:
        paths: The files.
        table: What they fill.
        has_lines: Whether a row is a line of an order, and fills the order's columns too.
        replaces: Whether what the files lack is gone from the table.
        columns: Where their columns go, by name; one may fill several.
        constants: What is the same for every row, by column of the table.
        ignored: Their columns that go nowhere.
        date_format: How times are written, as `strptime` has it; null for ISO 8601.
        decimal_comma: Whether amounts are written 1.234,56.
        encoding: Of their text; null to detect it.
        delimiter: Between their cells; null to detect it.
    """

    paths: tuple[Path, ...]
    table: Table
    has_lines: bool = False
    replaces: bool = False
    columns: Mapping[str, tuple[Target, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    date_format: str | None = None
    decimal_comma: bool = False
    encoding: str | None = None
    delimiter: str | None = None

    def targets(self, header: Sequence[str], file: str) -> dict[str, tuple[Target, ...]]:
        """Return where each column of a file goes.

        Raises:
            TapError: If the mapping names a column that the file lacks, or the file has one
                that goes nowhere; the closest is suggested.
        """
        if repeated := sorted({name for name in header if header.count(name) > 1}):
            raise _wrong(f"{file} has the column {repeated[0]!r} twice.", "Rename one of them.")
        for name in (*self.columns, *self.ignored):
            if name not in header:
                raise _wrong(
                    f"The mapping names the column {name!r}, which {file} lacks.",
                    f"{_closest(name, header)}Its columns are {', '.join(header)}.",
                )
        targets = {}
        for name in header:
            if name in self.ignored or not name:
                continue
            filled_by_it = self.columns.get(name) or self._by_name(name)
            if not filled_by_it:
                raise _wrong(
                    f"The column {name!r} of {file} is none of {self.table.name}.",
                    f"{_closest(name, self.table.columns)}Map it under columns, or list it"
                    " under ignore.",
                )
            targets[name] = filled_by_it
        filled = {target.column for its in targets.values() for target in its}
        filled.update(self.constants)
        for key in self.table.keys:
            if key not in filled:
                raise _wrong(
                    f"No column of {file} fills {key} of {self.table.name}.",
                    "Map the one that does.",
                )
        return targets

    def _by_name(self, name: str) -> tuple[Target, ...]:
        wanted = _PREFIX.sub("", name).lower()
        for column in self.table.columns:
            if column.lower() == wanted:
                return (Target(column),)
        return ()


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All entries, in the order of the file, and what is said of the shop."""

    entries: tuple[Entry, ...]
    shop: Mapping[str, str]


def read_mapping(path: Path) -> FileMapping:
    """Return what a mapping file says.

    Raises:
        TapError: If it is none.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"The mapping file cannot be read ({error.strerror})."
        raise TapError(msg, "Check the setting files_mapping.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise _wrong("The mapping file is not YAML.", "Mend it.") from None
    _check_names(content, _TOP, "The mapping file")
    shop = content.get("shop") or {}
    _check_names(shop, _SHOP, "shop")
    entries = content.get("files")
    if not isinstance(entries, list) or not entries:
        raise _wrong("The mapping file names no files.", "List them under files.")
    return FileMapping(
        tuple(_entry(entry, path.parent) for entry in entries),
        {name: str(value) for name, value in shop.items()},
    )


def without_mapping(pattern: str) -> FileMapping:
    """Return entries for files that are named after their tables, with the tables' columns.

    Raises:
        TapError: If there are none, or one has no table's name.
    """
    entries = []
    for path in found(pattern, Path()):
        table = next((t for name, t in TABLES.items() if _is_named(path, name)), None)
        if table is None:
            raise _wrong(
                f"The name of {path.name} begins with none of {', '.join(TABLES)}.",
                "Rename it, or write a mapping file and set files_mapping.",
            )
        entries.append(Entry((path,), table))
    return FileMapping(tuple(entries), {})


def _is_named(path: Path, table: str) -> bool:
    """Return whether a file's name is a table's, whatever stands behind it."""
    rest = path.name.lower().removeprefix(table.lower())
    return rest != path.name.lower() and not rest[:1].isalpha()


def found(pattern: str, folder: Path) -> list[Path]:
    """Return the files that a path or glob names, by name.

    Raises:
        TapError: If there are none.
    """
    path = folder / pattern
    anchor = Path(path.anchor) if path.is_absolute() else Path()
    try:
        paths = sorted(p for p in anchor.glob(str(path.relative_to(anchor))) if p.is_file())
    except ValueError:
        raise _wrong(f"{pattern!r} is no path or glob.", "Check the path.") from None
    if not paths:
        raise _wrong(f"There is no file {pattern}.", "Check the path.")
    return paths


def short_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return names that tell files apart: their own, after their folders' where these must."""
    names: dict[Path, str] = {}
    nameless = {path: path.absolute().parts for path in paths}
    depth = 0
    while nameless:
        depth += 1
        counts = Counter(parts[-depth:] for parts in set(nameless.values()))
        for path, parts in list(nameless.items()):
            if counts[parts[-depth:]] == 1:
                names[path] = "/".join(parts[-depth:])
                del nameless[path]
    return names


def _entry(raw: Any, folder: Path) -> Entry:  # noqa: ANN401 - as it stands in the file
    _check_names(raw, _ENTRY, "An entry of files")
    for name in ("path", "table"):
        if not isinstance(raw.get(name), str):
            raise _wrong(f"An entry of files has no {name}.", "Add it.")
    table = TABLES.get(raw["table"])
    if table is None:
        raise _wrong(
            f"{raw['table']!r} is none of the tables.",
            f"{_closest(raw['table'], TABLES)}They are {', '.join(TABLES)}.",
        )
    has_lines = _one_of(raw, "one_row_per", ("order", "line")) == "line"
    if has_lines and table is not TRANSACTION:
        raise _wrong(f"one_row_per is not for {table.name}.", f"It is for {TRANSACTION.name}.")
    replaces = _one_of(raw, "mode", ("add", "replace")) == "replace"
    if replaces and table is TRANSACTION:
        raise _wrong(
            f"{TRANSACTION.name} is never replaced.",
            f"Replace {ITEM.name}, products or categories; orders are added and updated.",
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
        date_format=_date_format(raw.get("date_format")),
        decimal_comma=_one_of(raw, "decimal_comma", (False, True)),
        encoding=_encoding(raw.get("encoding")),
        delimiter=_delimiter(raw.get("delimiter")),
    )


def _named(raw: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    value = raw.get(name) or {}
    if not isinstance(value, dict):
        raise _wrong(f"{name} is no list of names and values.", "Write each as name: value.")
    return value


def _listed(raw: Mapping[str, Any], name: str) -> list[str]:
    value = raw.get(name) or []
    if not isinstance(value, list):
        raise _wrong(f"{name} is no list.", "Write it as [one, another].")
    return list(map(str, value))


def _date_format(raw: object) -> str | None:
    if raw is None:
        return None
    day = datetime(2026, 1, 31, tzinfo=timezone.utc)
    try:
        text = str(raw)
        datetime.strptime(day.strftime(text), text)  # noqa: DTZ007
    except (ValueError, re.error):
        raise _wrong(f"{raw!r} is no form of times.", 'Write one such as "%d/%m/%Y".') from None
    return text


def _encoding(raw: object) -> str | None:
    if raw is None:
        return None
    try:
        "".encode(str(raw))
    except LookupError:
        msg = f"There is no encoding {raw!r}."
        raise _wrong(msg, "Set encoding to one such as utf-8 or cp1252.") from None
    return str(raw)


def _delimiter(raw: object) -> str | None:
    if raw is not None and (not isinstance(raw, str) or len(raw) != 1 or raw in '"\r\n '):
        raise _wrong(
            f"{raw!r} is no delimiter.", 'Set delimiter to one character, such as ";" or "\\t".'
        )
    return raw


def _target(raw: Any, table: Table) -> Target:  # noqa: ANN401 - as it stands in the file
    if isinstance(raw, dict):
        _check_names(raw, {"to", "format"}, "A column")
        form = raw.get("format")
        form = form if form == "integer" else _date_format(form)
        return Target(_checked(str(raw.get("to")), table), form)
    return Target(_checked(str(raw), table))


def _checked(column: str, table: Table) -> str:
    if column not in table.columns:
        raise _wrong(
            f"{table.name} has no column {column!r}.",
            f"{_closest(column, table.columns)}It has {', '.join(table.columns)}.",
        )
    return column


def _one_of(raw: Mapping[str, Any], name: str, values: tuple[_Value, ...]) -> _Value:
    value = raw.get(name, values[0])
    if value not in values:
        known = " or ".join(str(value).lower() for value in values)
        raise _wrong(f"{name} is {value!r}.", f"Set it to {known}.")
    return values[values.index(value)]


def _check_names(raw: object, names: set[str], what: str) -> None:
    if not isinstance(raw, dict):
        raise _wrong(f"{what} is no list of names and values.", "Mend it.")
    for name in raw:
        if name not in names:
            raise _wrong(
                f"{what} has no {name!r}.",
                f"{_closest(str(name), names)}There is {', '.join(sorted(names))}.",
            )


def _closest(name: str, names: Iterable[str]) -> str:
    by_lower = {known.lower(): known for known in names}
    close = get_close_matches(name.lower(), by_lower, n=1)
    return f"Is it {by_lower[close[0]]!r}? " if close else ""


def _wrong(reason: str, instruction: str) -> TapError:
    return TapError(reason, instruction)
