"""The option ``--sales-report``: the shop's own sales report as JSON.

The utility of the module compares it with the warehouse. It runs the tap, since only the tap
has the credentials of the shop.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Mapping

PERIOD = "FIRST/LAST"
"""The form of the option's value: two days."""


def sales_report(settings: Mapping[str, Any], period: str) -> dict[str, Any]:
    """Return the shop's own sales report of a period, as JSON values.

    Args:
        settings: The settings of the tap.
        period: The first and the last day, such as 2026-03-01/2026-03-31.

    Returns:
        `shop_id`, `application` (the name of the software), and `report`: the fields of
        `SalesReport`, or null if the application has no report.

    Raises:
        TapError: The period is invalid, or the shop's report cannot be read.
    """
    first, last = _days(period)
    application = APPLICATIONS[settings["application"]]
    report = (
        asdict(application(settings).sales_report(first, last))
        if application.reports_sales
        else None
    )
    return {"shop_id": settings["shop_id"], "application": application.label, "report": report}


def _days(period: str) -> tuple[date, date]:
    try:
        first, last = map(date.fromisoformat, period.split("/"))
    except ValueError:
        msg = "The period of the sales report is not two days."
        raise TapError(msg, "Write it such as 2026-03-01/2026-03-31.") from None
    if last < first:
        msg = "The last day of the sales report is before the first."
        raise TapError(msg, "Exchange the two days.")
    return first, last
