"""The module's snapshot of the contacts, and the deletion of erased contacts from it."""

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
    """The contacts in `ecommerce_contacts`. A missing table has no contacts."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._identifiers = Identifiers(settings)
        self._table = sql.Identifier(settings.schema, "ecommerce_contacts")
        self._orders = sql.Identifier(settings.schema, "ECommerce_Transaction")

    def rows(self, *, is_deleted: bool = False) -> Iterator[tuple[str, tuple[Identifier, ...]]]:
        """Yield the id and the identifiers of each contact.

        Args:
            is_deleted: Only contacts that are deleted in the user's contacts.
        """
        if not exists(self._connection, self._table):
            return
        query = sql.SQL(
            """
            select id_contact::text, surviving_id_contact::text, contact_key,
                shop_id, customer_id, email_key
            from {} where {}
            """
        ).format(self._table, sql.SQL("surviving_id_contact is null" if is_deleted else "true"))
        with (
            self._connection.transaction(),
            self._connection.cursor("ecommerce_contacts") as cursor,
        ):
            cursor.itersize = 10_000
            for row in cursor.execute(query):
                yield row[0], tuple(self._identifiers.of_contact(*row))

    def delete_listed(self, listed: SuppressionList) -> None:
        """Delete contacts that are on the list and no longer in the user's contacts.

        Contacts with orders stay.
        """
        contacts = [
            contact
            for contact, names in self.rows(is_deleted=True)
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
        """Return how many of these contacts remain, as two numbers.

        The first counts contacts that the user's contacts still list, and the second counts
        contacts that they no longer list.
        """
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


def delete_listed_contacts(connection: Connection, settings: Settings) -> None:
    """Delete contacts that are on the suppression list and no longer in the user's contacts."""
    listed = SuppressionList(connection, settings)
    if listed.exists:
        ContactsSnapshot(connection, settings).delete_listed(listed)


def _digests(contacts: Collection[str]) -> list[str]:
    # Ids can be e-mail addresses, and the server's log can contain the values of statements.
    return [
        hashlib.md5(contact.encode(), usedforsecurity=False).hexdigest() for contact in contacts
    ]
