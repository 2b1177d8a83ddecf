"""Grants and views of users on our relations, and permissions of the reader role."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from ecommerce_ext.warehouse.user_views import KEPT, REBUILT
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.slow]

READER, ANALYST = "owned_reader", "owned_analyst"
PASSWORD = "owned-7d0c"
# Personal texts that no key, number or status contains.
CANARIES = (
    *("ann@canary.example", "guest@canary.example", "shop@canary.example"),
    *("Anncanary", "Leecanary", "555-0199", "canary-note", "canary-code", "canary-url"),
    "canary-attribute",
)
PERSONAL = {
    "ECommerce_Transaction": {"guestKey"},
    "ecommerce_contacts": {"email_key"},
    "ecommerce_changed_keys": {"key"},
    "ecommerce_transactions_enriched": {"buyer_key"},
    "ecommerce_refunds": {"reason"},
}
"""By relation, the columns that tell who somebody is; worked out by hand."""
IF_THE_KEY_IS_AN_ADDRESS = {
    "ECommerce_Transaction": {"customer_id"},
    "ecommerce_contacts": {"contact_key", "match_key"},
}
ORDERS: dict[str, dict[str, Any]] = {
    "of a contact": {
        "customer_id": "17",
        "email": "Ann@canary.example",
        "discount_codes": ["canary-code"],
        "landing_url": "https://shop.example/?email=canary-url&utm_source=news",
        "referrer_url": "https://mail.example/canary-url",
        "attributes": {"gift note": "canary-attribute"},
    },
    "of a guest": {"email": "guest@canary.example"},
    "of nobody": {},
}
VIEWS = {
    "bi.revenue": "select * from ecommerce.ecommerce_sales_daily",
    "bi.revenue_again": "select * from bi.revenue",
    "bi.staged": "select * from ecommerce_staging.stg_ecommerce__shops",
    "bi.orders": 'select * from ecommerce."ECommerce_Transaction"',
    "bi.rates": "select * from ecommerce_staging.int_ecommerce__rates_daily",
    "bi.contacts": "select * from ecommerce.ecommerce_contacts",
    "bi.refunds": "select * from ecommerce.ecommerce_refunds_reader",
}
GRANTS = f"""
    grant select on ecommerce.ecommerce_sales_daily to {ANALYST} with grant option;
    grant references, trigger on ecommerce.ecommerce_sales_daily to {ANALYST};
    grant select on ecommerce.ecommerce_cohorts to public;
    grant select (gross_amount, id_shop) on ecommerce.ecommerce_product_stats to {ANALYST};
    grant update (net_amount) on ecommerce.ecommerce_product_stats to {ANALYST}
        with grant option;
    grant select on ecommerce."ECommerce_Transaction" to {ANALYST};
    grant select ("guestKey") on ecommerce."ECommerce_Transaction" to {ANALYST};
    grant select on ecommerce.ecommerce_rejects to {ANALYST};
    grant select on ecommerce_staging.stg_ecommerce__transactions to {ANALYST};
    grant select on ecommerce_staging.ecommerce_currencies to {ANALYST};
"""
GRANTED = """
    select table_schema, table_name, null, grantee, privilege_type, is_grantable
    from information_schema.role_table_grants
    where grantee in (%(analyst)s, 'PUBLIC') and table_schema like 'ecommerce%%'
    union all
    select table_schema, table_name, column_name, grantee, privilege_type, is_grantable
    from information_schema.role_column_grants
    where grantee in (%(analyst)s, 'PUBLIC') and table_schema like 'ecommerce%%'
"""
COLUMNS = """
    select column_name from information_schema.columns
    where table_schema = %s and table_name = %s
"""
READABLE = """
    select
        nspname,
        relname,
        has_table_privilege(current_user, pg_class.oid, 'select'),
        array_agg(cast(attname as text) order by attnum)
    from pg_class
    inner join pg_namespace on relnamespace = pg_namespace.oid
    inner join pg_attribute on attrelid = pg_class.oid
    where
        relkind in ('r', 'v', 'm', 'p', 'f')
        and nspname not in ('pg_catalog', 'information_schema')
        and attnum > 0
        and not attisdropped
        and has_schema_privilege(current_user, pg_namespace.oid, 'usage')
        and has_column_privilege(current_user, pg_class.oid, attnum, 'select')
    group by nspname, relname, pg_class.oid
