"""Whether dbt builds where the settings say, in a project whose names are not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.dbt.manifest import HELPERS
from ecommerce_ext.dbt.project import PACKAGE
from ecommerce_ext.errors import Problem
from ecommerce_ext.settings import variable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


def location_problems(manifest: Manifest, settings: Settings) -> Iterator[Problem]:
    """Tell where dbt's profile and projects lead elsewhere than the settings.

    Args:
        manifest: The project as dbt parsed it.
        settings: What check, status and erase go by.
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
        its.schema for its in manifest.sources.values() if its.source_name == "ecommerce_raw"
    }
    for setting, places in {**found, "raw_schema": raw}.items():
        said = getattr(settings, setting)
        if places == {said}:
            continue
        where = " and ".join(sorted(places))
        instruction = "Have dbt_project.yml keep them in one."
        if len(places) == 1:
            instruction = f"Set {variable(setting)}={where}."
        verb = "reads" if setting == "raw_schema" else "builds in"
        yield Problem(f"dbt {verb} {where}, and {variable(setting)} is {said}.", instruction)
