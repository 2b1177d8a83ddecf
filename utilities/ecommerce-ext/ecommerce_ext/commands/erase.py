"""``ecommerce erase``: erase people now, and each time the shop sends them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecommerce_ext.erasure.anonymize import anonymize
from ecommerce_ext.erasure.contacts_snapshot import ContactsSnapshot
from ecommerce_ext.erasure.identifiers import Identifiers
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.warehouse.lock import warehouse_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecommerce_ext.erasure.normalize import Identifier
    from ecommerce_ext.settings import Settings

FORMS = "ann@example.com, customer SHOP ID, or contact ID"


def erase(settings: Settings, lines: Iterable[str], build: Callable[[], None]) -> None:
    """Add people to the suppression list, anonymize their raw rows, and build.

    Args:
        settings: All settings. The key of the list is required.
        lines: One person per line, as in ``FORMS``. Empty lines are skipped.
        build: Updates the tables.

    Raises:
        EcommerceError: Before any change, if a line does not name a person or the key is not
            set. After the changes, if the build fails, or contacts or orders still name one
            of the people.
    """
    people = _people(settings, lines)
    if not settings.erasure_key:
        raise EcommerceError(
            Problem(
                "ECOMMERCE_ERASURE_KEY is not set: the suppression list needs a key.",
                "Set it to a secret, such as the output of: openssl rand -hex 32",
            )
        )
    if problems := list(settings.problems("erasure_")):
        raise EcommerceError(*problems)
    with warehouse_lock(settings) as connection:
        anonymized = anonymize(connection, settings, people)
    click.echo(
        f"Anonymized {anonymized.transactions} orders and {anonymized.mentions} texts, deleted"
        f" {anonymized.customers} accounts. The build now updates the tables …"
    )
    build()
    with warehouse_lock(settings) as connection:
        listed, ordering = ContactsSnapshot(connection, settings).count(anonymized.contacts)
    problems = []
    if listed:
        problems.append(
            Problem(
                f"{settings.contacts_relation} still lists {listed} of them, and so does"
                " ecommerce_contacts.",
                "Delete them in your contacts, then run the same command again.",
            )
        )
    if ordering:
        problems.append(
            Problem(
                f"Orders that are not completely loaded still name {ordering} of them.",
                "Load the rest of the orders, then run the same command again.",
            )
        )
    if problems:
        raise EcommerceError(*problems)


def _people(settings: Settings, lines: Iterable[str]) -> set[Identifier]:
    identifiers = Identifiers(settings)
    people: set[Identifier] = set()
    problems = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if identifier := identifiers.parse(line):
            people.add(identifier)
        else:
            problems.append(
                Problem(f"Line {number} does not name a person.", f"Write {FORMS}.")
            )
    if not people and not problems:
        problems.append(
            Problem("Standard input is empty.", f"Write one person per line: {FORMS}.")
        )
    if problems:
        raise EcommerceError(*problems)
    return people
