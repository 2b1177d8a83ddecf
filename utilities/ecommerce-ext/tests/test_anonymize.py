from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from ecommerce_ext.erasure.anonymize import Anonymized, anonymize
from ecommerce_ext.erasure.contacts_snapshot import ContactsSnapshot, forget_contacts
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse.connection import connect
from psycopg.errors import LockNotAvailable

if TYPE_CHECKING:
    from warehouses import Warehouse


def test_while_nobody_is_erased_no_raw_table_is_read(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw", "create table ecommerce_raw.transactions (email text)"
    )
    settings = read_settings(warehouse.environment | {"ECOMMERCE_ERASURE_KEY": "k" * 32})
    with connect(settings) as connection, psycopg.connect(warehouse.server.url) as other:
        connection.execute("set lock_timeout = '1s'")
        other.execute("lock table ecommerce_raw.transactions in access exclusive mode")

        assert anonymize(connection, settings) == Anonymized()
        with pytest.raises(LockNotAvailable):
            anonymize(connection, settings, {("email", "ann@example.com")})


def test_a_contact_leaves_when_it_is_gone_and_no_order_names_it(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce",
        """
        create table ecommerce.ecommerce_contacts as
        select id as id_contact, surviving as surviving_id_contact, null as contact_key,
            'ann@example.com' as email_key, null as shop_id, null as customer_id
        from (values (1, 1), (2, null), (3, null), (4, 1)) as listed (id, surviving)
        """,
        # Not built anew yet, since its lines are still being loaded.
        'create table ecommerce."ECommerce_Transaction" as select 3 as "idContact"',
    )
    settings = read_settings(warehouse.environment | {"ECOMMERCE_ERASURE_KEY": "k" * 32})
    left = "select id_contact from ecommerce.ecommerce_contacts order by 1"
    with connect(settings) as connection:
        forget_contacts(connection, settings)
        before = warehouse.execute(left)

        anonymized = anonymize(connection, settings, {("email", "ann@example.com")})
        forget_contacts(connection, settings)

        assert before == [(1,), (2,), (3,), (4,)]
        assert warehouse.execute(left) == [(1,), (3,), (4,)]
        assert anonymized.contacts == {"1", "2", "3", "4"}
        # Listed is only the first: the last was merged into it.
        assert ContactsSnapshot(connection, settings).count(anonymized.contacts) == (1, 1)
