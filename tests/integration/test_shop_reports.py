"""Figures of the sales ledger, compared with the shops' own reports.

- WooCommerce: 39 orders of a real shop. `shop_fakes.woocommerce_report` calculates the shop's
  report from its recorded answers, without code of this project.
- Shopify: examples with figures that are worked out by hand (`shopify_report`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

import psycopg
import pytest
from ecommerce_ext.commands import compare_report
from ecommerce_ext.errors import EcommerceError
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_report import figures, stats_rows
from shop_reports import (
    DATABASE,
    ORDERS,
    REFUNDS,
    SHOPIFY,
    WOOCOMMERCE,
    RecordedShop,
    ledger_sums,
    load_shops,
    recorded_site,
)
from shopify_report import EXAMPLES, FIGURES
from tap_shopapp.sales_report import sales_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines import Pipeline
    from shop_fakes.woocommerce_report import StatsRow
    from shop_reports import Amounts

pytestmark = pytest.mark.pipeline

# The records of these refunds were not recorded. They refund whole orders, 123 and 298.
FULL_REFUNDS = (124, 303)
# The shop stored the refund of order 260 with three decimals: 489.136. The API rounds the total
# of the order to 489.14, so 0.004 remain.
ROUNDED = {"260": Decimal("0.004")}
# The lines of order 96 have a discount that neither a coupon nor the order states.
UNSTATED_DISCOUNT = {"96"}
# Days of partial refunds without lines.
LUMP_SUMS = {"2025-11-08", "2025-11-23", "2025-12-08", "2025-12-13"}
_ZERO = Decimal(0)


@pytest.fixture(scope="module")
def built(pipeline: Pipeline) -> Pipeline:
    """A warehouse with the orders of both shops, built once."""
    pipeline.settings |= {"ECOMMERCE_CURRENCY": "EUR", "ECOMMERCE_ID_FORMAT": "qualified"}
    with psycopg.connect(pipeline.postgres.url) as connection:
        load_shops(connection)
    pipeline.build()
    return pipeline


@pytest.fixture(scope="module")
def ledger(built: Pipeline) -> dict[str, Amounts]:
    """The figures of each recorded order that counts."""
    return ledger_sums(built, WOOCOMMERCE, "split_part(id_transaction, ':', 2)")


def _report(*, splits_full_refunds: bool = True) -> dict[str, list[StatsRow]]:
    """Return the rows of the shop's report, by order."""
    rows = defaultdict(list)
    for row in stats_rows(
        ORDERS, REFUNDS, FULL_REFUNDS, splits_full_refunds=splits_full_refunds
    ):
        rows[str(row.order_id)].append(row)
    return rows


REPORT = _report()


def test_orders_in_the_ledger_are_those_of_the_shops_report(ledger: dict[str, Amounts]) -> None:
    """Of 39 orders, 3 are cancelled, 2 pending, 1 failed, and 1 on hold without payment."""
    reported = {order_id for order_id, rows in REPORT.items() if rows[0].is_reported()}

    assert len(REPORT) == 39
    assert len(reported) == 32
    assert ledger.keys() == reported


@pytest.mark.parametrize(
    "order_id", [order_id for order_id, rows in REPORT.items() if rows[0].is_reported()]
)
def test_order_equals_the_report_of_woocommerce(
    ledger: dict[str, Amounts], order_id: str
) -> None:
    """Net, shipping, taxes and total are the shop's, to the last digit.

    The shop's net contains tax and shipping of partial refunds without lines; what the ledger
    derived of them is added back.
    """
    ours, rows = ledger[order_id], REPORT[order_id]
    report = figures(rows)
    is_lump_sum = any(row.is_lump_sum for row in rows)
    tax, shipping = (
        ours[f"derived_{name}"] if is_lump_sum else _ZERO for name in ("tax", "shipping")
    )

    assert ours["net"] + tax + shipping - ROUNDED.get(order_id, _ZERO) == report.net_revenue
    assert ours["tax"] - tax == report.taxes
    assert ours["shipping"] - shipping == report.shipping
    assert ours["total"] == report.total_sales


