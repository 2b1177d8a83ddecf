"""Copies the description of a column to all relations that pass the column on.

Most columns of the raw tables and intermediate models are unchanged columns of the tap. The
YAML files describe each of them once.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def complete(manifest: dict[str, Any], catalog: dict[str, Any]) -> None:
    """Add the missing descriptions of columns, and their marks of personal data.

    A column of a model is described like the column of the same name in the first model that
    it reads. A column of a raw table is described like the column of its staging model.
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
