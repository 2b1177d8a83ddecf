"""The suppression list: keyed fingerprints of the identifiers of erased people.

Without the key, the list does not reveal who is on it, and cannot be searched.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.types.json import Jsonb

from ecommerce_ext.errors import Problem
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from ecommerce_ext.erasure.normalize import Identifier
    from ecommerce_ext.settings import Settings

TABLE = "ecommerce_erasures"
# Each list has this row. It proves that the key is the key that the list was created with, and
# holds the last load that was anonymized.
_KEY_ROW: Identifier = ("the key of this list",)


class SuppressionList:
    """The suppression list in one warehouse."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        """Read the list, if it exists.

        Attributes:
            exists: Whether the list exists.
            loaded_until: By raw table, the last anonymized load, in seconds since 1970.
        """
        self._connection = connection
        self._settings = settings
        self._table = sql.Identifier(settings.schema, TABLE)
        self._key = settings.erasure_key.encode()
        self._fingerprints: set[str] = set()
        self.loaded_until: dict[str, float] = {}
        self.exists = exists(connection, self._table)
        if self.exists:
            select = sql.SQL("select fingerprint, loaded_until from {}").format(self._table)
            for fingerprint, loaded_until in connection.execute(select):
                self._fingerprints.add(fingerprint)
                self.loaded_until |= loaded_until or {}

    def __contains__(self, identifier: Identifier) -> bool:
        """Return whether an identifier is on the list."""
        return self._fingerprint(identifier) in self._fingerprints

    def problem(self) -> Problem | None:
        """Return a problem if the list cannot be read with the configured key."""
        if not self.exists:
            return None
        name = f"{self._settings.schema}.{TABLE}"
        if not self._settings.erasure_key:
            return Problem(
                f"{name} lists erased people, but ECOMMERCE_ERASURE_KEY is not set.",
                "Set it to the key that the list was created with.",
            )
        if _KEY_ROW not in self:
            return Problem(
                f"ECOMMERCE_ERASURE_KEY is not the key that the list {name} was created with.",
                "Set it to that key.",
            )
        return None

    def add(self, people: Iterable[Identifier]) -> bool:
        """Add identifiers, create the list if needed, and return whether any of them is new."""
        new = {self._fingerprint(identifier) for identifier in people} - self._fingerprints
        if new and not self.exists:
            self._create()
            new.add(self._fingerprint(_KEY_ROW))
        insert = sql.SQL("insert into {} (fingerprint) values (%s)").format(self._table)
        with self._connection.cursor() as cursor:
            cursor.executemany(insert, [[fingerprint] for fingerprint in sorted(new)])
        self._fingerprints |= new
        return bool(new)

    def record_loads(self, loaded_until: Mapping[str, float]) -> None:
        """Store the last load of each raw table that was anonymized."""
        update = sql.SQL("update {} set loaded_until = %s where fingerprint = %s")
        self._connection.execute(
            update.format(self._table), [Jsonb(loaded_until), self._fingerprint(_KEY_ROW)]
        )

    def _create(self) -> None:
        self._connection.execute(
            sql.SQL("create schema if not exists {}").format(
                sql.Identifier(self._settings.schema)
            )
        )
        self._connection.execute(
            sql.SQL(
                """
                create table {} (
                    fingerprint text primary key,
                    erased_at timestamptz not null default now(),
                    loaded_until jsonb
                )
                """
            ).format(self._table)
        )
        self.exists = True

    def _fingerprint(self, identifier: Identifier) -> str:
        message = "\n".join(identifier).encode()
        return hmac.digest(self._key, message, "sha256").hex()
