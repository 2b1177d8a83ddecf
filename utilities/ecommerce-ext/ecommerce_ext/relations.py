"""The relations of the package: which should exist, and which do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from psycopg import sql
from psycopg.errors import DependentObjectsStillExist

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.project import PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode
    from psycopg import Connection

HELPERS = {"staging", "intermediate"}
"""Folders of the models that the tables are computed by."""

# In the order in which they can be dropped.
_KINDS = {"v": "view", "m": "materialized view", "r": "table", "p": "table"}
_KEPT = "ecommerce_run_log"


def built_nodes(manifest: Manifest) -> Iterator[ManifestNode]:
    """Yield the seeds and models of ours that are relations in the warehouse."""
    for node in manifest.nodes.values():
        if (
            node.package_name == PACKAGE
            and node.resource_type in {"model", "seed"}
            and node.config.materialized != "ephemeral"
        ):
            yield node


def missing_nodes(manifest: Manifest, connection: Connection) -> list[ManifestNode]:
    """Return our nodes whose relation is not in the warehouse."""
    found = _relation_kinds(manifest, connection)
    return [node for node in built_nodes(manifest) if _key(node) not in found]


def helper_views(manifest: Manifest) -> list[ManifestNode]:
    """Return the nodes that are views and hold no data."""
    return [
        node
        for node in built_nodes(manifest)
        if node.config.materialized == "view" and not HELPERS.isdisjoint(node.fqn)
    ]


def drop_unused(manifest: Manifest, connection: Connection) -> None:
    """Drop the models of tables without orders, so that they can be created again.

    Seeds and the run log stay. All or nothing is dropped, and nothing of a user's.

    Raises:
        EcommerceError: If a relation of a user's depends on them.
    """
    kinds = _relation_kinds(manifest, connection)
    models = [
        _key(node)
        for node in built_nodes(manifest)
        if str(node.resource_type) == "model" and node.name != _KEPT
    ]
    click.echo(
        "The tables hold no orders, and contacts of other settings: they are created again."
    )
    try:
        with connection.transaction():
            for kind, word in _KINDS.items():
                if relations := [
                    sql.Identifier(*key) for key in models if kinds.get(key) == kind
                ]:
                    connection.execute(
                        sql.SQL("drop {} {}").format(
                            sql.SQL(word), sql.SQL(", ").join(relations)
                        )
                    )
    except DependentObjectsStillExist as error:
        depends = (error.diag.message_detail or "").splitlines()[0]
        raise EcommerceError(
            Problem(
                "The tables hold no orders, and contacts of other settings, and they cannot be"
                f" replaced: {depends}.",
                "Drop what depends on them, and try again.",
            )
        ) from None


def _relation_kinds(manifest: Manifest, connection: Connection) -> dict[tuple[str, str], str]:
    """Return the kind of each relation in the schemas of our nodes, by schema and name."""
    rows = connection.execute(
        """
        select namespace.nspname, relation.relname, relation.relkind
        from pg_class as relation
        inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
        where namespace.nspname = any(%s) and relation.relkind = any(%s)
        """,
        [sorted({node.schema for node in built_nodes(manifest)}), list(_KINDS)],
    )
    return {(schema, name): kind for schema, name, kind in rows}


def _key(node: ManifestNode) -> tuple[str, str]:
    return node.schema, node.alias
