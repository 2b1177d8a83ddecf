"""Settings that do not fit the contents of the tables, and the sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from warehouses import Warehouse

FILLED = (
    "create schema ecommerce",
    (
        'create table ecommerce."ECommerce_Transaction"'
        ' ("idTransaction" text, "idShop" text, "Currency" text)'
    ),
    """insert into ecommerce."ECommerce_Transaction" values
        ('1', 'toys', null), ('2', 'toys', 'CAD'), ('3', 'toys', 'CAD')""",
)
CONTACTS = (
    "create schema crm",
    'create table crm.people ("idContact" bigint, email text, number text)',
    "create schema ecommerce",
    "create schema ecommerce_staging",
    "create table ecommerce.ecommerce_contacts (id_contact bigint)",
    "insert into ecommerce.ecommerce_contacts values (1)",
    *FILLED[1:],
    """create view ecommerce_staging.int_ecommerce__contacts_current as
        select "idContact" from crm.people""",
)
REBUILD = "type: meltano invoke ecommerce:build --full-refresh"
START_ANEW = (
    'or, to match every order anew, drop "ecommerce"."ecommerce_contacts" with cascade'
    f" and {REBUILD}"
)


def test_a_currency_in_small_letters_is_understood(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="cad").code == 0


def test_another_currency_on_filled_tables_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="USD").problems == [
        (
            "The tables hold amounts in CAD, and ECOMMERCE_CURRENCY is USD."
            f" Set ECOMMERCE_CURRENCY=CAD; or, to convert everything anew, {REBUILD}"
        )
    ]


def test_another_id_format_on_filled_tables_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)
    refused = warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified")
    warehouse.execute(
        """update ecommerce."ECommerce_Transaction"
            set "idTransaction" = "idShop" || ':' || "idTransaction" """
    )

    assert refused.problems == [
        (
            "The tables hold plain ids, and ECOMMERCE_ID_FORMAT is qualified."
            f" Set ECOMMERCE_ID_FORMAT=plain; or, to give every row its other id, {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0
    assert warehouse.ecommerce("check").problems == [
        (
            "The tables hold qualified ids, and ECOMMERCE_ID_FORMAT is plain."
            f" Set ECOMMERCE_ID_FORMAT=qualified; or, to give every row its other id, {REBUILD}"
        )
    ]


def test_empty_tables_take_any_currency_and_id_format(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED[:-1])

    answer = warehouse.ecommerce(
        "check", ECOMMERCE_CURRENCY="USD", ECOMMERCE_ID_FORMAT="qualified"
    )

    assert answer.code == 0


@pytest.mark.parametrize(
    ("id_type", "is_taken"), [("bigint", True), ("text", True), ("int", False), ("uuid", False)]
)
def test_ids_that_the_shops_own_customers_cannot_have_are_refused(
    warehouse: Warehouse, id_type: str, *, is_taken: bool
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_ID_TYPE=id_type)

    assert (answer.code == 0) == is_taken
    if not is_taken:
        assert answer.problems == [
            (
                f"ECOMMERCE_CONTACTS_ID_TYPE is {id_type}, and ECOMMERCE_CONTACTS_RELATION is"
                " empty: the shops' own customers have no such ids. Set"
                " ECOMMERCE_CONTACTS_ID_TYPE=bigint, or name your contacts in"
                " ECOMMERCE_CONTACTS_RELATION."
            )
        ]


def test_keys_that_the_shops_own_customers_cannot_have_are_refused(
    warehouse: Warehouse,
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_KEY_TYPE="int")

    assert answer.problems == [
        (
            "ECOMMERCE_CONTACTS_KEY_TYPE is int, and ECOMMERCE_CONTACTS_KEY_COLUMN is empty:"
            " the shops' own customer ids are text. Set ECOMMERCE_CONTACTS_KEY_TYPE=text, or"
            " name the key's column in ECOMMERCE_CONTACTS_KEY_COLUMN."
        )
    ]


def test_another_type_of_contact_id_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS)

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
        ECOMMERCE_CONTACTS_ID_TYPE="text",
    )

    assert answer.problems == [
        (
            "The tables hold contact ids of type bigint, and ECOMMERCE_CONTACTS_ID_TYPE is"
            f" text. Set ECOMMERCE_CONTACTS_ID_TYPE=bigint; {START_ANEW}"
        )
    ]


def test_another_relation_of_contacts_is_refused(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS, "create table crm.others as table crm.people")
    same = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION='"crm".people')
    other = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.others")
    none = warehouse.ecommerce("check")

    assert same.code == 0
    assert other.problems == [
        (
            "The tables hold contacts of crm.people, and ECOMMERCE_CONTACTS_RELATION is"
            f" crm.others. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {START_ANEW}"
        )
    ]
    assert none.problems == [
        (
            "The tables hold contacts of crm.people, and ECOMMERCE_CONTACTS_RELATION is"
            f" empty. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {START_ANEW}"
        )
    ]


def test_contacts_after_the_shops_own_are_refused(warehouse: Warehouse) -> None:
    warehouse.execute(
        *CONTACTS[:-1],
        "create table ecommerce_staging.customers (id bigint)",
        """create view ecommerce_staging.int_ecommerce__contacts_current as
            select id from ecommerce_staging.customers""",
    )

    assert warehouse.ecommerce("check").code == 0
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.people")
    assert answer.problems == [
        (
            "The tables hold contacts of the shops themselves, and"
            " ECOMMERCE_CONTACTS_RELATION is crm.people."
            f" Set ECOMMERCE_CONTACTS_RELATION=; {START_ANEW}"
        )
    ]


def test_plain_ids_of_two_shops_are_refused(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw",
        "create table ecommerce_raw.shops (shop_id text)",
        "insert into ecommerce_raw.shops values ('toys'), ('books')",
    )

    assert warehouse.ecommerce("check").problems == [
        (
            "There are orders of the shops books and toys, whose plain ids can meet."
            f" Set ECOMMERCE_ID_FORMAT=qualified, then {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0
