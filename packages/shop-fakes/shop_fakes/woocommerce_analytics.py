"""The endpoint of WooCommerce Analytics that reports revenue by day.

Parameters, limits and fields follow the source of https://github.com/woocommerce/woocommerce,
below `plugins/woocommerce/src/Admin/API/Reports/`:

- `Revenue/Stats/Controller.php`, commit 025d227a35569e536abca13f7237f8046fa532cd
- `GenericController.php`, commit 0f5b0fcad1c48105426da2dc3cecf9d98154e1fa
- `GenericStatsController.php`, commit 28dbf0bbdc2b209109ab3585bef7c8e33926172e
- `DataStore.php`, commit f92e383a09a69cb7ca695f55de535ba436e83150, which adds empty days
"""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from shop_fakes.woocommerce_report import DATE_TYPE, figures

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from zoneinfo import ZoneInfo

    from shop_fakes.woocommerce_report import StatsRow

ROUTE = "/wp-json/wc-analytics/reports/revenue/stats"
_MAX_PER_PAGE = 100
_PARAMETERS = frozenset({"after", "before", "interval", "order", "orderby", "page", "per_page"})

Record = dict[str, Any]


class InvalidQueryError(ValueError):
    """A parameter is outside its documented values."""


def revenue_stats(
    rows: Iterable[StatsRow],
    query: Mapping[str, str],
    zone: ZoneInfo,
    *,
    excluded_statuses: Collection[str],
    date_type: str,
) -> tuple[Record, dict[str, str]]:
    """Return the body and the headers of an answer.

    Args:
        rows: The rows of all orders and refunds.
        query: The query of the request.
        zone: The site's time zone.
        excluded_statuses: The option of the shop.
        date_type: The option of the shop; empty if it was never set.
    """
    per_page, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
    if query.keys() - _PARAMETERS or query.get("interval") != "day":
        raise InvalidQueryError  # the fake reports days only
    if not 1 <= per_page <= _MAX_PER_PAGE or page < 1:
        raise InvalidQueryError
    first, last = (_day(query[name]) for name in ("after", "before"))
    column = date_type or DATE_TYPE
    by_day: dict[str, list[StatsRow]] = {}
    for row in rows:
        if row.is_reported(excluded_statuses, column):
            by_day.setdefault(str(row.times[column])[:10], []).append(row)
    days = [first + timedelta(days) for days in range((last - first).days + 1)]
    if query.get("order", "desc") == "desc":
        days.reverse()
    shown = days[(page - 1) * per_page :][:per_page]
    of_period = [row for day in days for row in by_day.get(day.isoformat(), ())]
    body = {
        "totals": {**_subtotals(of_period), "products": 0},
        "intervals": [_interval(day, zone, by_day.get(day.isoformat(), ())) for day in shown],
    }
    pages = -(-len(days) // per_page)
    return body, {"X-WP-Total": str(len(days)), "X-WP-TotalPages": str(pages)}


def _day(time: str) -> date:
    """Return the day of a time without offset, which is in the site's time zone."""
    moment = datetime.fromisoformat(time)
    if moment.tzinfo:
        raise InvalidQueryError  # the fake supports local times only
    return moment.date()


def _interval(day: date, zone: ZoneInfo, rows: Iterable[StatsRow]) -> Record:
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = start.replace(hour=23, minute=59, second=59)
    times = {"date_start": start, "date_end": end}
    gmt = {f"{name}_gmt": time.astimezone(timezone.utc) for name, time in times.items()}
    return {
        "interval": day.isoformat(),
        **{name: f"{time:%Y-%m-%d %H:%M:%S}" for name, time in {**times, **gmt}.items()},
        "subtotals": _subtotals(rows),
    }


def _subtotals(rows: Iterable[StatsRow]) -> Record:
    rows = list(rows)
    orders = [row for row in rows if row.refund_id is None]
    return {
        "orders_count": len(orders),
        "num_items_sold": 0,
        # The columns are binary fractions, so their sums are off in the last bits.
        **{
            name: math.nextafter(float(amount), math.inf)
            for name, amount in asdict(figures(rows)).items()
        },
        "coupons_count": 0,
        "segments": [],
    }
