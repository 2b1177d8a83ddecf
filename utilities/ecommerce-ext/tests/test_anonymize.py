from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from ecommerce_ext.erasure.anonymize import Anonymized, anonymize
from ecommerce_ext.erasure.contacts_snapshot import ContactsSnapshot, delete_listed_contacts
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse.connection import connect
from psycopg.errors import LockNotAvailable

if TYPE_CHECKING:
    from warehouses import Warehouse


def test_anonymize_with_empty_list_reads_no_raw_table(warehouse: Warehouse) -> None:
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


def test_erased_contact_without_orders_is_deleted(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce",
        """
        create table ecommerce.ecommerce_contacts as
        select id as id_contact, surviving as surviving_id_contact, null as contact_key,
            'ann@example.com' as email_key, null as shop_id, null as customer_id
        from (values (1, 1), (2, null), (3, null), (4, 1)) as listed (id, surviving)
        """,
        # The build has not updated this order, because its lines are still being loaded.
        'create table ecommerce."ECommerce_Transaction" as select 3 as "idContact"',
    )
    settings = read_settings(warehouse.environment | {"ECOMMERCE_ERASURE_KEY": "k" * 32})
    remaining = "select id_contact from ecommerce.ecommerce_contacts order by 1"
    with connect(settings) as connection:
        delete_listed_contacts(connection, settings)
        before = warehouse.execute(remaining)

        anonymized = anonymize(connection, settings, {("email", "ann@example.com")})
        delete_listed_contacts(connection, settings)

        assert before == [(1,), (2,), (3,), (4,)]
        assert warehouse.execute(remaining) == [(1,), (3,), (4,)]
        assert anonymized.contacts == {"1", "2", "3", "4"}
        # The source still lists contact 1; contact 4 was merged into it. Contact 3 is deleted.
        assert ContactsSnapshot(connection, settings).count(anonymized.contacts) == (1, 1)
