"""Remove the personal data of people on the suppression list from the raw tables.

Orders keep amounts, products and dates, but no data about the buyer. Every build anonymizes
first, so that rows that the shop sends again are anonymized before they reach a table.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecommerce_ext.erasure.contacts_snapshot import ContactsSnapshot
from ecommerce_ext.erasure.identifiers import Identifiers
from ecommerce_ext.erasure.normalize import ERASED, Identifier
from ecommerce_ext.erasure.suppression_list import SuppressionList
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
# Columns with texts that can mention people.
_TEXTS = {
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
# These are read as JSON for any column type.
_JSON = {"attributes", "discount_codes"}


@dataclass(frozen=True, slots=True)
class Anonymized:
    """The numbers of anonymized raw rows, and the ids of erased contacts.

    Attributes:
        transactions: Orders whose buyer was removed.
        customers: Accounts that were deleted.
        mentions: Rows whose texts were replaced.
        contacts: The ids of the contacts of the added people.
    """

    transactions: int = 0
    customers: int = 0
    mentions: int = 0
    contacts: frozenset[str] = frozenset()


def anonymize(
    connection: Connection, settings: Settings, people: Collection[Identifier] = ()
) -> Anonymized:
    """Add ``people`` to the suppression list and anonymize everyone on it, in one transaction.

    A person with an account at a shop is added with the customer id and the e-mail address of
    the account. If ``people`` is not empty, contacts are added with all of their identifiers.

    Raises:
        EcommerceError: If the key is missing, or is not the key of the list.
    """
    with connection.transaction():
        listed = SuppressionList(connection, settings)
        if problem := listed.problem():
            raise EcommerceError(problem)
        if not people and not listed.exists:
            return Anonymized()
        return _Anonymizing(connection, settings, listed).run(people)


class _Anonymizing:
    """One pass over the existing raw tables and columns."""

    def __init__(
        self, connection: Connection, settings: Settings, listed: SuppressionList
    ) -> None:
        self._listed = listed
        self._identifiers = Identifiers(settings)
        self._snapshot = ContactsSnapshot(connection, settings)
        self._raw = RawTables(connection, settings)

    def run(self, people: Collection[Identifier]) -> Anonymized:
        """Add people to the list, then anonymize everyone on it."""
        loaded_until = self._raw.loaded_until(tuple(_TEXTS))
        # New people are searched for in all raw rows, known people in new rows only.
        self._raw.since = {} if people else self._listed.loaded_until
        contacts = self._add_people(people)
        anonymized = Anonymized(
            contacts=contacts,
            mentions=sum(map(self._replace_texts, _TEXTS)),
            transactions=self._anonymize_transactions(),
            customers=self._delete_customers(),
        )
        # A failed build can leave contacts to delete.
        self._snapshot.delete_listed(self._listed)
        self._listed.record_loads(loaded_until)
        return anonymized

    def _add_people(self, people: Collection[Identifier]) -> frozenset[str]:
        """Add people with all of their identifiers, and return the ids of their contacts."""
        contacts: set[str] = set()
        self._listed.add(people)
        while True:
            names: set[Identifier] = set()
            for *row, _ in self._raw.rows("customers", _BUYER):
                names.update(self._if_listed(self._identifiers.of_buyer(*row)))
            for id_contact, contact in self._snapshot.rows() if people else ():
                if self._if_listed(contact):
                    names.update(contact)
                    contacts.add(id_contact)
            if not self._listed.add(names):
                return frozenset(contacts)
            self._raw.since = {}

    def _replace_texts(self, table: str) -> int:
        """Replace texts that mention a listed person, in the orders of any buyer."""
        columns = [column for column in _TEXTS[table] if self._raw.has(table, column)]
        if not columns:
            return 0
        names = ("shop_id", *columns)
        found: dict[tuple[str, ...], list[str | None]] = defaultdict(list)
        for shop_id, *texts, digest in self._raw.rows(table, names, columns, _MAY_MENTION):
            mentioning = tuple(
                column
                for column, text in zip(columns, texts, strict=True)
                if text and self._if_listed(self._identifiers.mentioned(text, shop_id or ""))
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

    def _anonymize_transactions(self) -> int:
        """Remove the buyer, the referrer and the texts from the orders of listed people."""
        changes = {"email": ERASED, **dict.fromkeys(_PERSONAL)}
        found = self._of_listed("transactions")
        count = self._raw.update("transactions", changes, _BUYER, found)
        self._raw.delete_reasons(ERASED)
        return count

    def _delete_customers(self) -> int:
        """Delete the accounts of listed people. Accounts hold only personal data."""
        return self._raw.delete("customers", _BUYER, self._of_listed("customers"))

    def _of_listed(self, table: str) -> list[str | None]:
        """Return the digests of rows whose buyer or owner is on the list."""
        return [
            digest
            for *row, digest in self._raw.rows(table, _BUYER)
            if self._if_listed(self._identifiers.of_buyer(*row))
        ]

    def _if_listed(self, names: Iterable[Identifier]) -> tuple[Identifier, ...]:
        """Return all identifiers of a person if one of them is on the list, otherwise none."""
        names = tuple(names)
        return names if any(name in self._listed for name in names) else ()
