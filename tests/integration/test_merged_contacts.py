"""Orders of merged contacts move to the remaining contact, in any sequence of events.

A contact's primary key is its e-mail address, and ids are text.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

CONTACTS = [
    ("ann", "Ann@Example.com"),
    ("old", "old@example.com"),
    ("bob", "bob@example.com"),
    ("tick", "tick@example.com"),
    ("tock", "tock@example.com"),
    ("self", "self@example.com"),
    ("torn", "torn@example.com"),
    ("twice", "one@example.com"),
    ("twice", "two@example.com"),
    (None, "nobody@example.com"),
]
ALIASES = [
    ("older", "old"),  # through a contact that was merged too
    ("old", "ann"),
    ("tick", "tock"),  # in a circle
    ("tock", "tick"),
    ("into the circle", "tick"),
    ("self", "self"),
    ("torn", "ann"),  # into two contacts
    ("torn", "bob"),
    ("bob", "late"),  # into a contact that is added later
    (None, "ann"),
    ("lost", None),
]
# Only the contacts change, so views, products, lines and statistics stay as they are.
CHANGED = (
    *("run", "--select", "+ecommerce_rejects", "+ecommerce_sales_ledger", "+ECommerce_Item"),
    *("--exclude", "config.materialized:view"),
)
ORDERS = {
    **{f"by id {name}": {"contact_id": name} for name in ("ann", "old", "older", "twice")},
    "by id into the circle": {"contact_id": "into the circle"},
    **{
        f"by e-mail {name}": {"email": f"{name}@example.com"}
        for name in ("ann", "old", "bob", "tick", "self", "torn", "one", "nobody")
    },
    "by id and key": {"contact_id": "older", "email": "ann@example.com"},
    "by id and another's key": {"contact_id": "older", "email": "bob@example.com"},
}
ANN = ["matched", "ann", "Ann@Example.com"]
AT_FIRST = {
    "by id ann": ANN,
    "by id old": ANN,
    "by id older": ANN,
    "by id twice": ["ambiguous", None, None],
    "by id into the circle": ["unmatched", None, None],
    "by e-mail ann": ANN,
    "by e-mail old": ANN,
    "by e-mail bob": ["matched", "bob", "bob@example.com"],
    "by e-mail tick": ["matched", "tick", "tick@example.com"],
    "by e-mail self": ["matched", "self", "self@example.com"],
    "by e-mail torn": ["matched", "torn", "torn@example.com"],
    "by e-mail one": ["ambiguous", None, None],
    "by e-mail nobody": ["guest", None, None],
    "by id and key": ANN,
    "by id and another's key": ["conflict", None, None],
}


def found(pipeline: Pipeline) -> dict[str, list[str | None]]:
    """Return by order the match status, the contact and its primary key."""
    query = """
        select "idTransaction", "contactMatchStatus", "idContact", customer_id
        from ecommerce."ECommerce_Transaction"
    """
    return {order: rest for order, *rest in pipeline.rows(query)}


def change(pipeline: Pipeline, *statements: str) -> dict[str, list[str | None]]:
    """Change the contacts, build, and return the orders whose match changed."""
    before = found(pipeline)
    with psycopg.connect(pipeline.postgres.url) as connection:
        for statement in statements:
            connection.execute(statement)
    pipeline.dbt(*CHANGED)
    return {order: now for order, now in found(pipeline).items() if now != before[order]}


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with psycopg.connect(pipeline.postgres.url) as connection, connection.cursor() as cursor:
        raw.create(connection)
        raw.load_shop(connection, ORDERS, {}, yesterday)
        cursor.execute("create schema crm")
        cursor.execute("create table crm.people (code text, mail text)")
        cursor.execute("create table crm.merged (alias_id text, id_contact text)")
        cursor.executemany("insert into crm.people values (%s, %s)", CONTACTS)
        cursor.executemany("insert into crm.merged values (%s, %s)", ALIASES)
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "code",
        "ECOMMERCE_CONTACTS_ID_TYPE": "text",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "mail",
        "ECOMMERCE_CONTACTS_EMAIL_COLUMN": "mail",
        "ECOMMERCE_CONTACT_ALIASES_RELATION": "crm.merged",
    }
    pipeline.build()
    return pipeline


def test_orders_of_merged_contacts_belong_to_the_remaining_one(built: Pipeline) -> None:
    assert found(built) == AT_FIRST


def test_alias_without_a_contact_gives_a_warning(built: Pipeline) -> None:
    name = "ecommerce_aliases_lead_to_one_contact"
    built.dbt("test", "--select", name, "--store-failures")

    assert sorted(built.rows(f"select * from ecommerce_dbt_test__audit.{name}"), key=str) == [
        ("bob", "late"),
        ("into the circle", "tick"),
        ("lost", None),
        ("self", "self"),
        ("tick", "tock"),
        ("tock", "tick"),
        ("torn", "ann"),
        ("torn", "bob"),
        (None, "ann"),
    ]


def test_orders_follow_merged_and_separated_contacts(built: Pipeline) -> None:
    gone = change(built, "delete from crm.people where code = 'old'")
    assert gone == {}  # a merged contact is still matched by its snapshot

    late = change(built, "insert into crm.people values ('late', 'late@example.com')")
    assert late == {
        "by e-mail bob": ["matched", "late", "late@example.com"],
    }

    parted = change(built, "delete from crm.merged where alias_id = 'old'")
    assert parted == {
        "by id old": ["unmatched", None, None],
        "by id older": ["unmatched", None, None],
        "by e-mail old": ["guest", None, None],
        "by id and key": ["unmatched", None, None],
        "by id and another's key": ["unmatched", None, None],
    }

    separated = change(built, "delete from crm.people where mail = 'two@example.com'")
    assert separated == {
        "by id twice": ["matched", "twice", "one@example.com"],
        "by e-mail one": ["matched", "twice", "one@example.com"],
    }
