"""Cost of attribution: orders plus interactions, plus per contact their product.

The test counts rows that the database processes, so it does not depend on the machine's speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Pipeline

pytestmark = [pytest.mark.pipeline, pytest.mark.warehouse, pytest.mark.thorough]

ORDERS, INTERACTIONS, CONTACTS = 20_000, 200_000, 5_000
MODEL = "int_ecommerce__transactions_attributed"
# Each contact has 4 orders and 40 interactions, half of them clicks.
DATA = f"""
    insert into ecommerce_raw.shops (shop_id, currency, time_zone, _sdc_batched_at)
    values ('s', 'CAD', 'UTC', now());
    insert into ecommerce_raw.transactions (
        shop_id, transaction_id, id_contact, currency, gross_amount, total_amount, created_at,
        updated_at, version, item_count, refund_count, _sdc_batched_at
    )
    select 's', n::text, (n % {CONTACTS})::text, 'CAD', '1', '1', at, at, '1', 0, 0, now()
    from generate_series(1, {ORDERS}) as orders (n)
    cross join lateral (select timestamp '2026-01-01' + n * interval '1 minute') as times (at);
    create schema crm;
    create table crm.contacts as
    select n::bigint as "idContact", null::text as email
    from generate_series(0, {CONTACTS - 1}) as contacts (n);
    create table crm.happened as
    select
        n % {CONTACTS} as "idContact",
        case when n / {CONTACTS} % 2 = 0 then 'click' else 'sent' end as type,
        'email' as channel,
        timestamp '2026-01-01' + n * interval '6 seconds' as time,
        n as "idSendLog",
        n % 97 as "idBatch",
        'c' as campaign
    from generate_series(1, {INTERACTIONS}) as interactions (n);
    analyze;
"""


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    pipeline.settings["ECOMMERCE_CONTACTS_RELATION"] = "crm.contacts"
    pipeline.settings["ECOMMERCE_INTERACTIONS_RELATION"] = "crm.happened"
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        connection.execute(DATA)
        # A cross join would have 4,000 million rows and take too long.
        connection.execute(
            f"alter database {pipeline.postgres.database} set statement_timeout to '60s'"
        )
    pipeline.dbt("seed")
    pipeline.dbt("run", "--select", f"+{MODEL}")
    return pipeline


def test_attribution_joins_orders_and_touches_by_contact(built: Pipeline) -> None:
    (compiled,) = (built.folder / "target" / "compiled").rglob(f"{MODEL}.sql")
    with psycopg.connect(built.postgres.url) as connection:
        explain = f"explain (analyze, timing off, format json) {compiled.read_text()}"
        ((explained,),) = connection.execute(explain.encode()).fetchall()
    handled = [_handled(node) for node in _nodes(explained[0]["Plan"])]

    pairs = CONTACTS * (ORDERS // CONTACTS) * (INTERACTIONS // CONTACTS)
    assert 1000 * pairs < ORDERS * INTERACTIONS
    assert max(handled) <= pairs + INTERACTIONS
    assert sum(handled) <= 10 * (ORDERS + INTERACTIONS + pairs)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)


def _handled(node: dict[str, Any]) -> int:
    """Return the number of rows that a plan node returned or filtered, over all its loops."""
    looked_at = [
        count
        for name, count in node.items()
        if name == "Actual Rows" or name.startswith("Rows Removed by")
    ]
    return int(sum(looked_at) * node["Actual Loops"])
