"""Connections to the warehouse, and the lock that lets one build run at a time."""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from ecommerce_ext.errors import EcommerceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.settings import Settings

_WAIT_SECONDS = 300.0


def connect(settings: Settings) -> psycopg.Connection[Any]:
    """Return a connection that commits by itself.

    Raises:
        EcommerceError: If the warehouse cannot be entered; the reason never has a password.
    """
    try:
        return psycopg.connect(
            host=settings.warehouse_host,
            port=settings.warehouse_port,
            user=settings.warehouse_user,
            password=settings.warehouse_password,
            dbname=settings.warehouse_database,
            sslmode=settings.warehouse_sslmode,
            connect_timeout=10,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise _refusal(settings, str(error)) from None


def _refusal(settings: Settings, said: str) -> EcommerceError:
    if "authentication failed" in said or "no password supplied" in said:
        return EcommerceError(
            f"The warehouse {settings.warehouse} refused the password of"
            f" {settings.warehouse_user}.",
            "Set ECOMMERCE_WAREHOUSE_USER and ECOMMERCE_WAREHOUSE_PASSWORD in .env.",
        )
    if re.search(r'database ".*" does not exist', said):
        return EcommerceError(
            f"The warehouse has no database {settings.warehouse_database}.",
            f"Run `createdb {settings.warehouse_database}`, or set"
            " ECOMMERCE_WAREHOUSE_DATABASE in .env.",
        )
    return EcommerceError(
        f"The warehouse {settings.warehouse} could not be reached.",
        "Start it, or set ECOMMERCE_WAREHOUSE_HOST and ECOMMERCE_WAREHOUSE_PORT in .env.",
    )


@contextmanager
def build_lock(settings: Settings) -> Iterator[None]:
    """Hold the lock of the target schema, on a connection of its own.

    Raises:
        EcommerceError: If another run holds it for more than five minutes.
    """
    with connect(settings) as connection:
        give_up_at = time.monotonic() + _WAIT_SECONDS
        key = f"ecommerce build of {settings.schema}"
        while not _try_lock(connection, key):
            if time.monotonic() > give_up_at:
                raise EcommerceError(
                    f"Another run has been building schema {settings.schema} for long.",
                    "Wait for it to end, or end it, then run this again.",
                )
            time.sleep(1)
        yield


def _try_lock(connection: psycopg.Connection[Any], key: str) -> bool:
    row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [key]
    ).fetchone()
    return bool(row and row[0])
