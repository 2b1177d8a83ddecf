"""Orders find their contacts: by id or by key in one load, rule by rule, late or not.

The contacts lie in a table whose schema, columns and types are none that anyone would expect.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

ANN, BOB, CAT, DAN, EVE, TWIN, LATE = (str(UUID(int=number)) for number in range(1, 8))
# Id, customer number, e-mail address as people type it.
CONTACTS: list[tuple[str, int | None, str | None]] = [
    (ANN, 17, " Ann@Example.COM "),
    (BOB, 18, "bob@bücher.example"),
    (CAT, 19, "zoe\u0308@example.com"),  # the two characters of a decomposed ë
    (DAN, None, "dan@example.com"),
    (EVE, 20, "no address at all"),
    (TWIN, None, "dan.twin@example.com"),
    (str(UUID(int=99)), None, "Dan.Twin@example.com"),
]
CUSTOMERS = {"18": "other@example.com", "c-dan": "dan@example.com", "c-nobody": "x@example.com"}
# What the order brings → method, status, contact, primary key.
ORDERS: dict[str, tuple[dict[str, Any], tuple[str | None, str, str | None, int | None]]] = {
    "by id": ({"contact_id": ANN}, ("id_contact", "matched", ANN, 17)),
    "by id in capitals": ({"contact_id": DAN.upper()}, ("id_contact", "matched", DAN, None)),
    "by key": ({"customer_id": "17"}, ("primary_key", "matched", ANN, 17)),
    "by key with zeros": ({"customer_id": "0017"}, ("primary_key", "matched", ANN, 17)),
    "by id and key": (
        {"contact_id": ANN, "customer_id": "17"},
        ("id_contact", "matched", ANN, 17),
    ),
    "by id and another's key": (
        {"contact_id": ANN, "customer_id": "18"},
        (None, "conflict", None, None),
    ),
    "by an id that nobody has": (
        {"contact_id": str(UUID(int=500)), "email": "ann@example.com"},
        (None, "unmatched", None, None),
    ),
    "by an id in capitals of one who comes late": (
        {"contact_id": f"{UUID(int=0xABC)}".upper()},
        (None, "unmatched", None, None),
    ),
    "by an id that is none": ({"contact_id": "seven"}, (None, "unmatched", None, None)),
    "by key before e-mail": (
        {"customer_id": "18", "email": "ann@example.com"},
        ("primary_key", "matched", BOB, 18),
    ),
    "by the shop's customer": ({"customer_id": "c-dan"}, ("customer", "matched", DAN, None)),
    "by the customer before e-mail": (
        {"customer_id": "c-dan", "email": "ann@example.com"},
        ("customer", "matched", DAN, None),
    ),
    "by e-mail": ({"email": "ANN@example.com"}, ("email", "matched", ANN, 17)),
    "by e-mail with IDN": (
        {"email": "Bob@xn--bcher-kva.example"},
        ("email", "matched", BOB, 18),
    ),
    "by e-mail composed": ({"email": "zoë@example.com"}, ("email", "matched", CAT, 19)),
    "by what is no e-mail": ({"email": "no address at all"}, (None, "guest", None, None)),
    "by two contacts' e-mail": (
        {"email": "dan.twin@example.com"},
        (None, "ambiguous", None, None),
    ),
    "by a customer nobody knows": (
        {"customer_id": "c-nobody"},
        (None, "unmatched", None, None),
    ),
    "as a guest": ({"email": "guest@example.com"}, (None, "guest", None, None)),
    "as the same guest": ({"email": " Guest@EXAMPLE.com"}, (None, "guest", None, None)),
    "as nobody": ({}, (None, "guest", None, None)),
}
FOUND = """
    select "idTransaction", "contactMatchMethod", "contactMatchStatus", "idContact"::text,
        customer_id
    from ecommerce."ECommerce_Transaction"
"""


def found(pipeline: Pipeline) -> dict[str, list[Any]]:
    return {order: rest for order, *rest in pipeline.rows(FOUND)}


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    orders = {name: fields for name, (fields, _) in ORDERS.items()}
    with psycopg.connect(pipeline.postgres.url) as connection, connection.cursor() as cursor:
        raw.create(connection)
        raw.load_shop(connection, orders, CUSTOMERS, yesterday)
        cursor.execute('create schema "Marketing Data"')
        cursor.execute(
            'create table "Marketing Data"."Contact List"'
            ' ("Contact Id" uuid, "Customer No" int, "E-Mail" text)'
        )
        cursor.executemany(
            'insert into "Marketing Data"."Contact List" values (%s, %s, %s)', CONTACTS
        )
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": '"Marketing Data"."Contact List"',
        "ECOMMERCE_CONTACTS_ID_COLUMN": "Contact Id",
        "ECOMMERCE_CONTACTS_ID_TYPE": "uuid",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "Customer No",
        "ECOMMERCE_CONTACTS_KEY_TYPE": "int",
        "ECOMMERCE_CONTACTS_EMAIL_COLUMN": "E-Mail",
    }
    pipeline.build()
    return pipeline


def test_each_order_finds_its_contact_by_the_first_rule_that_anyone_answers(
    built: Pipeline,
) -> None:
    assert found(built) == {name: list(outcome) for name, (_, outcome) in ORDERS.items()}


def test_a_guest_is_one_by_e_mail_and_else_by_order(built: Pipeline) -> None:
    keys = dict(
        built.rows('select "idTransaction", "guestKey" from ecommerce."ECommerce_Transaction"')
    )
    guests = ("as a guest", "as the same guest", "as nobody", "by what is no e-mail")
    guest, same, nobody, other = (keys[name] for name in guests)
    assert guest == same
    assert len({guest, nobody, other}) == 3
    assert {name for name, key in keys.items() if key is None} == {
        name for name, (_, (_, status, *_)) in ORDERS.items() if status == "matched"
    }


def test_contacts_that_come_go_and_change_take_their_orders_along(built: Pipeline) -> None:
    with psycopg.connect(built.postgres.url) as connection, connection.cursor() as cursor:
        table = '"Marketing Data"."Contact List"'
        cursor.execute(f'delete from {table} where "Contact Id" = %s', [CAT])
        cursor.execute(f"insert into {table} values (%s, null, 'guest@example.com')", [LATE])
        cursor.execute(f"insert into {table} values (%s, 21, null)", [UUID(int=0xABC)])
        cursor.execute(
            f'update {table} set "E-Mail" = %s where "Contact Id" = %s', ["x@example.com", TWIN]
        )
    before = found(built)

    built.build()

    changed = {name: now for name, now in found(built).items() if now != before[name]}
    assert changed == {
        "by e-mail composed": [None, "guest", None, None],
        "by an id in capitals of one who comes late": [
            *("id_contact", "matched", str(UUID(int=0xABC)), 21)
        ],
        "as a guest": ["email", "matched", LATE, None],
        "as the same guest": ["email", "matched", LATE, None],
        "by two contacts' e-mail": ["email", "matched", str(UUID(int=99)), None],
        "by a customer nobody knows": ["customer", "matched", TWIN, None],
    }
