"""After a setting changes, or changes back, a build gives the same cells as a full refresh."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from histories import CURRENCIES, DAYS, FIRST_DAY, History
from pipelines import make_pipeline
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

TABLES = ("ECommerce_Item", "ecommerce_product_categories", "ecommerce_rejects")
RUN = ("run", "--no-write-json", "--select", *(f"+{table}" for table in TABLES))
# Setting: its first value, and another one.
SETTINGS = {
    "ecommerce_currency": ("CAD", "EUR"),
    "ecommerce_id_format": ("plain", "qualified"),
    "ecommerce_contacts_relation": ("marketing.contacts", "marketing.people"),
    "ecommerce_contacts_id_column": ("idContact", "number"),
    "ecommerce_contacts_id_type": ("bigint", "int"),
    "ecommerce_contacts_key_column": ("customer_number", "other_number"),
    "ecommerce_contacts_key_type": ("text", "int"),
    "ecommerce_contacts_email_column": ("email", "other_email"),
    "ecommerce_contact_aliases_relation": ("", "marketing.aliases"),
    "ecommerce_custom_rates_relation": ("", "marketing.rates"),
    "ecommerce_rate_max_age_days": ("7", "2"),
    "ecommerce_rate_date": ("ordered", "created"),
    "ecommerce_raw_schema": ("ecommerce_raw", "other_raw"),
}


def load(connection: psycopg.Connection[Any]) -> None:
    """Load a shop with load times a day ago; the last order is an hour later."""
    raw.create(connection)
    history = History(1)
    for _ in range(40):
        history.live()
    loaded_at = datetime.now(timezone.utc) - timedelta(days=1)
    for stream, records in history.take_changed(whole=True).items():
        if stream == "transactions":
            for number, record in enumerate(records):
                # Customer ids are numbers, as in a key column; a third of the orders
                # has no buyer.
                record["customer_id"] = f"{number % 7:03}" if number % 3 else None
                record["processed_at"] = "2025-03-0%sT12:00:00Z" % (1 + number % 9)
        raw.load(connection, stream, records, loaded_at)
        if stream == "transactions":
            # Every build reads only this order again.
            raw.load(connection, stream, records[-1:], loaded_at + timedelta(hours=1))
    shop = {"shop_id": "shop-1", "currency": "CAD", "time_zone": "America/Toronto"}
    raw.load(connection, "shops", [shop], loaded_at)
    raw.load(
        connection,
        "exchange_rates",
        [
            {
                "base_currency": "EUR",
                "currency": currency,
                "rate_on": (FIRST_DAY + timedelta(days=day)).date(),
                "rate": f"1.{day + 10}{place}",
                "source": "file",
            }
            for day in range(-5, DAYS, 4)
            for place, currency in enumerate(CURRENCIES[:-1])
        ],
        loaded_at,
    )
    for statement in (
        "create schema marketing",
        """
        create table marketing.contacts as
        select n as "idContact", n + 50 as number, lpad(n::text, 3, '0') as customer_number,
            lpad((n + 1)::text, 3, '0') as other_number,
            'person' || n || '@shop1.example' as email,
            'person' || n + 2 || '@shop1.example' as other_email
        from generate_series(1, 5) as n
        """,
        """
        create table marketing.people as
        select "idContact" + 10 as "idContact", number + 10 as number, customer_number,
            other_number, email, other_email
        from marketing.contacts where "idContact" > 1
        """,
        """
        create table marketing.aliases as
        select number as alias_id, min(number) over () as id_contact
        from marketing.people
        """,
        "delete from marketing.aliases where alias_id = id_contact",
        """
        create table marketing.rates as
        select 'USD' as currency, 'EUR' as base_currency, 2 as rate,
            date '2025-03-01' as valid_from, date '2025-03-30' as valid_to
        """,
        "create schema other_raw",
        """
        do $$ declare stream text; begin
            for stream in
                select tablename from pg_tables where schemaname = 'ecommerce_raw'
            loop
                execute format(
                    'create table other_raw.%1$I as table ecommerce_raw.%1$I', stream
                );
            end loop;
        end $$
        """,
        "update other_raw.transactions set order_name = 'other ' || order_name",
    ):
        connection.execute(statement)


def set_to(pipeline: Pipeline, name: str, value: str) -> None:
    pipeline.settings[name.upper()] = value


@pytest.fixture
def reader(server: Postgres) -> Iterator[str]:
    """A reader role; its views select the columns whose types change."""
    name = "reader_of_changed_settings"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"drop role if exists {name}".encode())
        connection.execute(f"create role {name}".encode())
    yield name
    with psycopg.connect(server.url, autocommit=True) as connection:
        for database in ("fresh", "warehouse"):
            connection.execute(f"drop database if exists {database} with (force)".encode())
        connection.execute(f"drop role {name}".encode())


@pytest.mark.timeout(600)
def test_changed_setting_gives_the_cells_of_a_full_refresh(
    server: Postgres, pipeline: Pipeline, reader: str, tmp_path: Path
) -> None:
    with psycopg.connect(pipeline.postgres.url) as connection:
        load(connection)
    # One thread: views that are replaced concurrently can block each other.
    pipeline.settings["ECOMMERCE_THREADS"] = "1"
    pipeline.settings["ECOMMERCE_READER_ROLE"] = reader
    for name, (first, _) in SETTINGS.items():
        set_to(pipeline, name, first)
    pipeline.dbt("seed")
    fresh = make_pipeline(server, "fresh", tmp_path)

    def full_refresh() -> dict[str, list[tuple[Any, ...]]]:
        """Build from the same raw tables and settings in a database without history."""
        fresh.settings = pipeline.settings
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("drop database fresh with (force)")
            connection.execute("create database fresh template loaded")
        fresh.dbt(*RUN)
        return fresh.cells()

    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("drop database if exists loaded with (force)")
        connection.execute(
            sql.SQL("create database loaded template {}").format(
                sql.Identifier(pipeline.postgres.database)
            )
        )

    def build() -> dict[str, list[tuple[Any, ...]]]:
        pipeline.dbt(*RUN)
        return pipeline.cells()

    at_first = before = build()
    for name, (first, other) in SETTINGS.items():
        set_to(pipeline, name, other)
        expected = full_refresh()
        # bigint and int write the same numbers.
        assert expected != before or name == "ecommerce_contacts_id_type", name
        assert build() == expected, name
        if name == "ecommerce_currency":
            set_to(pipeline, name, first)
            assert build() == at_first
            set_to(pipeline, name, other)
            assert build() == expected
        before = expected
    for name, (first, _) in SETTINGS.items():
        set_to(pipeline, name, first)
    assert build() == at_first
    # Foreign keys refer to the id, so its type can change between bigint and int, not to uuid.
    set_to(pipeline, "ecommerce_contacts_id_type", "uuid")
    with pytest.raises(AssertionError, match="ecommerce_contacts: Compilation Error"):
        pipeline.dbt("run", "--select", "ecommerce_contacts")
    assert pipeline.cells() == at_first
