"""Orders are matched to contacts by id and by key, rule by rule, also to contacts added later.

The table of contacts has an unusual schema, column names and types.
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
# Id, customer number, e-mail address as a person types it.
CONTACTS: list[tuple[str, int | None, str | None]] = [
    (ANN, 17, " Ann@Example.COM "),
    (BOB, 18, "bob@bücher.example"),
    (CAT, 19, "zoe\u0308@example.com"),  # decomposed ë: two code points
    (DAN, None, "dan@example.com"),
    (EVE, 20, "no address at all"),
    (TWIN, None, "dan.twin@example.com"),
    (str(UUID(int=99)), None, "Dan.Twin@example.com"),
]
# The order has the same text as the contact.
SAME_TEXT = {
    str(UUID(int=50 + number)): text
    for number, text in enumerate(
        [
            "\u0130ris@example.com",
            "\u039d\u0399\u039a\u039f\u03a3@example.com",
            "taro..yamada@docomo.ne.jp",
            "Sam <sam@example.com>",
            "till@shop.test",
            "uwe@xn--bcher-kva.example",
            "mailto:vera@example.com",
        ]
    )
}
CONTACTS += [(contact, None, text) for contact, text in SAME_TEXT.items()]
CUSTOMERS = {"18": "other@example.com", "c-dan": "dan@example.com", "c-nobody": "x@example.com"}
# Fields of the order → method, status, contact, primary key.
ORDERS: dict[str, tuple[dict[str, Any], tuple[str | None, str, str | None, int | None]]] = {
    "by id": ({"contact_id": ANN}, ("id_contact", "matched", ANN, 17)),
    "by an upper-case id": ({"contact_id": DAN.upper()}, ("id_contact", "matched", DAN, None)),
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
    "by an unknown id": (
        {"contact_id": str(UUID(int=500)), "email": "ann@example.com"},
        (None, "unmatched", None, None),
    ),
    "by an upper-case id of a later contact": (
        {"contact_id": f"{UUID(int=0xABC)}".upper()},
        (None, "unmatched", None, None),
    ),
    "by an invalid id": ({"contact_id": "seven"}, (None, "unmatched", None, None)),
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
    "by a composed e-mail": ({"email": "zoë@example.com"}, ("email", "matched", CAT, 19)),
    "by an invalid e-mail": ({"email": "no address at all"}, (None, "guest", None, None)),
    "by an e-mail of two contacts": (
        {"email": "dan.twin@example.com"},
        (None, "ambiguous", None, None),
    ),
    "by an unknown customer": (
        {"customer_id": "c-nobody"},
        (None, "unmatched", None, None),
    ),
    "as a guest": ({"email": "guest@example.com"}, (None, "guest", None, None)),
    "as the same guest": ({"email": " Guest@EXAMPLE.com"}, (None, "guest", None, None)),
    "without a buyer": ({}, (None, "guest", None, None)),
} | {
    f"by {text}": ({"email": text}, ("email", "matched", contact, None))
    for contact, text in SAME_TEXT.items()
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


def test_order_is_matched_by_the_first_applicable_rule(built: Pipeline) -> None:
    assert found(built) == {name: list(outcome) for name, (_, outcome) in ORDERS.items()}


def test_guest_key_comes_from_the_email_else_from_the_order(built: Pipeline) -> None:
    keys = dict(
        built.rows('select "idTransaction", "guestKey" from ecommerce."ECommerce_Transaction"')
    )
    guests = ("as a guest", "as the same guest", "without a buyer", "by an invalid e-mail")
    guest, same, unknown, other = (keys[name] for name in guests)
    assert guest == same
    assert len({guest, unknown, other}) == 3
    assert {name for name, key in keys.items() if key is None} == {
        name for name, (_, (_, status, *_)) in ORDERS.items() if status == "matched"
    }


def test_texts_without_an_address_are_counted(built: Pipeline) -> None:
    [[count]] = built.rows(
        "select failing_count from ecommerce.ecommerce_data_quality"
        " where check_code = 'email_unreadable'"
    )
    assert count == 1  # the order "by an invalid e-mail"


def test_orders_follow_added_changed_and_deleted_contacts(built: Pipeline) -> None:
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
        "by a composed e-mail": [None, "guest", None, None],
        "by an upper-case id of a later contact": [
            *("id_contact", "matched", str(UUID(int=0xABC)), 21)
        ],
        "as a guest": ["email", "matched", LATE, None],
        "as the same guest": ["email", "matched", LATE, None],
        "by an e-mail of two contacts": ["email", "matched", str(UUID(int=99)), None],
        "by an unknown customer": ["customer", "matched", TWIN, None],
    }
