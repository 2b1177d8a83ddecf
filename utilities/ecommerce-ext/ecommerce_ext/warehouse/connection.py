"""The connection to the warehouse. Each failure becomes a problem with an instruction."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg

from ecommerce_ext.errors import EcommerceError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecommerce_ext.settings import Settings

_TIMEOUT_SECONDS = 5

# A failed login has no SQLSTATE, so these patterns match the message of the client library.
_REFUSALS = (
    (
        "failed to resolve host|could not translate host name",
        "The host name {host} cannot be resolved.",
        "Correct ECOMMERCE_WAREHOUSE_HOST.",
    ),
    (
        "Connection refused",
        "Nothing listens at {host}:{port}.",
        "Start the warehouse, or correct ECOMMERCE_WAREHOUSE_HOST and _PORT.",
    ),
    (
        "timeout",
        "The warehouse at {host}:{port} did not answer within {seconds} seconds.",
        "Allow connections to it, or correct ECOMMERCE_WAREHOUSE_HOST and _PORT.",
    ),
    (
        "no password supplied",
        'The warehouse requires a password for the user "{user}".',
        "Set ECOMMERCE_WAREHOUSE_PASSWORD.",
    ),
    (
        'password authentication failed|role ".*" does not exist',
        'The warehouse refused the user "{user}" or its password.',
        "Correct ECOMMERCE_WAREHOUSE_USER and _PASSWORD.",
    ),
    (
        "permission denied for database",
        'The user "{user}" has no permission to connect to the database "{database}".',
        'As its owner, type: grant connect on database "{database}" to "{user}";',
    ),
    (
        'database ".*" does not exist',
        'The warehouse has no database "{database}".',
        "Create it, or correct ECOMMERCE_WAREHOUSE_DATABASE.",
    ),
)


@contextmanager
def connect(settings: Settings) -> Iterator[psycopg.Connection]:
    """Connect to the warehouse; each statement is its own transaction, and times are UTC.

    Raises:
        EcommerceError: If the settings are invalid, or the warehouse refuses the connection
            or a statement.
    """
    if problems := list(settings.problems("warehouse_")):
        raise EcommerceError(*problems)
    try:
        connection = psycopg.connect(
            host=settings.warehouse_host,
            port=settings.warehouse_port,
            user=settings.warehouse_user,
            password=settings.warehouse_password or None,
            dbname=settings.warehouse_database,
            sslmode=settings.warehouse_sslmode,
            connect_timeout=_TIMEOUT_SECONDS,
            application_name="ecommerce",
            options="-c timezone=UTC",
            autocommit=True,
        )
    except psycopg.Error as error:
        raise EcommerceError(_refusal(settings, str(error))) from None
    with connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise EcommerceError(refused_statement(settings, error)) from None


def refused_statement(settings: Settings, error: psycopg.Error) -> Problem:
    """Return the warehouse's error for a statement as a problem."""
    message = error.diag.message_primary or str(error).strip()
    return Problem(
        f"The warehouse refused a statement: {message}.",
        f'Grant the user "{settings.warehouse_user}" the permission for it, and try again.',
    )


def _refusal(settings: Settings, message: str) -> Problem:
    names = {
        "host": settings.warehouse_host,
        "port": settings.warehouse_port,
        "user": settings.warehouse_user,
        "database": settings.warehouse_database,
        "seconds": _TIMEOUT_SECONDS,
    }
    for pattern, reason, instruction in _REFUSALS:
        if re.search(pattern, message):
            return Problem(reason.format(**names), instruction.format(**names))
    return Problem(
        f"The warehouse refused the connection: {' '.join(message.split())}.",
        "Correct the settings ECOMMERCE_WAREHOUSE_….",
    )
