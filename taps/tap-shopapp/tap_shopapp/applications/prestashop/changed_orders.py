"""Orders that changed without a new time of change: refunds leave it as it was."""

from __future__ import annotations

import logging
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import PageError
from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.api.page_size import PAGE_BUDGET
from tap_shopapp.applications.prestashop.order_parts import MOST_IDS
from tap_shopapp.applications.prestashop.refunds import read_slips, read_vouchers
from tap_shopapp.applications.prestashop.shop_facts import by_order
from tap_shopapp.applications.prestashop.values import amount, ids_in, record_id
from tap_shopapp.applications.prestashop.webservice import batches
from tap_shopapp.errors import RecordError
from tap_shopapp.pages import ChangedIds
from tap_shopapp.records.timestamps import format_utc, parse_utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.applications.prestashop.local_time import LocalTime
    from tap_shopapp.applications.prestashop.paging import Lists
    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record, Window

_SLIP_FIELDS = "[id,id_order,date_upd]"
_LINE_FIELDS = (
    "[id,id_order,product_quantity,product_quantity_refunded,product_quantity_return,"
    "total_refunded_tax_excl,total_refunded_tax_incl]"
)
_LINES_AT_ONCE = 1000

_logger = logging.getLogger("tap-shopapp.prestashop")


def slip_orders(lists: Lists, clock: LocalTime, window: Window) -> Iterator[ChangedIds]:
    """Yield the orders of credit slips that changed in a window."""
    since = window.since and clock.first(window.since)
    for rows in lists.changed(
        "order_slip", since, clock.end(window.before), display=_SLIP_FIELDS
    ):
        times = [_time(row, clock) for row in rows.records]
        reached = max(filter(None, times), default=None)
        if rows.is_last:
            reached = window.before
        if rows.unreadable:
            known = ", ".join(
                str(row.get("id", "without a known id")) for row in rows.unreadable
            )
            _logger.warning("/api/order_slip: PHP fails in the shop on the slips %s.", known)
        if reached:
            yield ChangedIds(ids_in(rows.records, "id_order"), reached)


def voucher_orders(
    webservice: Webservice, clock: LocalTime, window: Window, days: int
) -> Iterator[ChangedIds]:
    """Yield recent orders whose lines state more refunds than the slips.

    A refund as a voucher leaves no slip and no time. So each run looks at the refunded lines of
    orders that were placed in the days before.
    """
    try:
        ids = list(_with_vouchers(webservice, clock, window, days))
    except PageError as error:
        webservice.wait()
        # The next run looks at the same orders again.
        _logger.warning("Refunds as vouchers are not looked for. %s", error)
        ids = []
    yield ChangedIds(ids, window.before)


def _with_vouchers(
    webservice: Webservice, clock: LocalTime, window: Window, days: int
) -> Iterator[str]:
    """Yield the ids of the orders, and of those that cannot be compared with their slips."""
    placed = format_utc(parse_utc(window.before) - timedelta(days=days))
    first = webservice.rows(
        "orders",
        {
            "date": "1",
            "filter[date_add]": f">[{clock.first(placed)}]",
            "limit": "1",
        },
        display="[id]",
        page_budget=PAGE_BUDGET,
    )
    if not first:
        return
    lines = by_order(list(_refunded_lines(webservice, record_id(first[0]) - 1)))
    for batch in batches(lines, MOST_IDS):
        try:
            slips = by_order(webservice.by_ids("order_slip", "id_order", batch))
        except PageError:
            yield from batch
            continue
        for order_id in batch:
            try:
                read = read_slips(slips.get(order_id, []), clock)
                has_voucher = read_vouchers(lines[order_id], read) is not None
            except (RecordError, ArithmeticError, LookupError, TypeError, ValueError):
                has_voucher = True  # the order is read again, and rejected
            if has_voucher:
                yield order_id


def _refunded_lines(webservice: Webservice, order_id: int) -> Iterator[Record]:
    """Yield the refunded lines of all orders with a higher id."""
    name = "/api/order_details"
    check: ListCheck[int] = ListCheck(name, "id")
    last_id = 0
    while True:
        rows = webservice.rows(
            "order_details",
            {
                "filter[id]": f">[{last_id}]",
                "filter[id_order]": f">[{order_id}]",
                "filter[total_refunded_tax_incl]": ">[0]",
                "limit": str(_LINES_AT_ONCE),
            },
            display=_LINE_FIELDS,
            page_budget=PAGE_BUDGET,
        )
        of_orders = [int(each) for each in ids_in(rows, "id_order")]
        is_filtered = all(each > order_id for each in of_orders) and all(
            map(_is_refunded, rows)
        )
        ids = list(map(record_id, rows))
        check.page(ids, begin=last_id + 1, is_filtered=is_filtered)
        yield from rows
        if len(rows) < _LINES_AT_ONCE:
            return
        last_id = ids[-1]


def _is_refunded(line: Record) -> bool:
    try:
        return Decimal(amount(line, "total_refunded_tax_incl")) > 0
    except RecordError:
        return True


def _time(row: Record, clock: LocalTime) -> str | None:
    try:
        return clock.of(row, "date_upd")
    except RecordError:
        return None
