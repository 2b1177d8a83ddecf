"""Contacts with ids and keys of every supported type, one warehouse per pair of types.

Other tests cover these pairs: uuid and int (`test_contacts.py`), int and int
(`test_contact_numbers.py`), bigint and text (`test_main_job.py`), text and text
(`test_erasure.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
import pytest
import raw
from psycopg import sql

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
ID = UUID("0a0b0c0d-0000-0000-0000-000000000001")
# A double cannot represent this number.
LARGE = 2**53 + 1
ORDERS: dict[str, dict[str, Any]] = {
    "by bigint": {"contact_id": str(LARGE)},
    "by bigint with zeros": {"contact_id": f"00{LARGE}"},
    "by int": {"contact_id": "7"},
    "by int with zeros": {"contact_id": "007"},
    "by uuid": {"contact_id": str(ID)},
    "by uuid in capitals": {"contact_id": str(ID).upper()},
    "by text": {"contact_id": "Contact 7"},
    "by text in capitals": {"contact_id": "CONTACT 7"},
    "by key": {"customer_id": "17"},
    "by key with zeros": {"customer_id": "0017"},
}
IDS: dict[str, tuple[Any, str, set[str]]] = {
    # The contact's id, its type in Postgres, the orders that match it.
    "bigint": (LARGE, "bigint", {"by bigint", "by bigint with zeros"}),
    "int": (7, "integer", {"by int", "by int with zeros"}),
    "uuid": (ID, "uuid", {"by uuid", "by uuid in capitals"}),
    "text": ("Contact 7", "text", {"by text"}),
}
KEYS: dict[str, tuple[Any, str, set[str]]] = {
    "int": (17, "integer", {"by key", "by key with zeros"}),
    "text": ("17", "text", {"by key"}),
}


@pytest.fixture(scope="module")
def loaded(pipeline: Pipeline) -> Pipeline:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_shop(connection, ORDERS, {}, yesterday)
        connection.execute("create schema crm")
    return pipeline


@pytest.mark.parametrize(
    ("id_type", "key_type"),
    [("bigint", "int"), ("int", "text"), ("uuid", "text"), ("text", "int")],
)
def test_contact_is_matched_by_ids_and_keys_of_any_type(
    loaded: Pipeline, id_type: str, key_type: str
) -> None:
    id_contact, id_column, by_id = IDS[id_type]
    key, key_column, by_key = KEYS[key_type]
    people = f"people_{id_type}_{key_type}"
    with psycopg.connect(loaded.postgres.url) as connection:
        # Another schema would make dbt parse the whole project again.
        connection.execute("drop schema if exists ecommerce, ecommerce_staging cascade")
        table = sql.Identifier("crm", people)
        connection.execute(
            sql.SQL("create table {} (id {}, number {}, email text)").format(
                table, sql.SQL(id_column), sql.SQL(key_column)
            )
        )
        connection.execute(
            sql.SQL("insert into {} values (%s, %s, null)").format(table), [id_contact, key]
        )
    loaded.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": f"crm.{people}",
        "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
        "ECOMMERCE_CONTACTS_ID_TYPE": id_type,
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
        "ECOMMERCE_CONTACTS_KEY_TYPE": key_type,
    }

    loaded.dbt("build", "--select", "+ECommerce_Transaction", *WITHOUT_TESTS)

    found = loaded.rows(
        """
        select "idTransaction", "idContact", customer_id
        from ecommerce."ECommerce_Transaction" where "contactMatchStatus" = 'matched'
        """
    )
    assert {order: tuple(rest) for order, *rest in found} == dict.fromkeys(
        by_id | by_key, (id_contact, key)
    )
    assert dict(
        loaded.rows(
            """
            select column_name, data_type from information_schema.columns
            where table_schema = 'ecommerce' and table_name = 'ECommerce_Transaction'
                and column_name in ('idContact', 'customer_id')
            """
        )
    ) == {"idContact": id_column, "customer_id": key_column}