"""


@pytest.fixture(scope="module")
def warehouse(pipeline: Pipeline) -> Iterator[Pipeline]:
    """A built warehouse with personal data in every field that can contain it."""
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    time = "2026-01-05T10:00:00Z"
    here = {"shop_id": "s"}
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        raw.load_shop(connection, ORDERS, {"17": "shop@canary.example"}, yesterday)
        customer = {
            **here,
            "customer_id": "17",
            "email": "shop@canary.example",
            "updated_at": time,
            "first_name": "Anncanary",
            "last_name": "Leecanary",
            "phone": "555-0199",
        }
        refund = {
            **here,
            "transaction_id": "of a contact",
            "refund_id": "r",
            "reason": "canary-note",
            "amount": "0.25",
            "currency": "CAD",
            "created_at": time,
        }
        raw.load(connection, "customers", [customer], yesterday)
        raw.load(connection, "refunds", [refund], yesterday)
        connection.execute(
            """
            update ecommerce_raw.transactions
            set version = 'v', refund_count = cast(transaction_id = 'of a contact' as int);
            update ecommerce_raw.refunds set transaction_version = 'v';
            """
        )
        connection.execute(
            """
            create schema crm;
            create table crm.people ("idContact" bigint, number text, email text, name text);
            insert into crm.people values (1, '17', 'Ann@canary.example', 'Anncanary');
            create schema bi;
            """
        )
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        for role in (READER, ANALYST):
            connection.execute(f"drop role if exists {role}")
            connection.execute(f"create role {role} login password '{PASSWORD}'")
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
        "ECOMMERCE_READER_ROLE": READER,
    }
    build(pipeline)
    yield pipeline
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        for role in (READER, ANALYST):
            connection.execute(f"drop owned by {role}; drop role {role}")


def build(pipeline: Pipeline, *options: str) -> str:
    """Build with the utility, without dbt's tests, and return the output."""
    started = pipeline.start("build", "--exclude-resource-type", "test", *options)
    printed, _ = started.communicate()
    assert started.returncode == 0, printed[-3000:]
    return printed


