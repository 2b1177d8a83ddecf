"""``ecommerce status``: loads, builds, rejects and unresolved orders, with their times.

The command also lists the users' views that a build drops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from ecommerce_ext.meltano import bookmarks, is_inside_meltano
from ecommerce_ext.warehouse.connection import connect
from ecommerce_ext.warehouse.queries import exists
from ecommerce_ext.warehouse.raw_tables import LOADED_AT, STREAMS, has_load_times
from ecommerce_ext.warehouse.user_views import user_views

if TYPE_CHECKING:
    from psycopg import Connection

    from ecommerce_ext.settings import Settings

Rows = list[dict[str, Any]]

_TABLES = (
    "ECommerce_Transaction",
    "ECommerce_Item",
    "ECommerce_Product",
    "ECommerce_ProductCategory",
    "ecommerce_product_categories",
    "ecommerce_contacts",
    "ecommerce_rejects",
)
_LOADED = f"""
    select
        {{name}} as stream,
        count(*) as rows,
        to_char(max({LOADED_AT}), 'YYYY-MM-DD HH24:MI') as loaded_at,
        round(extract(epoch from now() - max({LOADED_AT})) / 3600, 1) as hours_ago
    from {{table}}
"""  # noqa: S608 - constants
# Each section reads one table, and is empty until the table exists.
_SECTIONS = {
    "contacts": (
        "ECommerce_Transaction",
        """
        select "contactMatchStatus" as status, count(*) as orders
        from {table} group by 1 order by 2 desc, 1
        """,
    ),
    "rates": (
        "ECommerce_Transaction",
        """
        select "exchangeRateStatus" as status, count(*) as orders
        from {table} group by 1 order by 2 desc, 1
        """,
    ),
    "missing_rates": (
        "ECommerce_Transaction",
        """
        select
            "originalCurrency" as currency,
            count(*) as orders,
            min("dtTransactionCreatedAt")::date::text as first_day,
            max("dtTransactionCreatedAt")::date::text as last_day
        from {table}
        where "exchangeRateStatus" in ('missing_rate', 'unknown_currency')
        group by 1 order by 2 desc, 1
        """,
    ),
    "rejects": (
        "ecommerce_rejects",
        """
        select stream, reason, count(*) as rows
        from {table}, unnest(reason_codes) as reason
        group by 1, 2 order by 3 desc, 1, 2
        """,
    ),
    "builds": (
        "ecommerce_run_log",
        """
        select
            model,
            to_char(max(read_at) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as built_at,
            to_char(max(loaded_until) at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as loaded_until
        from {table} where model like 'ECommerce%%' group by 1 order by 1
        """,
    ),
    # The columns are missing until a build adds them to a log of an earlier version.
    "last_audit": (
        "ecommerce_run_log",
        """
        select
            to_char(read_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as audited_at,
            to_jsonb(log) -> 'test_count' as tests,
            to_jsonb(log) -> 'difference_count' as differences,
            case
                when to_jsonb(log) ->> 'difference_count' is null then 'not completed'
                when to_jsonb(log) ->> 'difference_count' = '0' then 'ok'
                else 'differences'
            end as outcome
        from {table} as log where model = 'audit' order by read_at desc limit 1
        """,
    ),
}


def read_status(settings: Settings) -> dict[str, Rows]:
    """Return the rows of each section. Times are UTC."""
    status: dict[str, Rows] = {}
    with connect(settings) as connection:
        found = (_loaded(connection, settings, stream) for stream in STREAMS)
        status["streams"] = [row for row in found if row]
        status["tables"] = [
            {"table": table, "rows": rows[0]["rows"]}
            for table in _TABLES
            if (
                rows := _read(
                    connection, settings, table, "select count(*) as rows from {table}"
                )
            )
        ]
        for name, (table, query) in _SECTIONS.items():
            status[name] = _read(connection, settings, table, query)
        status["dropped_views"] = user_views(connection, settings)
    if is_inside_meltano():
        status["bookmarks"] = [
            {"pipeline": pipeline, "stream": stream, "read_until": value}
            for pipeline, streams in bookmarks().items()
            for stream, value in streams.items()
        ]
    return status


def _loaded(connection: Connection, settings: Settings, stream: str) -> dict[str, Any] | None:
    table = sql.Identifier(settings.raw_schema, stream)
    if not has_load_times(connection, table):
        return None
    query = sql.SQL(_LOADED).format(name=sql.Literal(stream), table=table)
    return connection.cursor(row_factory=dict_row).execute(query).fetchone()


def _read(connection: Connection, settings: Settings, table: str, query: str) -> Rows:
    """Return the rows of a query on one table of the module; none if the table is missing."""
    identifier = sql.Identifier(settings.schema, table)
    if not exists(connection, identifier):
        return []
    statement = sql.SQL(query.replace("%%", "%")).format(table=identifier)
    return connection.cursor(row_factory=dict_row).execute(statement).fetchall()
