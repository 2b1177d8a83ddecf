"""Take out of raw what tells of people who are on the list of erased ones.

Amounts, products and dates stay; an order keeps no trace of who bought. It runs before every
build, so that what the shop sends again does not come back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.erasure_list import ErasureList
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.identities import Identity, folded, mentioned, number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

ERASED = "(erased)"
"""What stands where an erased person's address stood; dbt takes the order's status from it."""

_BUYER = ("shop_id", "customer_id", "email_normalized", "email", "id_contact")
_PERSONAL = (
    *("customer_id", "email_normalized", "id_contact", "landing_url", "referrer_url"),
    *("id_visit", "id_send_log", "attributes"),
)
_LOADED = "_sdc_batched_at"
# Loaders write in batches that may be committed out of order.
_OVERLAP_SECONDS = 600
_MAY_MENTION = "@|%40|customer|contact"
# Where people may be mentioned in the shop's words.
_WORDS = (
    ("transactions", "attributes"),
    ("transactions", "landing_url"),
    ("transactions", "referrer_url"),
    ("customers", "attributes"),
    ("refunds", "reason"),
    ("rejected_records", "payload"),
    ("rejected_records", "message"),
)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What told of erased people: rows of raw, and ids of contacts.

    Attributes:
        transactions: Orders that say no more who bought.
        customers: Accounts that were deleted.
        mentions: Texts that were replaced.
        contacts: The ids of the contacts that the given people are.
    """

    transactions: int = 0
    customers: int = 0
    mentions: int = 0
    contacts: frozenset[str] = frozenset()


def scrub(
    connection: Connection, settings: Settings, people: Collection[Identity] = ()
) -> Scrubbed:
    """Scrub raw of everyone on the list, to which ``people`` are added, in one transaction.

    Whoever has an account at a shop is known by its number and its address alike, and where
    ``people`` are added, so is a contact: each then is on the list by all of these names.

    Raises:
        EcommerceError: If the key is missing, or is not the list's.
    """
    with connection.transaction():
        listed = ErasureList(connection, settings)
        if problem := listed.problem():
            raise EcommerceError(problem)
        if not people and not listed.exists:
            return Scrubbed()
        return _Scrubbing(connection, settings, listed).run(people)


