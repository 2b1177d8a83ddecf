"""Import of files into the tables: new records, replaced records, rejects, repeated imports."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

ORDERS = """\
idTransaction,idContact,customer_id,Revenue,dtTransaction
1,7,,30,2026-01-05
2,,k-8,20,2026-01-06
3,,,much,2026-01-06
"""
ITEMS = """\
idTransaction,idItem,idProduct,Quantity,Price
1,a,p1,2,10
1,b,p2,1,10
2,a,p1,1,20
"""
PRODUCTS = "idProduct,ProductName\np1,Pen\np2,Ink\np3,Nib\n"
MAPPING = """\
shop: {currency: CAD, time_zone: UTC}
files:
- {path: orders.csv, table: ECommerce_Transaction}
- {path: items.csv, table: ECommerce_Item, mode: replace}
- {path: products.csv, table: ECommerce_Product, mode: replace}
"""


def load(pipeline: Pipeline, **texts: str) -> str:
    """Import the files; `texts` replaces the content of some."""
    for name, text in texts.items():
        (pipeline.folder / f"{name}.csv").write_text(text)
    mapping = pipeline.folder / "mapping.yml"
    mapping.write_text(MAPPING)
    config = {"shop_id": "s", "application": "files", "files_mapping": str(mapping)}
    log = pipeline.extract_and_load("tap-shopapp", {**config, "files_max_rejected_percent": 50})
    pipeline.build()
    return log


@pytest.fixture(scope="module")
def first_log(pipeline: Pipeline) -> str:
    """Log of the first import."""
    pipeline.settings |= {
        "ECOMMERCE_CONTACTS_RELATION": "crm.people",
        "ECOMMERCE_CONTACTS_KEY_COLUMN": "number",
    }
    pipeline.execute(
        "create schema crm",
        'create table crm.people ("idContact" bigint, number text, email text)',
        "insert into crm.people values (7, 'k-7', null), (8, 'k-8', null)",
    )

    return load(pipeline, orders=ORDERS, items=ITEMS, products=PRODUCTS)


def test_files_fill_the_tables_and_a_second_import_changes_none(
    pipeline: Pipeline, first_log: str
) -> None:
    assert (
        "orders.csv, line 4: The column 'Revenue' has text, but an amount such as 1,234.50 is"
    ) in first_log
    # One order is matched by the contact's id, one by the project's primary key.
    assert pipeline.rows(
        """
        select "idTransaction", "idContact", "contactMatchMethod", "Revenue"
        from ecommerce."ECommerce_Transaction" order by 1
        """
    ) == [("1", 7, "id_contact", Decimal(30)), ("2", 8, "primary_key", Decimal(20))]
    assert pipeline.rows('select sum("Revenue") from ecommerce."ECommerce_Item"') == [(50,)]
    assert pipeline.rows(
        "select stream, location, reason_codes, payload like '%much%'"
        " from ecommerce.ecommerce_rejects"
    ) == [("transactions", "orders.csv, line 4", ["inexact_amount"], True)]
    before = pipeline.versions()

    load(pipeline)

    assert pipeline.versions() == before


@pytest.mark.thorough
@pytest.mark.usefixtures("first_log")
def test_lines_missing_in_a_replacing_file_are_removed(pipeline: Pipeline) -> None:
    load(
        pipeline,
        items=ITEMS.replace("1,b,p2,1,10\n", "").replace("1,a,p1,2,10", "1,a,p1,3,10"),
        products=PRODUCTS.replace("p3,Nib\n", ""),
    )

    incremental = pipeline.cells()
    assert pipeline.rows(
        """
        select "idTransaction", "idItem", "Quantity" from ecommerce."ECommerce_Item" order by 1
        """
    ) == [("1", "a", 3), ("2", "a", 1)]
    assert pipeline.rows(
        'select "idProduct" from ecommerce."ECommerce_Product" where "dtDeleted" is not null'
    ) == [("p3",)]
    before = pipeline.versions()
    load(pipeline)
    assert pipeline.versions() == before
    pipeline.build("--full-refresh")
    assert pipeline.cells() == incremental
