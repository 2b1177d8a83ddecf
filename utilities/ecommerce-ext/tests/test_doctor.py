"""``doctor``, ``status`` and ``activate``: their output for each problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from warehouses import Answer, Warehouse

# A warehouse after a week without a sync.
DAMAGE = (
    "create schema if not exists ecommerce_raw",
    """create table ecommerce_raw.shops as
        select
            shop_id,
            now() at time zone 'UTC' - cast(age as interval) as _sdc_batched_at
        from (values ('books', '1 hour'), ('toys', '5 days')) as shops (shop_id, age)""",
    """create table ecommerce_raw.transactions as
        select now() as _sdc_batched_at""",  # some loaders write the zone
    """create table ecommerce_raw.exchange_rates as
        select (current_date - 9)::text as rate_on""",
    """insert into ecommerce.ecommerce_data_quality
        (id_shop, check_code, message, failing_count, checked_count, outcome) values
        ('toys', 'rate_missing', 'An order has no rate.', 4, 10, 'warn'),
        ('toys', 'contact_unmatched', 'An order has no contact.', 1, 10, 'ok')""",
)


def test_activate_stops_at_the_first_failed_prerequisite(
    warehouse: Warehouse,
) -> None:
    answer = warehouse.ecommerce("activate", ECOMMERCE_CURRENCY="XQZ")

    server = warehouse.server
    assert answer.code == 1
    assert answer.output.splitlines() == [
        "settings: complete",
        f"warehouse: {server.database} at {server.host}:{server.port} answers",
        'permissions: the user "postgres" can load and build',
    ]
    assert answer.problems == [
        (
            "ECOMMERCE_CURRENCY is 'XQZ', which is not an ISO 4217 currency."
            " Set the code of a currency in use, for instance: ECOMMERCE_CURRENCY=EUR"
        )
    ]


def test_check_with_unknown_reader_role_names_it(warehouse: Warehouse) -> None:
    answer = warehouse.ecommerce("check", ECOMMERCE_READER_ROLE="nobody here")

    assert answer.problems == [
        (
            'The warehouse has no role "nobody here".'
            " Create it, or correct ECOMMERCE_READER_ROLE."
        )
    ]


def test_check_without_the_package_names_the_install_command(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: acme\npackages-install-path: parts\n")

    without = warehouse.ecommerce("check", ECOMMERCE_PROJECT_DIR=str(tmp_path))
    seeds = tmp_path / "parts" / "shopapp_ecommerce" / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "ecommerce_currencies.csv").write_text(
        "currency,minor_unit,is_active\nCAD,2,true\n"
    )
    with_it = warehouse.ecommerce("check", ECOMMERCE_PROJECT_DIR=str(tmp_path))

    assert without.problems == [
        (
            f"The dbt project in {tmp_path} has no package shopapp_ecommerce."
            " Add it to packages.yml, then type: meltano invoke ecommerce dbt deps"
        )
    ]
    assert with_it.code == 0


@pytest.mark.thorough
def test_doctor_reports_each_problem_of_the_tables_with_a_fix(
    warehouse: Warehouse,
) -> None:
    warehouse.environment["ECOMMERCE_ID_FORMAT"] = "qualified"  # for two shops
    elsewhere = warehouse.ecommerce("activate", ECOMMERCE_STAGING_SCHEMA="helpers")
    activated = warehouse.ecommerce("activate")
    fresh = warehouse.ecommerce("doctor", "--json")
    unread = warehouse.ecommerce("doctor", "--json", ECOMMERCE_READER_ROLE="pg_monitor")
    warehouse.execute(*DAMAGE)
    ((key,),) = warehouse.execute(
        """
        select conname from pg_constraint
        where conrelid = 'ecommerce."ECommerce_Item"'::regclass and contype = 'p'
        """
    )
    warehouse.execute(f'alter table ecommerce."ECommerce_Item" drop constraint "{key}"')
    damaged = warehouse.ecommerce("doctor", "--json")

    assert elsewhere.problems == [
        (
            "dbt builds in ecommerce_staging, but ECOMMERCE_STAGING_SCHEMA is helpers."
            " Set ECOMMERCE_STAGING_SCHEMA=ecommerce_staging."
        )
    ]
    assert activated.code == 0
    assert _problems(unread)["tables"][0] == (
        "The role pg_monitor has no permission to use the schema ecommerce."
        " Type: meltano run ecommerce-activate"
    )
    assert _problems(fresh) == {
        "loads": [
            ("No shop has been loaded into ecommerce_raw. Type: meltano run ecommerce-sync")
        ],
        "rates": [
            (
                "No exchange rates have been loaded into ecommerce_raw."
                " Type: meltano run tap-ecb-rates target-ecommerce"
            )
        ],
    }
    assert _problems(damaged) == {
        "keys": [
            (
                "ECommerce_Item has no primary key. Type:"
                " meltano invoke ecommerce:build --full-refresh --select ECommerce_Item+"
            )
        ],
        "loads": [
            (
                "The last load of the shop toys was 5 days ago. Check that its schedule runs"
                " (meltano schedule list), and read its log."
            )
        ],
        "rates": [
            (
                "The newest exchange rate is 9 days old: newer orders have no rate. Allow"
                " tap-ecb-rates to connect to the bank (TAP_ECB_RATES_SOURCE=auto), or set a"
                " file as its source."
            )
        ],
        "builds": [
            ("Orders were loaded after the last build. Type: meltano invoke ecommerce:build")
        ],
        "quality": [
            (
                "4 of 10 rows of the shop toys fail a check: An order has no rate."
                " Correct them, or raise the threshold in ECOMMERCE_QUALITY_THRESHOLDS."
            )
        ],
    }


@pytest.mark.thorough
def test_doctor_reports_lost_keys_inexact_types_and_incomplete_orders(
    warehouse: Warehouse,
) -> None:
    warehouse.execute(
        "create schema ecommerce_raw",
        # From a loader that does not write load times.
        "create table ecommerce_raw.shops as select 'toys' as shop_id",
        """create table ecommerce_raw.transactions as
            select
                'toys' as shop_id, id as transaction_id, 'v1' as version,
                '2026-01-05 10:00:00Z' as updated_at, 2 as item_count, 0 as refund_count,
                cast(10.1 as double precision) as total_amount,
                now() at time zone 'UTC' as _sdc_batched_at
            from unnest(array['half', 'whole']) as id""",
        """create table ecommerce_raw.items as
            select
                'toys' as shop_id, 'v1' as transaction_version, 7 as product_id, *
            from (
                values ('half', '1'), ('whole', '1'), ('whole', '2')
            ) as lines (transaction_id, item_id)""",
    )
    activated = warehouse.ecommerce("activate")
    ((key,),) = warehouse.execute(
        """
        select conname from pg_constraint
        where
            conrelid = 'ecommerce."ECommerce_Item"'::regclass
            and confrelid = 'ecommerce."ECommerce_Product"'::regclass
        """
    )
    warehouse.execute(f'alter table ecommerce."ECommerce_Item" drop constraint "{key}"')

    damaged = _problems(warehouse.ecommerce("doctor", "--json"))

    assert activated.code == 0, activated
    assert damaged["loads"] == [
        (
            "The loader does not write the load time into _sdc_batched_at: the age of a load is"
            " unknown, and every build reads all orders."
            " Set the loader's add_record_metadata to true."
        )
    ]
    assert damaged["foreign keys"] == [
        (
            "ECommerce_Item.idProduct has no foreign key to ECommerce_Product."
            " Type: meltano invoke ecommerce:build --select ECommerce_Item"
        )
    ]
    assert damaged["orders"] == [
        (
            "1 orders of the shop toys that changed on 2026-01-05 lack lines or refunds, for"
            " instance half. The build does not update them. Type: meltano run ecommerce-sync."
            " If they remain, load these days again with TAP_SHOPAPP_BACKFILL_SINCE and"
            " TAP_SHOPAPP_BACKFILL_BEFORE."
        )
    ]
    items, orders = damaged["types"]
    assert (
        'created product_id of "ecommerce_raw"."items" as integer, which loses digits' in items
    )
    assert (
        'created total_amount of "ecommerce_raw"."transactions" as double precision' in orders
    )
    assert 'drop table "ecommerce_raw"."transactions" cascade;' in orders

    repaired = warehouse.ecommerce("build", "--select", "ECommerce_Item")

    assert repaired.code == 0, repaired
    assert "foreign keys" not in _problems(warehouse.ecommerce("doctor", "--json"))


def test_status_prints_tables_or_json(warehouse: Warehouse) -> None:
    warehouse.execute(
        "create schema ecommerce_raw",
        "create schema ecommerce",
        "create table ecommerce_raw.transactions as"
        " select now() at time zone 'UTC' - interval '90 minutes' as _sdc_batched_at"
        " from generate_series(1, 1200)",
        """create table ecommerce."ECommerce_Transaction" as
            select * from (values
                ('matched', 'exact', 'CAD', timestamptz '2026-01-02 12:00Z'),
                ('guest', 'missing_rate', 'XOF', timestamptz '2026-01-03 12:00Z'),
                ('guest', 'missing_rate', 'XOF', timestamptz '2026-02-01 12:00Z')
            ) as orders (
                "contactMatchStatus", "exchangeRateStatus", "originalCurrency",
                "dtTransactionCreatedAt"
            )""",
        """create table ecommerce.ecommerce_rejects as
            select 'transactions' as stream, array['key_too_long', 'no_key'] as reason_codes""",
    )

    status = json.loads(warehouse.ecommerce("status", "--json").output)
    shown = warehouse.ecommerce("status").output

    (stream,) = status.pop("streams")
    assert (stream["stream"], stream["rows"], stream["hours_ago"]) == (
        "transactions",
        1200,
        1.5,
    )
    assert status == {
        "tables": [
            {"table": "ECommerce_Transaction", "rows": 3},
            {"table": "ecommerce_rejects", "rows": 1},
        ],
        "contacts": [{"status": "guest", "orders": 2}, {"status": "matched", "orders": 1}],
        "rates": [{"status": "missing_rate", "orders": 2}, {"status": "exact", "orders": 1}],
        "missing_rates": [
            {
                "currency": "XOF",
                "orders": 2,
                "first_day": "2026-01-03",
                "last_day": "2026-02-01",
            }
        ],
        "rejects": [
            {"stream": "transactions", "reason": "key_too_long", "rows": 1},
            {"stream": "transactions", "reason": "no_key", "rows": 1},
        ],
        "builds": [],
        "last_audit": [],
        "dropped_views": [],
    }
    assert "stream         rows  loaded_at" in shown
    assert "transactions  1,200" in shown
    assert "missing rates\ncurrency  orders  first_day   last_day\nXOF" in shown


def _problems(answer: Answer) -> dict[str, list[str]]:
    """Return the problems that `doctor` reports, by check."""
    assert answer.code == 1, answer
    found: dict[str, list[str]] = {}
    for row in json.loads(answer.output):
        if not row["result"].startswith("ok: "):
            found.setdefault(row["check"], []).append(row["result"])
    return found
