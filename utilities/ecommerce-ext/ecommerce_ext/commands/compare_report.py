"""``ecommerce compare-report``: compare the sales of each day with the shop's own report.

The tap reads the report, because only Meltano knows the shop's credentials. Amounts are
compared before conversion, as the sum over all currencies: WooCommerce adds them without
conversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.meltano import is_inside_meltano, sales_report
from ecommerce_ext.warehouse.connection import connect
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

Figures = dict[str, Decimal]

_DAYS = 30
# No time zone is further behind UTC.
_LATEST_MIDNIGHT = timedelta(hours=12)
# Shops report binary fractions.
_TOLERANCE = Decimal("0.0001")
_LEDGER = "ecommerce_sales_ledger"
_REASON = "refund without lines: the shop subtracts its tax and shipping from net sales"
_FIGURES = {
    "sales_amount": "sales after discounts",
    "return_amount": "returns",
    "net_amount": "net sales",
    "shipping_amount": "shipping",
    "tax_amount": "taxes",
    "total_amount": "total sales",
}
# `partial` and `full` refunds without lines: their tax and shipping were derived.
_BY_DAY = """
    with counted as (
        select
            *,
            event_id is not null and event in ('return', 'fee_refund') as is_return,
            event in ('tax_refund', 'shipping_refund')
            and refund_split = 'derived' as is_derived,
            coalesce(occurred_at = max(occurred_at) over by_order, true)
            and abs(
                coalesce(sum(original_amount) filter (where in_total_sales) over by_order, 0)
            ) < 0.01 as is_full
        from {ledger}
        where id_shop = %(shop_id)s and is_counted
        window by_order as (partition by id_transaction)
    )
    select
        occurred_on as day,
        sum(original_amount) filter (where in_net_sales and not is_return) as sales_amount,
        -sum(original_amount) filter (where in_net_sales and is_return) as return_amount,
        sum(original_amount) filter (where in_net_sales) as net_amount,
        sum(original_amount) filter (where event in ('shipping', 'shipping_refund'))
            as shipping_amount,
        sum(original_amount) filter (where event in ('tax', 'tax_refund')) as tax_amount,
        sum(original_amount) filter (where in_total_sales) as total_amount,
        sum(original_amount) filter (where is_derived and event = 'tax_refund') as all_tax,
        sum(original_amount) filter (where is_derived and event = 'shipping_refund')
            as all_shipping,
        sum(original_amount) filter (where is_derived and event = 'tax_refund' and not is_full)
            as partial_tax,
        sum(original_amount)
            filter (where is_derived and event = 'shipping_refund' and not is_full)
            as partial_shipping
    from counted
    where occurred_on between %(first)s and %(last)s
    group by occurred_on
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a day that differs from the shop's report."""

    day: str
    figure: str
    here: Decimal
    shop: Decimal
    reason: str

    @property
    def row(self) -> dict[str, Any]:
        """The difference as a row of a table."""
        amounts = {
            "here": self.here,
            "shop": self.shop,
            "difference": self.here - self.shop,
        }
        return {
            "day": self.day,
            "figure": _FIGURES[self.figure],
            **{name: round(amount, 4) for name, amount in amounts.items()},
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison with the report of one shop.

    Attributes:
        title: A line that states what was compared, and the result.
        differences: The figures that differ, by day.
        is_equal: Whether each difference is explained.
    """

    title: str
    differences: Sequence[Difference]
    is_equal: bool = True


def default_period() -> tuple[date, date]:
    """Return the first and the last of the last 30 days that are over in every time zone."""
    last = (datetime.now(timezone.utc) - _LATEST_MIDNIGHT).date() - timedelta(days=1)
    return last - timedelta(days=_DAYS - 1), last


def compare_reports(settings: Settings, first: date, last: date) -> list[Comparison]:
    """Compare the ledger with the reports of all extractors.

    Raises:
        EcommerceError: No extractor has a report, a report cannot be read, or the ledger has no
            order of a shop.
    """
    if not is_inside_meltano():
        raise EcommerceError(
            Problem(
                "Only Meltano knows the credentials of the shop.",
                "Type: meltano invoke ecommerce:compare-report",
            )
        )
    comparisons = []
    is_reported = False
    with connect(settings) as connection:
        for extractor in settings.extractors.split():
            answer = sales_report(extractor, f"{first}/{last}")
            title = f"{extractor}: shop {answer['shop_id']}"
            if report := answer["report"]:
                is_reported = True
                here = _days(connection, settings, answer["shop_id"], first, last)
                differences = list(compare(here, report["days"]))
                comparisons.append(_comparison(title, answer, differences))
            else:
                sentence = f"{answer['application']} has no sales report to compare with"
                comparisons.append(Comparison(f"{title}: {sentence}.", []))
    if not is_reported:
        titles = " ".join(comparison.title for comparison in comparisons)
        raise EcommerceError(
            Problem(titles or "ECOMMERCE_EXTRACTORS is empty.", "Nothing was compared.")
        )
    return comparisons


def compare(
    here: Mapping[str, Figures], days: Sequence[Mapping[str, str]]
) -> Iterator[Difference]:
    """Yield the figures that differ.

    The ledger splits refunds without lines into goods, shipping and tax. WooCommerce before
    10.2 subtracts all of them from net sales, and later releases subtract partial ones. A day
    that differs by exactly this amount is explained.

    Args:
        here: Figures of our ledger by day, as `_BY_DAY` calculates them.
        days: Figures of the shop by day.
    """
    for reported in days:
        ours = here.get(reported["day"], {})
        shop = {name: Decimal(reported[name]) for name in _FIGURES}
        same = _figures(ours)
        alternatives = (_figures(ours, "partial"), _figures(ours, "all"))
        if not _differing(same, shop):
            continue
        is_explained = any(not _differing(figures, shop) for figures in alternatives)
        for name in _differing(same, shop):
            reason = _REASON if is_explained else ""
            yield Difference(reported["day"], name, same[name], shop[name], reason)


def _figures(day: Figures, unsplit: str = "") -> Figures:
    """Return the figures of a day.

    Args:
        day: A row of `_BY_DAY`.
        unsplit: The refunds without lines whose split is undone: `partial`, `all`, or none.
    """
    figures = {name: day.get(name, Decimal(0)) for name in _FIGURES}
    tax, shipping = (
        day.get(f"{unsplit}_{name}", Decimal(0)) if unsplit else Decimal(0)
        for name in ("tax", "shipping")
    )
    figures["tax_amount"] -= tax
    figures["shipping_amount"] -= shipping
    figures["net_amount"] += tax + shipping
    figures["return_amount"] -= tax + shipping
    return figures


def _differing(here: Figures, shop: Figures) -> list[str]:
    return [name for name in _FIGURES if abs(here[name] - shop[name]) >= _TOLERANCE]


def _comparison(
    title: str, answer: Mapping[str, Any], differences: Sequence[Difference]
) -> Comparison:
    report = answer["report"]
    differing = {its.day for its in differences if not its.reason}
    explained = {its.day for its in differences} - differing
    excluded = ", ".join(report["excluded_statuses"]) or "no status"
    days = report["days"]
    return Comparison(
        f"{title}, {answer['application']} from {days[0]['day']} to {days[-1]['day']}, by"
        f" {report['sale_day']}, excluded: {excluded}. {len(days)} days compared,"
        f" {len(differing)} differ, {len(explained)} differ for a known reason.",
        differences,
        is_equal=not differing,
    )


def _days(
    connection: Connection, settings: Settings, shop_id: str, first: date, last: date
) -> dict[str, Figures]:
    ledger = sql.Identifier(settings.schema, _LEDGER)
    query = sql.SQL(_BY_DAY).format(ledger=ledger)
    parameters = {"shop_id": shop_id, "first": first, "last": last}
    if not exists(connection, ledger):
        raise EcommerceError(
            Problem(
                f"The table {_LEDGER} does not exist.", "Run: meltano run ecommerce-activate"
            )
        )
    rows = connection.cursor(row_factory=dict_row).execute(query, parameters).fetchall()
    return {
        str(row.pop("day")): {name: amount or Decimal(0) for name, amount in row.items()}
        for row in rows
    }
