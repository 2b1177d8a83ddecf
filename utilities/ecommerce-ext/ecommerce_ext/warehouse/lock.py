"""One run at a time: a lock in the warehouse, which goes when its connection goes."""

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

PATIENCE_SECONDS = 600.0


@contextmanager
def warehouse_lock(
    settings: Settings, patience: float = PATIENCE_SECONDS
) -> Iterator[Connection]:
    """Hold the lock of the schema of the four tables; yield the connection that does.

    Args:
        settings: Which warehouse, and which schema in it.
        patience: For how many seconds to wait for another run to end.

    Raises:
        EcommerceError: If the other run is still there then.
    """
    key = lock_key(settings.schema)
    deadline = time.monotonic() + patience
    with connect(settings) as connection:
        is_waiting = False
        # Asking again, rather than one long statement, leaves vacuum its way.
        while not _try(connection, key):
            if time.monotonic() >= deadline:
                raise EcommerceError(
                    Problem(
                        f'Another run has been building the schema "{settings.schema}"'
                        f" for more than {patience:g} seconds.",
                        "Wait for it to end, then try again.",
                    )
                )
            if not is_waiting:
                click.echo("Waiting for another run to end …")
                is_waiting = True
            time.sleep(min(1.0, patience))
        yield connection


def lock_key(schema: str) -> int:
    """Return the key of a schema's advisory lock."""
    digest = hashlib.sha256(f"ecommerce:{schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _try(connection: Connection, key: int) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s)", [key]).fetchone()
    return row is not None and bool(row[0])
