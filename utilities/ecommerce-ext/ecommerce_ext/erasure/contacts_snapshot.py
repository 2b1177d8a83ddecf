"""The module's own snapshot of the contacts, and how erased contacts leave it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.erasure.identifiers import Identifiers
from ecommerce_ext.erasure.suppression_list import SuppressionList
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from psycopg import Connection

    from ecommerce_ext.erasure.normalize import Identifier
    from ecommerce_ext.settings import Settings


class ContactsSnapshot:
    """The contacts in `ecommerce_contacts`; none if the table does not exist yet."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._identifiers = Identifiers(settings)
        self._table = sql.Identifier(settings.schema, "ecommerce_contacts")
        self._orders = sql.Identifier(settings.schema, "ECommerce_Transaction")

    def rows(self, *, gone: bool = False) -> Iterator[tuple[str, tuple[Identifier, ...]]]:
        """Yield the id and the identifiers of each contact, or of each contact that is gone."""
        if not exists(self._connection, self._table):
            return
        query = sql.SQL(
            """
            select id_contact::text, surviving_id_contact::text, contact_key,
                shop_id, customer_id, email_key
            from {} where {}
            """
        ).format(self._table, sql.SQL("surviving_id_contact is null" if gone else "true"))
        with (
            self._connection.transaction(),
            self._connection.cursor("ecommerce_contacts") as cursor,
        ):
            cursor.itersize = 10_000
            for row in cursor.execute(query):
                yield row[0], tuple(self._identifiers.of_contact(*row))

    def forget(self, listed: SuppressionList) -> None:
        """Delete contacts that are gone and on the list, except those with orders."""
        contacts = [
            contact
            for contact, names in self.rows(gone=True)
            if any(name in listed for name in names)
        ]
        if not contacts:
            return
        condition: sql.Composable = sql.SQL("true")
        if exists(self._connection, self._orders):
            condition = sql.SQL(
                'not exists (select from {} where "idContact" = contacts.id_contact)'
            ).format(self._orders)
        self._connection.execute(
            sql.SQL(
                "delete from {} as contacts where md5(id_contact::text) = any(%s) and {}"
            ).format(self._table, condition),
            [_digests(contacts)],
        )

    def count(self, contacts: Collection[str]) -> tuple[int, int]:
        """Return how many of these contacts remain: still listed by the user, and gone."""
        row = self._connection.execute(
            sql.SQL(
                """
                select count(distinct surviving_id_contact),
                    count(*) filter (where surviving_id_contact is null)
                from {} where md5(id_contact::text) = any(%s)
                """
            ).format(self._table),
            [_digests(contacts)],
        ).fetchone()
        return row or (0, 0)


def forget_contacts(connection: Connection, settings: Settings) -> None:
    """Delete the contacts that are gone and on the suppression list."""
    listed = SuppressionList(connection, settings)
    if listed.exists:
        ContactsSnapshot(connection, settings).forget(listed)


def _digests(contacts: Collection[str]) -> list[str]:
    # By digest, since ids may be addresses, and values may reach the server's log.
    return [hashlib.md5(one.encode(), usedforsecurity=False).hexdigest() for one in contacts]