def granted(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    """Return the privileges of users' roles from the information schema."""
    with psycopg.connect(pipeline.postgres.url) as connection:
        return sorted(connection.execute(GRANTED, {"analyst": ANALYST}).fetchall(), key=repr)


def views(pipeline: Pipeline) -> set[str]:
    """Return the existing views of users."""
    rows = pipeline.rows("select relname from pg_class where relnamespace = 'bi'::regnamespace")
    return {f"bi.{name}" for (name,) in rows}


def read(pipeline: Pipeline) -> dict[tuple[str, str], tuple[bool, list[str], str]]:
    """Return by relation what the reader reads: whether `select *` works, columns, cells."""
    found = {}
    server = pipeline.postgres
    with psycopg.connect(
        host=server.host,
        port=server.port,
        user=READER,
        password=PASSWORD,
        dbname=server.database,
    ) as connection:
        for schema, name, is_whole, columns in connection.execute(READABLE).fetchall():
            named = sql.SQL(", ").join(map(sql.Identifier, columns))
            what = sql.SQL("*") if is_whole else named
            query = sql.SQL("select {} from {}").format(what, sql.Identifier(schema, name))
            rows = connection.execute(query).fetchall()
            found[schema, name] = (is_whole, columns, repr(rows))
    return found


def check_reader(pipeline: Pipeline, personal: dict[str, set[str]]) -> None:
    """Check that the reader reads exactly the columns that it may read."""
    readable = read(pipeline)
    rows = pipeline.rows('select "guestKey" from ecommerce."ECommerce_Transaction"')
    guest_keys = [key for (key,) in rows if key]

    assert {schema for schema, _ in readable} == {"ecommerce"}
    assert len(guest_keys) == 2
    found = {
        (name, hidden)
        for (_, name), (_, _, cells) in readable.items()
        for hidden in (*CANARIES, *guest_keys)
        if hidden.lower() in cells.lower()
    }
    assert found == set()
    for relation, columns in personal.items():
        with psycopg.connect(pipeline.postgres.url) as connection:
            all_columns = {
                name for (name,) in connection.execute(COLUMNS, ["ecommerce", relation])
            }
        assert columns < all_columns
        is_whole, on_relation, _ = readable["ecommerce", relation]
        assert not is_whole
        assert set(on_relation) == all_columns - columns
        is_whole, on_view, cells = readable["ecommerce", f"{relation}_reader"]
        assert is_whole
        assert set(on_view) == all_columns - columns
        assert cells != "[]"


def test_reader_reads_no_personal_value_and_every_identifier(warehouse: Pipeline) -> None:
    check_reader(warehouse, PERSONAL)

    readable = read(warehouse)
    whole = {name for (_, name), (is_whole, _, _) in readable.items() if is_whole}
    assert whole >= {"ECommerce_Item", "ecommerce_sales_daily", "ecommerce_run_log"}
    assert "ecommerce_rejects" not in {name for _, name in readable}
    _, columns, cells = readable["ecommerce", "ECommerce_Transaction_reader"]
    assert {"customer_id", "idContact", "idSendLog", "idVisit"} <= set(columns)
    assert "'17'" in cells


def test_earlier_grant_on_the_whole_table_is_revoked_by_activate(warehouse: Pipeline) -> None:
    warehouse.execute(f"grant select on all tables in schema ecommerce to {READER}")
    warehouse.execute(f"revoke select on ecommerce.ecommerce_rejects from {READER}")
    before = warehouse.ecommerce("doctor").stdout

    warehouse.activate()

    columns = 'personal columns of "ecommerce"."ecommerce_contacts": email_key'
    assert f"has permission to read {columns}" in before
    check_reader(warehouse, PERSONAL)
    assert "permission to read personal columns" not in warehouse.ecommerce("doctor").stdout


def test_relation_with_the_name_of_a_reader_view_is_left_alone(warehouse: Pipeline) -> None:
    warehouse.execute(
        "drop view ecommerce.ecommerce_refunds_reader",
        "create view ecommerce.ecommerce_refunds_reader as select 1 as of_a_user",
    )

    refused = warehouse.ecommerce("activate")

    assert refused.returncode == 1
    error = 'ecommerce_refunds_reader" already exists and is not the view for the reader role.'
    assert error in refused.stdout + refused.stderr
    assert warehouse.rows("select * from ecommerce.ecommerce_refunds_reader") == [(1,)]
    warehouse.execute("drop view ecommerce.ecommerce_refunds_reader")
    warehouse.activate()
    check_reader(warehouse, PERSONAL)


def test_builds_keep_user_grants_and_list_dropped_views(warehouse: Pipeline) -> None:
    warehouse.execute(GRANTS)
    for name, query in VIEWS.items():
        warehouse.execute(f"create view {name} as {query}")
    warehouse.execute(
        "create materialized view bi.kept as select * from ecommerce.ecommerce_sales_daily"
    )
    before = granted(warehouse)
    assert len(before) > 12
    status = json.loads(warehouse.ecommerce("status", "--json").stdout)
    assert {
        (row["view"], row["reads"], row["dropped_by"]) for row in status["dropped_views"]
    } == {
        ("bi.staged", "stg_ecommerce__shops", "every build"),
        ("bi.rates", "int_ecommerce__rates_daily", "build --full-refresh"),
    }

    # An ordinary build, after a grant to the reader by an earlier version.
    warehouse.execute(f"grant select on ecommerce.ecommerce_contacts to {READER}")
    with psycopg.connect(warehouse.postgres.url) as reader:
        # A build does not wait for an open transaction that read the statistics.
        reader.execute("select count(*) from bi.revenue_again")
        printed = build(warehouse)
    dropped = "drops the views that read them: bi.staged on stg_ecommerce__shops."
    assert dropped in printed
    assert printed.index("drops the views") < printed.index("Running with dbt")
    assert granted(warehouse) == before
    kept = {
        *("bi.contacts", "bi.kept", "bi.orders", "bi.refunds", "bi.revenue"),
        "bi.revenue_again",
    }
    assert views(warehouse) == kept | {"bi.rates"}
    check_reader(warehouse, PERSONAL)

    # A full refresh, with the e-mail address as the contacts' key.
    warehouse.settings["ECOMMERCE_CONTACTS_KEY_COLUMN"] = "email"
    assert "bi.rates on int_ecommerce__rates_daily" in build(warehouse, "--full-refresh")
    assert granted(warehouse) == before
    assert views(warehouse) == kept
    check_reader(
        warehouse,
        {
            relation: columns | IF_THE_KEY_IS_AN_ADDRESS.get(relation, set())
            for relation, columns in PERSONAL.items()
        },
    )
    rows = warehouse.rows('select customer_id from ecommerce."ECommerce_Transaction"')
    assert ("Ann@canary.example",) in rows


def test_lists_of_replaced_tables_match_dbt(warehouse: Pipeline) -> None:
    manifest = json.loads((warehouse.folder / "target" / "manifest.json").read_text())
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    incremental = {
        node["alias"]: node["config"]["full_refresh"]
        for node in nodes
        if node["config"]["materialized"] == "incremental"
    }
    in_place = {
        node["alias"]
        for node in nodes
        if node["config"]["materialized"] == "ecommerce_maintained"
    }

    assert {name for name, full in incremental.items() if full is None} == set(REBUILT)
    # The suppression list is a table of the utility.
    never = {name for name, full in incremental.items() if full is False}
    assert in_place | never == {*KEPT} - {"ecommerce_erasures"}
