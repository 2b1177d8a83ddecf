"""``ecommerce doctor``: everything that could be wrong, looked at, with what mends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import psycopg
from psycopg import sql

from ecommerce_ext.checks.bookmarks import bookmark_problems
from ecommerce_ext.checks.freshness import RATES_STALE_DAYS, SHOP_STALE_HOURS
from ecommerce_ext.checks.loads import misplaced_loads
from ecommerce_ext.checks.registry import Finding, find, prerequisites
from ecommerce_ext.checks.schemas import location_problems
from ecommerce_ext.checks.tables import foreign_key_problems, order_problems, type_problems
from ecommerce_ext.dbt.manifest import built_nodes
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.connection import connect, exists, refused_statement, value
from ecommerce_ext.warehouse.raw_tables import LOADED_AT, tells_loads
from ecommerce_ext.warehouse.reader import reader_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dbt.contracts.graph.manifest import Manifest
    from psycopg import Connection

    from ecommerce_ext.settings import Settings

    _Look = Callable[[Connection, Settings, Manifest], Iterator[Problem]]

_ACTIVATE = "Type: meltano run ecommerce-activate"
_SYNC = "Type: meltano run ecommerce-sync"
_BUILD = "Type: meltano invoke ecommerce:build"


def examine(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is found of each prerequisite, and if all are there, of the tables."""
    findings = list(prerequisites(settings, environ))
    yield from findings
    if any(finding.problems for finding in findings):
        return
    manifest = cast("Manifest", run_dbt(settings, ["--quiet", "parse"]).result)
    locations = find(
        "places",
        "dbt builds where the settings say",
        lambda: location_problems(manifest, settings),
    )
    yield locations
    if locations.problems:
        return
    with connect(settings) as connection:
        activated = find(
            "tables", "all there", lambda: _missing_tables(connection, settings, manifest)
        )
        yield activated
        for name, good, look in _EXAMINATIONS if not activated.problems else ():
            yield find(name, good, partial(_looked, look, connection, settings, manifest))


def _looked(
    look: _Look, connection: Connection, settings: Settings, manifest: Manifest
) -> Iterator[Problem]:
    """Look at one thing; what cannot be looked at hides nothing else."""
    try:
        yield from look(connection, settings, manifest)
    except psycopg.Error as error:
        yield refused_statement(settings, error)


def _missing_tables(
    connection: Connection, settings: Settings, manifest: Manifest
) -> Iterator[Problem]:
    for node in built_nodes(manifest):
        relation = sql.Identifier(node.schema, node.alias)
        if not exists(connection, relation):
            yield Problem(f"There is no {relation.as_string()}.", _ACTIVATE)
    yield from reader_problems(connection, settings, manifest)


def _key_problems(connection: Connection, settings: Settings, _: Manifest) -> Iterator[Problem]:
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
            f"{table} has lost its primary key.",
            f"Type: meltano invoke ecommerce:build --full-refresh --select {table}+",
        )


def _bookmark_problems(
    connection: Connection, settings: Settings, _: Manifest
) -> Iterator[Problem]:
    yield from bookmark_problems(connection, settings)


def _load_problems(
    connection: Connection, settings: Settings, _: Manifest
) -> Iterator[Problem]:
    if misplaced := misplaced_loads(connection, settings):
        yield misplaced
        return
    table = sql.Identifier(settings.raw_schema, "shops")
    loads = []
    if exists(connection, table) and not tells_loads(connection, table):
        yield Problem(
            "The loader does not say in _sdc_batched_at when it wrote a row: how old a load is"
            " cannot be known, and every build looks at all orders.",
            "Set the loader's add_record_metadata.",
        )
        return
    if exists(connection, table):
        query = f"""
            select shop_id, extract(epoch from now() - max({LOADED_AT})) / 3600
            from {{}}
            group by shop_id
            order by shop_id
        """  # noqa: S608 - a text of ours
        loads = connection.execute(sql.SQL(query).format(table)).fetchall()
    if not loads:
        yield Problem(f"No shop has been loaded into {settings.raw_schema}.", _SYNC)
    for shop, hours in loads:
        if hours > SHOP_STALE_HOURS:
            yield Problem(
                f"The last load of the shop {shop} was {hours / 24:.0f} days ago.",
                "See that its schedule runs (meltano schedule list), and what its log says.",
            )


def _rate_problems(
    connection: Connection, settings: Settings, _: Manifest
) -> Iterator[Problem]:
    days = _raw_value(
        connection, settings, "exchange_rates", "current_date - max(cast(rate_on as date))"
    )
    if days is None:
        yield Problem(
            f"No exchange rates have been loaded into {settings.raw_schema}.",
            "Type: meltano run tap-ecb-rates target-ecommerce",
        )
    elif days > RATES_STALE_DAYS:
        yield Problem(
            f"The newest exchange rate is {days} days old: orders since have none.",
            "Let tap-ecb-rates reach the bank (TAP_ECB_RATES_SOURCE=auto), or give it a file.",
        )


def _build_problems(
    connection: Connection, settings: Settings, _: Manifest
) -> Iterator[Problem]:
    log = sql.Identifier(settings.schema, "ecommerce_run_log")
    built = value(
        connection,
        sql.SQL(
            "select max(loaded_until) from {} where model = 'ECommerce_Transaction'"
        ).format(log),
    )
    table = sql.Identifier(settings.raw_schema, "transactions")
    if not tells_loads(connection, table):
        return
    loaded = value(
        connection,
        sql.SQL(f"select max({LOADED_AT}) from {{}}").format(table),  # noqa: S608 - ours
    )
    if loaded and (built is None or loaded > built):
        yield Problem("Orders have been loaded that no build has read.", _BUILD)


def _quality_problems(
    connection: Connection, settings: Settings, _: Manifest
) -> Iterator[Problem]:
    table = sql.Identifier(settings.schema, "ecommerce_data_quality")
    rows = connection.execute(
        sql.SQL(
            "select id_shop, message, failing_count, checked_count from {}"
            " where outcome <> 'ok' order by id_shop, check_code"
        ).format(table)
    )
    for shop, message, failing, checked in rows:
        yield Problem(
            f"Of {checked} rows of the shop {shop}, {failing}: {message}",
            "Mend them, or say in ECOMMERCE_QUALITY_THRESHOLDS how many are too many.",
        )


_EXAMINATIONS: tuple[tuple[str, str, _Look], ...] = (
    ("keys", "each of the four tables has its primary key", _key_problems),
    ("foreign keys", "each points where it should", foreign_key_problems),
    ("types", "the loader kept text and decimals exact", type_problems),
    ("loads", f"each shop was loaded within {SHOP_STALE_HOURS} hours", _load_problems),
    ("bookmarks", "each extractor goes on where it was", _bookmark_problems),
    ("rates", f"none older than {RATES_STALE_DAYS} days", _rate_problems),
    ("builds", "all that was loaded has been read", _build_problems),
    ("orders", "each has the lines and refunds that were counted", order_problems),
    ("quality", "no check is past its thresholds", _quality_problems),
)


def _raw_value(connection: Connection, settings: Settings, stream: str, expression: str) -> Any:  # noqa: ANN401 - what the column holds
    """Return one value over all of a stream; None where it has not been loaded."""
    table = sql.Identifier(settings.raw_schema, stream)
    if not exists(connection, table):
        return None
    query = f"select {expression} from {{}}"  # noqa: S608 - one of the expressions above
    return value(connection, sql.SQL(query).format(table))
