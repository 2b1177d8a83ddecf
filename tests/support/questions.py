"""Questions of the overview page, and their answers computed in Python from the rows.

The answers check the joins, filters and sums of each question's SQL without SQL.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import dict_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OVERVIEW = Path(__file__).parents[2] / "models" / "ecommerce" / "overview.md"

Row = dict[str, Any]
Answer = list[tuple[Any, ...]]


class Tables:
    """Rows of the tables, and the answers computed from them."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url, row_factory=dict_row) as connection:

            def rows(table: str) -> list[Row]:
                return connection.execute(f'select * from ecommerce."{table}"').fetchall()

            self.orders = rows("ECommerce_Transaction")
            self.products = {row["idProduct"]: row for row in rows("ECommerce_Product")}
            self.categories = {
                row["idProductCategory"]: row for row in rows("ECommerce_ProductCategory")
            }
            self.rejects = rows("ecommerce_rejects")
            self.ledger = [row for row in rows("ecommerce_sales_ledger") if row["is_counted"]]
            self.net_sales = [row for row in self.ledger if row["in_net_sales"]]

    def answers(self) -> list[Answer]:
        """Return the answers, in the order of the questions."""
        return [
            self._months(),
            self._best_customers(),
            self._best_products(),
            self._departments(),
            self._mailings(),
            self._currencies(),
            self._contacts(),
            self._rejects(),
        ]

    def _counting(self) -> list[Row]:
        return [
            order
            for order in self.orders
            if not (order["isTest"] or order["dtDeleted"] or order["dtCancelled"])
        ]

    def _months(self) -> Answer:
        groups = _grouped(self.ledger, lambda row: row["occurred_on"].replace(day=1))
        return [
            (
                month,
                len({row["id_transaction"] for row in rows if row["event_id"] is None}),
                _sum(row["amount"] for row in rows if row["event"] == "sale"),
                _sum(row["amount"] for row in rows if row["in_net_sales"]),
            )
            for month, rows in sorted(groups.items())
        ]

    def _best_customers(self) -> Answer:
        matched = [o for o in self._counting() if o["contactMatchStatus"] == "matched"]
        groups = _grouped(matched, lambda order: order["idContact"])
        rows = [
            (
                contact,
                len(orders),
                _sum(_less(order["Total"], order["Refund"]) for order in orders),
                max(order["dtTransaction"] for order in orders),
            )
            for contact, orders in groups.items()
        ]
        return sorted(rows, key=lambda row: (-(row[2] or 0), row[0]))[:10]

    def _best_products(self) -> Answer:
        sold = [row for row in self.net_sales if row["id_product"]]
        groups = _grouped(sold, lambda row: row["id_product"])
        rows = [
            (
                product,
                self.products[product]["ProductName"],
                _sum(row["quantity"] for row in of_product),
                _sum(row["amount"] for row in of_product),
            )
            for product, of_product in groups.items()
        ]
        return sorted(rows, key=lambda row: (-(row[3] or 0), row[0]))[:10]

    def _departments(self) -> Answer:
        groups = _grouped(self.net_sales, self._department)
        rows = [
            (
                department,
                len({row["id_transaction"] for row in sold if row["event"] == "sale"}),
                _sum(row["amount"] for row in sold),
            )
            for department, sold in groups.items()
        ]
        return sorted(rows, key=lambda row: (-(row[2] or 0), row[0] or ""))

    def _department(self, row: Row) -> str | None:
        """Return the top-level category of a row's product."""
        product = self.products.get(row["id_product"])
        category = self.categories.get(product["idProductCategory"]) if product else None
        while category and category["idProductCategoryParent"]:
            category = self.categories[category["idProductCategoryParent"]]
        return (category["CategoryName"] or category["idProductCategory"]) if category else None

    def _mailings(self) -> Answer:
        orders = {order["idTransaction"]: order for order in self.orders if order["idBatch"]}
        credited = [row for row in self.net_sales if row["id_transaction"] in orders]
        groups = _grouped(credited, lambda row: orders[row["id_transaction"]]["idBatch"])
        rows = [
            (
                batch,
                len(ids := {row["id_transaction"] for row in sold}),
                len({orders[key]["idContact"] for key in ids} - {None}),
                _sum(row["amount"] for row in sold),
            )
            for batch, sold in groups.items()
        ]
        return sorted(rows, key=lambda row: (-(row[3] or 0), row[0]))

    def _currencies(self) -> Answer:
        groups = _grouped(
            self.orders, lambda order: (order["originalCurrency"], order["exchangeRateStatus"])
        )
        return [
            (
                *key,
                len(orders),
                _sum(order["originalTotal"] for order in orders),
                _sum(order["Total"] for order in orders),
            )
            for key, orders in sorted(groups.items())
        ]

    def _contacts(self) -> Answer:
        groups = _grouped(
            self.orders,
            lambda order: (order["contactMatchStatus"], order["contactMatchMethod"]),
        )
        return [
            (
                *key,
                len(orders),
                Decimal(100 * len(orders) / Decimal(len(self.orders))).quantize(
                    Decimal("0.1"), ROUND_HALF_UP
                ),
            )
            for key, orders in sorted(
                groups.items(), key=lambda group: (-len(group[1]), str(group[0]))
            )
        ]

    def _rejects(self) -> Answer:
        reasons = [
            {"key": (row["shop_id"], row["stream"], code)}
            for row in self.rejects
            for code in row["reason_codes"]
        ]
        groups = _grouped(reasons, lambda reason: reason["key"])
        return sorted(
            ((*key, len(found)) for key, found in groups.items()),
            key=lambda row: (-row[3], *row[:3]),
        )


def queries() -> dict[str, str]:
    """Return the questions of the overview page in order, with their SQL."""
    text = OVERVIEW.read_text("utf-8")
    return dict(re.findall(r"### \d\. ([^\n]+\?)\n.*?```sql\n(.*?)```", text, re.DOTALL))


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return dict(groups)


def _less(amount: Decimal | None, *less: Decimal | None) -> Decimal | None:
    return (
        None
        if amount is None
        else amount - sum((part or Decimal(0) for part in less), Decimal(0))
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal(0)) if known else None
