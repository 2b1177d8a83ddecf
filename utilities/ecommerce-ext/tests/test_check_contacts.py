"""Contacts whose columns are not of the types that are set, and the setting to type."""

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
    """Return what the check says of contacts with these settings."""
    read = read_settings(warehouse.environment | PEOPLE | settings)
    with connect(read) as connection:
        return [str(problem) for problem in contact_problems(connection, read)]


def test_check_names_the_type_to_set_for_uuid_contacts(warehouse: Warehouse) -> None:
    warehouse.execute("create schema crm", "create table crm.people (id uuid, email text)")

    refused = warehouse.ecommerce("check", **PEOPLE)
    taken = warehouse.ecommerce("check", **PEOPLE, ECOMMERCE_CONTACTS_ID_TYPE="uuid")

    assert refused.problems == [
        (
            "crm.people.id is uuid, but ECOMMERCE_CONTACTS_ID_TYPE is bigint."
            " Set ECOMMERCE_CONTACTS_ID_TYPE=uuid."
        )
    ]
    assert taken.code == 0


@pytest.mark.parametrize(
    ("column", "value", "set_type", "found"),
    [
        # What Postgres casts without loss is taken, whatever the column holds.
        ("smallint", "1", "bigint", ""),
        ("integer", "1", "int", ""),
        ("uuid", UUID, "text", ""),
        ("bigint", str(2**53 + 1), "bigint", ""),
        # What it casts for some values is taken if it holds only these.
        ("text", "' 7 '", "bigint", ""),
        ("varchar(40)", "'007'", "int", ""),
        ("text", UUID, "uuid", ""),
        ("numeric", "7.00", "bigint", ""),
        ("bigint", str(2**31 - 1), "int", ""),
        ("text", "null", "uuid", ""),
        ("text", "'C-17'", "bigint", "text and has values that are no bigint → text"),
        ("text", "''", "int", "text and has values that are no int → text"),
        ("text", str(2**63), "bigint", "text and has values that are no bigint → text"),
        ("text", "'7'", "uuid", "text and has values that are no uuid → text"),
        ("numeric", "7.5", "bigint", "numeric and has values that are no bigint → text"),
        ("bigint", str(2**31), "int", "bigint and has values that are no int → bigint"),
        # The rest is refused, whatever the column holds.
        ("uuid", "null", "int", "uuid → uuid"),
        ("bigint", "null", "uuid", "bigint → bigint"),
        ("integer", "null", "uuid", "integer → int"),
        ("date", "null", "bigint", "date → text"),
        ("boolean", "null", "int", "boolean → text"),
        ("crm.contact_number", "7", "uuid", "integer → int"),
    ],
)
def test_contact_id_of_a_type_that_the_setting_takes_or_not(
    warehouse: Warehouse, column: str, value: str, set_type: str, found: str
) -> None:
    warehouse.execute(
        "create schema crm",
        "create domain crm.contact_number as integer",
        f"create table crm.people (id {column}, email text)",
        f"insert into crm.people values ({value})",  # noqa: S608 - of this file
    )

    answer = problems(warehouse, ECOMMERCE_CONTACTS_ID_TYPE=set_type)

    is_what, _, suggested = found.partition(" → ")
    sentence = (
        f"crm.people.id is {is_what}, but ECOMMERCE_CONTACTS_ID_TYPE is {set_type}."
        f" Set ECOMMERCE_CONTACTS_ID_TYPE={suggested}."
    )
    assert answer == ([sentence] if found else [])


@pytest.mark.parametrize(
    ("column", "is_taken"),
    [("integer", True), ("text", True), ("numeric", True), ("uuid", False), ("date", False)],
)
def test_contact_key_that_is_set_to_int(
    warehouse: Warehouse, column: str, *, is_taken: bool
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
    assert found == ([] if is_taken else [sentence])


def test_aliases_and_interactions_have_the_contacts_id_type(warehouse: Warehouse) -> None:
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
            " Give the column their type, uuid."
        ),
        (
            "crm.events.idContact is bigint, but ECOMMERCE_CONTACTS_ID_TYPE is uuid:"
            " no interaction would find its contact. Set ECOMMERCE_INTERACTIONS_CONTACT_COLUMN"
            " to the column with the contact's id, or give the column the type of the"
            " contacts' ids."
        ),
    ]
    assert with_bigint == [
        (
            "crm.people.id is uuid, but ECOMMERCE_CONTACTS_ID_TYPE is bigint."
            " Set ECOMMERCE_CONTACTS_ID_TYPE=uuid."
        )
    ]


def test_names_in_another_case_are_named_as_they_are(warehouse: Warehouse) -> None:
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
            'There is no table or view crm.people, but "CRM".people.'
            ' Set ECOMMERCE_CONTACTS_RELATION="CRM".people.'
        )
    ]
    assert columns == [
        '"CRM".people has no column "id", but "ID". Set ECOMMERCE_CONTACTS_ID_COLUMN=ID.',
        (
            '"CRM".people has no column "email", but "Email".'
            " Set ECOMMERCE_CONTACTS_EMAIL_COLUMN=Email."
        ),
        (
            'crm.merged has no column "alias_id", but "ALIAS_ID".'
            " Give it alias_id and id_contact."
        ),
    ]
