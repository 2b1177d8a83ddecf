"""Check of the schemas: whether dbt builds in the schemas that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.dbt.manifest import HELPERS
from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.errors import Problem
from ecommerce_ext.settings import variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


def schema_mismatches(manifest: Manifest, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each schema or database that differs from the configured one.

    Args:
        manifest: The project as dbt parsed it.
        settings: The settings that `check`, `status` and `erase` use.
    """
    found: dict[str, set[str]] = {"warehouse_database": set(), "schema": set()}
    found["staging_schema"] = set()
    for node in manifest.nodes.values():
        kind = str(node.resource_type)
        if node.package_name != PACKAGE or kind not in {"model", "seed"}:
            continue
        is_helper = kind == "seed" or not HELPERS.isdisjoint(node.fqn)
        found["warehouse_database"].add(str(node.database))
        found["staging_schema" if is_helper else "schema"].add(node.schema)
    raw = {
        source.schema
        for source in manifest.sources.values()
        if source.source_name == "ecommerce_raw"
    }
    for setting, schemas in {**found, "raw_schema": raw}.items():
        expected = getattr(settings, setting)
        if schemas == {expected}:
            continue
        names = " and ".join(sorted(schemas))
        instruction = "Configure a single one in dbt_project.yml."
        if len(schemas) == 1:
            instruction = f"Set {variable(setting)}={names}."
        verb = "reads" if setting == "raw_schema" else "builds in"
        yield Problem(
            f"dbt {verb} {names}, but {variable(setting)} is {expected}.", instruction
        )
