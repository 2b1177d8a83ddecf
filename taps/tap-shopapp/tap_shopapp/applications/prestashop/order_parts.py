"""Reads what other resources state about a page of orders, one request for each resource."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_shopapp.api.errors import PageError
from tap_shopapp.applications.prestashop.orders import Parts
from tap_shopapp.applications.prestashop.shop_facts import by_order
from tap_shopapp.applications.prestashop.unreadable import of_one, rows_with_ids
from tap_shopapp.applications.prestashop.values import ids_in, phrase
from tap_shopapp.applications.prestashop.webservice import batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record

# 250 ids of seven digits are about 2,500 characters of an address.
MOST_IDS = 250

_logger = logging.getLogger("tap-shopapp.prestashop")


def read_parts(webservice: Webservice, orders: Sequence[Record]) -> Parts:
    """Return lines, slips, cart rules and buyers of at most `MOST_IDS` orders.

    Lines and slips of deleted orders stay in the shop. They are not read, because the requests
    name existing orders.

    Raises:
        PageError: PHP fails on one of the records.
    """
    ids = [str(order["id"]) for order in orders]
    lines = webservice.by_ids("order_details", "id_order", ids)
    slips = webservice.by_ids("order_slip", "id_order", ids)
    rules = webservice.by_ids("order_cart_rules", "id_order", ids)
    codes = [
        row
        for some in batches(ids_in(rules, "id_cart_rule"), MOST_IDS)
        for row in webservice.by_ids("cart_rules", "id", some, display="[id,code]")
    ]
    # An order whose buyer cannot be read is kept without the address.
    customers = rows_with_ids(webservice, "customers", ids_in(orders, "id_customer"))
    if customers.unreadable:
        _logger.warning(
            "/api/customers: PHP fails in the shop on the customers %s. Their orders have no"
            " e-mail address.",
            ", ".join(str(row["id"]) for row in customers.unreadable),
        )
    return Parts(
        by_order(lines),
        by_order(slips),
        by_order(rules),
        {str(row["id"]): code for row in codes if (code := phrase(row.get("code")))},
        {str(row["id"]): row for row in customers.records},
    )


def readable_parts(
    webservice: Webservice, orders: Sequence[Record]
) -> Iterator[tuple[Sequence[Record], Parts | None]]:
    """Yield orders with their parts, in halves if PHP fails on one of the orders.

    The parts of an order that makes PHP fail are null.

    Raises:
        PageError: PHP fails on all orders.
    """
    if not orders:
        return
    try:
        yield orders, read_parts(webservice, orders)
    except PageError:
        if len(orders) == 1:
            yield orders, of_one(webservice, lambda: read_parts(webservice, orders))
            return
        middle = len(orders) // 2
        halves = [
            part
            for half in (orders[:middle], orders[middle:])
            for part in readable_parts(webservice, half)
        ]
        if all(parts is None for _, parts in halves):
            raise
        yield from halves
