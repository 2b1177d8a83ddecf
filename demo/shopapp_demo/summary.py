"""A summary of the tables in a few lines."""

from __future__ import annotations

import csv
import sys

import psycopg

_TABLES = {
    "ECommerce_Transaction": 'sum("Revenue")',
    "ECommerce_Item": 'sum("Revenue")',
    "ECommerce_Product": "null",
    "ECommerce_ProductCategory": "null",
}
_LEDGER = """
    select count(*), coalesce(sum(amount) filter (where is_counted and in_net_sales), 0)
    from ecommerce.ecommerce_sales_ledger
"""


def print_summary(url: str) -> None:
    """Print counts and sums of the four tables, net sales, unmatched orders and rejects."""
    lines = []
    with psycopg.connect(url) as connection:
        for table, measure in _TABLES.items():
            query = f'select count(*), {measure} from ecommerce."{table}"'  # noqa: S608 - above
            count, revenue = connection.execute(query).fetchone() or (0, None)
            total = f"   Revenue {revenue:>14,.2f} CAD" if revenue is not None else ""
            lines.append(f"{table:<26}{count:>8,} rows{total}")
        count, net_sales = connection.execute(_LEDGER).fetchone() or (0, 0)
        net = f"   Net sales {net_sales:>12,.2f} CAD"
        lines.append(f"{'ecommerce_sales_ledger':<26}{count:>8,} rows{net}")
        statuses = connection.execute(
            'select "contactMatchStatus", count(*) from ecommerce."ECommerce_Transaction"'
            " group by 1 order by 2 desc"
        ).fetchall()
        (rejected,) = connection.execute(
            "select count(*) from ecommerce.ecommerce_rejects"
        ).fetchone() or (0,)
    orders = ", ".join(f"{count:,} {status}" for status, count in statuses)
    lines += [
        f"orders by contact: {orders}",
        f"rejected: {rejected:,}",
        "",
        "The schema, to browse:     target/static_index.html",
        "The results, to browse:    target/results.html",
        "The tables, to query:      .venv/bin/shopapp-demo query 'select …'",
        "  or with any client at:   .demo/warehouse.url",
        "Sync again:                make demo",
        "Stop the demo:             make demo-down",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def print_query(url: str, query: str) -> None:
    """Print the result of a query as CSV."""
    with psycopg.connect(url) as connection:
        found = connection.execute(query.encode())
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(column.name for column in found.description or [])
        writer.writerows(found)
