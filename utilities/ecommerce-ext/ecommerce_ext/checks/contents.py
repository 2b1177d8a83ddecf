"""Checks of the tables' contents: whether they were built with the current settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.erasure.suppression_list import SuppressionList
from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import column_types, exists, has_rows, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_REBUILD = "type: meltano invoke ecommerce:build --full-refresh"

# The relations that the view of the current contacts reads.
_READ_BY = """
    select distinct
        relation.oid,
        format('%%I.%%I', namespace.nspname, relation.relname),
        namespace.nspname
    from pg_rewrite as rule
    inner join pg_depend as dependency
        on dependency.classid = 'pg_rewrite'::regclass
        and dependency.objid = rule.oid
        and dependency.refclassid = 'pg_class'::regclass
        and dependency.refobjid <> rule.ev_class
    inner join pg_class as relation on dependency.refobjid = relation.oid
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where rule.ev_class = to_regclass(%s)
"""


def contents_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each setting that has changed since the tables were built."""
    yield from _transaction_problems(connection, settings)
    yield from _shop_problems(connection, settings)
    if problem := SuppressionList(connection, settings).problem():
        yield problem
    if has_rows(connection, _orders(settings)):
        yield from _contacts_problems(connection, settings)


def are_contacts_unused(connection: Connection, settings: Settings) -> bool:
    """Return whether the contacts were built with other settings and no order exists."""
    return not has_rows(connection, _orders(settings)) and any(
        _contacts_problems(connection, settings)
    )


def _transaction_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    table = _orders(settings)
    if not exists(connection, table):
        return
    currency = value(
        connection,
        sql.SQL('select "Currency" from {} where "Currency" is not null limit 1').format(table),
    )
    if currency not in {None, settings.currency.upper()}:
        yield Problem(
            f"The tables hold amounts in {currency}, but ECOMMERCE_CURRENCY is"
            f" {settings.currency}.",
            f"Set ECOMMERCE_CURRENCY={currency}; or, to convert all amounts again, {_REBUILD}",
        )
    is_qualified = value(
        connection,
        sql.SQL(
            """
            select bool_and(starts_with("idTransaction", "idShop" || ':'))
            from (select "idTransaction", "idShop" from {} limit 100) as orders
            """
        ).format(table),
    )
    if is_qualified not in {None, settings.id_format == "qualified"}:
        found = "qualified" if is_qualified else "plain"
        yield Problem(
            f"The tables hold {found} ids, but ECOMMERCE_ID_FORMAT is {settings.id_format}.",
            f"Set ECOMMERCE_ID_FORMAT={found}; or, to change the ids of all rows, {_REBUILD}",
        )


def _contacts_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    snapshot = sql.Identifier(settings.schema, "ecommerce_contacts")
    if not exists(connection, snapshot):
        return
    name = snapshot.as_string()
    rematch = f"or, to match all orders again, drop {name} with cascade and {_REBUILD}"
    found_type = column_types(connection, name).get("id_contact")
    found_type = "int" if found_type == "integer" else found_type
    if found_type != settings.contacts_id_type:
        yield Problem(
            f"The tables hold contact ids of type {found_type}, but"
            f" ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}.",
            f"Set ECOMMERCE_CONTACTS_ID_TYPE={found_type}; {rematch}",
        )
    if not has_rows(connection, snapshot):
        return
    view = sql.Identifier(settings.staging_schema, "int_ecommerce__contacts_current")
    reads = connection.execute(_READ_BY, [view.as_string()]).fetchall()
    read_relations = {
        oid: name for oid, name, schema in reads if schema != settings.staging_schema
    }
    configured = settings.contacts_relation
    if configured:
        oid = value(connection, "select to_regclass(%s)::oid", configured)
        is_other = bool(reads) and oid not in read_relations
    else:
        is_other = bool(read_relations)
    if is_other:
        before = ", ".join(read_relations.values())
        yield Problem(
            f"The tables hold contacts from {before or 'the shops'}, but"
            f" ECOMMERCE_CONTACTS_RELATION is {configured or 'empty'}.",
            f"Set ECOMMERCE_CONTACTS_RELATION={before}; {rematch}",
        )


def _shop_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    table = sql.Identifier(settings.raw_schema, "shops")
    if settings.id_format != "plain" or not exists(connection, table):
        return
    shops = connection.execute(
        sql.SQL("select shop_id from {} order by shop_id limit 2").format(table)
    ).fetchall()
    if len(shops) > 1:
        yield Problem(
            f"There are orders from the shops {shops[0][0]} and {shops[1][0]}, and their"
            " plain ids can collide.",
            f"Set ECOMMERCE_ID_FORMAT=qualified, then {_REBUILD}",
        )


def _orders(settings: Settings) -> sql.Identifier:
    return sql.Identifier(settings.schema, "ECommerce_Transaction")