class _Scrubbing:
    """One scrubbing of the raw tables that are there, by the columns that they have."""

    def __init__(self, connection: Connection, settings: Settings, listed: ErasureList) -> None:
        self._connection = connection
        self._settings = settings
        self._listed = listed
        rows = connection.execute(
            "select table_name, column_name, data_type in ('json', 'jsonb')"
            " from information_schema.columns where table_schema = %s",
            [settings.raw_schema],
        )
        self._is_json = {(table, column): is_json for table, column, is_json in rows}
        self._loaded_until = dict(self._latest_loads())
        # Those who come onto the list are sought in all of raw, the others in what is new.
        self._since: Mapping[str, float] = {}

    def run(self, people: Collection[Identity]) -> Scrubbed:
        """Scrub raw of everyone on the list, after people were added to it."""
        self._since = {} if people else self._listed.loaded_until
        contacts = self._enlist(people)
        scrubbed = Scrubbed(
            contacts=contacts,
            mentions=self._replace_words(),
            transactions=self._scrub_transactions(),
            customers=self._delete_customers(),
        )
        self._listed.note(self._loaded_until)
        return scrubbed

    def _enlist(self, people: Collection[Identity]) -> frozenset[str]:
        """Add people by all of their names, and return the ids of the contacts among them."""
        contacts: set[str] = set()
        self._listed.add(people)
        while True:
            names: set[Identity] = set()
            for *row, _ in self._rows("customers", _BUYER):
                names.update(self._if_listed(self._buyer(row)))
            for id_contact, contact in self._contacts() if people else ():
                if self._if_listed(contact):
                    names.update(contact)
                    contacts.add(id_contact)
            if not self._listed.add(names):
                return frozenset(contacts)
            self._since = {}

    def _replace_words(self) -> int:
        """Replace texts that mention someone, whosever order they belong to."""
        count = 0
        for table, column in _WORDS:
            if (table, column) not in self._is_json:
                continue
            names = ("shop_id", column)  # the pattern is sought in the last
            found = [
                digest
                for shop_id, words, digest in self._rows(table, names, _MAY_MENTION)
                if words and self._if_listed(mentioned(words, shop_id or ""))
            ]
            instead = None if self._is_json[table, column] else ERASED
            count += self._update(table, {column: instead}, names, found)
        return count

    def _scrub_transactions(self) -> int:
        """Take out of erased people's orders who bought, how they came, and what they said."""
        found = [
            digest
            for *row, digest in self._rows("transactions", _BUYER)
            if self._if_listed(self._buyer(row))
        ]
        changes = {"email": ERASED, **dict.fromkeys(_PERSONAL)}
        count = self._update("transactions", changes, _BUYER, found)
        if count and ("refunds", "reason") in self._is_json:
            self._connection.execute(
                sql.SQL(
                    """
                    update {} as refunds
                    set reason = null
                    from {} as transactions
                    where
                        refunds.shop_id = transactions.shop_id
                        and refunds.transaction_id = transactions.transaction_id
                        and transactions.email = %s
                    """
                ).format(self._table("refunds"), self._table("transactions")),
                [ERASED],
            )
        return count

    def _delete_customers(self) -> int:
        """Delete the accounts of erased people, which are nothing but personal data."""
        found = [
            digest
            for *row, digest in self._rows("customers", _BUYER)
            if self._if_listed(self._buyer(row))
        ]
        return self._execute("customers", sql.SQL("delete from {}"), _BUYER, found)

    # --- who is on the list ---

    def _if_listed(self, names: Iterator[Identity] | Sequence[Identity]) -> Sequence[Identity]:
        """Return all the names of someone who is on the list by any of them, else none."""
        names = tuple(names)
        return names if any(name in self._listed for name in names) else ()

    def _buyer(self, row: Sequence[str | None]) -> Iterator[Identity]:
        shop_id, customer_id, normalized, given, id_contact = row
        if shop_id and customer_id:
            yield ("customer", shop_id, customer_id)
            yield from self._key(customer_id)
        if (normalized or given) and given != ERASED:
            yield ("email", folded(normalized or given or ""))
        if id_contact:
            yield ("contact", number(id_contact))

    def _key(self, text: str | None) -> Iterator[Identity]:
        """Yield a contact's primary key, where the shop's customer ids are such keys."""
        key_column = self._settings.contacts_key_column
        if text and key_column and key_column != self._settings.contacts_email_column:
            is_number = self._settings.contacts_key_type == "int"
            yield ("key", number(text) if is_number else text)

    def _contacts(self) -> Iterator[tuple[str, tuple[Identity, ...]]]:
        """Yield the id and all the names of each of our contacts."""
        mirror = sql.Identifier(self._settings.schema, "ecommerce_contacts")
        found = self._connection.execute("select to_regclass(%s)", [mirror.as_string()])
        if found.fetchone() == (None,):
            return
        rows = self._connection.execute(
            sql.SQL(
                """
                select id_contact::text, surviving_id_contact::text, contact_key, email_key,
                    shop_id, customer_id
                from {}
                """
            ).format(mirror)
        )
        for id_contact, surviving, key, email, shop_id, customer_id in rows:
            names = [*self._buyer((shop_id, customer_id, email, email, id_contact))]
            names += self._key(key)
            if surviving:
                names.append(("contact", number(surviving)))
            yield id_contact, tuple(names)

    # --- the raw tables ---

    def _table(self, name: str) -> sql.Identifier:
        return sql.Identifier(self._settings.raw_schema, name)

    def _present(self, table: str, names: Sequence[str]) -> list[sql.Composable]:
        """Return columns as text; null for what the table does not have."""
        return [
            sql.SQL("{}::text" if (table, name) in self._is_json else "null").format(
                sql.Identifier(name)
            )
            for name in names
        ]

    def _digest(self, table: str, names: Sequence[str]) -> sql.Composed:
        columns = sql.SQL(", ").join(self._present(table, names))
        return sql.SQL("md5(row({})::text)").format(columns)

    def _latest_loads(self) -> Iterator[tuple[str, float]]:
        """Yield the tables that tell when they were loaded, and when they were last."""
        for table in sorted({table for table, _ in self._is_json}):
            if (table, _LOADED) in self._is_json:
                query = sql.SQL("select extract(epoch from max({})) from {}").format(
                    sql.Identifier(_LOADED), self._table(table)
                )
                row = self._connection.execute(query).fetchone()
                if row and row[0] is not None:
                    yield table, float(row[0])

    def _rows(
        self, table: str, names: Sequence[str], pattern: str = ""
    ) -> Iterator[tuple[str | None, ...]]:
        """Yield each distinct row of these columns, and a digest to find it again by.

        Args:
            table: The raw table; one that is not there has no rows.
            names: Its columns; those that are not there are null.
            pattern: What the last of them must match.
        """
        if not any(there == table for there, _ in self._is_json):
            return
        columns = self._present(table, names)
        conditions = [sql.SQL("{} ~* {}").format(columns[-1], pattern)] if pattern else []
        if table in self._since:
            conditions.append(
                sql.SQL("coalesce(extract(epoch from {0}) > {1}, true)").format(
                    sql.Identifier(_LOADED), self._since[table] - _OVERLAP_SECONDS
                )
            )
        query = sql.SQL("select distinct {}, {} from {} where {}").format(
            sql.SQL(", ").join(columns),
            self._digest(table, names),
            self._table(table),
            sql.SQL(" and ").join([sql.SQL("true"), *conditions]),
        )
        with self._connection.cursor("ecommerce_scrub") as cursor:
            cursor.itersize = 10_000
            yield from cursor.execute(query)

    def _update(
        self,
        table: str,
        changes: Mapping[str, str | None],
        names: Sequence[str],
        digests: Sequence[str | None],
    ) -> int:
        assignments = [
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
            for column, value in changes.items()
            if (table, column) in self._is_json
        ]
        # As if the loader had written it last, by the loader's clock: the build reads it again.
        if (table, _LOADED) in self._is_json:
            assignments.append(
                sql.SQL("{0} = (select max({0}) from {1})").format(
                    sql.Identifier(_LOADED), self._table(table)
                )
            )
        update = sql.SQL("update {{}} set {}").format(sql.SQL(", ").join(assignments))
        return self._execute(table, update, names, digests)

    def _execute(
        self,
        table: str,
        action: sql.Composable,
        names: Sequence[str],
        digests: Sequence[str | None],
    ) -> int:
        """Run an action on the rows of these digests.

        By digest, since the values of a statement may reach the server's log.
        """
        if not digests:
            return 0
        statement = sql.SQL("{} where {} = any(%s)").format(
            sql.SQL(action.as_string()).format(self._table(table)), self._digest(table, names)
        )
        return self._connection.execute(statement, [list(digests)]).rowcount
