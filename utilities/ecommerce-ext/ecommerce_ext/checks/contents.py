"""What ``ecommerce check`` asks the warehouse: its version, our rights, its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.checks.contacts import contact_problems
from ecommerce_ext.checks.relations import column_types, relation_problems
from ecommerce_ext.erasure.suppression_list import ErasureList
from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.connection import exists, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_OLDEST_VERSION = 15
_REBUILD = "type: meltano invoke ecommerce:build --full-refresh"

_SCHEMAS = """
    select
        wanted.name,
        namespace.oid is not null,
        case
            when namespace.oid is null
                then has_database_privilege(current_database(), 'create')
            else has_schema_privilege(namespace.oid, 'usage')
                and has_schema_privilege(namespace.oid, 'create')
        end
    from unnest(%s::text[]) as wanted (name)
    left join pg_namespace as namespace on wanted.name = namespace.nspname
"""
# The contacts were read through this view, which knows what it reads.
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


def warehouse_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell what stands in the way of loading and building there."""
    rights = list(rights_problems(connection, settings))
    yield from rights
    if not rights:
        yield from contents_problems(connection, settings)


def rights_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell what the server cannot do, and what its user may not."""
    version = connection.info.server_version // 10_000
    if version < _OLDEST_VERSION:
        yield Problem(
            f"The warehouse is Postgres {version}, which knows no merge.",
            f"Use Postgres {_OLDEST_VERSION} or newer.",
        )
        return
    yield from _schema_problems(connection, settings)
    yield from _reader_problems(connection, settings)
    yield from contact_problems(connection, settings)
    yield from _custom_rates_problems(connection, settings)


def contents_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Tell where the tables hold what these settings would not have made."""
    yield from _transaction_problems(connection, settings)
    yield from _shop_problems(connection, settings)
    if problem := ErasureList(connection, settings).problem():
        yield problem
    if _has_orders(connection, settings):
        yield from _mirrored_contacts_problems(connection, settings)


def are_contacts_unused(connection: Connection, settings: Settings) -> bool:
    """Return whether the contacts are of other settings, and no order needs them."""
    return not _has_orders(connection, settings) and any(
        _mirrored_contacts_problems(connection, settings)
    )


def _has_orders(connection: Connection, settings: Settings) -> bool:
    table = sql.Identifier(settings.schema, "ECommerce_Transaction")
    query = sql.SQL("select exists (select from {})").format(table)
    return exists(connection, table) and bool(value(connection, query))


def _schema_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    user = settings.warehouse_user
    schemas = [settings.raw_schema, settings.schema, settings.staging_schema]
    for name, is_there, is_allowed in connection.execute(_SCHEMAS, [schemas]):
        if is_allowed:
            continue
        if is_there:
            yield Problem(
                f'The user "{user}" may not use and create in the schema "{name}".',
                f'As its owner, type: grant usage, create on schema "{name}" to "{user}";',
            )
        else:
            database = settings.warehouse_database
            yield Problem(
                f'There is no schema "{name}" and the user "{user}" may not create it.',
                "As the database's owner, type:"
                f' grant create on database "{database}" to "{user}";',
            )


def _reader_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    role = settings.reader_role
    if role and not value(connection, "select true from pg_roles where rolname = %s", role):
        yield Problem(
            f'The warehouse has no role "{role}" to read the tables.',
            "Create it, or correct ECOMMERCE_READER_ROLE.",
        )


def _custom_rates_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    names = ("currency", "base_currency", "rate", "valid_from", "valid_to")
    wanted = dict.fromkeys(names, "")
    yield from relation_problems(connection, settings, "custom_rates_relation", wanted)


def _transaction_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    table = sql.Identifier(settings.schema, "ECommerce_Transaction")
    if not exists(connection, table):
        return
    currency = value(
        connection,
        sql.SQL('select "Currency" from {} where "Currency" is not null limit 1').format(table),
    )
    if currency not in {None, settings.currency.upper()}:
        yield Problem(
            f"The tables hold amounts in {currency}, and ECOMMERCE_CURRENCY is"
            f" {settings.currency}.",
            f"Set ECOMMERCE_CURRENCY={currency}; or, to convert everything anew, {_REBUILD}",
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
            f"The tables hold {found} ids, and ECOMMERCE_ID_FORMAT is {settings.id_format}.",
            f"Set ECOMMERCE_ID_FORMAT={found}; or, to give every row its other id, {_REBUILD}",
        )


def _mirrored_contacts_problems(
    connection: Connection, settings: Settings
) -> Iterator[Problem]:
    mirror = sql.Identifier(settings.schema, "ecommerce_contacts")
    if not exists(connection, mirror):
        return
    start_anew = (
        f"or, to match every order anew, drop {mirror.as_string()} with cascade and {_REBUILD}"
    )
    found_type = column_types(connection, mirror.as_string()).get("id_contact")
    found_type = "int" if found_type == "integer" else found_type
    if found_type != settings.contacts_id_type:
        yield Problem(
            f"The tables hold contact ids of type {found_type}, and"
            f" ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}.",
            f"Set ECOMMERCE_CONTACTS_ID_TYPE={found_type}; {start_anew}",
        )
    if not value(connection, sql.SQL("select exists (select from {})").format(mirror)):
        return
    view = sql.Identifier(settings.staging_schema, "int_ecommerce__contacts_current")
    reads = connection.execute(_READ_BY, [view.as_string()]).fetchall()
    theirs = {oid: name for oid, name, schema in reads if schema != settings.staging_schema}
    now = settings.contacts_relation
    if now:
        oid = value(connection, "select to_regclass(%s)::oid", now)
        is_other = bool(reads) and oid not in theirs
    else:
        is_other = bool(theirs)
    if is_other:
        before = ", ".join(theirs.values())
        yield Problem(
            f"The tables hold contacts of {before or 'the shops themselves'}, and"
            f" ECOMMERCE_CONTACTS_RELATION is {now or 'empty'}.",
            f"Set ECOMMERCE_CONTACTS_RELATION={before}; {start_anew}",
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
            f"There are orders of the shops {shops[0][0]} and {shops[1][0]}, whose"
            " plain ids can meet.",
            f"Set ECOMMERCE_ID_FORMAT=qualified, then {_REBUILD}",
        )
