"""Ids and customer numbers match as numbers, in any notation of the shop and the contacts.

The contacts have both in text columns with leading zeros, and are added after their orders.
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

ORDERS = {
    "by id": {"contact_id": "7"},
    "by id with zeros": {"contact_id": "0007"},
    "by an id beyond the type": {"contact_id": "99999999999"},
    "by key": {"customer_id": "17"},
    "by key with zeros": {"customer_id": "000017"},
    "by id and key": {"contact_id": "07", "customer_id": "017"},
    "by no number": {"customer_id": "17a"},
    "by e-mail": {"email": "ann@example.com"},
}
ANN = ("matched", 7, 17)


def test_customer_numbers_match_in_any_notation_and_load_order(pipeline: Pipeline) -> None:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        raw.load_shop(connection, ORDERS, {}, yesterday)
        connection.execute("create schema crm")
        connection.execute("create table crm.people (id text, number text, email text)")
        pipeline.settings |= {
            "ECOMMERCE_CONTACTS_RELATION": "crm.people",
            "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
            "ECOMMERCE_CONTACTS_ID_TYPE": "int",
            "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
            "ECOMMERCE_CONTACTS_KEY_TYPE": "int",
        }
        pipeline.build("--exclude-resource-type", "test")
        connection.execute(
            "insert into crm.people values ('007', '0017', E'\\tAnn@example.com\\u00a0'),"
            " ('8', 'unknown', null)"
        )
    pipeline.build()

    found = pipeline.rows(
        'select "idTransaction", "contactMatchStatus", "idContact", customer_id'
        ' from ecommerce."ECommerce_Transaction"'
    )
    assert {order: tuple(rest) for order, *rest in found} == {
        "by id": ANN,
        "by id with zeros": ANN,
        "by an id beyond the type": ("unmatched", None, None),
        "by key": ANN,
        "by key with zeros": ANN,
        "by id and key": ANN,
        "by no number": ("unmatched", None, None),
        "by e-mail": ANN,
    }
