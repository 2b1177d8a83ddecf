"""Who is erased is nowhere any more, and stays so when the shop sends everything again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from psycopg import sql
from tap_shopapp import records
from tap_shopapp.applications.base import Page

if TYPE_CHECKING:
    from conftest import Pipeline

pytestmark = pytest.mark.pipeline

TIME = "2026-01-05T10:00:00Z"
COMMON = {"updated_at": TIME, "created_at": TIME, "currency": "CAD", "total_amount": "1"}
# All that tells of her, in the forms in which it lies somewhere.
HERS = (
    *("ann@", "ann%40", "Annabel", "+1 555 0100", "17 Elm Street"),
    *("c-ann-1", "c-ann-2", "4711", "visit-of-ann", "gclid-of-ann"),
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
    {"id": "by account", "customer_id": "c-ann-1", "attributes": {"to": "17 Elm Street"}},
    {"id": "by another account", "customer_id": "c-ann-2", "email": "other@example.com"},
    {"id": "by contact", "contact_id": "4711"},
    {"id": "rejected " + "x" * 100, "email": "ann@bücher.example"},
    {
        "id": "of Bob, for her",
        "customer_id": "c-bob",
        "email": "bob@example.com",
        "attributes": {"gift for": ["ann@bücher.example"]},
    },
    {"id": "of Bob", "customer_id": "c-bob", "email": "bob@example.com"},
]
REJECTED = [
    '{"id": null, "customer_id": "c-ann-1", "name": "Annabel"}',
    '{"id": null, "customer": {"email": "ann@b\\u00fccher.example"}}',
    "ann@bücher.example;Annabel;17 Elm Street",
    '{"id": null, "customer_id": "c-bob"}',
]


def load(pipeline: Pipeline, loaded_at: datetime) -> None:
    """Load all that the shop has, as its next sync would."""
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
    for stream, given in (("transactions", ORDERS), ("customers", CUSTOMERS)):
        page = Page()
        for record in given:
            records.add(stream, records.Draft({**COMMON, **record}), page)
        loads[stream] = page.records
        loads |= page.embedded
    with psycopg.connect(pipeline.postgres.url) as connection:
        for stream, loaded in loads.items():
            raw.load(connection, stream, [{**r, "shop_id": "s"} for r in loaded], loaded_at)


def relations_that_tell_of_her(pipeline: Pipeline) -> set[str]:
    """Search every relation of the warehouse for everything that tells of her."""
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
    load(pipeline, yesterday)
    pipeline.settings["ECOMMERCE_ERASURE_KEY"] = "k" * 32
    pipeline.build()
    assert len(relations_that_tell_of_her(pipeline)) > 5

    done = pipeline.ecommerce("erase", given="Ann@xn--bcher-kva.example\n\ncontact 4711\n")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "Scrubbed 5 orders, 2 accounts and 5 texts." in done.stdout
    return pipeline


def test_nothing_tells_of_an_erased_person(erased: Pipeline) -> None:
    assert relations_that_tell_of_her(erased) == set()


def test_what_the_shop_sends_again_does_not_come_back(erased: Pipeline) -> None:
    load(erased, datetime.now(timezone.utc))
    assert relations_that_tell_of_her(erased) != set()

    done = erased.ecommerce("build")

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert relations_that_tell_of_her(erased) == set()


def test_orders_stay_without_who_bought(erased: Pipeline) -> None:
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
                "ecommerce.ecommerce_erasures lists erased people, and ECOMMERCE_ERASURE_KEY is"
                " not set. Set the key that the list was begun with."
            ),
        ),
        (
            "canary of another key, as long as it must be",
            ("check", "build", "erase"),
            (
                "ECOMMERCE_ERASURE_KEY is not the key that the list"
                " ecommerce.ecommerce_erasures was begun with. Set that one."
            ),
        ),
    ],
)
def test_without_the_key_nothing_is_built(
    erased: Pipeline, key: str, commands: tuple[str, ...], problem: str
) -> None:
    right = erased.settings["ECOMMERCE_ERASURE_KEY"]
    erased.settings["ECOMMERCE_ERASURE_KEY"] = key
    try:
        for command in commands:
            done = erased.ecommerce(command, given="bob@example.com")
            assert done.returncode == 1
            assert done.stderr.splitlines() == [problem]
    finally:
        erased.settings["ECOMMERCE_ERASURE_KEY"] = right


def test_contacts_of_the_users_own_are_named_until_they_are_gone(erased: Pipeline) -> None:
    with psycopg.connect(erased.postgres.url) as connection:
        connection.execute("drop table ecommerce.ecommerce_contacts cascade")
        connection.execute("create schema crm")
        connection.execute("create table crm.people (id text, number text, email text)")
        connection.execute(
            "insert into crm.people values ('bob@example.com', 'c-bob', 'bob@example.com')"
        )
    erased.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
        "ECOMMERCE_CONTACTS_ID_TYPE": "text",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
    }
    erased.build("--full-refresh")

    first = erased.ecommerce("erase", given="bob@example.com")
    with psycopg.connect(erased.postgres.url) as connection:
        connection.execute("delete from crm.people")
    second = erased.ecommerce("erase", given="bob@example.com")

    assert first.returncode == 1
    assert first.stderr == (
        "crm.people still lists 1 of them, and so does our mirror of it."
        " Delete them there, then type the same again.\n"
    )
    assert second.returncode == 0, second.stdout[-3000:] + second.stderr
    assert erased.rows("select * from ecommerce.ecommerce_contacts") == []
    assert erased.rows(
        """
        select distinct "contactMatchStatus", "idContact", customer_id
        from ecommerce."ECommerce_Transaction"
        """
    ) == [("erased", None, None)]
