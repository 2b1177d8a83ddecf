"""The lock that allows one run at a time. It ends with its connection to the warehouse."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

WAIT_SECONDS = 600.0


@contextmanager
def warehouse_lock(
    settings: Settings, wait_seconds: float = WAIT_SECONDS
) -> Iterator[Connection]:
    """Lock the schema of the four tables, and yield the connection that holds the lock.

    Args:
        settings: The warehouse and the schema.
        wait_seconds: How long to wait for another run to end.

    Raises:
        EcommerceError: If the other run has not ended by then.
    """
    key = lock_key(settings.schema)
    deadline = time.monotonic() + wait_seconds
    with connect(settings) as connection:
        is_waiting = False
        # Polling, because one long statement would hold back vacuum.
        while not _try_lock(connection, key):
            if time.monotonic() >= deadline:
                raise EcommerceError(
                    Problem(
                        f'Another run has been building the schema "{settings.schema}"'
                        f" for more than {wait_seconds:g} seconds.",
                        "Wait for it to end, then try again.",
                    )
                )
            if not is_waiting:
                click.echo("Waiting for another run to end …")
                is_waiting = True
            time.sleep(min(1.0, wait_seconds))
        yield connection


def lock_key(schema: str) -> int:
    """Return the key of the advisory lock of a schema."""
    digest = hashlib.sha256(f"ecommerce:{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _try_lock(connection: Connection, key: int) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
    return row is not None and bool(row[0])
