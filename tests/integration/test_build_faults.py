"""Faults 56–62 of the catalogue, and loads during a build: the build corrects them or fails.

The raw tables have no keys, as other loaders leave them, so they can contain faults that our
loader prevents.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from ecommerce_ext.warehouse.lock import lock_key
from histories import History
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

WITHOUT_TESTS = ("--exclude-resource-type", "test")
WITHOUT_MARTS = (*WITHOUT_TESTS, "--exclude", "path:models/ecommerce/marts+")
ORDERS = 'select count(*) from ecommerce."ECommerce_Transaction"'


def order(order_id: str, **fields: Any) -> dict[str, list[dict[str, Any]]]:
    """Return an order with one line, as raw records by stream."""
    page = Page()
    sent = {
        "id": order_id,
        "updated_at": "2025-04-20T10:00:00Z",
        "created_at": "2025-04-20T10:00:00Z",
        "currency": "CAD",
        "gross_amount": "1.00",
        "total_amount": "1.00",
        "items": [{"id": "1", "quantity": "1", "unit_price_amount": "1.00"}],
        **fields,
    }
    normalize.add("transactions", normalize.NormalizedRecord(sent), page)
    loads = {"transactions": page.records, **page.embedded}
    return {
        stream: [{**record, "shop_id": "shop-1"} for record in loaded]
        for stream, loaded in loads.items()
    }


def load(connection: psycopg.Connection[Any], loads: dict[str, Any], minutes_ago: int) -> None:
    loaded_at = datetime.now(timezone.utc) - timedelta(minutes=minutes_ago)
    for stream, loaded in loads.items():
        raw.load(connection, stream, loaded, loaded_at)


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    """A warehouse that was built on empty raw tables, then with a shop in them."""
    pipeline.settings["ECOMMERCE_ID_FORMAT"] = "qualified"
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        raw.create(connection)
        pipeline.build()
        assert pipeline.rows(ORDERS) == [(0,)]
        load(connection, History(1).take_changed(whole=True), minutes_ago=60 * 24)
        load(connection, order("broken"), minutes_ago=60 * 24)
    pipeline.build()
    return pipeline


def test_fault_62_empty_tables_are_filled_by_the_next_build(built: Pipeline) -> None:
    loaded = built.rows("select count(*) from ecommerce_raw.transactions")

    assert built.rows(ORDERS) == loaded != [(0,)]


def test_fault_60_order_without_a_rate_has_no_amount_and_counts(built: Pipeline) -> None:
    with psycopg.connect(built.postgres.url) as connection:
        load(connection, order("no rate", currency="XTS"), minutes_ago=0)

    built.build()

    assert built.rows(
        'select "Total", "originalTotal", "exchangeRateStatus"'
        """ from ecommerce."ECommerce_Transaction" where "idTransaction" = 'shop-1:no rate'"""
    ) == [(None, 1, "missing_rate")]
    assert built.rows(
        "select failing_count > 0, outcome from ecommerce.ecommerce_data_quality"
        " where check_code = 'rate_missing'"
    ) == [(True, "warn")]


def test_contact_id_of_a_customer_is_a_hash_of_shop_and_customer(built: Pipeline) -> None:
    found = built.rows(
        "select id_contact, shop_id, customer_id from ecommerce.ecommerce_contacts"
    )

    # The id is the upper half of the hash without the sign bit. Shop names cannot contain a
    # bar, so two names never give the same text.
    assert len(found) >= 3
    for id_contact, shop_id, customer_id in found:
        name = f"{shop_id}|{customer_id}".encode()
        digest = hashlib.md5(name, usedforsecurity=False).hexdigest()
        assert id_contact == int(digest[:16], 16) % 2**63
    assert len({row[0] for row in found}) == len(found)


def test_share_above_its_threshold_fails_the_build(built: Pipeline) -> None:
    name = "ECOMMERCE_QUALITY_THRESHOLDS"
    built.settings[name] = '{"rate_missing": {"fail_above": 0.001}}'
    try:
        with pytest.raises(AssertionError, match="ecommerce_quality_within_fail_thresholds"):
            built.build("--select", "ecommerce_data_quality")
    finally:
        del built.settings[name]


def test_order_that_becomes_invalid_is_removed_until_corrected(built: Pipeline) -> None:
    where = """ where "idTransaction" = 'shop-1:broken'"""
    counted = f"""
        select (select count(*) from ecommerce."ECommerce_Transaction" {where}),
            (select count(*) from ecommerce."ECommerce_Item" {where}),
            (
                select string_agg(array_to_string(reason_codes, ','), ' ')
                from ecommerce.ecommerce_rejects where transaction_id = 'broken'
            )
        """
    lines = [
        {"id": "1", "quantity": "1", "unit_price_amount": "1.00"},
        {"id": "2", "quantity": "1", "unit_price_amount": "1" + "0" * 16},
    ]
    assert built.rows(counted) == [(1, 1, None)]

    with psycopg.connect(built.postgres.url) as connection:
        load(connection, order("broken", items=lines), minutes_ago=0)
        # Lines of an order that the shop never sent.
        load(connection, {"items": order("never sent")["items"]}, minutes_ago=0)
    built.build(*WITHOUT_MARTS)
    assert built.rows(counted) == [(0, 0, "item_amount_out_of_range")]
    assert built.rows(
        """
        select reason_codes, message, payload::jsonb -> 0 ->> 'unit_price_amount'
        from ecommerce.ecommerce_rejects where transaction_id = 'never sent'
        """
    ) == [
        (
            ["lines_without_order"],
            "The shop sent lines of this order, but never the order.",
            "1.00",
        )
    ]

    with psycopg.connect(built.postgres.url) as connection:
        load(connection, order("broken", items=[lines[0]]), minutes_ago=0)
        load(connection, order("never sent"), minutes_ago=0)
    built.build(*WITHOUT_MARTS)
    assert built.rows(counted) == [(1, 1, None)]
    assert built.rows("select * from ecommerce.ecommerce_rejects where stream = 'items'") == []


def test_records_loaded_during_a_build_reach_the_next_build(built: Pipeline) -> None:
    with psycopg.connect(built.postgres.url) as importing:
        # The load time is before the start of the build, the commit after it.
        load(importing, order("imported"), minutes_ago=5)
        with psycopg.connect(built.postgres.url) as connection:
            load(connection, order("synced"), minutes_ago=0)
        built.build(*WITHOUT_MARTS)
        found = 'select "idTransaction" from ecommerce."ECommerce_Transaction" order by 1'
        before = {row[0] for row in built.rows(found)}
        importing.commit()

    built.build(*WITHOUT_MARTS)

    assert "shop-1:synced" in before
    assert {row[0] for row in built.rows(found)} - before == {"shop-1:imported"}


def test_fault_55_second_build_waits_for_the_first(built: Pipeline) -> None:
    with psycopg.connect(built.postgres.url) as other:
        other.execute("select pg_advisory_lock(%s)", [lock_key("ecommerce")])
        with built.start("build", "--select", "ecommerce_statuses") as waiting:
            assert waiting.stdout
            assert waiting.stdout.readline() == "Waiting for another run to end …\n"
            other.close()
            output, _ = waiting.communicate()

    assert waiting.returncode == 0, output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            "update ecommerce_raw.transactions set transaction_id = null"
            " where transaction_id = 'bad'",
            "not_null_int_ecommerce__transaction_candidates_transaction_id",
            id="fault_57_and_61",
        ),
        pytest.param(
            "insert into ecommerce_raw.transactions select * from ecommerce_raw.transactions"
            " where transaction_id = 'bad'",
            "Database Error in model ECommerce_Transaction",
            id="fault_56",
        ),
    ],
)
def test_missing_or_duplicate_key_fails_the_build_without_changes(
    built: Pipeline, change: str, message: str
) -> None:
    before = built.versions()
    with psycopg.connect(built.postgres.url, autocommit=True) as connection:
        load(connection, order("bad", items=[]), minutes_ago=0)
        connection.execute(
            "alter table ecommerce_raw.transactions drop constraint if exists transactions_pkey"
        )
        connection.execute(
            "alter table ecommerce_raw.transactions alter transaction_id drop not null"
        )
        connection.execute(change)
        try:
            with pytest.raises(AssertionError, match=message):
                built.build()
        finally:
            connection.execute(
                "delete from ecommerce_raw.transactions"
                " where transaction_id is null or transaction_id = 'bad'"
            )
            connection.execute(
                "alter table ecommerce_raw.transactions add constraint transactions_pkey"
                " primary key (shop_id, transaction_id)"
            )

    assert built.versions() == before
