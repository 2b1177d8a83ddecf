"""Read the data of the page from the statistics: sums only, no data about single persons."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from psycopg import sql
from psycopg.rows import dict_row

from ecommerce_ext.checks.freshness import (
    RATES_LATE_DAYS,
    RATES_STALE_DAYS,
    SHOP_LATE_HOURS,
    SHOP_STALE_HOURS,
)
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.results.columns import encode_sections
from ecommerce_ext.warehouse.queries import exists

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from ecommerce_ext.settings import Settings

Row = dict[str, Any]

# These limits keep the page of a large shop small.
# The latest months have sums by day: a year, and the year before to compare with. Earlier
# months have one sum each.
_MONTHS_BY_DAY = 25
# The largest products, campaigns and categories have rows of their own. Several shops share
# this number, and each shop has a minimum.
_MOST_ROWS = 100
_LEAST_ROWS_PER_SHOP = 10
_RECENT = timedelta(days=90)
# The mart that each section needs. The page leaves out an optional section without its mart.
_SECTIONS = {
    "sales": "ecommerce_sales_daily",
    "campaigns": "ecommerce_campaign_sales_daily",
    "products": "ecommerce_product_stats",
    "categories": "ecommerce_category_stats",
    "segments": "ecommerce_contact_summary",
    "cohorts": "ecommerce_cohorts",
    "statuses": "ecommerce_transactions_enriched",
    "checks": "ecommerce_data_quality",
    "rejects": "ecommerce_rejects",
}
_OPTIONAL = {"campaigns", "products", "categories", "segments", "cohorts"}
# The query for the names of a column's keys, and the mart that the query needs.
_NAMES = {
    "shop": ("names_of_shops", "ecommerce_sales_daily"),
    "campaign": ("names_of_campaigns", "ecommerce_campaign_performance"),
    "product": ("names_of_products", "ecommerce_product_stats"),
    "category": ("names_of_categories", "ecommerce_category_stats"),
}


def read_figures(connection: Connection, settings: Settings) -> Row:
    """Return the data of the page as values for JSON; amounts are whole numbers in texts.

    Raises:
        EcommerceError: If the statistics do not exist.
    """
    with connection.transaction():
        # All queries read the same snapshot.
        connection.execute("set transaction isolation level repeatable read read only")
        # Queries name tables without a schema; only the module's own schema is searched.
        path = sql.Identifier(settings.schema)
        connection.execute(sql.SQL("set local search_path to {}").format(path))
        sections = [
            name for name, mart in _SECTIONS.items() if exists(connection, sql.Identifier(mart))
        ]
        if missing := [name for name in _SECTIONS if name not in {*sections, *_OPTIONAL}]:
            raise EcommerceError(
                Problem(
                    f"The schema {settings.schema} has no {_SECTIONS[missing[0]]}.",
                    "Build the statistics: meltano run ecommerce-sync",
                )
            )
        span = _span(connection)
        rows = {name: _rows(connection, name, span) for name in sections}
        return {
            "currency": settings.currency.upper(),
            **_span_text(span),
            "firstDays": {
                row["shop"]: row["first_on"].isoformat()
                for row in _rows(connection, "first_days")
            },
            "returnsOnOrders": settings.returns_on == "order",
            "hasItems": exists(connection, sql.Identifier("ecommerce_product_sales_daily")),
            "freshness": _freshness(connection, settings),
            "minorUnits": _minor_units(connection, settings, rows["sales"]),
            "names": {
                column: _names(connection, settings, query, _values(rows.values(), column))
                for column, (query, mart) in _NAMES.items()
                if exists(connection, sql.Identifier(mart))
            },
            **encode_sections(rows, span["first"]),
        }


def _span(connection: Connection) -> dict[str, Any]:
    (found,) = _rows(connection, "span")
    first, last = found["first_on"], found["last_on"]
    months = last.year * 12 + last.month - 1 - _MONTHS_BY_DAY
    days_from = max(date(months // 12, months % 12 + 1, 1), first.replace(day=1))
    return {
        "first": first,
        "last": last,
        "days_from": days_from,
        "recent_from": last - _RECENT,
        "most": _MOST_ROWS,
        "most_of_shop": max(_MOST_ROWS // max(found["shop_count"], 1), _LEAST_ROWS_PER_SHOP),
    }


def _span_text(span: dict[str, Any]) -> Row:
    return {
        "first": span["first"].isoformat(),
        "last": span["last"].isoformat(),
        "daysFrom": span["days_from"].isoformat(),
    }


def _query(name: str) -> str:
    return (files(__package__) / "queries" / f"{name}.sql").read_text("utf-8")


def _rows(
    connection: Connection, name: str, parameters: Row | None = None, *, staging: str = ""
) -> list[Row]:
    query = sql.SQL(_query(name)).format(staging=sql.Identifier(staging))
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()


def _freshness(connection: Connection, settings: Settings) -> Row:
    shops, (rates,) = (
        _with_iso_times(_rows(connection, name, staging=settings.staging_schema))
        for name in ("freshness", "freshness_of_rates")
    )
    return {
        "shops": shops,
        "rates": rates,
        "shopHours": [SHOP_LATE_HOURS, SHOP_STALE_HOURS],
        "ratesDays": [RATES_LATE_DAYS, RATES_STALE_DAYS],
    }


def _with_iso_times(rows: list[Row]) -> list[Row]:
    return [
        {
            key: value.isoformat() if isinstance(value, (date, datetime)) else value
            for key, value in row.items()
        }
        for row in rows
    ]


def _minor_units(
    connection: Connection, settings: Settings, sales: list[Row]
) -> dict[str, int]:
    seed = sql.Identifier(settings.staging_schema, "ecommerce_currencies")
    query = sql.SQL("select currency, coalesce(minor_unit, 2) from {} where currency = any(%s)")
    used = [settings.currency.upper(), *_values([sales], "original_currency")]
    return dict(connection.execute(query.format(seed), [used]).fetchall())


def _names(
    connection: Connection, settings: Settings, query: str, keys: list[str]
) -> dict[str, Row]:
    """Return names and details of shops, campaigns, products or categories, by key."""
    rows = _rows(connection, query, {"keys": keys}, staging=settings.staging_schema)
    return {row.pop("key"): row for row in rows}


def _values(sections: Iterable[list[Row]], column: str) -> list[str]:
    return sorted({row[column] for rows in sections for row in rows if row.get(column)})
