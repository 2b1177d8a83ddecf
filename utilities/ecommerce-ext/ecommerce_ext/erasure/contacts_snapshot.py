"""Our own image of the contacts: who is in it, and who leaves it for good."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.erasure.identifiers import Identities
from ecommerce_ext.erasure.suppression_list import ErasureList

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from psycopg import Connection

    from ecommerce_ext.erasure.identifiers import Identity
    from ecommerce_ext.settings import Settings


class ContactMirror:
    """The contacts in `ecommerce_contacts`; none where it is not there yet."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._identities = Identities(settings)
        self._table = sql.Identifier(settings.schema, "ecommerce_contacts")
        self._orders = sql.Identifier(settings.schema, "ECommerce_Transaction")

    def rows(self, *, gone: bool = False) -> Iterator[tuple[str, tuple[Identity, ...]]]:
        """Yield the id and all the names of each contact, or of each that is gone."""
        if not self._exists(self._table):
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
                yield row[0], tuple(self._identities.of_contact(*row))

    def forget(self, listed: ErasureList) -> None:
        """Delete the contacts that are gone and on the list, but those that an order has."""
        contacts = [
            contact
            for contact, names in self.rows(gone=True)
            if any(name in listed for name in names)
        ]
        if not contacts:
            return
        condition: sql.Composable = sql.SQL("true")
        if self._exists(self._orders):
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
        """Return how many of these contacts are still there, listed and not."""
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

    def _exists(self, relation: sql.Identifier) -> bool:
        found = self._connection.execute("select to_regclass(%s)", [relation.as_string()])
        return found.fetchone() != (None,)


def forget_contacts(connection: Connection, settings: Settings) -> None:
    """Delete of the contacts that are gone those who are on the list of erased people."""
    listed = ErasureList(connection, settings)
    if listed.exists:
        ContactMirror(connection, settings).forget(listed)


def _digests(contacts: Collection[str]) -> list[str]:
    # By digest, since ids may be addresses, and values may reach the server's log.
    return [hashlib.md5(one.encode(), usedforsecurity=False).hexdigest() for one in contacts]
