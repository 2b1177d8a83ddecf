"""Take out of raw what tells of people who are on the list of erased ones.

Amounts, products and dates stay; an order keeps no trace of who bought. It runs before every
build, so that what the shop sends again does not come back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecommerce_ext.erasure.contacts_snapshot import ContactMirror
from ecommerce_ext.erasure.identifiers import ERASED, Identities, Identity
from ecommerce_ext.erasure.suppression_list import ErasureList
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse.raw_tables import RawTables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_BUYER = ("shop_id", "customer_id", "email_normalized", "email", "id_contact")
_PERSONAL = (
    *("customer_id", "email_normalized", "id_contact", "landing_url", "referrer_url"),
    *("id_visit", "id_send_log", "discount_codes", "attributes"),
)
# Where people may be mentioned in words: the shop's, the buyer's, a marketer's.
_WORDS = {
    "transactions": (
        *("attributes", "discount_codes", "order_name", "landing_url", "referrer_url"),
        *("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    ),
    "items": ("product_name",),
    "customers": ("attributes",),
    "refunds": ("reason",),
    "rejected_records": ("payload", "message", "location"),
}
_MAY_MENTION = r"@|%(25)*40|\\u0040|customer|contact"
# Read as JSON, whatever the type of their column.
_JSON = {"attributes", "discount_codes"}


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What told of erased people: rows of raw, and ids of contacts.

    Attributes:
        transactions: Orders that say no more who bought.
        customers: Accounts that were deleted.
        mentions: Rows whose texts were replaced.
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
        self._listed = listed
        self._identities = Identities(settings)
        self._mirror = ContactMirror(connection, settings)
        self._raw = RawTables(connection, settings)

    def run(self, people: Collection[Identity]) -> Scrubbed:
        """Scrub raw of everyone on the list, after people were added to it."""
        loaded_until = self._raw.loaded_until(tuple(_WORDS))
        # Those who come onto the list are sought in all of raw, the others in what is new.
        self._raw.since = {} if people else self._listed.loaded_until
        contacts = self._enlist(people)
        scrubbed = Scrubbed(
            contacts=contacts,
            mentions=sum(map(self._replace_words, _WORDS)),
            transactions=self._scrub_transactions(),
            customers=self._delete_customers(),
        )
        # Whom a build left behind that failed.
        self._mirror.forget(self._listed)
        self._listed.note(loaded_until)
        return scrubbed

    def _enlist(self, people: Collection[Identity]) -> frozenset[str]:
        """Add people by all of their names, and return the ids of the contacts among them."""
        contacts: set[str] = set()
        self._listed.add(people)
        while True:
            names: set[Identity] = set()
            for *row, _ in self._raw.rows("customers", _BUYER):
                names.update(self._if_listed(self._identities.of_buyer(*row)))
            for id_contact, contact in self._mirror.rows() if people else ():
                if self._if_listed(contact):
                    names.update(contact)
                    contacts.add(id_contact)
            if not self._listed.add(names):
                return frozenset(contacts)
            self._raw.since = {}

    def _replace_words(self, table: str) -> int:
        """Replace texts of a table that mention someone, whosever order they belong to."""
        columns = [column for column in _WORDS[table] if self._raw.has(table, column)]
        if not columns:
            return 0
        names = ("shop_id", *columns)
        found: dict[tuple[str, ...], list[str | None]] = defaultdict(list)
        for shop_id, *texts, digest in self._raw.rows(table, names, columns, _MAY_MENTION):
            mentioning = tuple(
                column
                for column, text in zip(columns, texts, strict=True)
                if text and self._if_listed(self._identities.mentioned(text, shop_id or ""))
            )
            if mentioning:
                found[mentioning].append(digest)
        return sum(
            self._raw.update(
                table,
                {
                    column: ERASED
                    if column not in _JSON and self._raw.holds_text(table, column)
                    else None
                    for column in mentioning
                },
                names,
                digests,
            )
            for mentioning, digests in found.items()
        )

    def _scrub_transactions(self) -> int:
        """Take out of erased people's orders who bought, how they came, and what they said."""
        changes = {"email": ERASED, **dict.fromkeys(_PERSONAL)}
        found = self._of_listed("transactions")
        count = self._raw.update("transactions", changes, _BUYER, found)
        self._raw.delete_reasons(ERASED)
        return count

    def _delete_customers(self) -> int:
        """Delete the accounts of erased people, which are nothing but personal data."""
        return self._raw.delete("customers", _BUYER, self._of_listed("customers"))

    def _of_listed(self, table: str) -> list[str | None]:
        """Return the digests of rows whose buyer or owner is on the list."""
        return [
            digest
            for *row, digest in self._raw.rows(table, _BUYER)
            if self._if_listed(self._identities.of_buyer(*row))
        ]

    def _if_listed(self, names: Iterable[Identity]) -> tuple[Identity, ...]:
        """Return all the names of someone who is on the list by any of them, else none."""
        names = tuple(names)
        return names if any(name in self._listed for name in names) else ()
