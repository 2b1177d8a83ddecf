"""Checks of contacts, aliases and interactions: settings, relations, and column types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

from ecommerce_ext.checks.relations import named_columns, relation_problems
from ecommerce_ext.errors import Problem
from ecommerce_ext.settings import variable
from ecommerce_ext.warehouse.queries import column_types, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

_TEXTS = {"text", "character varying", "character", "name", "citext"}
# By configured type, the column types whose values are all valid. Text accepts any value.
_LOSSLESS = {
    "bigint": {"smallint", "integer", "bigint"},
    "int": {"smallint", "integer"},
    "uuid": {"uuid"},
}
# By configured type, the column types that can hold invalid values: the check reads them.
_BY_VALUE = {
    "bigint": {"numeric", *_TEXTS},
    "int": {"bigint", "numeric", *_TEXTS},
    "uuid": _TEXTS,
}
_SETTING_OF = {
    "smallint": "int",
    "integer": "int",
    "bigint": "bigint",
    "numeric": "bigint",
    "uuid": "uuid",
}
_LARGEST = {"bigint": 2**63 - 1, "int": 2**31 - 1}
_HAS_INVALID_VALUES = """
    select exists (
        select from {relation}
        where
            {column} is not null
            and case
                when cast({column} as text) ~* {pattern} then {is_too_large}
                else true
            end
    )
"""


def contact_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield each problem that prevents reading contacts, aliases or interactions."""
    yield from _setting_problems(settings)
    names = ("contacts_id_column", "contacts_email_column", "contacts_key_column")
    wanted = named_columns(settings, *names)
    unreadable = list(relation_problems(connection, settings, "contacts_relation", wanted))
    yield from unreadable
    mismatches = [] if unreadable else list(_contact_types(connection, settings))
    yield from mismatches
    yield from _aliases_problems(connection, settings, are_contacts_valid=not mismatches)
    yield from _interactions_problems(connection, settings)


def _setting_problems(settings: Settings) -> Iterator[Problem]:
    if not settings.contacts_relation and settings.contacts_id_type in {"int", "uuid"}:
        yield Problem(
            f"ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}, but"
            " ECOMMERCE_CONTACTS_RELATION is empty: the shops' customers have no such ids.",
            "Set ECOMMERCE_CONTACTS_ID_TYPE=bigint, or name your contacts in"
            " ECOMMERCE_CONTACTS_RELATION.",
        )
    if not settings.contacts_key_column and settings.contacts_key_type == "int":
        yield Problem(
            "ECOMMERCE_CONTACTS_KEY_TYPE is int, but"
            " ECOMMERCE_CONTACTS_KEY_COLUMN is empty: the shops' customer ids are text.",
            "Set ECOMMERCE_CONTACTS_KEY_TYPE=text, or name the key column in"
            " ECOMMERCE_CONTACTS_KEY_COLUMN.",
        )


def _contact_types(connection: Connection, settings: Settings) -> Iterator[Problem]:
    """Yield a problem if the ids or keys of the contacts do not have the configured type."""
    relation = settings.contacts_relation
    if not relation or any(settings.problems("contacts_")):
        return
    types = column_types(connection, relation)
    column = settings.contacts_id_column
    if found := _mismatch(connection, relation, column, settings.contacts_id_type):
        yield Problem(
            f"{found}, but ECOMMERCE_CONTACTS_ID_TYPE is {settings.contacts_id_type}.",
            f"Set ECOMMERCE_CONTACTS_ID_TYPE={_suggested(types[column], settings)}.",
        )
    key = settings.contacts_key_column
    if key and settings.contacts_key_type == "int" and not _can_be(types[key], "int"):
        yield Problem(
            f"{relation}.{key} is {types[key]}, but ECOMMERCE_CONTACTS_KEY_TYPE is int.",
            "Set ECOMMERCE_CONTACTS_KEY_TYPE=text.",
        )