@pytest.mark.parametrize(
    "order_id", [order_id for order_id, rows in REPORT.items() if rows[0].is_reported()]
)
def test_order_before_refunds_equals_the_report_and_the_database(
    ledger: dict[str, Amounts], order_id: str
) -> None:
    """Gross, discount and fees are in the shop's database; the report has the sum of them."""
    ours, report, stored = ledger[order_id], figures(REPORT[order_id]), DATABASE[order_id]

    assert ours["placed"] + report.coupons == report.gross_sales
    assert ours["gross"] == Decimal(stored["sum of _line_subtotal"])
    assert ours["discount"] == Decimal(stored["discount"]) or order_id in UNSTATED_DISCOUNT
    if len(REPORT[order_id]) == 1:
        assert ours["fee"] == Decimal(stored["sum of fees"])


@pytest.mark.parametrize("order_id", ["85", "167", "194", "238", "317"])
def test_partial_refund_without_lines_is_split_in_proportion(
    ledger: dict[str, Amounts], order_id: str
) -> None:
    """The shares of tax and shipping are those of the order, to the sixth decimal."""
    ours, [placed, *refunds] = ledger[order_id], REPORT[order_id]
    [order] = [order for order in ORDERS if str(order["id"]) == order_id]
    lines = [*order["line_items"], *order["fee_lines"]]
    parts = (sum(Decimal(line["total"]) for line in lines), placed.shipping, placed.tax)
    refunded = sum((row.total for row in refunds), _ZERO)

    assert all(row.is_lump_sum for row in refunds)
    for name, part in (("shipping", placed.shipping), ("tax", placed.tax)):
        share = refunded * part / sum(parts)
        assert abs(ours[f"derived_{name}"] - share) < Decimal("0.000002"), name


@pytest.mark.parametrize("order_id", ["123", "154", "260", "287"])
def test_full_refund_without_lines_differs_from_reports_before_10_2(
    ledger: dict[str, Amounts], order_id: str
) -> None:
    """These releases subtract tax and shipping of the refund from net sales."""
    ours, report = ledger[order_id], figures(_report(splits_full_refunds=False)[order_id])
    derived = ours["derived_tax"] + ours["derived_shipping"]

    assert derived < 0
    assert report.net_revenue == ours["net"] + derived
    assert ours["total"] == report.total_sales


@pytest.fixture(scope="module")
def shopify(built: Pipeline) -> dict[str, Amounts]:
    """The figures of the examples, by number of the order and day."""
    number = "split_part(id_transaction, ':', 2)"
    return ledger_sums(built, SHOPIFY, f"{number} || ' ' || occurred_on")


@pytest.mark.parametrize("name", EXAMPLES)
def test_order_equals_the_report_of_shopify(shopify: dict[str, Amounts], name: str) -> None:
    example = EXAMPLES[name]
    number = example.order["name"].removeprefix("#")
    found = {
        key.split()[1]: {figure: sums[figure] for figure in FIGURES}
        for key, sums in shopify.items()
        if key.split()[0] == number
    }

    assert found == {
        day: dict(zip(FIGURES, map(Decimal, row), strict=True))
        for day, row in example.report.items()
    }


def test_sales_by_day_equal_the_report_of_shopify(built: Pipeline) -> None:
    columns = ", ".join(f"original_{figure}_amount" for figure in FIGURES)
    found = built.rows(
        f"select reported_on::text, {columns} from ecommerce.ecommerce_sales_daily"
        " where id_shop = 'shopify' order by 1"
    )
    expected: dict[str, list[Decimal]] = {}
    for example in EXAMPLES.values():
        for day, row in example.report.items():
            sums = expected.setdefault(day, [_ZERO] * len(FIGURES))
            expected[day] = [
                before + Decimal(amount) for before, amount in zip(sums, row, strict=True)
            ]

    assert {day: amounts for day, *amounts in found} == expected


