"""Checks of the last build: whether it read every load, and the quality of its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import value
from ecommerce_ext.warehouse.raw_tables import LOADED_AT, has_load_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings


def build_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem if orders were loaded after the last build."""
    log = sql.Identifier(settings.schema, "ecommerce_run_log")
    built = value(
        connection,
        sql.SQL(
            "select max(loaded_until) from {} where model = 'ECommerce_Transaction'"
        ).format(log),
    )
    table = sql.Identifier(settings.raw_schema, "transactions")
    if not has_load_times(connection, table):
        return
    loaded = value(
        connection,
        sql.SQL(f"select max({LOADED_AT}) from {{}}").format(table),  # noqa: S608 - a constant
    )
    if loaded and (built is None or loaded > built):
        yield Problem(
            "Orders were loaded after the last build.",
            "Type: meltano invoke ecommerce:build",
        )


def quality_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem per shop and data quality check that exceeds its threshold."""
    table = sql.Identifier(settings.schema, "ecommerce_data_quality")
    rows = connection.execute(
        sql.SQL(
            "select id_shop, message, failing_count, checked_count from {}"
            " where outcome <> 'ok' order by id_shop, check_code"
        ).format(table)
    )
    for shop, message, failing, checked in rows:
        yield Problem(
            f"{failing} of {checked} rows of the shop {shop} fail a check: {message}",
            "Correct them, or raise the threshold in ECOMMERCE_QUALITY_THRESHOLDS.",
        )
