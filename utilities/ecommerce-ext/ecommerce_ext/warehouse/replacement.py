"""Replacement of tables without orders whose contacts were built with other settings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from psycopg import sql
from psycopg.errors import DependentObjectsStillExist

from ecommerce_ext.checks.contents import are_contacts_unused
from ecommerce_ext.dbt.manifest import KINDS, built_nodes, key, relation_kinds
from ecommerce_ext.dbt.runner import parse_project
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest
    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_RUN_LOG = "ecommerce_run_log"
# A hook creates these views for the reader role. They are not models.
_READER_VIEWS = r"""
    select nspname, relname
    from pg_class
    inner join pg_namespace on relnamespace = pg_namespace.oid
    where
        nspname = any(%s)
        and relkind = 'v'
        and obj_description(pg_class.oid, 'pg_class') like 'Made by shopapp\_ecommerce%%'
"""
# The grants of other roles on relations and columns. A hook grants to the reader role.
_GRANTS = """
    with granted as (
        select oid, relowner, relnamespace, relname, relacl as acl, null as attname
        from pg_class
        union all
        select oid, relowner, relnamespace, relname, attacl, attname
        from pg_class
        inner join pg_attribute on oid = attrelid
        where attnum > 0 and not attisdropped
    )
    select
        nspname,
        relname,
        format(
            'grant %%s%%s on %%I.%%I to %%s%%s',
            privilege_type,
            ' (' || quote_ident(attname) || ')',
            nspname,
            relname,
            coalesce(quote_ident(rolname), 'public'),
            case when is_grantable then ' with grant option' else '' end
        )
    from granted
    inner join pg_namespace on relnamespace = pg_namespace.oid
    cross join lateral aclexplode(acl) as rights
    left join pg_roles on grantee = pg_roles.oid
    where
        nspname = any(%s)
        and grantee <> relowner
        and coalesce(rolname, 'public') <> %s
"""


@contextmanager
def replace_unused_tables(
    connection: Connection, settings: Settings, manifest: Manifest | None = None
) -> Iterator[Manifest | None]:
    """Drop the tables if no order exists and the contacts were built with other settings.

    The caller creates them again inside the context. On exit, other roles get their grants
    back.

    Args:
        connection: To the warehouse, with the lock.
        settings: All settings.
        manifest: The project as dbt parsed it. If None, it is parsed when needed.

    Yields:
        The manifest, or None if it was neither passed nor needed.

    Raises:
        EcommerceError: If a user's relation depends on the tables. Nothing was dropped.
    """
    if not are_contacts_unused(connection, settings):
        yield manifest
        return
    manifest = manifest or parse_project(settings)
    click.echo(
        "There are no orders, and the contacts were built with other settings: the tables are"
        " created again."
    )
    schemas = sorted({node.schema for node in built_nodes(manifest)})
    grants = connection.execute(_GRANTS, [schemas, settings.reader_role]).fetchall()
    _drop(manifest, connection, schemas)
    try:
        yield manifest
    finally:
        for schema, name, statement in grants:
            if exists(connection, sql.Identifier(schema, name)):
                connection.execute(statement)
            else:
                click.echo(f"After {name} exists again, type: {statement};", err=True)


def _drop(manifest: Manifest, connection: Connection, schemas: list[str]) -> None:
    """Drop all models of the module except the run log, or none if a user's object depends."""
    kinds = relation_kinds(manifest, connection)
    models = {
        key(node)
        for node in built_nodes(manifest)
        if str(node.resource_type) == "model" and node.name != _RUN_LOG
    }
    models |= set(connection.execute(_READER_VIEWS, [schemas]).fetchall())
    try:
        with connection.transaction():
            for kind, word in KINDS.items():
                found = [sql.Identifier(*name) for name in models if kinds.get(name) == kind]
                if found:
                    query = sql.SQL("drop {} {}").format(
                        sql.SQL(word), sql.SQL(", ").join(found)
                    )
                    connection.execute(query)
    except DependentObjectsStillExist as error:
        depends = (error.diag.message_detail or "").splitlines()[0]
        raise EcommerceError(
            Problem(
                "The contacts were built with other settings, and the tables cannot be"
                f" replaced: {depends}.",
                "Drop the dependent objects, and try again.",
            )
        ) from None
