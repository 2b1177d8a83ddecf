"""Checks of the tables: existence, keys, column types, and complete orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.dbt.manifest import built_nodes
from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.errors import Problem
from ecommerce_ext.schema.tables import foreign_keys
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest
    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_HAS_KEY = """
    select exists (
        select from pg_constraint
        inner join pg_attribute
            on pg_constraint.conrelid = pg_attribute.attrelid
            and pg_constraint.conkey = array[pg_attribute.attnum]
        where
            pg_constraint.contype = 'f'
            and pg_constraint.conrelid = to_regclass(%s)
            and pg_constraint.confrelid = to_regclass(%s)
            and pg_attribute.attname = %s
    )
"""
# The contract has no binary floats. A numeric type drops the leading zeros of a key.
_WRONG_TYPES = """
    select table_name, column_name, data_type
    from information_schema.columns
    where
        table_schema = %s
        and table_name = any(%s)
        and column_name not like '\\_sdc\\_%%'
        and (
            data_type in ('real', 'double precision', 'money')
            or (
                right(column_name, 3) = '_id'
                and data_type in ('smallint', 'integer', 'bigint', 'numeric')
            )
        )
    order by table_name, ordinal_position
"""
_INCOMPLETE = """
    select shop_id, count(*), min(transaction_id), min(updated_at)::date, max(updated_at)::date
    from {orders} as orders
    where not exists (
        select from {complete} as complete
        where
            complete.shop_id = orders.shop_id
            and complete.transaction_id = orders.transaction_id
    )
    group by shop_id
    order by shop_id
"""


def missing_tables(connection: Connection, manifest: Manifest) -> Iterator[Problem]:
    """Yield a problem for each table and view of the package that does not exist."""
    for node in built_nodes(manifest):
        relation = sql.Identifier(node.schema, node.alias)
        if not exists(connection, relation):
            yield Problem(
                f"There is no {relation.as_string()}.", "Type: meltano run ecommerce-activate"
            )


def primary_key_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each of the four tables without a primary key."""
    keyless = connection.execute(
        """
        select relname
        from pg_class
        inner join pg_namespace on relnamespace = pg_namespace.oid
        where
            nspname = %s
            and relname like 'ECommerce%%'
            and relkind = 'r'
            and not exists (
                select from pg_constraint where conrelid = pg_class.oid and contype = 'p'
            )
        """,
        [settings.schema],
    )
    for (table,) in keyless:
        yield Problem(
            f"{table} has no primary key.",
            f"Type: meltano invoke ecommerce:build --full-refresh --select {table}+",
        )


def foreign_key_problems(connection: Connection, manifest: Manifest) -> Iterator[Problem]:
    """Yield a problem for each missing foreign key between the tables."""
    tests = (
        node.to_dict() for node in manifest.nodes.values() if str(node.resource_type) == "test"
    )
    for key in foreign_keys({node["unique_id"]: node for node in tests}):
        child, parent = _table(manifest, key.child), _table(manifest, key.parent)
        if not child or not parent:
            continue
        ends = child.as_string(), parent.as_string()
        found = connection.execute(_HAS_KEY, [*ends, key.column]).fetchone()
        if found and not found[0]:
            yield Problem(
                f"{key.child}.{key.column} has no foreign key to {key.parent}.",
                f"Type: meltano invoke ecommerce:build --select {key.child}",
            )


def type_problems(
    connection: Connection, settings: Settings, manifest: Manifest
) -> Iterator[Problem]:
    """Yield a problem for each raw column whose type loses digits."""
    streams = [
        source.identifier
        for source in manifest.sources.values()
        if source.package_name == PACKAGE and source.source_name == "ecommerce_raw"
    ]
    for table, column, found in connection.execute(
        _WRONG_TYPES, [settings.raw_schema, streams]
    ):
        name = sql.Identifier(settings.raw_schema, table).as_string()
        yield Problem(
            f"The loader created {column} of {name} as {found}, which loses digits.",
            "Configure the loader to keep text as text, then type:"
            f" drop table {name} cascade; and: meltano run --full-refresh ecommerce-sync",
        )


def order_problems(connection: Connection, manifest: Manifest) -> Iterator[Problem]:
    """Yield a problem for each shop with orders that lack lines or refunds."""
    orders = _table(manifest, "stg_ecommerce__transactions")
    complete = _table(manifest, "int_ecommerce__transactions_complete")
    if not orders or not complete:
        return
    query = sql.SQL(_INCOMPLETE).format(orders=orders, complete=complete)
    for shop, count, example, first, last in connection.execute(query):
        days = f"from {first} to {last}" if first != last else f"on {first}"
        yield Problem(
            f"{count} orders of the shop {shop} that changed {days} lack lines or refunds, for"
            f" instance {example}. The build does not update them.",
            "Type: meltano run ecommerce-sync. If they remain, load these days again with"
            " TAP_SHOPAPP_BACKFILL_SINCE and TAP_SHOPAPP_BACKFILL_BEFORE.",
        )


def _table(manifest: Manifest, model: str) -> sql.Identifier | None:
    """Return the relation of a model; None if the model is disabled or ephemeral."""
    node = manifest.nodes.get(f"model.{PACKAGE}.{model}")
    if node is None or node.config.materialized == "ephemeral":
        return None
    return sql.Identifier(node.schema, node.alias)
