"""Groups rows by order on disk, so that the rows of an order need not be adjacent."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from tap_shopapp.applications.files.rows import Form, Row
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CACHE_KIB = 16 << 10


class Spool:
    """A table of rows on disk.

    Orders are sorted by their first row, and rows of an order by their place.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(f"pragma cache_size = -{_CACHE_KIB}")
        connection.execute("pragma journal_mode = off")
        connection.execute("create table rows (id text, place integer, row blob)")
        connection.execute("create table incomplete (id text primary key, line integer)")

    def fill(self, rows: Iterable[tuple[str | None, str, Row]]) -> None:
        """Add rows, each with the id of its order, if it has one, and its file."""
        self._connection.executemany(
            "insert into rows values (?, ?, ?)",
            (
                (order_id, place, _packed(file, row))
                for place, (order_id, file, row) in enumerate(rows)
            ),
        )

    def keep_out(self, order_id: str, line: int) -> None:
        """Mark an order as incomplete, since the row on a line may belong to it."""
        self._connection.execute(
            "insert or ignore into incomplete values (?, ?)", (order_id, line)
        )

    def orphans(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows without an order, each with its file."""
        found = self._connection.execute("select row from rows where id is null order by place")
        yield from (_row(row) for (row,) in found)

    def orders(self) -> Iterator[tuple[list[tuple[str, Row]], int | None]]:
        """Yield the rows of each order, each with its file.

        Yields:
            The rows, and the line of a row that may belong to the order, null without one.
        """
        ordered = self._connection.execute(
            "select row, min(place) over (partition by id) as first, incomplete.line"
            " from rows left join incomplete using (id)"
            " where id is not null order by first, place"
        )
        for _, group in groupby(ordered, key=itemgetter(1)):
            rows = list(group)
            yield [_row(row) for row, _, _ in rows], rows[0][2]


def _packed(file: str, row: Row) -> bytes:
    return orjson.dumps((file, row.line, row.cells, _error(row), row.text, row.typed))


def _error(row: Row) -> tuple[str, str] | None:
    return (row.error.code, row.error.message) if row.error else None


def _row(packed: bytes) -> tuple[str, Row]:
    file, line, cells, error_parts, text, typed = orjson.loads(packed)
    error = RecordError(*error_parts) if error_parts else None
    return file, Row(line, cells, error, text, {name: Form(f) for name, f in typed.items()})


@contextmanager
def spooled() -> Iterator[Spool]:
    """Open a spool in a temporary folder, and delete the folder afterwards."""
    with TemporaryDirectory(prefix="tap-shopapp-") as folder:
        database = Path(folder, "rows.sqlite")
        database.touch(mode=0o600)  # SQLite keeps the mode, also for its journal
        connection = sqlite3.connect(database)
        try:
            yield Spool(connection)
        finally:
            connection.close()
