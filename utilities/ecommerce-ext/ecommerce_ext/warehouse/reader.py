"""The grants of the reader role, which exclude personal columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.dbt.package import READER_MACRO
from ecommerce_ext.dbt.runner import run_dbt

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from psycopg import Connection

    from ecommerce_ext.settings import Settings


def grant_usage(connection: Connection, settings: Settings) -> None:
    """Grant the use of the schema. A hook would make the threads of dbt block each other."""
    connection.execute(
        sql.SQL("grant usage on schema {} to {}").format(
            sql.Identifier(settings.schema), sql.Identifier(settings.reader_role)
        )
    )


def grant_select(settings: Settings, manifest: Manifest) -> None:
    """Grant select on all existing relations, as the macro does after each relation's build."""
    run_dbt(settings, ["--quiet", "run-operation", f"{READER_MACRO}_everything"], manifest)
