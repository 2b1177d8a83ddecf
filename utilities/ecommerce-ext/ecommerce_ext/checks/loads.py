"""Checks of the loads: whether they are in the raw schema, and how old they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.checks.freshness import RATES_STALE_DAYS, SHOP_STALE_HOURS
from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import exists, has_rows, value
from ecommerce_ext.warehouse.raw_tables import LOADED_AT, STREAMS, has_load_times

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_RATES = "exchange_rates"
# Tables of the contract that a loader wrote into other schemas. If the staging views of another
# installation read a schema, it belongs to that installation.
_ELSEWHERE = """
    select namespace.nspname, relation.relname
    from pg_class as relation
    inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
    where
        relation.relname = any(%(streams)s)
        and relation.relkind in ('r', 'p')
        and namespace.nspname <> %(raw_schema)s
        and not starts_with(namespace.nspname, 'pg_')
        and has_schema_privilege(namespace.oid, 'usage')
        and has_table_privilege(relation.oid, 'select')
        and 2 = (
            select count(*) from pg_attribute
            where
                attrelid = relation.oid
                and not attisdropped
                and attname in ('_sdc_batched_at', 'shop_id', 'base_currency')
        )
        and not exists (
            select from pg_depend as dependency
            inner join pg_rewrite as rule on dependency.objid = rule.oid
            inner join pg_class as reader on rule.ev_class = reader.oid
            inner join pg_namespace as theirs on reader.relnamespace = theirs.oid
            where
                dependency.refobjid = relation.oid
                and starts_with(reader.relname, 'stg_ecommerce__')
                and theirs.nspname <> %(staging_schema)s
        )
    order by namespace.nspname, relation.relname
"""
_NEWER_SHOPS = f"""
    select exists (
        select from {{theirs}} as theirs
        where {LOADED_AT} > (
            select max({LOADED_AT}) from {{ours}} as ours where ours.shop_id = theirs.shop_id
        )
    )
"""  # noqa: S608 - constants of this module
_LOADED_SINCE_BUILD = f"""
    select max({LOADED_AT}) > (select max(read_at) from {{log}}) from {{shops}}
"""  # noqa: S608 - constants of this module


def misplaced_loads(connection: Connection, settings: Settings) -> Problem | None:
    """Return a problem if a loader wrote into other schemas instead of the raw schema.

    There are two cases:

    - The raw schema has no shop records or no exchange rates, but another schema has them.
    - Nothing was loaded since the last build, but another schema has newer shop records.
    """
    names = {
        "streams": list(STREAMS),
        "raw_schema": settings.raw_schema,
        "staging_schema": settings.staging_schema,
    }
    elsewhere = [
        (schema, stream)
        for schema, stream in connection.execute(_ELSEWHERE, names)
        if has_rows(connection, sql.Identifier(schema, stream))
    ]
    if not elsewhere:
        return None
    ours = settings.raw_schema
    shop_streams = [stream for stream in STREAMS if stream != _RATES]
    has_shops = any(
        has_rows(connection, sql.Identifier(ours, stream)) for stream in shop_streams
    )
    has_rates = has_rows(connection, sql.Identifier(ours, _RATES))
    schemas = {
        schema
        for schema, stream in elsewhere
        if not (has_rates if stream == _RATES else has_shops)
    }
    if has_shops and not _loaded_since_build(connection, settings):
        schemas |= {
            schema
            for schema, stream in elsewhere
            if stream == "shops" and _has_newer_shops(connection, settings, schema)
        }
    return _misplaced(schemas, settings, is_empty=not has_shops and not has_rates)


def nothing_loaded(connection: Connection, settings: Settings) -> Problem | None:
    """Return a problem if the raw schema has no table of any shop stream."""
    schema = settings.raw_schema
    if any(exists(connection, sql.Identifier(schema, name)) for name in STREAMS[:-1]):
        return None
    return Problem(
        f'Nothing has been loaded into the schema "{schema}" of {settings.warehouse_database}.',
        "Type: meltano run ecommerce-sync. If it has run, its loader writes elsewhere:"
        f' set the schema of the loader to "{schema}", or correct ECOMMERCE_RAW_SCHEMA.',
    )


def load_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for loads that are missing, too old, misplaced or without load times."""
    if misplaced := misplaced_loads(connection, settings):
        yield misplaced
        return
    table = sql.Identifier(settings.raw_schema, "shops")
    loads = []
    if exists(connection, table) and not has_load_times(connection, table):
        yield Problem(
            "The loader does not write the load time into _sdc_batched_at: the age of a load is"
            " unknown, and every build reads all orders.",
            "Set the loader's add_record_metadata to true.",
        )
        return
    if exists(connection, table):
        query = f"""
            select shop_id, extract(epoch from now() - max({LOADED_AT})) / 3600
            from {{}}
            group by shop_id
            order by shop_id
        """  # noqa: S608 - constants of this module
        loads = connection.execute(sql.SQL(query).format(table)).fetchall()
    if not loads:
        yield Problem(
            f"No shop has been loaded into {settings.raw_schema}.",
            "Type: meltano run ecommerce-sync",
        )
    for shop, hours in loads:
        if hours > SHOP_STALE_HOURS:
            yield Problem(
                f"The last load of the shop {shop} was {hours / 24:.0f} days ago.",
                "Check that its schedule runs (meltano schedule list), and read its log.",
            )