def _aliases_problems(
    connection: Connection, settings: Settings, *, are_contacts_valid: bool
) -> Iterator[Problem]:
    relation, wanted_type = settings.contact_aliases_relation, settings.contacts_id_type
    if relation and not settings.contacts_relation:
        yield Problem(
            "ECOMMERCE_CONTACT_ALIASES_RELATION is set, but ECOMMERCE_CONTACTS_RELATION is not:"
            " the shops' customers have no aliases.",
            "Set ECOMMERCE_CONTACTS_RELATION to the contacts that the aliases belong to.",
        )
    wanted = dict.fromkeys(("alias_id", "id_contact"), "")
    unreadable = list(
        relation_problems(connection, settings, "contact_aliases_relation", wanted)
    )
    yield from unreadable
    # If the type is wrong for the contacts, the right type of the aliases is unknown.
    if unreadable or not relation or not are_contacts_valid:
        return
    if any(settings.problems("contact")):
        return
    for column in wanted:
        if found := _mismatch(connection, relation, column, wanted_type):
            yield Problem(
                f"{found}, but the ids of the contacts are {wanted_type}.",
                f"Change the type of the column to {wanted_type}.",
            )


def _interactions_problems(connection: Connection, settings: Settings) -> Iterator[Problem]:
    kinds = ("contact", "type", "channel", "time", "send", "batch", "campaign", "updated_at")
    wanted = named_columns(settings, *(f"interactions_{kind}_column" for kind in kinds))
    unreadable = list(relation_problems(connection, settings, "interactions_relation", wanted))
    yield from unreadable
    relation, column = settings.interactions_relation, settings.interactions_contact_column
    if unreadable or not relation or any(settings.problems("interactions_relation")):
        return
    found = column_types(connection, relation)[column]
    if not _can_be(found, settings.contacts_id_type):
        yield Problem(
            f"{relation}.{column} is {found}, but ECOMMERCE_CONTACTS_ID_TYPE is"
            f" {settings.contacts_id_type}: no interaction would match a contact.",
            f"Set {variable('interactions_contact_column')} to the column with the contact's"
            f" id, or change the type of the column to {settings.contacts_id_type}.",
        )


def _mismatch(connection: Connection, relation: str, column: str, wanted: str) -> str:
    """Return why a column cannot be cast to a type, or an empty text if it can be."""
    found = column_types(connection, relation)[column]
    if not _can_be(found, wanted):
        return f"{relation}.{column} is {found}"
    if found in _BY_VALUE.get(wanted, ()) and _has_invalid_values(
        connection, relation, column, wanted, found
    ):
        return f"{relation}.{column} is {found} and has values that are not {wanted}"
    return ""


def _can_be(found: str, wanted: str) -> bool:
    """Return whether at least some values of one type can be cast to the other."""
    return wanted == "text" or found in _LOSSLESS[wanted] | _BY_VALUE[wanted]


def _has_invalid_values(
    connection: Connection, relation: str, column: str, wanted: str, found: str
) -> bool:
    name = sql.Identifier(column)
    is_too_large: sql.Composable = sql.SQL("false")
    pattern = r"^\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$"
    if wanted != "uuid":
        fraction = r"(\.0*)?" if found == "numeric" else ""
        pattern = rf"^\s*[-+]?[0-9]+{fraction}\s*$"
        is_too_large = sql.SQL("abs(cast(cast({} as text) as numeric)) > {}").format(
            name, sql.Literal(_LARGEST[wanted])
        )
    query = sql.SQL(_HAS_INVALID_VALUES).format(
        relation=sql.SQL(relation),  # already validated
        column=name,
        pattern=sql.Literal(pattern),
        is_too_large=is_too_large,
    )
    return bool(value(connection, query))


def _suggested(found: str, settings: Settings) -> str:
    """Return the type to set for the ids of a column: never the type that failed."""
    suggested = _SETTING_OF.get(found, "text")
    return "text" if suggested == settings.contacts_id_type else suggested
