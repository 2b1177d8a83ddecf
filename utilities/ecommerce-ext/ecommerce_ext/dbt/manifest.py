"""The relations that the package declares, and the relations that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.dbt.package import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode
    from psycopg import Connection

HELPERS = {"staging", "intermediate"}
"""Folders of the models that compute the tables."""

KINDS = {"v": "view", "m": "materialized view", "r": "table", "p": "table"}
"""The kinds of relations in Postgres, in the order in which they can be dropped."""


def built_nodes(manifest: Manifest) -> Iterator[ManifestNode]:
    """Yield the seeds and models of the package that are relations in the warehouse."""
    for node in manifest.nodes.values():
        if (
            node.package_name == PACKAGE
            and node.resource_type in {"model", "seed"}
            and node.config.materialized != "ephemeral"
        ):
            yield node


def missing_nodes(manifest: Manifest, connection: Connection) -> list[ManifestNode]:
    """Return the nodes of the package whose relation is not in the warehouse."""
    found = relation_kinds(manifest, connection)
    return [node for node in built_nodes(manifest) if key(node) not in found]


def helper_views(manifest: Manifest) -> list[ManifestNode]:
    """Return the staging and intermediate nodes that are views."""
    return [
        node
        for node in built_nodes(manifest)
        if node.config.materialized == "view" and not HELPERS.isdisjoint(node.fqn)
    ]


def relation_kinds(manifest: Manifest, connection: Connection) -> dict[tuple[str, str], str]:
    """Return the kind of each relation in the package's schemas, by schema and name."""
    rows = connection.execute(
        """
        select namespace.nspname, relation.relname, relation.relkind
        from pg_class as relation
        inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
        where namespace.nspname = any(%s) and relation.relkind = any(%s)
        """,
        [sorted({node.schema for node in built_nodes(manifest)}), list(KINDS)],
    )
    return {(schema, name): kind for schema, name, kind in rows}


def key(node: ManifestNode) -> tuple[str, str]:
    """Return the schema and the name of a node's relation."""
    return node.schema, node.alias
