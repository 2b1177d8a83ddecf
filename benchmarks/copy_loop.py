"""Lower bound of a load: the loop, COPY into a staging table, one upsert per page.

    python copy_loop.py URL DATABASE_URL

Each record is one row with its key and its JSON.
"""

from __future__ import annotations

import sys

import orjson
import psycopg
from loop import COLLECTIONS, pages


def main() -> None:
    """Load all records."""
    with psycopg.connect(sys.argv[2]) as connection, connection.cursor() as cursor:
        cursor.execute("create schema raw_loop")
        cursor.execute("create temp table stage (key text, record jsonb)")
        for collection in COLLECTIONS:
            for page in pages(sys.argv[1], collection):
                for stream, records in page.items():
                    cursor.execute(
                        f"create table if not exists raw_loop.{stream}"
                        " (key text primary key, record jsonb)"
                    )
                    with cursor.copy("copy stage from stdin") as copy:
                        for record in records:
                            key = f"{record.get('transaction_id', '')}/{record['id']}"
                            copy.write_row((key, orjson.dumps(record).decode()))
                    cursor.execute(
                        f"insert into raw_loop.{stream} select * from stage"
                        " on conflict (key) do update set record = excluded.record"
                    )
                    cursor.execute("truncate stage")


if __name__ == "__main__":
    main()
