"""``ecommerce activate``: create of the tables what does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ecommerce_ext.dbt import PACKAGE, run_dbt
from ecommerce_ext.lock import warehouse_lock
from ecommerce_ext.scrub import scrub

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from psycopg import Connection

    from ecommerce_ext.settings import Settings


def activate(settings: Settings) -> list[str]:
    """Build the seeds and models that have no relation, and return their names.

    What exists is not touched, whatever it holds: activating twice changes nothing.
    """
    manifest = cast("Manifest", run_dbt(settings, ["parse"]).result)
    with warehouse_lock(settings) as connection:
        missing = _missing(manifest, connection)
        if missing:
            scrub(connection, settings)
            run_dbt(
                settings,
                [
                    "build",
                    *("--resource-type", "seed"),
                    *("--resource-type", "model"),
                    *("--select", *missing),
                ],
                manifest,
            )
    return missing


def _missing(manifest: Manifest, connection: Connection) -> list[str]:
    """Return the names of our nodes whose relation is not in the warehouse."""
    wanted = {
        (node.schema, node.alias): node.name
        for node in manifest.nodes.values()
        if node.package_name == PACKAGE
        and node.resource_type in {"model", "seed"}
        and node.config.materialized != "ephemeral"
    }
    existing = connection.execute(
        """
        select namespace.nspname, relation.relname
        from pg_class as relation
        inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
        where namespace.nspname = any(%s) and relation.relkind in ('r', 'p', 'v', 'm')
        """,
        [sorted({schema for schema, _ in wanted})],
    ).fetchall()
    return sorted(wanted[key] for key in wanted.keys() - set(existing))
