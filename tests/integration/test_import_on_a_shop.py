"""Import of files on top of a synced shop: values that the files lack do not change."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.shop import Shop

if TYPE_CHECKING:
    from pipelines import Pipeline

pytestmark = pytest.mark.pipeline

WITHOUT_TESTS = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
SHOP = {
    "id": "shop",
    "name": "A shop",
    "url": "https://shop.example",
    "currency": "CAD",
    "time_zone": "America/Toronto",
}
ORDER: dict[str, Any] = {
    "id": "A1",
    "order_name": "#A1",
    "customer_id": "c1",
    "contact_id": "3",
    "currency": "CAD",
    "gross_amount": "30",
    "discount_amount": "2",
    "shipping_amount": "5",
    "shipping_tax_amount": "0",
    "tax_amount": "4",
    "adjustment_amount": "0",
    "total_amount": "37",
    "refunded_amount": "10",
    "created_at": "2026-01-05T02:00:00Z",
    "updated_at": "2026-01-07T10:00:00Z",
    "financial_status": "partially_refunded",
    "fulfillment_status": "fulfilled",
    "attributes": {"utm_campaign": "winter"},
    "items": [
        {"id": "1", "product_id": "p1", "quantity": "2", "unit_price_amount": "10"},
        {"id": "2", "product_id": "p2", "quantity": "1", "unit_price_amount": "10"},
    ],
    "refunds": [{"id": "r1", "amount": "10", "created_at": "2026-01-07T10:00:00Z"}],
}


def order_cells(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Return the orders' cells by id, without the columns of load times."""
    return dict(
        pipeline.rows(
            """
            select "idTransaction", to_jsonb(t) - 'dtLoaded' - 'rowHash'
            from ecommerce."ECommerce_Transaction" as t
            """
        )
    )


def line_cells(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    """Return the lines' cells by order and line."""
    return pipeline.rows(
        """
        select "idTransaction", "idItem", to_jsonb(t) - 'dtLoaded' - 'rowHash'
        from ecommerce."ECommerce_Item" as t order by 1, 2
        """
    )


def sales_events(pipeline: Pipeline) -> list[tuple[Any, ...]]:
    """Return the current sales events by order."""
    return pipeline.rows(
        """
        select id_transaction, kind, goods_amount, tax_amount
        from ecommerce_staging.stg_ecommerce__sales_events order by 1, 2
        """
    )


# 10 of 37, over goods of 28 with 4 tax, and shipping of 5: 7.57, 8.65 and 10.00 in all.
REFUNDED = [
    ("A1", "return", Decimal("-7.57"), Decimal("-1.08")),
    ("A1", "shipping_refund", Decimal("-1.35"), 0),
]


def import_files(pipeline: Pipeline, **texts: str) -> None:
    """Import files that have the names of tables, and build."""
    folder = pipeline.folder / "imports"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / f"ECommerce_{name}.csv").write_text(text)
    settings = {"shop_id": "shop", "application": "files", "files_path": f"{folder}/*.csv"}
    pipeline.extract_and_load("tap-shopapp", settings)
    pipeline.build()


def test_file_with_few_columns_changes_only_these(pipeline: Pipeline) -> None:
    pipeline.settings |= {"ECOMMERCE_CONTACTS_RELATION": "crm.people"}
    pipeline.execute(
        "create schema crm",
        'create table crm.people ("idContact" bigint, email text)',
        "insert into crm.people values (3, null), (7, null)",
    )
    shop = Shop(SHOP)
    shop.put("transactions", ORDER)
    pipeline.sync(shop)
    pipeline.dbt("build", *WITHOUT_TESTS)
    before, lines = order_cells(pipeline), line_cells(pipeline)
    assert (before["A1"]["Revenue"], before["A1"]["Refund"]) == (30, 10)
    assert [line[:2] for line in lines] == [("A1", "1"), ("A1", "2")]

    import_files(pipeline, Transaction="idTransaction,idContact\nA1,7\n")

    changed = order_cells(pipeline)
    assert changed == {"A1": before["A1"] | {"idContact": 7}}
    assert line_cells(pipeline) == lines
    assert pipeline.rows(
        """
        select reported_on::text, order_count, gross_amount, return_amount
        from ecommerce.ecommerce_sales_daily order by 1
        """
    ) == [("2026-01-04", 1, 30, 0), ("2026-01-07", 0, 0, Decimal("7.57"))]
    assert pipeline.rows("select count(*) from ecommerce.ecommerce_refunds") == [(1,)]
    assert sales_events(pipeline) == REFUNDED
    assert pipeline.rows(
        "select application, name, url, currency, time_zone from ecommerce_raw.shops"
    ) == [("shopapp", "A shop", "https://shop.example", "CAD", "America/Toronto")]


def test_orders_and_lines_of_files_are_complete(pipeline: Pipeline) -> None:
    import_files(
        pipeline,
        Transaction="idTransaction,Currency,Revenue,dtTransaction,Refund\n"
        "B1,CAD,8,2026-02-01,\nB2,CAD,6,2026-02-01,3\n",
        Item="idTransaction,idItem,idProduct,Quantity,Price\nA1,3,p3,1,0\nB1,a,p1,2,4\n",
    )

    assert sales_events(pipeline) == [*REFUNDED, ("B2", "return", -3, 0)]
    orders = order_cells(pipeline)
    assert orders["A1"]["originalRevenue"] == 30
    found = {name: orders["B1"][name] for name in ("Total", "Refund", "Discount")}
    assert found == {"Total": 8, "Refund": 0, "Discount": 0}
    assert orders["B1"]["financialStatus"] == "unknown"
    assert orders["B1"]["dtTransactionCreatedAt"] == orders["B1"]["dtTransaction"]
    assert [
        (*line[:2], line[2]["Revenue"], line[2]["Status"], line[2]["originalCurrency"])
        for line in line_cells(pipeline)
    ] == [
        ("A1", "1", 20, "sold", "CAD"),
        ("A1", "2", 10, "sold", "CAD"),
        ("A1", "3", 0, "sold", "CAD"),
        ("B1", "a", 8, "sold", "CAD"),
    ]


def test_file_of_lines_replaces_lines_and_keeps_refunds(pipeline: Pipeline) -> None:
    (pipeline.folder / "lines.csv").write_text(
        "idTransaction,idProduct,Quantity,Price\nA1,p1,1,9\n"
    )
    mapping = pipeline.folder / "mapping.yml"
    mapping.write_text(
        "{shop: {currency: CAD}, files: [{path: lines.csv, table: ECommerce_Transaction,"
        " one_row_per: line}]}"
    )
    settings = {"shop_id": "shop", "application": "files", "files_mapping": str(mapping)}

    pipeline.extract_and_load("tap-shopapp", settings)
    pipeline.build()

    order = order_cells(pipeline)["A1"]
    assert (order["Revenue"], order["Refund"], order["OrderName"]) == (9, 10, "#A1")
    # Line 3 was imported as a single item, so a file of lines does not remove it.
    assert [line[:2] for line in line_cells(pipeline)] == [
        ("A1", "1"),
        ("A1", "3"),
        ("B1", "a"),
    ]
    assert sales_events(pipeline) == [*REFUNDED, ("B2", "return", -3, 0)]
    assert pipeline.rows(
        "select amount from ecommerce.ecommerce_refunds where id_transaction = 'A1'"
    ) == [(10,)]
    incremental = pipeline.cells()
    pipeline.dbt("run", "--full-refresh", "--exclude", "path:models/ecommerce/marts+")
    assert pipeline.cells() == incremental
