"""``ecommerce check``: the problem that it reports for each failed connection."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouses import Warehouse


def test_check_of_closed_port_names_host_and_port(warehouse: Warehouse) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_PORT=str(port))

    assert answer.problems == [
        (
            f"Nothing listens at 127.0.0.1:{port}. Start the warehouse, or correct"
            " ECOMMERCE_WAREHOUSE_HOST and _PORT."
        )
    ]


def test_check_of_unknown_host_names_it(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_HOST="warehouse.invalid")

    assert answer.problems == [
        (
            "The host name warehouse.invalid cannot be resolved."
            " Correct ECOMMERCE_WAREHOUSE_HOST."
        )
    ]


def test_check_with_wrong_password_does_not_print_it(
    warehouse: Warehouse,
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_PASSWORD="canary-of-no-one")

    assert answer.problems == [
        (
            'The warehouse refused the user "postgres" or its password.'
            " Correct ECOMMERCE_WAREHOUSE_USER and _PASSWORD."
        )
    ]


def test_check_of_missing_database_names_it(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_WAREHOUSE_DATABASE="attic")

    assert answer.problems == [
        (
            'The warehouse has no database "attic".'
            " Create it, or correct ECOMMERCE_WAREHOUSE_DATABASE."
        )
    ]


def test_check_of_starting_warehouse_quotes_its_message(warehouse: Warehouse) -> None:
    starting = b"E" + _sized(b"SFATAL\0C57P03\0Mthe database system is starting up\0\0")
    with _answering(starting) as port:
        answer = warehouse.ecommerce("check", **_at(port))

    assert answer.problems == [
        (
            "The warehouse refused the connection: connection failed: connection to server at"
            f' "127.0.0.1", port {port} failed: FATAL: the database system is starting up.'
            " Correct the settings ECOMMERCE_WAREHOUSE_…."
        )
    ]


def test_check_of_postgres_14_reports_the_version(warehouse: Warehouse) -> None:
    welcome = (
        b"R" + _sized(b"\0\0\0\0")
        + b"S" + _sized(b"server_version\00014.9\0")
        + b"S" + _sized(b"client_encoding\0UTF8\0")
        + b"Z" + _sized(b"I")
    )  # fmt: skip
    with _answering(welcome) as port:
        answer = warehouse.ecommerce("check", **_at(port))

    assert answer.problems == [
        "The warehouse is Postgres 14, which does not support MERGE. Use Postgres 15 or newer."
    ]


def _at(port: int) -> dict[str, str]:
    return {"ECOMMERCE_WAREHOUSE_PORT": str(port), "ECOMMERCE_WAREHOUSE_SSLMODE": "disable"}


def _sized(body: bytes) -> bytes:
    return (len(body) + 4).to_bytes(4, "big") + body


@contextmanager
def _answering(message: bytes) -> Iterator[int]:
    """Yield the port of a server that sends one message of the Postgres protocol."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(message)
                client.recv(4096)  # returns when the client closes

        thread = Thread(target=answer)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()
