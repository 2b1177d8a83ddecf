"""``ecommerce erase``: forget people, now and whenever the shop sends them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecommerce_ext.commands.build import build
from ecommerce_ext.erasure.anonymize import scrub
from ecommerce_ext.erasure.contacts_snapshot import ContactMirror
from ecommerce_ext.erasure.identifiers import Identities, Identity
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.warehouse.lock import warehouse_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecommerce_ext.settings import Settings

FORMS = "ann@example.com, customer SHOP ID, or contact ID"


def erase(settings: Settings, lines: Iterable[str]) -> None:
    """Put people on the list of erased ones, scrub raw of them, and build.

    Args:
        settings: All settings; the key of the list is required.
        lines: One person each, as in ``FORMS``; empty lines are passed over.

    Raises:
        EcommerceError: Before anything is changed, if a line names nobody or there is no key;
            if the build fails; if the user's own contacts still list somebody.
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
        scrubbed = scrub(connection, settings, people)
    click.echo(
        f"Scrubbed {scrubbed.transactions} orders, {scrubbed.customers} accounts and"
        f" {scrubbed.mentions} texts. The build takes them out of the tables …"
    )
    build(settings, [])
    with warehouse_lock(settings) as connection:
        listed, ordering = ContactMirror(connection, settings).count(scrubbed.contacts)
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


def _people(settings: Settings, lines: Iterable[str]) -> set[Identity]:
    identities = Identities(settings)
    people: set[Identity] = set()
    problems = []
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if identity := identities.named(line):
            people.add(identity)
        else:
            problems.append(Problem(f"Line {place} names nobody.", f"Write {FORMS}."))
    if not people and not problems:
        problems.append(Problem("Nobody was named.", f"Give one person per line: {FORMS}."))
    if problems:
        raise EcommerceError(*problems)
    return people
