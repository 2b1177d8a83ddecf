"""``ecommerce activate``: create missing tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecommerce_ext.checks.registry import SCHEMAS, Context, prerequisites
from ecommerce_ext.dbt.manifest import helper_views, missing_nodes
from ecommerce_ext.dbt.runner import parse_project, run_dbt
from ecommerce_ext.erasure.anonymize import anonymize
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse.lock import warehouse_lock
from ecommerce_ext.warehouse.reader import grant_select, grant_usage
from ecommerce_ext.warehouse.replacement import replace_unused_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


def activate(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Build the seeds and models that have no relation, and return their names.

    Existing tables are not touched, with one exception: tables without orders are replaced if
    their contacts were built with other settings. A second activation changes nothing. If a
    table is missing, the helper views are created again, because a failed activation can leave
    views with other settings.

    Raises:
        EcommerceError: If a prerequisite fails. Nothing was created.
    """
    manifest = _check_prerequisites(settings, environ)
    with warehouse_lock(settings) as connection:
        with replace_unused_tables(connection, settings, manifest):
            missing = missing_nodes(manifest, connection)
            if missing:
                selected = {".".join(node.fqn) for node in [*missing, *helper_views(manifest)]}
                anonymize(connection, settings)
                run_dbt(
                    settings,
                    [
                        "build",
                        *("--resource-type", "seed"),
                        *("--resource-type", "model"),
                        *("--select", *sorted(selected)),
                    ],
                    manifest,
                )
        if settings.reader_role:
            grant_usage(connection, settings)
            grant_select(settings, manifest)
    return sorted(node.name for node in missing)


def _check_prerequisites(settings: Settings, environ: Mapping[str, str]) -> Manifest:
    """Check and print each prerequisite, then return the project as dbt parses it."""
    with Context(settings, environ) as context:
        for check in prerequisites(settings):
            result = check.run(context)
            if result.problems:
                raise EcommerceError(*result.problems)
            click.echo(f"{result.name}: {result.good}")
        context.manifest = parse_project(settings)
        if problems := SCHEMAS.run(context).problems:
            raise EcommerceError(*problems)
        return context.manifest
