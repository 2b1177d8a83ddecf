"""Check of the reader role: whether it can read the tables, but no personal columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.dbt.package import PACKAGE, READER_MACRO
from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import exists, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import ManifestNode
    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_VIEW = "{}_reader"  # as the macro names it
_ACTIVATE = "Type: meltano run ecommerce-activate"


def reader_problems(
    connection: Connection, settings: Settings, manifest: Manifest
) -> Iterator[Problem]:
    """Yield each permission that the reader role lacks, or has but must not have."""
    role = settings.reader_role
    if not role:
        return
    if not value(
        connection, "select has_schema_privilege(%s, %s, 'usage')", role, settings.schema
    ):
        yield Problem(
            f"The role {role} has no permission to use the schema {settings.schema}.",
            _ACTIVATE,
        )
    for node in manifest.nodes.values():
        table = sql.Identifier(node.schema, node.alias)
        if _is_open_to_readers(node) and exists(connection, table):
            yield from _table_problems(connection, role, node, table.as_string())


def _table_problems(
    connection: Connection, role: str, node: ManifestNode, table: str
) -> Iterator[Problem]:
    personal = [
        name
        for name, column in node.columns.items()
        if str(column.config.meta.get("pii")).lower() == "true"
    ]
    readable = table
    if personal:
        readable = sql.Identifier(node.schema, _VIEW.format(node.alias)).as_string()
    if not value(
        connection,
        "select has_table_privilege(%s, cast(to_regclass(%s) as oid), 'select')",
        *(role, readable),
    ):
        yield Problem(f"The role {role} has no permission to read {readable}.", _ACTIVATE)
    open_columns = connection.execute(
        """
        select attname from pg_attribute
        where
            attrelid = to_regclass(%s)
            and attname = any(%s)
            and has_column_privilege(%s, attrelid, attnum, 'select')
        """,
        [table, personal, role],
    ).fetchall()
    if open_columns:
        names = ", ".join(name for (name,) in open_columns)
        yield Problem(
            f"The role {role} has permission to read personal columns of {table}: {names}.",
            f"{_ACTIVATE}. If this check fails again, the role has the permission from PUBLIC,"
            " from another role or as a superuser: revoke it there.",
        )


def _is_open_to_readers(node: ManifestNode) -> bool:
    """Return whether a hook in dbt_project.yml grants the relation to the reader role."""
    return node.package_name == PACKAGE and any(
        READER_MACRO in hook.sql for hook in getattr(node.config, "post_hook", [])
    )
