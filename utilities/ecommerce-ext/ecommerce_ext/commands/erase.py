"""``ecommerce erase``: erase people, now and each time the shop sends them again."""

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
        settings: All settings; the key of the list is required.
        lines: One person each, as in ``FORMS``; empty lines are skipped.
        build: Brings the tables up to date.

    Raises:
        EcommerceError: Before any change, if a line names nobody or there is no key; if the
            build fails; if the user's own contacts still list one of the people.
    """
    people = _people(settings, lines)
    if not settings.erasure_key:
        raise EcommerceError(
            Problem(
                "ECOMMERCE_ERASURE_KEY is not set, and nobody is listed without a key.",
                "Set it to a secret of your own, such as the output of: openssl rand -hex 32",
            )
        )
    if problems := list(settings.problems("erasure_")):
        raise EcommerceError(*problems)
    with warehouse_lock(settings) as connection:
        anonymized = anonymize(connection, settings, people)
    click.echo(
        f"Scrubbed {anonymized.transactions} orders, {anonymized.customers} accounts and"
        f" {anonymized.mentions} texts. The build takes them out of the tables …"
    )
    build()
    with warehouse_lock(settings) as connection:
        listed, ordering = ContactsSnapshot(connection, settings).count(anonymized.contacts)
    problems = []
    if listed:
        problems.append(
            Problem(
                f"{settings.contacts_relation} still lists {listed} of them, and so does our"
                " mirror of it.",
                "Delete them there, then type the same again.",
            )
        )
    if ordering:
        problems.append(
            Problem(
                f"Orders whose lines are still being loaded name {ordering} of them.",
                "Load the rest, then type the same again.",
            )
        )
    if problems:
        raise EcommerceError(*problems)


def _people(settings: Settings, lines: Iterable[str]) -> set[Identifier]:
    identifiers = Identifiers(settings)
    people: set[Identifier] = set()
    problems = []
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if identifier := identifiers.named(line):
            people.add(identifier)
        else:
            problems.append(Problem(f"Line {place} names nobody.", f"Write {FORMS}."))
    if not people and not problems:
        problems.append(Problem("Nobody was named.", f"Give one person per line: {FORMS}."))
    if problems:
        raise EcommerceError(*problems)
    return people
