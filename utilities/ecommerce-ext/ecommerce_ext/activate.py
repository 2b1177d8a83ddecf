"""Makes the tables exist; leaves what exists as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecommerce_ext.dbt import run_dbt
from ecommerce_ext.warehouse import build_lock, connect

if TYPE_CHECKING:
    from ecommerce_ext.settings import Settings

PACKAGE = "shopapp_ecommerce"


def activate(settings: Settings) -> list[str]:
    """Build the seeds and models that the warehouse lacks, and return their names."""
    with build_lock(settings):
        manifest = run_dbt(settings, ["parse", "--quiet"])
        missing = _missing(settings, manifest)
        for kind, command in (("seed", "seed"), ("model", "run")):
            names = [name for name, its_kind in missing.items() if its_kind == kind]
            if names:
                run_dbt(settings, [command, "--select", *names])
    return sorted(missing)


def _missing(settings: Settings, manifest: Any) -> dict[str, str]:  # noqa: ANN401 - dbt's own
    """Return the nodes of our package that have no relation, name to resource type."""
    with connect(settings) as connection:
        existing = {
            (row[0], row[1])
            for row in connection.execute(
                "select nspname, relname from pg_class"
                " inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid"
                " where relkind in ('r', 'p', 'v', 'm')"
            )
        }
    return {
        node.name: str(node.resource_type)
        for node in manifest.nodes.values()
        if node.package_name == PACKAGE
        and node.resource_type in ("seed", "model")
        and (node.schema, node.alias) not in existing
    }