@pytest.fixture
def shop(built: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedShop]:
    """The recorded shop. The tap runs in this process instead of by Meltano."""
    site = recorded_site(FULL_REFUNDS)
    with serve_answers(site.answer) as url:
        shop = RecordedShop(site, url, built)
        settings = {**shop.settings, "user_agent": "tap-shopapp", "request_timeout": 60}
        monkeypatch.setattr(compare_report, "is_inside_meltano", lambda: True)
        monkeypatch.setattr(
            compare_report,
            "sales_report",
            lambda _, period: json.loads(json.dumps(sales_report(settings, period))),
        )
        yield shop


def test_report_of_the_recorded_shop_has_no_unexplained_difference(shop: RecordedShop) -> None:
    comparison = shop.compare("2025-10-20", "2025-12-31")

    assert comparison.is_equal, comparison.differences
    assert {its.day for its in comparison.differences} == LUMP_SUMS
    assert "WooCommerce from 2025-10-20 to 2025-12-31, by date_paid" in comparison.title
    assert "73 days compared, 0 differ, 4 differ for a known reason" in comparison.title


def test_rounded_refund_is_listed(shop: RecordedShop) -> None:
    """On this day, 0.004 of order 260 remain, and 0.019536 of order 85 are shipping."""
    comparison = shop.compare("2026-11-30", "2026-11-30")

    assert not comparison.is_equal
    assert {its.figure: its.here - its.shop for its in comparison.differences} == {
        "return_amount": Decimal("-0.023536"),
        "net_amount": Decimal("0.023536"),
        "shipping_amount": Decimal("-0.019536"),
    }


def test_day_that_differs_is_listed(shop: RecordedShop) -> None:
    """Order 222 of 10 December became 1.00 more expensive since it was loaded."""
    shop.site.site.orders[:] = [
        {**order, "total": "35.51"} if order["id"] == 222 else order for order in ORDERS
    ]
    comparison = shop.compare("2025-10-20", "2025-12-31")

    assert not comparison.is_equal
    assert {
        (its.day, its.figure): its.here - its.shop
        for its in comparison.differences
        if not its.reason
    } == {
        ("2025-12-10", figure): Decimal(-1)
        for figure in ("sales_amount", "net_amount", "total_amount")
    }


def test_statuses_that_the_shop_excludes_differ(shop: RecordedShop) -> None:
    """Orders 94 and 125 are shipped, and on days without a refund."""
    shop.site.excluded_statuses = ("pending", "failed", "cancelled", "shipped")
    comparison = shop.compare("2025-10-20", "2025-12-31")

    assert "excluded: cancelled, failed, pending, shipped." in comparison.title
    assert not comparison.is_equal
    assert {"2025-10-24", "2025-11-02"} <= {
        its.day for its in comparison.differences if not its.reason
    }


def test_sales_by_day_of_creation_differ(shop: RecordedShop) -> None:
    """Order 113 is on hold: created on 30 October, and never paid. Order 84 was paid later."""
    shop.site.date_type = "date_created"
    comparison = shop.compare("2025-10-20", "2025-12-31")

    assert "by date_created" in comparison.title
    assert {"2025-10-30", "2025-10-21"} <= {
        its.day for its in comparison.differences if not its.reason
    }


def test_application_without_a_report_is_named(
    shop: RecordedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"shop_id": "s", "application": "Shopify", "report": None}
    monkeypatch.setattr(compare_report, "sales_report", lambda *_: answer)

    with pytest.raises(EcommerceError, match="Shopify has no sales report to compare with"):
        shop.compare("2025-10-20", "2025-12-31")


def test_comparison_runs_with_meltano(shop: RecordedShop, tmp_path: Path) -> None:
    done = shop.invoke(tmp_path, "--from", "2025-10-20", "--to", "2025-11-30")
    output = done.stdout + done.stderr

    assert done.returncode == 0, output
    assert "42 days compared, 0 differ" in output
    assert "canary" not in output
