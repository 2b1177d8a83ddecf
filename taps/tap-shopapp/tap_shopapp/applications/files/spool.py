"""Rows by the order that they belong to, in bounded memory, wherever they stand in a file."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import orjson

from tap_shopapp.applications.files.columns import Kind
from tap_shopapp.applications.files.rows import Row
from tap_shopapp.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CACHE_KIB = 16 << 10


class Spool:
    """A table on disk of rows, which gives them back order by order.

    Orders come in the order of their first row, and each one's rows as they stood.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(f"pragma cache_size = -{_CACHE_KIB}")
        connection.execute("pragma journal_mode = off")
        connection.execute("create table rows (id text, place integer, row blob)")

    def fill(self, rows: Iterable[tuple[str | None, str, Row]]) -> None:
        """Take the id of its order, if it has one, the name of its file, and each row."""
        self._connection.executemany(
            "insert into rows values (?, ?, ?)",
            (
                (order_id, place, _packed(file, row))
                for place, (order_id, file, row) in enumerate(rows)
            ),
        )

    def strays(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows that have no order, each with the name of its file."""
        found = self._connection.execute("select row from rows where id is null order by place")
        yield from (_row(row) for (row,) in found)

    def orders(self) -> Iterator[list[tuple[str, Row]]]:
        """Yield each order's rows, each with the name of its file."""
        ordered = self._connection.execute(
            "select row, min(place) over (partition by id) as first"
            " from rows where id is not null order by first, place"
        )
        for _, group in groupby(ordered, key=itemgetter(1)):
            yield [_row(row) for row, _ in group]


def _packed(file: str, row: Row) -> bytes:
    return orjson.dumps((file, row.line, row.cells, _said(row), row.text, row.typed))


def _said(row: Row) -> tuple[str, str] | None:
    return (row.error.code, row.error.message) if row.error else None


def _row(packed: bytes) -> tuple[str, Row]:
    file, line, cells, said, text, typed = orjson.loads(packed)
    error = RecordError(*said) if said else None
    return file, Row(line, cells, error, text, {name: Kind(k) for name, k in typed.items()})


@contextmanager
def spooled() -> Iterator[Spool]:
    """Open a spool in a temporary folder, which goes with it."""
    with TemporaryDirectory(prefix="tap-shopapp-") as folder:
        database = Path(folder, "rows.sqlite")
        database.touch(mode=0o600)  # SQLite keeps the mode, and gives it to its journal
        connection = sqlite3.connect(database)
        try:
            yield Spool(connection)
        finally:
            connection.close()
