"""Descriptions of columns that are described once, where they are made.

Most columns of raw and of the intermediate models are the tap's, passed on as they are. In YAML
each stands once; here every other place takes it over.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def complete(manifest: dict[str, Any], catalog: dict[str, Any]) -> None:
    """Give each column of the catalog the description that it has where it comes from.

    A model's column is that of the first model it reads that has one of the name; a raw table's
    is that of the staging model that reads it. Marks of personal data come along.
    """
    nodes = manifest["nodes"] | manifest["sources"]

    def described(node: str, column: str) -> dict[str, Any] | None:
        known = nodes.get(node, {}).get("columns", {}).get(column)
        return known if known and known["description"] else None

    @cache
    def found(node: str, column: str) -> dict[str, Any] | None:
        own = described(node, column)
        if own:
            return own
        reads = nodes.get(node, {}).get("depends_on", {}).get("nodes", [])
        origins = [found(parent, column) for parent in reads]
        if node in manifest["sources"]:
            origins = [described(child, column) for child in manifest["child_map"][node]]
        return next((origin for origin in origins if origin), None)

    for node, built in (catalog["nodes"] | catalog["sources"]).items():
        for column in built["columns"]:
            origin = found(node, column)
            if origin and node in nodes:
                own = nodes[node]["columns"].get(column, origin)
                nodes[node]["columns"][column] = own | {"description": origin["description"]}
