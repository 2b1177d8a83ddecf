"""An e-mail address has the same key in orders and in contacts, in databases of any locale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from dbt_macros import Macros
from email_table import ADDRESSES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shopapp_demo.postgres import Postgres

# `lower` leaves É as it is in the locale C, and changes I to ı in Turkish.
LOCALES = {
    "email_c": "lc_collate 'C' lc_ctype 'C'",
    "email_root": "locale_provider icu icu_locale 'und'",
    "email_turkish": "locale_provider icu icu_locale 'tr'",
}


@pytest.fixture(params=LOCALES)
def connection(
    request: pytest.FixtureRequest, server: Postgres
) -> Iterator[psycopg.Connection]:
    """A connection to a database with one of the locales."""
    name: str = request.param
    with psycopg.connect(server.url, autocommit=True) as administration:
        options = f"template template0 encoding 'UTF8' {LOCALES[name]}"
        administration.execute(f"drop database if exists {name}".encode())
        administration.execute(f"create database {name} {options}".encode())
    with psycopg.connect(server.url, dbname=name) as connection:
        yield connection


def test_address_has_its_key_on_postgres(connection: psycopg.Connection) -> None:
    """The text of an order, what the tap extracts from it, and a contact's text are equal."""
    macro = Macros("postgres").call("ecommerce_email_key", "value")
    query = f"select value, {macro} from unnest(%s::text[]) as texts (value)"
    # `%` has a meaning in a query with parameters.
    escaped = query.replace("%", "%%").replace("%%s::text", "%s::text")
    rows = connection.execute(escaped.encode(), [TEXTS]).fetchall()
    keys: dict[str | None, str | None] = {None: None, **dict(rows)}

    for each in ADDRESSES:
        found = {keys[each.written], keys[each.address], keys[each.key]}
        assert found == {each.key}, each
