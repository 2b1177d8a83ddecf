"""What must be right before anything runs. Plain Python: no dbt, no SDK, well under a second."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from psycopg import sql

from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psycopg

    from ecommerce_ext.settings import Settings

    Connection = psycopg.Connection[Any]

_OLDEST_POSTGRES = 150000
_CHOICES = {
    "id_format": ("plain", "qualified"),
    "contacts_id_type": ("bigint", "int", "text", "uuid"),
    "contacts_key_type": ("text", "int"),
    "rate_date": ("created", "processed"),
}
_ID_TYPES = {"bigint": "bigint", "int": "integer", "text": "text", "uuid": "uuid"}


def check(settings: Settings) -> list[EcommerceError]:
    """Return all that is wrong; the warehouse is looked at only with sound settings."""
    problems = list(_check_settings(settings))
    if problems:
        return problems
    try:
        with connect(settings) as connection:
            problems = list(_check_warehouse(settings, connection))
    except EcommerceError as error:
        problems = [error]
    return problems


def _check_settings(settings: Settings) -> Iterator[EcommerceError]:
    yield from _check_currency(settings)
    for name, choices in _CHOICES.items():
        value = getattr(settings, name)
        if value not in choices:
            yield EcommerceError(
                f"{_variable(name)} is {value}.", f"Set it to one of: {', '.join(choices)}."
            )
    if not settings.rate_max_age_days.isdecimal() or int(settings.rate_max_age_days) > 31:  # noqa: PLR2004 - a month
        yield EcommerceError(
            "ECOMMERCE_RATE_MAX_AGE_DAYS is no number of days up to 31.",
            "Set it, for instance to 7.",
        )
    if settings.loader_target and settings.loader_target != _own_target(settings):
        yield EcommerceError(
            f"The loader writes to {settings.loader_target}, but the tables are built from"
            f" {_own_target(settings)}.",
            "Remove the loader's own settings, so that it follows ECOMMERCE_WAREHOUSE_* and"
            " ECOMMERCE_RAW_SCHEMA.",
        )


def _own_target(settings: Settings) -> str:
    return f"{settings.warehouse}/{settings.raw_schema}"


def _check_currency(settings: Settings) -> Iterator[EcommerceError]:
    instruction = "Type `meltano config set ecommerce currency EUR` with the code of yours."
    if not settings.currency:
        yield EcommerceError("No reporting currency is set.", instruction)
        return
    seed = settings.project / "seeds" / "ecommerce_currencies.csv"
    if not seed.exists():
        yield EcommerceError(
            f"There is no E-Commerce project in {settings.project}.",
            "Set ECOMMERCE_PROJECT_DIR to its folder.",
        )
        return
    with seed.open(encoding="utf-8", newline="") as file:
        known = {row["currency"]: row for row in csv.DictReader(file)}
    row = known.get(settings.currency.upper())
    if row is None or not row["minor_unit"]:
        reason = f"{settings.currency} is not the ISO 4217 code of a currency."
        yield EcommerceError(reason, instruction)
    elif row["is_active"] != "true":
        reason = f"{settings.currency} has not been money since {row['retired_on']}."
        yield EcommerceError(reason, instruction)


def _check_warehouse(
    settings: Settings, connection: Connection
) -> Iterator[EcommerceError]:
    if connection.info.server_version < _OLDEST_POSTGRES:
        yield EcommerceError(
            f"The warehouse is Postgres {connection.info.server_version // 10000}.",
            "Use Postgres 15 or newer: the tables are merged with MERGE.",
        )
        return
    yield from _check_rights(settings, connection)
    if settings.contacts_relation:
        columns = [settings.contacts_id_column, settings.contacts_email_column]
        columns += [settings.contacts_key_column] if settings.contacts_key_column else []
        yield from _check_relation(
            connection, "ECOMMERCE_CONTACTS_RELATION", settings.contacts_relation, columns
        )
    if settings.custom_rates_relation:
        columns = ["currency", "base_currency", "rate", "valid_from", "valid_to"]
        yield from _check_relation(
            connection,
            "ECOMMERCE_CUSTOM_RATES_RELATION",
            settings.custom_rates_relation,
            columns,
        )
    yield from _check_filled_tables(settings, connection)


def _check_rights(settings: Settings, connection: Connection) -> Iterator[EcommerceError]:
    user, database = settings.warehouse_user, settings.warehouse_database
    for schema in (settings.raw_schema, settings.schema, settings.staging_schema):
        exists, may_create = _row(
            connection,
            """
            select
                to_regnamespace(quote_ident(%(schema)s)) is not null,
                case
                    when to_regnamespace(quote_ident(%(schema)s)) is null
                        then has_database_privilege(current_database(), 'create')
                    else has_schema_privilege(%(schema)s, 'create, usage')
                end
            """,
            {"schema": schema},
        )
        if may_create:
            continue
        if exists:
            instruction = f"Run `grant usage, create on schema {schema} to {user}`."
            yield EcommerceError(f"{user} may not write to schema {schema}.", instruction)
        else:
            instruction = f"Run `grant create on database {database} to {user}`."
            yield EcommerceError(f"{user} may not create schema {schema}.", instruction)


def _check_relation(
    connection: Connection, variable: str, relation: str, columns: list[str]
) -> Iterator[EcommerceError]:
    (found,) = _row(connection, "select to_regclass(%s)", [relation])
    if found is None:
        yield EcommerceError(
            f"There is no relation {relation}.", f"Set {variable} to schema.table."
        )
        return
    (readable,) = _row(connection, "select has_table_privilege(%s, 'select')", [relation])
    if not readable:
        yield EcommerceError(
            f"{relation} may not be read.", f"Run `grant select on {relation} to …`."
        )
    present = {
        row[0]
        for row in connection.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0",
            [relation],
        )
    }
    if missing := [column for column in columns if column not in present]:
        yield EcommerceError(
            f"{relation} has no column {', '.join(missing)}.",
            f"Name its columns by the settings beside {variable}.",
        )


def _check_filled_tables(
    settings: Settings, connection: Connection
) -> Iterator[EcommerceError]:
    """Refuse what would mix two meanings in one table."""
    name = f'"{settings.schema}"."ECommerce_Transaction"'
    table = sql.Identifier(settings.schema, "ECommerce_Transaction")
    (found,) = _row(connection, "select to_regclass(%s)", [name])
    if found is None:
        return
    again = (
        "Keep the setting, or drop the tables and build them anew: `drop schema"
        f" {settings.schema} cascade`, then `meltano run ecommerce-activate ecommerce-sync`."
    )
    row = connection.execute(
        sql.SQL(
            'select "Currency", "idTransaction" like "idShop" || \':%\' from {} limit 1'
        ).format(table)
    ).fetchone()
    if row and row[0] != settings.currency.upper():
        reason = f"The tables are filled in {row[0]}, not {settings.currency.upper()}."
        yield EcommerceError(reason, again)
    if row and bool(row[1]) != (settings.id_format == "qualified"):
        filled = "qualified" if row[1] else "plain"
        reason = f"The tables are filled with {filled} ids, not {settings.id_format} ones."
        yield EcommerceError(reason, again)
    id_type = connection.execute(
        """
        select format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = to_regclass(%s) and attname = 'idContact'
        """,
        [name],
    ).fetchone()
    if row and id_type and id_type[0] != _ID_TYPES[settings.contacts_id_type]:
        reason = f"The tables are filled with contact ids of type {id_type[0]}."
        yield EcommerceError(reason, again)
    yield from _check_shops(settings, connection)


def _check_shops(settings: Settings, connection: Connection) -> Iterator[EcommerceError]:
    (shops,) = _row(connection, "select to_regclass(%s)", [f'"{settings.raw_schema}".shops'])
    if settings.id_format != "plain" or shops is None:
        return
    table = sql.Identifier(settings.raw_schema, "shops")
    row = connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone()
    if row and row[0] > 1:
        yield EcommerceError(
            f"{row[0]} shops are loaded, whose plain ids could meet.",
            "Type `meltano config set ecommerce id_format qualified` before the first build.",
        )


def _row(connection: Connection, query: str, parameters: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return the one row of a query that always has one."""
    row: tuple[Any, ...] | None = connection.execute(query, parameters).fetchone()  # type: ignore[call-overload]
    return row or ()


def _variable(name: str) -> str:
    return f"ECOMMERCE_{name.upper()}"
