"""A real shop's December 2010 as a shop of the ShopApp API.

UCI "Online Retail" (Daqing Chen, CC BY 4.0): all invoice lines of a UK gift shop. Each
InvoiceNo is an order; an invoice with the prefix C is a refunded order with negative
quantities. Lines keep the order of the file, and the position is the id. Times are London time,
which is UTC in December.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "online-retail"


def read_lines() -> Iterator[dict[str, str]]:
    """Yield the invoice lines in file order."""
    for path in sorted(FOLDER.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def make_shop() -> Shop:
    """Return the shop with its orders, products and customers."""
    shop = Shop(
        {
            "id": "online-retail",
            "name": "Online Retail",
            "url": "https://example.invalid",
            "currency": "GBP",
            "time_zone": "Europe/London",
        }
    )
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for line in read_lines():
        order = shop.transactions.setdefault(line["InvoiceNo"], _order(line))
        position = len(order["items"]) + 1
        order["items"].append(
            {
                "id": str(position),
                "position": position,
                "product_id": line["StockCode"],
                "product_name": line["Description"] or None,
                "quantity": line["Quantity"],
                "unit_price_amount": line["UnitPrice"],
                "discount_amount": "0",
                "tax_amount": "0",
                "status": "sold",
            }
        )
        gross = Decimal(order["gross_amount"])
        gross += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
        order["gross_amount"] = order["total_amount"] = str(gross)
        names[line["StockCode"]][line["Description"]] += 1
        if customer := _customer(line):
            shop.customers.setdefault(
                customer, {"id": customer, "updated_at": "2010-12-01T00:00:00Z"}
            )
    for code, descriptions in names.items():
        del descriptions[""]
        name = max(descriptions, key=lambda name: (descriptions[name], name), default=None)
        shop.products[code] = {
            "id": code,
            "name": name,
            "currency": "GBP",
            "category_ids": [],
            "updated_at": "2010-12-01T00:00:00Z",
        }
    return shop


def _customer(line: dict[str, str]) -> str | None:
    return line["CustomerID"].removesuffix(".0") or None


def _order(line: dict[str, str]) -> dict[str, Any]:
    moment = line["InvoiceDate"].replace(" ", "T") + "Z"
    refunded = line["InvoiceNo"].startswith("C")
    return {
        "id": line["InvoiceNo"],
        "order_name": line["InvoiceNo"],
        "customer_id": _customer(line),
        "currency": "GBP",
        "gross_amount": "0",
        **dict.fromkeys(
            (
                "discount_amount",
                "shipping_amount",
                "shipping_tax_amount",
                "tax_amount",
                "adjustment_amount",
                "refunded_amount",
            ),
            "0",
        ),
        "total_amount": "0",
        "created_at": moment,
        "updated_at": moment,
        "financial_status": "refunded" if refunded else "paid",
        "fulfillment_status": "fulfilled",
        "destination_country": None,
        "items": [],
        "refunds": [],
    }
