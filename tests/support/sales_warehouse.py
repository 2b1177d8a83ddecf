"""Loads random sales histories, their catalog, contacts and rates into raw tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING, Any

import raw
from sales_oracle import Rules
from sales_orders import CUSTOMERS, DAYS, FIRST_DAY, PRODUCTS, SHOPS
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from psycopg import Connection
    from sales_histories import SalesHistory

    Record = dict[str, Any]
    Rates = dict[tuple[str, date], Fraction]

SETTINGS = {
    "ECOMMERCE_CURRENCY": "CAD",
    "ECOMMERCE_CONTACTS_RELATION": "marketing.contacts",
    "ECOMMERCE_ID_FORMAT": "qualified",
    "ECOMMERCE_REPORT_RULES_RELATION": "marketing.report_rules",
}
# Rules of the invented applications of the histories.
RULES = {
    "shopapp": Rules(),
    "fees-in-net": Rules(fees_in_net=True),
    "by-payment": Rules(sale_day="paid", cancelled_as="void"),
}
_CHANGE_RATES_IN_STEP = 2
_CATEGORIES = {"k0": None, "k1": "k0", "k2": "k0", "k3": None}
# The last product has no category. Lines name another one that is not in the catalog.
_MEMBERSHIPS = [["k1"], ["k1", "k2"], ["k2"], ["k3"], ["k0", "k3"], ["k3"], ["k1"], []]


def create(connection: Connection[Any]) -> None:
    """Create the raw tables, and the relations of a marketing project."""
    raw.create(connection)
    connection.execute("create schema marketing")
    connection.execute('create table marketing.contacts ("idContact" bigint, email text)')
    connection.execute(
        "create table marketing.report_rules (application text, fees_in_net boolean,"
        " sale_day text, cancelled_as text, refund_without_lines text)"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into marketing.contacts values (%s, %s)",
            [(n + 1, _email(f"c{n}")) for n in range(CUSTOMERS // 2)],
        )
        cursor.executemany(
            "insert into marketing.report_rules values (%s, %s, %s, %s, 'split')",
            [
                (name, rules.fees_in_net, rules.sale_day, rules.cancelled_as)
                for name, rules in RULES.items()
                if name != "shopapp"
            ],
        )


def load_catalog(connection: Connection[Any], loaded_at: datetime) -> None:
    """Load shops, categories, products and customers."""
    shops = [
        {
            "shop_id": shop.id,
            "application": shop.application,
            "currency": "CAD",
            "time_zone": shop.time_zone,
        }
        for shop in SHOPS
    ]
    raw.load(connection, "shops", shops, loaded_at)
    records: dict[str, list[Record]] = {
        "categories": [
            {"id": name, "name": name, "parent_id": parent}
            for name, parent in _CATEGORIES.items()
        ],
        "products": [
            {"id": f"p{n}", "name": f"Product {n}", "category_ids": _MEMBERSHIPS[n]}
            for n in range(PRODUCTS)
        ],
        "customers": [{"id": f"c{n}", "email": _email(f"c{n}")} for n in range(CUSTOMERS)],
    }
    for stream, sent in records.items():
        page = Page()
        for record in sent:
            dated = {**record, "updated_at": f"{FIRST_DAY:%Y-%m-%dT%H:%M:%SZ}"}
            normalize.add(stream, normalize.NormalizedRecord(dated), page)
        for shop in SHOPS:
            found = [{**record, "shop_id": shop.id} for record in page.records]
            raw.load(connection, stream, found, loaded_at)


def load_changes(
    connection: Connection[Any], histories: list[SalesHistory], loaded_at: datetime
) -> None:
    """Load the orders that changed."""
    loads: dict[str, list[Record]] = {}
    for history in histories:
        for stream, records in history.take_changed().items():
            loads.setdefault(stream, []).extend(records)
    for stream, found in loads.items():
        raw.load(connection, stream, found, loaded_at)


def load_rates(
    connection: Connection[Any], rates: Rates, step: int, loaded_at: datetime
) -> None:
    """Publish a rate for each day, or correct the rates of some days in one of the steps."""
    draws = Random(step)  # noqa: S311
    published = {
        (currency, (FIRST_DAY + timedelta(days=day)).date()): Fraction(
            draws.randint(low, high), 10000
        )
        for day in range(-15, DAYS + 30)
        for currency, low, high in (
            ("CAD", 14000, 16999),
            ("USD", 10000, 12999),
            ("JPY", 1500000, 1799999),
        )
        if step == 0 or (step == _CHANGE_RATES_IN_STEP and day % 7 == 0)
    }
    rates |= published
    records = [
        {
            "base_currency": "EUR",
            "currency": currency,
            "rate_on": day,
            "rate": f"{rate.numerator * (10000 // rate.denominator) / 10000:.4f}",
            "source": "file",
        }
        for (currency, day), rate in published.items()
    ]
    raw.load(connection, "exchange_rates", records, loaded_at)


def _email(customer: str) -> str:
    return f"{customer}@shop.example"
