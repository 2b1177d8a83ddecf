"""``activate`` succeeds after the cause of a failure is fixed."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from warehouses import Warehouse

pytestmark = pytest.mark.timeout(300)

CONTACTS = (
    "create schema crm",
    # Fails when dbt reads it, after the checks.
    """create view crm.broken as
        select 1 / (select count(*) from pg_class where false) as id, 'a@b.test' as email""",
    """create table crm.people as
        select '7f1b7c7e-0000-4000-8000-000000000001'::uuid as id, 'a@b.test' as email""",
    "create table crm.numbered as select 7::bigint as id, 'a@b.test' as email",
)
BROKEN = {
    "ECOMMERCE_CONTACTS_RELATION": "crm.broken",
    "ECOMMERCE_CONTACTS_ID_COLUMN": "id",
}
BY_UUID = BROKEN | {
    "ECOMMERCE_CONTACTS_RELATION": "crm.people",
    "ECOMMERCE_CONTACTS_ID_TYPE": "uuid",
}
BY_NUMBER = BROKEN | {"ECOMMERCE_CONTACTS_RELATION": "crm.numbered"}
CONTACT_ID_TYPES = """
    select table_name, data_type from information_schema.columns
    where (table_name, column_name) in (
        ('ecommerce_contacts', 'id_contact'), ('ECommerce_Transaction', 'idContact'),
        ('int_ecommerce__interactions', 'id_contact')
    )
"""


def contact_id_types(warehouse: Warehouse) -> dict[str, str]:
    """Return the type of the contact id, by table."""
    return dict(warehouse.execute(CONTACT_ID_TYPES))


def names(warehouse: Warehouse) -> set[str]:
    """Return the names of all relations in the schemas of the tables."""
    rows = warehouse.execute(
        """
        select relname from pg_class
        inner join pg_namespace on relnamespace = pg_namespace.oid
        where nspname like 'ecommerce%' and relkind in ('r', 'v')
        """
    )
    return {name for (name,) in rows}


@pytest.mark.slow
def test_activate_succeeds_after_dbt_failed_and_types_changed(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS)

    failed = warehouse.ecommerce("activate", **BROKEN)
    remaining = names(warehouse)
    repeated = warehouse.ecommerce("activate", **BY_UUID)

    assert failed.code == 1
    assert "division by zero" in failed.output
    # The failed run left views with the old type.
    assert "int_ecommerce__contacts_current" in remaining
    assert "ecommerce_contacts" not in remaining
    assert repeated.code == 0, repeated
    assert contact_id_types(warehouse) == {
        "ecommerce_contacts": "uuid",
        "ECommerce_Transaction": "uuid",
        "int_ecommerce__interactions": "uuid",
    }
    assert warehouse.execute("select count(*) from ecommerce.ecommerce_contacts") == [(1,)]


@pytest.mark.thorough
def test_activate_with_other_contacts_replaces_tables_without_orders(
    warehouse: Warehouse,
) -> None:
    warehouse.execute(*CONTACTS)
    warehouse.environment["ECOMMERCE_READER_ROLE"] = "pg_read_server_files"
    first = warehouse.ecommerce("activate", **BY_UUID)
    everything = names(warehouse)
    warehouse.execute(
        'create view public.mine as select "idContact" from ecommerce."ECommerce_Transaction"',
        'grant select on ecommerce."ECommerce_Transaction" to public',
        "grant select (id_contact) on ecommerce.ecommerce_contacts to pg_monitor",
    )

    refused = warehouse.ecommerce("activate", **BY_NUMBER)
    kept = contact_id_types(warehouse), names(warehouse)
    warehouse.execute("drop view public.mine")
    checked = warehouse.ecommerce("check", **BY_NUMBER)
    replaced = warehouse.ecommerce("activate", **BY_NUMBER)

    assert first.code == checked.code == 0
    assert refused.problems == [
        (
            "The contacts were built with other settings, and the tables cannot be replaced:"
            ' view mine depends on table ecommerce."ECommerce_Transaction".'
            " Drop the dependent objects, and try again."
        )
    ]
    assert kept == (dict.fromkeys(contact_id_types(warehouse), "uuid"), everything)
    assert replaced.code == 0, replaced
    assert set(contact_id_types(warehouse).values()) == {"bigint"}
    assert names(warehouse) == everything
    assert warehouse.execute("select id_contact from ecommerce.ecommerce_contacts") == [(7,)]
    granted = """
        select grantee, column_name from information_schema.column_privileges
        where table_schema = 'ecommerce' and grantee in ('PUBLIC', 'pg_monitor')
            and column_name in ('id_contact', 'idContact', 'email_key')
    """
    assert set(warehouse.execute(granted)) == {
        ("PUBLIC", "idContact"),
        ("pg_monitor", "id_contact"),
    }


@pytest.mark.thorough
def test_build_with_other_contacts_replaces_tables_without_orders(warehouse: Warehouse) -> None:
    warehouse.execute(*CONTACTS)
    first = warehouse.ecommerce("activate", **BY_UUID)
    warehouse.execute(
        "create schema ecommerce_raw",
        """create table ecommerce_raw.transactions as
            select
                'toys' as shop_id, '1' as transaction_id, '7' as id_contact, 'v1' as version,
                '2026-01-05 10:00:00Z' as created_at, '2026-01-05 10:00:00Z' as updated_at,
                'CAD' as currency, '10' as total_amount, 0 as item_count, 0 as refund_count,
                now() at time zone 'UTC' as _sdc_batched_at""",
    )

    built = warehouse.ecommerce(
        *("build", "--select", "+ECommerce_Transaction", "--exclude-resource-type", "test"),
        **BY_NUMBER,
    )

    assert first.code == 0
    assert built.code == 0, built
    assert warehouse.execute(
        'select "idTransaction", "idContact" from ecommerce."ECommerce_Transaction"'
    ) == [("1", 7)]


@pytest.mark.thorough
def test_activate_succeeds_after_it_was_killed(warehouse: Warehouse) -> None:
    command = [sys.executable, "-m", "ecommerce_ext", "activate"]
    with subprocess.Popen(
        command, env=warehouse.environment, stdout=subprocess.DEVNULL
    ) as running:
        while "stg_ecommerce__transactions" not in names(warehouse):
            assert running.poll() is None
            time.sleep(0.01)
        running.kill()
    remaining = names(warehouse)

    repeated = warehouse.ecommerce("activate")

    assert "ecommerce_sales_daily" not in remaining
    assert repeated.code == 0, repeated
    again = warehouse.ecommerce("activate")
    assert again.output.splitlines()[-1] == "Everything exists already; nothing was changed."
