"""Lower bound of a load: the loop, COPY into a staging table, one upsert per page.

    python copy_loop.py SOURCE DATABASE_URL

SOURCE is the address of a shop, or a file with Singer messages. Each record is one row with its
key and its JSON.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import orjson
import psycopg
from loop import COLLECTIONS, pages

if TYPE_CHECKING:
    from collections.abc import Iterator

Rows = list[tuple[str, str]]
_PAGE = 10_000


def main() -> None:
    """Load all records."""
    source, database = sys.argv[1:]
    batches = of_shop(source) if source.startswith("http") else of_file(source)
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("create schema raw_loop")
        cursor.execute("create temp table stage (key text, record jsonb)")
        for stream, rows in batches:
            cursor.execute(
                f"create table if not exists raw_loop.{stream}"
                " (key text primary key, record jsonb)"
            )
            with cursor.copy("copy stage from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(
                f"insert into raw_loop.{stream} select * from stage"
                " on conflict (key) do update set record = excluded.record"
            )
            cursor.execute("truncate stage")


def of_shop(url: str) -> Iterator[tuple[str, Rows]]:
    """Yield the pages of a shop."""
    for collection in COLLECTIONS:
        for page in pages(url, collection):
            for stream, records in page.items():
                yield (
                    stream,
                    [
                        (
                            f"{record.get('transaction_id', '')}/{record['id']}",
                            orjson.dumps(record).decode(),
                        )
                        for record in records
                    ],
                )


def of_file(path: str) -> Iterator[tuple[str, Rows]]:
    """Yield the records of a file of Singer messages, 10,000 of a stream at a time."""
    keys: dict[str, list[str]] = {}
    rows: dict[str, Rows] = {}
    with open(path, "rb") as file:  # noqa: PTH123 - a path of the command line
        for line in file:
            message: dict[str, Any] = orjson.loads(line)
            stream = message.get("stream", "")
            if message["type"] == "SCHEMA":
                keys[stream] = message["key_properties"]
                rows.setdefault(stream, [])
            elif message["type"] == "RECORD":
                record = message["record"]
                key = "/".join(str(record[name]) for name in keys[stream])
                rows[stream].append((key, orjson.dumps(record).decode()))
                if len(rows[stream]) >= _PAGE:
                    yield stream, rows[stream]
                    rows[stream] = []
    yield from rows.items()


if __name__ == "__main__":
    main()
