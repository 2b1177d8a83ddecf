"""An erased person is in no relation, also after the shop sends all records again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from psycopg import sql
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

BUILD = ("build", "--exclude-resource-type", "test")
TIME = "2026-01-05T10:00:00Z"
COMMON = {"updated_at": TIME, "created_at": TIME, "currency": "CAD", "total_amount": "1"}
# Personal data of the erased person, in all notations that raw tables contain.
HERS = (
    *("ann@", "ann%40", "Annabel", "+1 555 0100", "17 Elm Street"),
    *("ann%2540", "c-ann-1", "c-ann-2", "c-ann-3", "4711", "gclid-of-ann", "code-of-ann"),
)
CUSTOMERS: list[dict[str, Any]] = [
    {
        "id": "c-ann-1",
        "email": "Ann@Bücher.example",
        "first_name": "Annabel",
        "last_name": "Lee",
        "phone": "+1 555 0100",
        "attributes": {"street": "17 Elm Street"},
    },
    {"id": "c-ann-2", "email": "ann@xn--bcher-kva.example"},
    {"id": "c-bob", "email": "bob@example.com", "first_name": "Bob"},
]
ORDERS: list[dict[str, Any]] = [
    {
        "id": "by e-mail",
        "email": "ANN@bücher.example",
        "landing_url": "https://shop.example/?email=ann%40b%C3%BCcher.example&x=gclid-of-ann",
        "id_visit": "4711",
        "refunds": [{"id": "r", "amount": "1", "created_at": TIME, "reason": "Annabel moved"}],
    },
    {
        "id": "by account",
        "customer_id": "c-ann-1",
        "attributes": {"to": "17 Elm Street"},
        "discount_codes": ["code-of-ann"],
        "items": [{"id": "1", "quantity": "1", "unit_price_amount": "1"}],
    },
    {"id": "by another account", "customer_id": "c-ann-2", "email": "other@example.com"},
    {"id": "by contact", "contact_id": "4711"},
    {"id": "rejected " + "x" * 100, "email": "ann@bücher.example"},
    {
        "id": "of Bob, for her",
        "customer_id": "c-bob",
        "email": "bob@example.com",
        "attributes": {"gift for": ["ann@bücher.example"]},
        "order_name": "#7 for <ann@bücher.example>",
        "referrer_url": "https://x.example/?to=https%3A%2F%2Fy%2F%3Fe%3Dann%2540b%25C3%25BCcher.example",
        "utm_term": "ann@bücher.example",
        "items": [{"id": "1", "product_name": "Mug of ann@bücher.example"}],
        "refunds": [{"id": "r", "amount": "1", "reason": "ann@bücher.example has one"}],
    },
    {"id": "of Bob", "customer_id": "c-bob", "email": "bob@example.com"},
]
REJECTED = [
    '{"id": null, "customer_id": "c-ann-1", "name": "Annabel"}',
    '{"id": null, "customer": {"email": "ann@b\\u00fccher.example"}}',
    "ann@bücher.example;Annabel;17 Elm Street",
    '{"id": null, "customer_id": "c-bob"}',
]


# Types that other loaders use where target-postgres has jsonb and timestamp.
OTHER_TYPES = (
    "alter table ecommerce_raw.transactions alter attributes type text",
    "alter table ecommerce_raw.transactions alter discount_codes type text",
    "alter table ecommerce_raw.refunds alter _sdc_batched_at type text",
    "alter table ecommerce_raw.customers alter _sdc_batched_at type timestamptz",
)


def load(
    pipeline: Pipeline,
    loaded_at: datetime,
    orders: Sequence[dict[str, Any]] = ORDERS,
    accounts: Sequence[dict[str, Any]] = CUSTOMERS,
) -> None:
    """Load all records of the shop, or only new ones, as the next sync would."""
    loads: dict[str, list[dict[str, Any]]] = {
        "shops": [{"currency": "CAD", "time_zone": "UTC"}],
        "rejected_records": [
            {
                "stream": "transactions",
                "record_hash": str(number),
                "reason_code": "no_key",
                "message": "The record has no id.",
                "payload": payload,
            }
            for number, payload in enumerate(REJECTED)
        ],
    }
    for stream, stdin in (("transactions", orders), ("customers", accounts)):
        page = Page()
        for record in stdin:
            normalize.add(stream, normalize.NormalizedRecord({**COMMON, **record}), page)
        loads[stream] = page.records
        loads |= page.embedded
    with psycopg.connect(pipeline.postgres.url) as connection:
        for stream, loaded in loads.items():
            raw.load(connection, stream, [{**r, "shop_id": "s"} for r in loaded], loaded_at)


def relations_with_personal_data(pipeline: Pipeline) -> set[str]:
    """Return the relations of the warehouse that contain her personal data."""
    found = set()
    patterns = ["%" + value.replace("%", r"\%") + "%" for value in HERS]
    with psycopg.connect(pipeline.postgres.url) as connection:
        relations = connection.execute(
            """
            select oid::regclass::text, relnamespace::regnamespace::text, relname
            from pg_class
            where relkind in ('r', 'v', 'm', 'p')
                and relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
            """
        ).fetchall()
        assert len(relations) > 20
        for name, schema, relation in relations:
            rows = connection.execute(
                sql.SQL(
                    "select whole::text from {} as whole where whole::text ilike any(%s)"
                ).format(sql.Identifier(schema, relation)),
                [patterns],
            ).fetchall()
            if rows:
                found.add(name)
    return found


@pytest.fixture(scope="module")
def erased(pipeline: Pipeline) -> Pipeline:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        for statement in OTHER_TYPES:
            connection.execute(statement)
    load(pipeline, yesterday)
    pipeline.settings["ECOMMERCE_ERASURE_KEY"] = "k" * 32
    pipeline.build()
    assert len(relations_with_personal_data(pipeline)) > 5
    with psycopg.connect(pipeline.postgres.url) as connection:
        # The lines of this order are incomplete, so a build would leave its row unchanged.
        connection.execute(
            "update ecommerce_raw.transactions set version = 'half'"
            " where transaction_id = 'by account'"
        )

    # A list as a spreadsheet saves it, with a byte order mark.
    people = "\ufeffAnn@xn--bcher-kva.example\n\ncontact 4711\n"
    done = pipeline.ecommerce("erase", stdin=people)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "Anonymized 5 orders and 7 texts, deleted 2 accounts." in done.stdout
    return pipeline


def test_no_relation_contains_an_erased_person(erased: Pipeline) -> None:
    assert relations_with_personal_data(erased) == set()


def test_erased_person_stays_erased_after_the_shop_resends(erased: Pipeline) -> None:
    load(erased, datetime.now(timezone.utc))
    assert relations_with_personal_data(erased) != set()

    done = erased.ecommerce(*BUILD)

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert relations_with_personal_data(erased) == set()


def test_account_linked_later_to_the_person_is_erased(erased: Pipeline) -> None:
    order = {"id": "by a later account", "customer_id": "c-ann-3"}
    load(erased, datetime.now(timezone.utc), [order], [])
    assert erased.ecommerce(*BUILD).returncode == 0
    assert "ecommerce.ecommerce_contacts" in relations_with_personal_data(erased)
    account = {"id": "c-ann-3", "email": "ann@bücher.example"}
    load(erased, datetime.now(timezone.utc), accounts=[*CUSTOMERS, account])

    done = erased.ecommerce(*BUILD, "--full-refresh")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert relations_with_personal_data(erased) == set()


def test_orders_of_an_erased_person_stay_without_the_buyer(erased: Pipeline) -> None:
    orders = erased.rows(
        """
        select "idTransaction", "contactMatchStatus", "idContact" is null, "guestKey", "Total"
        from ecommerce."ECommerce_Transaction"
        """
    )
    rejected = erased.rows("select transaction_id from ecommerce.ecommerce_rejects")

    erased_order = ("erased", True, None, 1)
    assert {order: tuple(rest) for order, *rest in orders} == {
        "by e-mail": erased_order,
        "by account": erased_order,
        "by another account": erased_order,
        "by contact": erased_order,
        "by a later account": erased_order,
        "of Bob, for her": ("matched", False, None, 1),
        "of Bob": ("matched", False, None, 1),
    }
    assert ("rejected " + "x" * 100,) in rejected


@pytest.mark.parametrize(
    ("key", "commands", "problem"),
    [
        (
            "",
            ("check", "build"),
            (
                "ecommerce.ecommerce_erasures lists erased people, but ECOMMERCE_ERASURE_KEY is"
                " not set. Set it to the key that the list was created with."
            ),
        ),
        (
            "",
            ("erase",),
            (
                "ECOMMERCE_ERASURE_KEY is not set: the suppression list needs a key."
                " Set it to a secret, such as the output of: openssl rand -hex 32"
            ),
        ),
        (
            "canary of another key, as long as it must be",
            ("check", "build", "erase"),
            (
                "ECOMMERCE_ERASURE_KEY is not the key that the list"
                " ecommerce.ecommerce_erasures was created with. Set it to that key."
            ),
        ),
    ],
)
def test_build_without_the_erasure_key_fails(
    erased: Pipeline, key: str, commands: tuple[str, ...], problem: str
) -> None:
    right = erased.settings["ECOMMERCE_ERASURE_KEY"]
    erased.settings["ECOMMERCE_ERASURE_KEY"] = key
    try:
        for command in commands:
            done = erased.ecommerce(command, stdin="bob@example.com")
            assert done.returncode == 1
            assert done.stderr.splitlines() == [problem]
    finally:
        erased.settings["ECOMMERCE_ERASURE_KEY"] = right


@pytest.mark.thorough
def test_erased_contact_in_users_table_is_reported_until_deleted(erased: Pipeline) -> None:
    by_contact = [
        {"id": "of Bob, as he was called", "contact_id": "robert"},
        {"id": "of another", "contact_id": "Robert"},
    ]
    load(erased, datetime.now(timezone.utc), by_contact, [])
    with psycopg.connect(erased.postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("drop table ecommerce.ecommerce_contacts cascade")
        cursor.execute("create schema crm")
        cursor.execute("create table crm.people (id text, number text, email text)")
        cursor.executemany(
            "insert into crm.people values (%s, %s, %s)",
            [
                ("bob@example.com", "c-bob", "bob@example.com"),
                ("Robert", "C-BOB", "other.bob@example.com"),
            ],
        )
        cursor.execute("create table crm.merged (alias_id text, id_contact text)")
        cursor.execute("insert into crm.merged values ('robert', 'bob@example.com')")
    erased.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
        "ECOMMERCE_CONTACTS_ID_TYPE": "text",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
        "ECOMMERCE_CONTACT_ALIASES_RELATION": "crm.merged",
    }
    erased.build("--full-refresh")

    first = erased.ecommerce("erase", stdin="bob@example.com")
    with psycopg.connect(erased.postgres.url) as connection:
        connection.execute("delete from crm.people where number = 'c-bob'")
    second = erased.ecommerce("erase", stdin="bob@example.com")

    assert first.returncode == 1
    assert first.stderr == (
        "crm.people still lists 1 of them, and so does ecommerce_contacts."
        " Delete them in your contacts, then run the same command again.\n"
    )
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr
    assert erased.rows("select id_contact from ecommerce.ecommerce_contacts") == [("Robert",)]
    assert set(
        erased.rows(
            """
            select "contactMatchStatus", "idContact", customer_id
            from ecommerce."ECommerce_Transaction"
            """
        )
    ) == {("erased", None, None), ("matched", "Robert", "C-BOB")}
