"""Checks of the server: its version, the user's permissions, and the reader role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_OLDEST_VERSION = 15

_SCHEMAS = """
    select
        wanted.name,
        namespace.oid is not null,
        case
            when namespace.oid is null
                then has_database_privilege(current_database(), 'create')
            else has_schema_privilege(namespace.oid, 'usage')
                and has_schema_privilege(namespace.oid, 'create')
        end
    from unnest(%s::text[]) as wanted (name)
    left join pg_namespace as namespace on wanted.name = namespace.nspname
"""


def version_problems(connection: Connection) -> Iterator[Problem]:
    """Yield a problem if the server is too old."""
    version = connection.info.server_version // 10_000
    if version < _OLDEST_VERSION:
        yield Problem(
            f"The warehouse is Postgres {version}, which does not support MERGE.",
            f"Use Postgres {_OLDEST_VERSION} or newer.",
        )


def schema_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each schema that the user has no permission to use or create."""
    user = settings.warehouse_user
    schemas = [settings.raw_schema, settings.schema, settings.staging_schema]
    for name, is_there, is_allowed in connection.execute(_SCHEMAS, [schemas]):
        if is_allowed:
            continue
        if is_there:
            yield Problem(
                f'The user "{user}" has no permission to use the schema "{name}" and to create'
                " in it.",
                f'As its owner, type: grant usage, create on schema "{name}" to "{user}";',
            )
        else:
            database = settings.warehouse_database
            yield Problem(
                f'There is no schema "{name}", and the user "{user}" has no permission to'
                " create it.",
                "As the database's owner, type:"
                f' grant create on database "{database}" to "{user}";',
            )


def reader_role_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem if the reader role does not exist."""
    role = settings.reader_role
    if role and not value(connection, "select true from pg_roles where rolname = %s", role):
        yield Problem(
            f'The warehouse has no role "{role}".',
            "Create it, or correct ECOMMERCE_READER_ROLE.",
        )
