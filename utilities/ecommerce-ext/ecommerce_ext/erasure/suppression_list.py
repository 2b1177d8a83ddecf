"""The list of erased people: keyed fingerprints of what they were known by.

Without the key nobody can tell from the list who is on it, or try out whether someone is.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.types.json import Jsonb

from ecommerce_ext.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection

    from ecommerce_ext.erasure.identifiers import Identity
    from ecommerce_ext.settings import Settings

TABLE = "ecommerce_erasures"
# A row of every list: it tells whether the key is the one that the list was begun with, and up
# to which load raw was scrubbed.
_OF_THE_KEY: Identity = ("the key of this list",)


class ErasureList:
    """The list in a warehouse: who is on it, and more who come onto it."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        """Read the list, if there is one.

        Attributes:
            exists: Whether there is one.
            loaded_until: By raw table, up to which load it was scrubbed, in seconds since 1970.
        """
        self._connection = connection
        self._settings = settings
        self._table = sql.Identifier(settings.schema, TABLE)
        self._key = settings.erasure_key.encode()
        self._fingerprints: set[str] = set()
        self.loaded_until: dict[str, float] = {}
        found = connection.execute("select to_regclass(%s)", [self._table.as_string()])
        self.exists = found.fetchone() != (None,)
        if self.exists:
            select = sql.SQL("select fingerprint, loaded_until from {}").format(self._table)
            for fingerprint, loaded_until in connection.execute(select):
                self._fingerprints.add(fingerprint)
                self.loaded_until |= loaded_until or {}

    def __contains__(self, identity: Identity) -> bool:
        """Tell whether someone of that identity is on the list."""
        return self._fingerprint(identity) in self._fingerprints

    def problem(self) -> Problem | None:
        """Tell why nobody can be found on the list, where that is so."""
        if not self.exists:
            return None
        name = f"{self._settings.schema}.{TABLE}"
        if not self._settings.erasure_key:
            return Problem(
                f"{name} lists erased people, and ECOMMERCE_ERASURE_KEY is not set.",
                "Set the key that the list was begun with.",
            )
        if _OF_THE_KEY not in self:
            return Problem(
                f"ECOMMERCE_ERASURE_KEY is not the key that the list {name} was begun with.",
                "Set that one.",
            )
        return None

    def add(self, people: Iterable[Identity]) -> bool:
        """Add people, begin the list with the first, and tell whether any was new to it."""
        new = {self._fingerprint(identity) for identity in people} - self._fingerprints
        if new and not self.exists:
            self._create()
            new.add(self._fingerprint(_OF_THE_KEY))
        insert = sql.SQL("insert into {} (fingerprint) values (%s)").format(self._table)
        with self._connection.cursor() as cursor:
            cursor.executemany(insert, [[fingerprint] for fingerprint in sorted(new)])
        self._fingerprints |= new
        return bool(new)

    def note(self, loaded_until: Mapping[str, float]) -> None:
        """Note up to which load the raw tables were scrubbed."""
        update = sql.SQL("update {} set loaded_until = %s where fingerprint = %s")
        self._connection.execute(
            update.format(self._table), [Jsonb(loaded_until), self._fingerprint(_OF_THE_KEY)]
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

    def _fingerprint(self, identity: Identity) -> str:
        message = "\n".join(identity).encode()
        return hmac.digest(self._key, message, "sha256").hex()
