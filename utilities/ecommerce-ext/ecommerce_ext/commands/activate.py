"""``ecommerce activate``: create of the tables what does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from ecommerce_ext.checks.registry import prerequisites
from ecommerce_ext.checks.schemas import location_problems
from ecommerce_ext.dbt.manifest import helper_views, missing_nodes
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.erasure.anonymize import scrub
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse.lock import warehouse_lock
from ecommerce_ext.warehouse.reader import let_read, let_use
from ecommerce_ext.warehouse.replacement import replaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


def activate(settings: Settings, environ: Mapping[str, str]) -> list[str]:
    """Build the seeds and models that have no relation, and return their names.

    Tables that exist are not touched: activating twice changes nothing. If one is missing, the
    views of the helpers are written again, since an activation that failed may have left them
    with other settings. Tables without orders are replaced if their contacts are of other
    settings.

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
        with replaced(connection, settings, manifest):
            missing = missing_nodes(manifest, connection)
            if missing:
                selected = {".".join(node.fqn) for node in [*missing, *helper_views(manifest)]}
                scrub(connection, settings)
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
            let_use(connection, settings)
            let_read(settings, manifest)
    return sorted(node.name for node in missing)
