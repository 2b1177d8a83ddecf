"""Connects to Postgres, and describes its errors without values."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from target_ecommerce.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEEPALIVE_INTERVAL = 10
# Classes of SQLSTATE whose messages name objects, but no values: connection, authorization,
# catalog, syntax and permissions, resources, operator intervention, system.
_SAFE_CLASSES = {"08", "0A", "28", "3D", "3F", "42", "53", "55", "57", "58"}
_LOCK_NOT_AVAILABLE = "55P03"


def connection_parameters(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of libpq for the settings of the target."""
    names = ("host", "port", "user", "password", "sslmode", "sslrootcert", "sslcert", "sslkey")
    parameters: dict[str, Any] = {name: config[name] for name in names if config.get(name)}
    if config.get("database"):
        parameters["dbname"] = config["database"]
    network_timeout = config["network_timeout"]
    return parameters | {
        "connect_timeout": config["connect_timeout"],
        "application_name": "target-ecommerce",
        "keepalives": 1,
        "keepalives_idle": max(network_timeout - 3 * _KEEPALIVE_INTERVAL, _KEEPALIVE_INTERVAL),
        "keepalives_interval": _KEEPALIVE_INTERVAL,
        "keepalives_count": 3,
        "tcp_user_timeout": network_timeout * 1000,
        "client_encoding": "utf8",
    }


def open_connection(config: Mapping[str, Any]) -> psycopg.Connection[Any]:
    """Connect to the server of the settings.

    Raises:
        LoadError: If the server refuses the connection, or cannot be reached.
    """
    parameters = connection_parameters(config)
    try:
        # Without prepared statements, a pooler may change the server between transactions.
        return psycopg.connect(**parameters, prepare_threshold=None)
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].rstrip(".")
        raise LoadError(
            f"The target cannot connect to Postgres: {reason}. Check host, port, user,"
            " password, database and the TLS settings."
        ) from None


@contextmanager
def described_errors(subject: str, lock_timeout: int) -> Iterator[None]:
    """Turn errors of the server into sentences without values.

    Args:
        subject: What the target is doing, and to which table.
        lock_timeout: The setting, in seconds.
    """
    try:
        yield
    except psycopg.Error as error:
        raise LoadError(_sentence(error, subject, lock_timeout)) from None


def _sentence(error: psycopg.Error, subject: str, lock_timeout: int) -> str:
    code = error.sqlstate
    if code == _LOCK_NOT_AVAILABLE:
        return (
            f"{subject} failed: another session has held a lock for {lock_timeout} seconds."
            " Wait for the other run or query to end, or raise lock_timeout, then run the job"
            " again."
        )
    if code is None:
        reason = type(error).__name__
        if isinstance(error, psycopg.OperationalError):
            reason = str(error).strip().splitlines()[0]
        return (
            f"{subject} failed: {reason.rstrip('.')}. Nothing since the last STATE was"
            " committed; run the job again."
        )
    names = {
        "table": error.diag.table_name,
        "column": error.diag.column_name,
        "constraint": error.diag.constraint_name,
    }
    places = ", ".join(f"{kind} {name!r}" for kind, name in names.items() if name)
    reason = f"{type(error).__name__} (SQLSTATE {code})"
    if code[:2] in _SAFE_CLASSES and error.diag.message_primary:
        reason += f": {error.diag.message_primary}"
    return (
        f"{subject} failed: {reason}{'; ' + places if places else ''}. Nothing since the last"
        " STATE was committed. Correct the table or its permissions, then run the job again."
    )
