"""Raw tables without a loader, with the columns and types that target-postgres creates.

Tests of the dbt package load thousands of records with these functions. Other tests run the
loader and show that it writes these columns and values.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from logging import getLogger
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.types.json import Jsonb
from shopapp_demo.shop import COLLECTIONS
from tap_ecb_rates.sources import read_rates
from tap_ecb_rates.streams import ExchangeRatesStream
from tap_shopapp.contract import CONTRACTS
from tap_shopapp.pages import Page
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from psycopg import Connection
    from shopapp_demo.shop import Shop

_KEYS: dict[str, tuple[str, ...]] = {name: c.primary_keys for name, c in CONTRACTS.items()} | {
    "exchange_rates": tuple(ExchangeRatesStream.primary_keys)
}
_FIELDS: dict[str, Mapping[str, Any]] = {name: c.fields for name, c in CONTRACTS.items()} | {
    "exchange_rates": ExchangeRatesStream.schema["properties"]
}


def create(connection: Connection[Any]) -> None:
    """Create empty raw tables."""
    connection.execute("create schema ecommerce_raw")
    for stream, fields in _FIELDS.items():
        columns = [f'"{name}" {_type(kind)}' for name, kind in fields.items()]
        keys = ", ".join(f'"{name}"' for name in _KEYS[stream])
        connection.execute(
            f"create table ecommerce_raw.{stream} ({', '.join(columns)},"
            f" _sdc_batched_at timestamp, primary key ({keys}))"
        )


def load(
    connection: Connection[Any],
    stream: str,
    records: Iterable[Mapping[str, Any]],
    loaded_at: datetime,
) -> None:
    """Insert records, or replace records with the same key."""
    names = list(_FIELDS[stream])
    columns = sql.SQL(", ").join(map(sql.Identifier, [*names, "_sdc_batched_at"]))
    places = sql.SQL(", ").join([sql.Placeholder()] * (len(names) + 1))
    changes = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name))
        for name in [*names, "_sdc_batched_at"]
    )
    statement = sql.SQL(
        "insert into {} ({}) values ({}) on conflict ({}) do update set {}"
    ).format(
        sql.Identifier("ecommerce_raw", stream),
        columns,
        places,
        sql.SQL(", ").join(map(sql.Identifier, _KEYS[stream])),
        changes,
    )
    rows = [
        [*(_value(record.get(name)) for name in names), loaded_at.replace(tzinfo=None)]
        for record in records
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def load_shop(
    connection: Connection[Any],
    orders: Mapping[str, Mapping[str, Any]],
    customers: Mapping[str, str | None],
    loaded_at: datetime,
) -> None:
    """Load a shop for tests of contact matching.

    The last order has a load time one hour after all others, so that it is the only order that
    a later build reads again.

    Args:
        connection: Connection to the warehouse.
        orders: Fields by order id, in addition to time, currency and total.
        customers: E-mail addresses by customer id.
        loaded_at: Load time.
    """
    time = "2026-01-05T10:00:00Z"
    page = Page()
    for name, fields in orders.items():
        order = {"id": name, "updated_at": time, "created_at": time, "currency": "CAD"}
        normalize.add(
            "transactions",
            normalize.NormalizedRecord({**order, "total_amount": "1", **fields}),
            page,
        )
    buyers = Page()
    for customer, email in customers.items():
        record = {"id": customer, "updated_at": time, "email": email}
        normalize.add("customers", normalize.NormalizedRecord(record), buyers)
    for stream, records in (
        ("transactions", page.records),
        ("customers", buyers.records),
        ("shops", [{"currency": "CAD", "time_zone": "UTC"}]),
    ):
        load(connection, stream, [{**r, "shop_id": "s"} for r in records], loaded_at)
    last = {**page.records[-1], "shop_id": "s"}
    load(connection, "transactions", [last], loaded_at + timedelta(hours=1))


def load_all_of(
    connection: Connection[Any], shop: Shop, shop_id: str, loaded_at: datetime
) -> None:
    """Load all records of a shop, as a first run would."""
    load(connection, "shops", [{**shop.info, "shop_id": shop_id}], loaded_at)
    records = {stream: getattr(shop, stream).values() for stream in COLLECTIONS}
    load_records(connection, records, shop_id, loaded_at)


def load_records(
    connection: Connection[Any],
    collections: Mapping[str, Iterable[Mapping[str, Any]]],
    shop_id: str,
    loaded_at: datetime,
) -> None:
    """Normalize and load some records of a shop, by collection."""
    for stream, records in collections.items():
        page = Page()
        for record in records:
            normalize.add(stream, normalize.NormalizedRecord(dict(record)), page)
        for name, found in {stream: page.records, **page.embedded}.items():
            load(connection, name, [{**r, "shop_id": shop_id} for r in found], loaded_at)


def load_rates(connection: Connection[Any], currencies: set[str], since: str) -> None:
    """Load the bundled rates of some currencies."""
    rates = [
        {"base_currency": "EUR", **asdict(rate)}
        for rate in read_rates({"source": "bundled"}, getLogger(__name__))
        if rate.currency in currencies and rate.rate_on >= since
    ]
    load(connection, "exchange_rates", rates, datetime.now(timezone.utc))


def _type(kind: Mapping[str, Any]) -> str:
    types = kind["type"]
    if "object" in types or "array" in types:
        return "jsonb"
    if "boolean" in types:
        return "boolean"
    if "integer" in types:
        return "bigint"
    return {"date-time": "timestamp", "date": "date"}.get(kind.get("format", ""), "text")


def _value(value: object) -> object:
    return Jsonb(value) if isinstance(value, (list, dict)) else value
