"""``ecommerce check``: settings that differ from the contents of the tables."""

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
REMATCH = (
    'or, to match all orders again, drop "ecommerce"."ecommerce_contacts" with cascade'
    f" and {REBUILD}"
)


def test_check_with_lower_case_currency_accepts_it(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="cad").code == 0


def test_check_with_other_currency_on_filled_tables_reports_it(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)

    assert warehouse.ecommerce("check", ECOMMERCE_CURRENCY="USD").problems == [
        (
            "The tables hold amounts in CAD, but ECOMMERCE_CURRENCY is USD."
            f" Set ECOMMERCE_CURRENCY=CAD; or, to convert all amounts again, {REBUILD}"
        )
    ]


def test_check_with_other_id_format_on_filled_tables_reports_it(warehouse: Warehouse) -> None:
    warehouse.execute(*FILLED)
    refused = warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified")
    warehouse.execute(
        """update ecommerce."ECommerce_Transaction"
            set "idTransaction" = "idShop" || ':' || "idTransaction" """
    )

    assert refused.problems == [
        (
            "The tables hold plain ids, but ECOMMERCE_ID_FORMAT is qualified."
            f" Set ECOMMERCE_ID_FORMAT=plain; or, to change the ids of all rows, {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0
    assert warehouse.ecommerce("check").problems == [
        (
            "The tables hold qualified ids, but ECOMMERCE_ID_FORMAT is plain."
            f" Set ECOMMERCE_ID_FORMAT=qualified; or, to change the ids of all rows, {REBUILD}"
        )
    ]


def test_check_with_empty_tables_accepts_any_currency_and_ids(
    warehouse: Warehouse,
) -> None:
    warehouse.execute(*FILLED[:-1])

    answer = warehouse.ecommerce(
        "check", ECOMMERCE_CURRENCY="USD", ECOMMERCE_ID_FORMAT="qualified"
    )

    assert answer.code == 0


@pytest.mark.parametrize(
    ("id_type", "is_accepted"),
    [("bigint", True), ("text", True), ("int", False), ("uuid", False)],
)
def test_check_without_contacts_reports_unsupported_id_types(
    warehouse: Warehouse, id_type: str, *, is_accepted: bool
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_ID_TYPE=id_type)

    assert (answer.code == 0) == is_accepted
    if not is_accepted:
        assert answer.problems == [
            (
                f"ECOMMERCE_CONTACTS_ID_TYPE is {id_type}, but ECOMMERCE_CONTACTS_RELATION is"
                " empty: the shops' customers have no such ids. Set"
                " ECOMMERCE_CONTACTS_ID_TYPE=bigint, or name your contacts in"
                " ECOMMERCE_CONTACTS_RELATION."
            )
        ]


def test_check_without_key_column_reports_key_type_int(
    warehouse: Warehouse,
) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_KEY_TYPE="int")

    assert answer.problems == [
        (
            "ECOMMERCE_CONTACTS_KEY_TYPE is int, but ECOMMERCE_CONTACTS_KEY_COLUMN is empty:"
            " the shops' customer ids are text. Set ECOMMERCE_CONTACTS_KEY_TYPE=text, or"
            " name the key column in ECOMMERCE_CONTACTS_KEY_COLUMN."
        )
    ]


def test_check_with_other_contact_id_type_reports_it(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS)

    answer = warehouse.ecommerce(
        "check",
        ECOMMERCE_CONTACTS_RELATION="crm.people",
        ECOMMERCE_CONTACTS_ID_TYPE="text",
    )

    assert answer.problems == [
        (
            "The tables hold contact ids of type bigint, but ECOMMERCE_CONTACTS_ID_TYPE is"
            f" text. Set ECOMMERCE_CONTACTS_ID_TYPE=bigint; {REMATCH}"
        )
    ]


def test_check_with_other_contacts_relation_reports_it(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS, "create table crm.others as table crm.people")
    same = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION='"crm".people')
    other = warehouse.ecommerce("check", ECOMMERCE_CONTACTS_RELATION="crm.others")
    none = warehouse.ecommerce("check")

    assert same.code == 0
    assert other.problems == [
        (
            "The tables hold contacts from crm.people, but ECOMMERCE_CONTACTS_RELATION is"
            f" crm.others. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {REMATCH}"
        )
    ]
    assert none.problems == [
        (
            "The tables hold contacts from crm.people, but ECOMMERCE_CONTACTS_RELATION is"
            f" empty. Set ECOMMERCE_CONTACTS_RELATION=crm.people; {REMATCH}"
        )
    ]


def test_check_with_new_contacts_relation_reports_it(warehouse: Warehouse) -> None:
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
            "The tables hold contacts from the shops, but"
            " ECOMMERCE_CONTACTS_RELATION is crm.people."
            f" Set ECOMMERCE_CONTACTS_RELATION=; {REMATCH}"
        )
    ]


def test_check_with_two_shops_reports_plain_ids(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw",
        "create table ecommerce_raw.shops (shop_id text)",
        "insert into ecommerce_raw.shops values ('toys'), ('books')",
    )

    assert warehouse.ecommerce("check").problems == [
        (
            "There are orders from the shops books and toys, and their plain ids can collide."
            f" Set ECOMMERCE_ID_FORMAT=qualified, then {REBUILD}"
        )
    ]
    assert warehouse.ecommerce("check", ECOMMERCE_ID_FORMAT="qualified").code == 0
