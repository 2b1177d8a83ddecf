"""The revenue report of WooCommerce Analytics, by day.

The shop shows the report under *Analytics → Revenue*. Its formulas are in the source of
WooCommerce, in `Admin/API/Reports/Orders/Stats/DataStore.php`:

- `net_revenue` is total less tax less shipping, of orders and refunds. Fees are part of it.
- `gross_sales` is the net of the orders alone, plus `coupons`.
- `refunds` includes tax and shipping from release 10.2 on. Returns are therefore calculated
  from the other figures.

The report adds amounts of all currencies without conversion.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import StatusError
from tap_shopapp.applications.woocommerce.page_reader import ON_BAD_RESPONSE
from tap_shopapp.errors import TapError
from tap_shopapp.pages import ReportedDay, SalesReport
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from tap_shopapp.applications.woocommerce.rest_api import RestApi

_PATH = "/wp-json/wc-analytics/reports/revenue/stats"
_DAYS_AT_ONCE = 100
_NOT_FOUND = 404
# Amounts are binary fractions. No currency has more decimals.
_EXACT = Decimal("0.000001")


def read_sales_report(
    client: RestApi,
    settings: Callable[[], Mapping[str, object]],
    first: date,
    last: date,
) -> SalesReport:
    """Return the report of a period.

    Args:
        client: Sends the requests.
        settings: Returns the shop's settings of Analytics.
        first: First day, in the shop's time zone.
        last: Last day.

    Raises:
        TapError: The shop has no analytics, or the report lacks a day.
    """
    days = list(_days(client, first, last))
    expected = [str(first + timedelta(days)) for days in range((last - first).days + 1)]
    if [day.day for day in days] != expected:
        msg = f"The shop's response to {_PATH} does not have each day of the period once."
        raise TapError(msg, ON_BAD_RESPONSE)
    options = settings()
    excluded = options.get("woocommerce_excluded_report_order_statuses")
    return SalesReport(
        days,
        text(options.get("woocommerce_date_type")) or "date_paid",
        sorted(map(str, excluded)) if isinstance(excluded, list) else [],
    )


def _days(client: RestApi, first: date, last: date) -> Iterator[ReportedDay]:
    params = {
        "after": f"{first}T00:00:00",
        "before": f"{last}T23:59:59",
        "interval": "day",
        "order": "asc",
        "per_page": str(_DAYS_AT_ONCE),
    }
    for page in range(1, -(-((last - first).days + 1) // _DAYS_AT_ONCE) + 1):
        try:
            body = client.get(_PATH, {**params, "page": str(page)}).body
        except StatusError as error:
            if error.status != _NOT_FOUND:
                raise
            msg = "The shop has no revenue report."
            raise TapError(
                msg,
                "Turn on Analytics in the shop (WooCommerce, Settings, Advanced, Features).",
            ) from None
        try:
            yield from map(_day, body["intervals"])
        except (ArithmeticError, KeyError, TypeError):
            msg = f"The shop's response to {_PATH} has no figures by day."
            raise TapError(msg, ON_BAD_RESPONSE) from None


def _day(interval: Mapping[str, Any]) -> ReportedDay:
    gross, coupons, net, shipping, tax, total = (
        Decimal(str(interval["subtotals"][name])).quantize(_EXACT)
        for name in (
            "gross_sales",
            "coupons",
            "net_revenue",
            "shipping",
            "taxes",
            "total_sales",
        )
    )
    sales = gross - coupons
    amounts = (sales, sales - net, net, shipping, tax, total)
    return ReportedDay(interval["interval"], *(f"{amount:f}" for amount in amounts))
