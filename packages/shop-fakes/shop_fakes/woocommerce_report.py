"""WooCommerce's revenue report, computed from orders and refunds in the form of its REST API.

The module is an independent oracle: it imports only the standard library. The formulas are from
the source of https://github.com/woocommerce/woocommerce, below `plugins/woocommerce/src/`:

- `Admin/API/Reports/Orders/Stats/DataStore.php`, commit
  76182fec08d7b48b80d096a3318c0709ae7cdae0: `update()` writes one row per order and per refund
  into the table `wc_order_stats`, with `net_total = total - total_tax - shipping_total`. Fees
  and rounding are part of the net.
  `assign_report_columns()` sums these rows. The time of a row is the column that the option
  `woocommerce_date_type` names, by default `date_paid`: a row without it is in no report. All
  times of a refund are its creation, and its status is the status of its order.
- The same file, commits f6da4ef9b61e4fbc0de7ee1f883737fe527554d1 and
  4de35304cd3f46f439f3ded5f2826e51ebd7b20f (pull request 58744, release 10.2): tax, shipping and
  net of a full refund are the amounts of its order, whatever the refund states. `refunds`
  includes tax and shipping. `gross_sales` sums orders only.
- `Admin/API/Reports/DataStore.php`, commit f92e383a09a69cb7ca695f55de535ba436e83150:
  `get_excluded_report_order_statuses()`.
- `Admin/API/Reports/Coupons/DataStore.php`, commit 07ce41f2bfa2613d4c0ddb4c4ebeb1cde76836b7:
  `coupons` is the sum of the discounts of coupons, without other discounts.

The report adds amounts of all currencies without conversion.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

EXCLUDED_STATUSES = ("pending", "failed", "cancelled")
"""Statuses that the option `woocommerce_excluded_report_order_statuses` names by default."""
DATE_TYPE = "date_paid"
"""The default of the option `woocommerce_date_type`."""

_NEVER_REPORTED = frozenset({"auto-draft", "trash"})
_ZERO = Decimal(0)
_TIMES = ("date_created", "date_paid", "date_completed")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StatsRow:
    """One row of the table `wc_order_stats`: an order or a refund.

    Attributes:
        order_id: The order.
        refund_id: The refund; null for the order itself.
        currency: The currency of the order.
        status: The status of the order.
        times: The time of each date type in the site's time zone; null if it has none.
        net: Net sales.
        tax: Taxes.
        shipping: Shipping.
        total: Total sales.
        coupons: Discounts of coupons.
        is_lump_sum: Whether it is a partial refund without lines, whose tax and shipping
            are part of its net.
    """

    order_id: int
    refund_id: int | None
    currency: str
    status: str
    times: Mapping[str, str | None]
    net: Decimal
    tax: Decimal
    shipping: Decimal
    total: Decimal
    coupons: Decimal = _ZERO
    is_lump_sum: bool = False

    def is_reported(
        self,
        excluded_statuses: Collection[str] = EXCLUDED_STATUSES,
        date_type: str = DATE_TYPE,
    ) -> bool:
        """Whether the row is in a report."""
        is_excluded = self.status in _NEVER_REPORTED or self.status in excluded_statuses
        return not is_excluded and self.times[date_type] is not None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the report, by their names in the API."""

    gross_sales: Decimal
    coupons: Decimal
    refunds: Decimal
    net_revenue: Decimal
    shipping: Decimal
    taxes: Decimal
    total_sales: Decimal


def stats_rows(
    orders: Iterable[Record],
    refunds: Iterable[Record],
    full_refunds: Collection[int] = (),
    *,
    splits_full_refunds: bool = True,
) -> Iterator[StatsRow]:
    """Yield the rows of orders and of their refunds.

    Args:
        orders: Orders as `GET /wp-json/wc/v3/orders` answers them.
        refunds: Refunds as `GET /wp-json/wc/v3/refunds` answers them.
        full_refunds: Ids of refunds without a record that refund a whole order.
        splits_full_refunds: Whether full refunds have the amounts of their order, as from
            release 10.2 on.
    """
    by_id = {refund["id"]: refund for refund in refunds}
    for order in orders:
        total, tax, shipping = (
            _number(order, name) for name in ("total", "total_tax", "shipping_total")
        )
        placed = StatsRow(
            order["id"],
            None,
            order["currency"],
            order["status"],
            {name: order.get(name) for name in _TIMES},
            total - tax - shipping,
            tax,
            shipping,
            total,
            _sum(order["coupon_lines"], "discount"),
        )
        yield placed
        for stub in order["refunds"]:
            refund = {**by_id.get(stub["id"], {}), **stub}
            is_full = _refund_type(refund) == "full" or stub["id"] in full_refunds
            yield _refund_row(placed, refund, is_split=splits_full_refunds and is_full)


def figures(rows: Iterable[StatsRow]) -> Figures:
    """Return the sums of the report over rows."""
    sums = dict.fromkeys(
        ("placed", "coupons", "refunds", "net", "shipping", "tax", "total"), _ZERO
    )
    for row in rows:
        sums["placed"] += row.net if row.refund_id is None else 0
        sums["refunds"] += row.net + row.tax + row.shipping if row.net < 0 else 0
        for name in ("coupons", "net", "shipping", "tax", "total"):
            sums[name] += getattr(row, name)
    return Figures(
        sums["placed"] + sums["coupons"],
        sums["coupons"],
        abs(sums["refunds"]),
        sums["net"],
        sums["shipping"],
        sums["tax"],
        sums["total"],
    )


def _refund_row(order: StatsRow, refund: Record, *, is_split: bool) -> StatsRow:
    total = _number(refund, "total")
    parts = [refund.get(f"{name}_lines") or [] for name in ("shipping", "fee")]
    if is_split:
        net, tax, shipping = -order.net, -order.tax, -order.shipping
    else:
        tax, shipping = _number(refund, "total_tax"), _sum(parts[0], "total")
        net = total - tax - shipping
    return StatsRow(
        order.order_id,
        refund["id"],
        order.currency,
        order.status,
        dict.fromkeys(_TIMES, refund.get("date_created")),
        net,
        tax,
        shipping,
        total,
        is_lump_sum=not is_split and not any((*parts, refund.get("line_items"))),
    )


def _refund_type(refund: Record) -> str:
    """Return `full` or `partial`, which later releases store with each refund."""
    types = [
        each["value"] for each in refund.get("meta_data", ()) if each["key"] == "_refund_type"
    ]
    return types[0] if types else ""


def _sum(records: Iterable[Record], name: str) -> Decimal:
    return sum((_number(record, name) for record in records), _ZERO)


def _number(record: Record, name: str) -> Decimal:
    return Decimal(record.get(name) or 0)