def rate_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem if exchange rates are missing or too old."""
    table = sql.Identifier(settings.raw_schema, _RATES)
    days = None
    if exists(connection, table):
        query = sql.SQL("select current_date - max(cast(rate_on as date)) from {}")
        days = value(connection, query.format(table))
    if days is None:
        yield Problem(
            f"No exchange rates have been loaded into {settings.raw_schema}.",
            "Type: meltano run tap-ecb-rates target-ecommerce",
        )
    elif days > RATES_STALE_DAYS:
        yield Problem(
            f"The newest exchange rate is {days} days old: newer orders have no rate.",
            "Allow tap-ecb-rates to connect to the bank (TAP_ECB_RATES_SOURCE=auto), or set a"
            " file as its source.",
        )


def _misplaced(schemas: Iterable[str], settings: Settings, *, is_empty: bool) -> Problem | None:
    found = sorted(schemas)
    if not found:
        return None
    ours = settings.raw_schema
    names = " and ".join(f'"{schema}"' for schema in found)
    reason = (
        f"The loader wrote into the schema{'s' * (len(found) > 1)} {names},"
        f' but the build reads "{ours}".'
    )
    if is_empty and len(found) == 1:
        return Problem(
            reason,
            f"Set ECOMMERCE_RAW_SCHEMA={found[0]}; or set the loader's default_target_schema to"
            f" {ours}, and type: meltano run --full-refresh ecommerce-sync",
        )
    return Problem(
        reason,
        f"Set the loader's default_target_schema to {ours}, for instance: meltano config set"
        f" target-postgres default_target_schema {ours}. Then read everything again:"
        " meltano run --full-refresh ecommerce-sync",
    )


def _has_newer_shops(connection: Connection, settings: Settings, schema: str) -> bool:
    ours = sql.Identifier(settings.raw_schema, "shops")
    if not has_load_times(connection, ours):
        return False
    query = sql.SQL(_NEWER_SHOPS).format(theirs=sql.Identifier(schema, "shops"), ours=ours)
    return bool(value(connection, query))


def _loaded_since_build(connection: Connection, settings: Settings) -> bool:
    shops = sql.Identifier(settings.raw_schema, "shops")
    log = sql.Identifier(settings.schema, "ecommerce_run_log")
    if not exists(connection, log) or not has_load_times(connection, shops):
        return False
    query = sql.SQL(_LOADED_SINCE_BUILD).format(log=log, shops=shops)
    return bool(value(connection, query))
