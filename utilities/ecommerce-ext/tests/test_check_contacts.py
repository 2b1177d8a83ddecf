"""``ecommerce check``: contacts whose columns do not have the configured types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ecommerce_ext.checks.contacts import contact_problems
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse.connection import connect

if TYPE_CHECKING:
    from warehouses import Warehouse

PEOPLE = {
    "ECOMMERCE_CONTACTS_RELATION": "crm.people",
    "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
}
UUID = "'7f1b7c7e-0000-4000-8000-000000000001'"


def problems(warehouse: Warehouse, **settings: str) -> list[str]:
    """Return the problems of the contacts with these settings."""
    read = read_settings(warehouse.environment | PEOPLE | settings)
    with connect(read) as connection:
        return [str(problem) for problem in contact_problems(connection, read)]


def test_check_of_uuid_contacts_names_the_type_to_set(warehouse: Warehouse) -> None:
    warehouse.execute("create schema crm", "create table crm.people (id uuid, email text)")

    refused = warehouse.ecommerce("check", **PEOPLE)
    accepted = warehouse.ecommerce("check", **PEOPLE, ECOMMERCE_CONTACTS_ID_TYPE="uuid")

    assert refused.problems == [
        (
            "crm.people.id is uuid, but ECOMMERCE_CONTACTS_ID_TYPE is bigint."
            " Set ECOMMERCE_CONTACTS_ID_TYPE=uuid."
        )
    ]
    assert accepted.code == 0


@pytest.mark.parametrize(
    ("column", "value", "set_type", "found"),
    [
        # A type that Postgres casts without loss is accepted for any values.
        ("smallint", "1", "bigint", ""),
        ("integer", "1", "int", ""),
        ("uuid", UUID, "text", ""),
        ("bigint", str(2**53 + 1), "bigint", ""),
        # A type that Postgres casts for some values is accepted if it holds only these.
        ("text", "' 7 '", "bigint", ""),
        ("varchar(40)", "'007'", "int", ""),
        ("text", UUID, "uuid", ""),
        ("numeric", "7.00", "bigint", ""),
        ("bigint", str(2**31 - 1), "int", ""),
        ("text", "null", "uuid", ""),
        ("text", "'C-17'", "bigint", "text and has values that are not bigint → text"),
        ("text", "''", "int", "text and has values that are not int → text"),
        ("text", str(2**63), "bigint", "text and has values that are not bigint → text"),
        ("text", "'7'", "uuid", "text and has values that are not uuid → text"),
        ("numeric", "7.5", "bigint", "numeric and has values that are not bigint → text"),
        ("bigint", str(2**31), "int", "bigint and has values that are not int → bigint"),
        # Other types are refused for any values.
        ("uuid", "null", "int", "uuid → uuid"),
        ("bigint", "null", "uuid", "bigint → bigint"),
        ("integer", "null", "uuid", "integer → int"),
        ("date", "null", "bigint", "date → text"),
        ("boolean", "null", "int", "boolean → text"),
        ("crm.contact_number", "7", "uuid", "integer → int"),
    ],
)
def test_contact_id_of_each_type_is_accepted_or_reported(
    warehouse: Warehouse, column: str, value: str, set_type: str, found: str
) -> None:
    warehouse.execute(
        "create schema crm",
        "create domain crm.contact_number as integer",
        f"create table crm.people (id {column}, email text)",
        f"insert into crm.people values ({value})",  # noqa: S608 - constants
    )

    answer = problems(warehouse, ECOMMERCE_CONTACTS_ID_TYPE=set_type)

    actual, _, suggested = found.partition(" → ")
    sentence = (
        f"crm.people.id is {actual}, but ECOMMERCE_CONTACTS_ID_TYPE is {set_type}."
        f" Set ECOMMERCE_CONTACTS_ID_TYPE={suggested}."
    )
    assert answer == ([sentence] if found else [])


@pytest.mark.parametrize(
    ("column", "is_accepted"),
    [("integer", True), ("text", True), ("numeric", True), ("uuid", False), ("date", False)],
)
def test_contact_key_of_type_int_accepts_numbers_and_text(
    warehouse: Warehouse, column: str, *, is_accepted: bool
) -> None:
    warehouse.execute(
        "create schema crm", f"create table crm.people (id bigint, email text, no {column})"
    )

    found = problems(
        warehouse, ECOMMERCE_CONTACTS_KEY_COLUMN="no", ECOMMERCE_CONTACTS_KEY_TYPE="int"
    )

    sentence = (
        f"crm.people.no is {column}, but ECOMMERCE_CONTACTS_KEY_TYPE is int."
        " Set ECOMMERCE_CONTACTS_KEY_TYPE=text."
    )
    assert found == ([] if is_accepted else [sentence])


def test_aliases_and_interactions_with_other_id_type_are_reported(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema crm",
        "create table crm.people (id uuid, email text)",
        "create table crm.merged (alias_id bigint, id_contact uuid)",
        """create table crm.events ("idContact" bigint, type text, channel text, time text,
            "idSendLog" text, "idBatch" text, campaign text)""",
    )
    relations = {
        "ECOMMERCE_CONTACT_ALIASES_RELATION": "crm.merged",
        "ECOMMERCE_INTERACTIONS_RELATION": "crm.events",
    }

    with_uuid = problems(warehouse, ECOMMERCE_CONTACTS_ID_TYPE="uuid", **relations)
    with_bigint = problems(warehouse, **relations)

    assert with_uuid == [
        (
            "crm.merged.alias_id is bigint, but the ids of the contacts are uuid."
            " Change the type of the column to uuid."
        ),
        (
            "crm.events.idContact is bigint, but ECOMMERCE_CONTACTS_ID_TYPE is uuid:"
            " no interaction would match a contact. Set ECOMMERCE_INTERACTIONS_CONTACT_COLUMN"
            " to the column with the contact's id, or change the type of the column to uuid."
        ),
    ]
    assert with_bigint == [
        (
            "crm.people.id is uuid, but ECOMMERCE_CONTACTS_ID_TYPE is bigint."
            " Set ECOMMERCE_CONTACTS_ID_TYPE=uuid."
        )
    ]


def test_names_in_other_case_are_suggested(warehouse: Warehouse) -> None:
    warehouse.execute(
        'create schema "CRM"',
        'create table "CRM".people ("ID" bigint, "Email" text)',
        "create schema crm",
        "create table crm.merged (id_contact bigint)",
        'alter table crm.merged add "ALIAS_ID" bigint',
    )

    relation = problems(warehouse)
    columns = problems(
        warehouse,
        ECOMMERCE_CONTACTS_RELATION='"CRM".people',
        ECOMMERCE_CONTACT_ALIASES_RELATION="crm.merged",
    )

    assert relation == [
        (
            'There is no table or view crm.people, but there is "CRM".people.'
            ' Set ECOMMERCE_CONTACTS_RELATION="CRM".people.'
        )
    ]
    assert columns == [
        (
            '"CRM".people has no column "id", but it has "ID".'
            " Set ECOMMERCE_CONTACTS_ID_COLUMN=ID."
        ),
        (
            '"CRM".people has no column "email", but it has "Email".'
            " Set ECOMMERCE_CONTACTS_EMAIL_COLUMN=Email."
        ),
        (
            'crm.merged has no column "alias_id", but it has "ALIAS_ID".'
            " It needs the columns alias_id and id_contact."
        ),
    ]
