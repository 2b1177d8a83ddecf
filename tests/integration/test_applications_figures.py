"""The same shop has the same net sales, whatever application it is read from.

Each application is read from its fake server. All have one set of statuses and report rules
here; the rules of each application are tested separately.
"""

from __future__ import annotations

import io
import json
from collections import defaultdict
from contextlib import redirect_stdout
from copy import deepcopy
from datetime import datetime, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import raw
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from pipelines import Pipeline
    from shopapp_demo.shop import Record

pytestmark = pytest.mark.pipeline

# PrestaShop states the parts of a refund before tax with six decimals.
HALF_A_CENT = Decimal("0.005")
# These state a refund without lines as an adjustment: 60.18 − 3.00 − 10.02. The others do not
# state what such a refund is for, so a part of it is shipping and tax.
OWN = {(name, "105"): Decimal("47.16") for name in ("adobe_commerce", "shopify")}


class Tap(TapShopApp):
    """The tap with a separate schema, because the SDK adds settings to it."""

    config_jsonschema = deepcopy(TapShopApp.config_jsonschema)


def records_of(application: str) -> dict[str, list[Record]]:
    """Return the records of the shop by stream, as the tap reads them from an application."""
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with FAKES[application](make_shop()) as fake, redirect_stdout(stdout):
        config = {"application": application, "shop_id": application, **fake.settings}
        Tap(config=config).sync_all()
    stdout.seek(0)
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for message in map(json.loads, stdout):
        if message["type"] == "RECORD":
            found[message["stream"]].append(message["record"])
    return found


def net_by_hand() -> dict[str, Decimal]:
    """Return the net sales of orders that were neither refunded nor cancelled.

    They are gross less discount.
    """
    return {
        order["id"]: Decimal(order["gross_amount"]) - Decimal(order["discount_amount"])
        for order in make_shop().transactions.values()
        if not (order["refunds"] or order.get("deleted_at") or order.get("cancelled_at"))
    }


def test_same_shop_has_the_same_net_sales_in_every_application(pipeline: Pipeline) -> None:
    loaded_at = datetime.now(timezone.utc)
    with psycopg.connect(pipeline.postgres.url) as connection:
        raw.create(connection)
        for application in FAKES:
            for stream, records in records_of(application).items():
                raw.load(connection, stream, records, loaded_at)
        connection.execute("create schema shop")
        connection.execute(
            "create table shop.statuses as select distinct shop_id as application,"
            " financial_status_raw as status_raw, 'paid' as financial_status,"
            " 'sale' as counts_as, false as is_open, true as is_paid"
            " from ecommerce_raw.transactions where financial_status_raw is not null"
        )
        connection.execute(
            "create table shop.rules as select shop_id as application, false as fees_in_net,"
            " 'ordered' as sale_day, 'return' as cancelled_as, 'split' as refund_without_lines"
            " from ecommerce_raw.shops"
        )
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_STATUSES_RELATION": "shop.statuses",
        "ECOMMERCE_REPORT_RULES_RELATION": "shop.rules",
    }
    pipeline.dbt("seed")
    pipeline.dbt("run", "--select", "+ecommerce_sales_ledger", "+ecommerce_rejects")

    found: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for shop, order, net in pipeline.rows(
        "select id_shop, split_part(id_transaction, ':', 2), sum(original_amount)"
        " from ecommerce.ecommerce_sales_ledger where in_net_sales group by 1, 2"
    ):
        found[shop][order] = net
    [(rejected,)] = pipeline.rows("select count(*) from ecommerce.ecommerce_rejects")
    assert rejected == 0
    assert found.keys() == FAKES.keys()
    differing: dict[tuple[str, str], Any] = {
        (application, order): (net_sales.get(order), net)
        for application, net_sales in found.items()
        for order, net in found["shopapp"].items()
        if order not in net_sales
        or abs(net_sales[order] - OWN.get((application, order), net)) > HALF_A_CENT
    }
    assert differing == {}
    by_hand = net_by_hand()
    for application, net_sales in found.items():
        assert {order: net_sales[order] for order in by_hand} == by_hand, application
