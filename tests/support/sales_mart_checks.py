"""Compares the marts with the oracle of the sales ledger, and with each other."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sales_checks import fraction, read
from sales_oracle import figures, is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines import Pipeline
    from sales_checks import Expected

    Row = dict[str, Any]
    Sums = dict[tuple[Any, ...], dict[str, Fraction]]

OF_PRODUCTS = (
    *("gross_amount", "discount_amount", "return_amount", "rounding_amount"),
    *("fee_amount", "net_amount"),
)
OF_ORDERS = (
    *OF_PRODUCTS,
    *("shipping_amount", "tax_amount", "duty_amount", "tip_amount"),
    *("total_amount", "gift_card_amount"),
)
STANDING = ("projected_revenue_amount", "realised_revenue_amount")
# Marts whose rows cover every counted order once, and their figures.
BREAKDOWNS = {
    "ecommerce_sales_daily": (*OF_ORDERS, *STANDING),
    "ecommerce_campaign_performance": (*OF_ORDERS, *STANDING),
    "ecommerce_campaign_sales_daily": (*OF_ORDERS, *STANDING),
    "ecommerce_contact_summary": (*OF_ORDERS, *STANDING),
    "ecommerce_product_stats": (*OF_PRODUCTS, *STANDING),
    "ecommerce_product_sales_daily": (*OF_PRODUCTS, *STANDING),
    "ecommerce_category_stats": ("primary_gross_amount", "primary_net_amount"),
}
_SHOP_OF_FIRST_ORDER = "ecommerce_contact_summary"


def mart_differences(
    pipeline: Pipeline, rights: list[Expected], ledger: Mapping[str, list[Row]]
) -> Iterator[str]:
    """Yield the differences between the marts, the oracle and the ledger."""
    counted = [right for right in rights if is_counted(right.order, right.rules)]
    enriched = {
        row["id_transaction"]: row
        for row in read(
            pipeline,
            "ecommerce_transactions_enriched",
            [
                *("id_transaction", "id_shop", "is_counted", *OF_ORDERS, *STANDING),
                *(f"original_{name}" for name in OF_ORDERS),
            ],
        )
        if row["is_counted"]
    }
    if {*enriched} != {right.id for right in counted}:
        yield "other orders count"
        return
    yield from _original_differences(counted, enriched)
    yield from _day_differences(pipeline, counted)
    yield from _reporting_differences(counted, enriched, ledger)
    yield from _breakdown_differences(pipeline, [*enriched.values()])


def _original_differences(counted: list[Expected], enriched: dict[str, Row]) -> Iterator[str]:
    """Compare the figures of each order before conversion with the oracle."""
    for right in counted:
        for name, amount in figures(right.entries, right.rules).items():
            found = fraction(enriched[right.id][f"original_{name}"])
            if found != amount:
                yield f"{right.id}: original {name} {float(found)}, oracle {float(amount)}"


def _day_differences(pipeline: Pipeline, counted: list[Expected]) -> Iterator[str]:
    """Compare the figures of each shop, day and currency with the oracle."""
    wanted: Sums = defaultdict(lambda: defaultdict(Fraction))
    for right in counted:
        days = defaultdict(list)
        for entry in right.entries:
            days[right.day(entry)].append(entry)
        for day, found in days.items():
            key = (right.history.shop.id, day, right.order["currency"])
            for name, amount in figures(found, right.rules).items():
                wanted[key][name] += amount
    keys = ("id_shop", "reported_on", "original_currency")
    originals = [f"original_{name}" for name in OF_ORDERS]
    found_by_day = {
        tuple(row[key] for key in keys): row
        for row in read(pipeline, "ecommerce_sales_daily", [*keys, *originals])
    }
    for key in {*wanted, *found_by_day}:
        for name in OF_ORDERS:
            found_amount = fraction(found_by_day.get(key, {}).get(f"original_{name}"))
            if found_amount != wanted[key][name]:
                yield (
                    f"{' '.join(map(str, key))}: original {name} {float(found_amount)},"
                    f" oracle {float(wanted[key][name])}"
                )


def _reporting_differences(
    counted: list[Expected], enriched: dict[str, Row], ledger: Mapping[str, list[Row]]
) -> Iterator[str]:
    """Compare the figures of each order in the reporting currency with the ledger's rows."""
    for right in counted:
        rows, order = ledger[right.id], enriched[right.id]
        goods = sum(
            (
                fraction(row["amount"])
                for row in rows
                if row["in_net_sales"] and not row["event"].startswith("fee")
            ),
            Fraction(0),
        )
        is_paid = right.order["financial_status"] in {"paid", "partially_refunded", "refunded"}
        wanted = {
            "net_amount": sum(fraction(row["amount"]) for row in rows if row["in_net_sales"]),
            "total_amount": sum(
                fraction(row["amount"]) for row in rows if row["in_total_sales"]
            ),
            "projected_revenue_amount": goods,
            "realised_revenue_amount": goods if is_paid else Fraction(0),
        }
        for name, amount in wanted.items():
            if fraction(order[name]) != amount:
                yield f"{right.id}: {name} {order[name]}, ledger {float(amount)}"


def _breakdown_differences(pipeline: Pipeline, enriched: list[Row]) -> Iterator[str]:
    """Compare the sum of each mart with the sum of the orders, by shop where it has one."""
    for mart, names in BREAKDOWNS.items():
        columns = pipeline.rows(
            "select 1 from information_schema.columns where table_schema = 'ecommerce'"
            f" and table_name = '{mart}' and column_name = 'id_shop'"
        )
        shop = ["id_shop"] if columns and mart != _SHOP_OF_FIRST_ORDER else []
        wanted = _sums(enriched, shop, [name.removeprefix("primary_") for name in names])
        found = _sums(read(pipeline, mart, [*shop, *names]), shop, names)
        for key in {*wanted, *found}:
            for name in names:
                right = wanted[key][name.removeprefix("primary_")]
                if found[key][name] != right:
                    yield f"{mart} {key}: {name} {float(found[key][name])}, {float(right)}"


def _sums(rows: Any, keys: list[str], names: Any) -> Sums:
    sums: Sums = defaultdict(lambda: defaultdict(Fraction))
    for row in rows:
        for name in names:
            sums[tuple(row[key] for key in keys)][name] += fraction(row[name])
    return sums
