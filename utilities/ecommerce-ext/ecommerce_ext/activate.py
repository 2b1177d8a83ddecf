"""``ecommerce activate``: create of the tables what does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from ecommerce_ext.dbt import run_dbt
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.locations import location_problems
from ecommerce_ext.lock import warehouse_lock
from ecommerce_ext.prerequisites import prerequisites
from ecommerce_ext.project import PACKAGE
from ecommerce_ext.reader import let_read, let_use
from ecommerce_ext.scrub import scrub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode
    from psycopg import Connection

    from ecommerce_ext.settings import Settings


def activate(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Build the seeds and models that have no relation, and return their names.

    What exists is not touched, whatever it holds: activating twice changes nothing.

    Raises:
        EcommerceError: At the first prerequisite that is not there; nothing was created.
    """
    for finding in prerequisites(settings, environ):
        if finding.problems:
            raise EcommerceError(*finding.problems)
        click.echo(f"{finding.name}: {finding.good}")
    manifest = cast("Manifest", run_dbt(settings, ["parse"]).result)
    if problems := list(location_problems(manifest, settings)):
        raise EcommerceError(*problems)
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
        if settings.reader_role:
            let_use(connection, settings)
            let_read(settings, manifest)
    return missing


def _missing(manifest: Manifest, connection: Connection) -> list[str]:
    """Return the names of our nodes whose relation is not in the warehouse."""
    wanted = {(node.schema, node.alias): node.name for node in built_nodes(manifest)}
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


def built_nodes(manifest: Manifest) -> Iterator[ManifestNode]:
    """Yield the seeds and models of ours that are relations in the warehouse."""
    for node in manifest.nodes.values():
        if (
            node.package_name == PACKAGE
            and node.resource_type in {"model", "seed"}
            and node.config.materialized != "ephemeral"
        ):
            yield node
