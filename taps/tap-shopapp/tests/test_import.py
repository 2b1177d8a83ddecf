"""Files as a shop: orders, lines, products and categories from files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from imports import loaded
from tap_shopapp.applications.files.columns import TABLES

if TYPE_CHECKING:
    from imports import Import


def test_files_named_after_tables_need_no_mapping(write: Any, import_files: Import) -> None:
    write(
        "ECommerce_Transaction_2026.csv",
        "idTransaction,OrderName,customer_id,email,Currency,Revenue,Shipping,Tax,Total,"
        "dtTransaction,financialStatus,idSendLog,utmCampaign\r\n"
        '1,"#1, first",c1,Ann@Example.com,CAD,10.00,5,1.50,16.50,'
        "2026-01-05T10:00:00-05:00,paid,77,spring\r\n",
    )
    write(
        "ECommerce_Item.csv",
        "idTransaction,idItem,idProduct,ProductName,Quantity,Price\n"
        '1,a,p1,"Two\nlines",2,5.00\n',
    )
    write("ECommerce_Product.csv", "idProduct,ProductName,idProductCategory\np1,Pen,c1\n")
    write("ECommerce_ProductCategory.csv", "idProductCategory,CategoryName\nc1,Pens\n")

    messages = loaded(import_files)

    [order] = messages.records("transactions")
    assert order["transaction_id"] == "1"
    assert order["order_name"] == "#1, first"
    assert order["email_normalized"] == "ann@example.com"
    assert (order["gross_amount"], order["tax_amount"]) == ("10.00", "1.50")
    assert (order["discount_amount"], order["adjustment_amount"]) == ("0", "0")
    assert order["processed_at"] == "2026-01-05T15:00:00.000000Z"
    assert (order["id_send_log"], order["utm_campaign"]) == ("77", "spring")
    [line] = messages.records("items")
    assert (line["transaction_id"], line["item_id"], line["quantity"]) == ("1", "a", "2")
    assert line["product_name"] == "Two\nlines"
    assert messages.records("products")[0]["category_ids"] == ["c1"]
    assert messages.ids("categories", "category_id") == ["c1"]


def test_mapping_converts_a_file_of_lines_to_orders(write: Any, import_files: Import) -> None:
    write(
        "export.csv",
        "\ufeffInvoice;Product;Pieces;Each;Day;Buyer;Note\n"
        "A;p1;2;1.234,50;05/01/2026 10:00;17850.0;x\n"
        "B;p2;1;3;06/01/2026 09:00;;x\n"
        "A;p2;-1;0,5;05/01/2026 10:00;17850.0;\n",
    )

    messages = loaded(
        import_files,
        {
            "path": "export.csv",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "columns": {
                "Invoice": "idTransaction",
                "Product": "idProduct",
                "Pieces": "Quantity",
                "Each": "Price",
                "Day": {"to": "dtTransaction", "format": "%d/%m/%Y %H:%M"},
                "Buyer": {"to": "customer_id", "format": "integer"},
            },
            "constants": {"financialStatus": "paid"},
            "ignore": ["Note"],
            "decimal_comma": True,
        },
        shop={"currency": "GBP", "time_zone": "America/Toronto"},
    )

    first, second = messages.records("transactions")
    assert (first["transaction_id"], first["customer_id"]) == ("A", "17850")
    # 2 × 1234.50 − 1 × 0.5
    assert (first["gross_amount"], first["total_amount"]) == ("2468.50", "2468.50")
    assert (first["currency"], first["financial_status"]) == ("GBP", "paid")
    assert first["processed_at"] == "2026-01-05T15:00:00.000000Z"
    assert (first["item_count"], second["item_count"]) == (2, 1)
    assert second["customer_id"] is None
    assert first["version"].startswith("file-")
    lines = messages.records("items")
    assert [(i["transaction_id"], i["item_id"], i["product_id"]) for i in lines] == [
        ("A", "1", "p1"),
        ("A", "2", "p2"),
        ("B", "1", "p2"),
    ]
    assert lines[0]["transaction_version"] == first["version"]
    assert messages.records("shops")[0]["time_zone"] == "America/Toronto"


def test_header_of_the_marketing_suite_is_recognized(write: Any, import_files: Import) -> None:
    write(
        "ECommerce_Transaction.csv",
        "key_idTransaction,key_f_EMail,f_Revenue,f_dttransaction\n"
        "1,a@example.com,5,2026-01-05\n",
    )

    [order] = loaded(import_files).records("transactions")

    assert (order["transaction_id"], order["email"]) == ("1", "a@example.com")
    assert (order["total_amount"], order["processed_at"]) == (
        "5",
        "2026-01-05T00:00:00.000000Z",
    )


def test_integer_format_joins_the_rows_of_an_order(write: Any, import_files: Import) -> None:
    write("lines.csv", "Order,Quantity,Price\n7,1,2\n8,1,1\n7.0,1,3\n")

    orders = loaded(
        import_files,
        {
            "path": "lines.csv",
            "table": "ECommerce_Transaction",
            "one_row_per": "line",
            "columns": {"Order": {"to": "idTransaction", "format": "integer"}},
        },
    ).records("transactions")

    assert [(order["transaction_id"], order["gross_amount"]) for order in orders] == [
        ("7", "5"),
        ("8", "1"),
    ]


def test_header_with_broken_quotes_is_an_error(write: Any, import_files: Import) -> None:
    write("ECommerce_Transaction.csv", '"idTransaction,Revenue\n1,2\n')

    messages, error = import_files()

    assert str(error) == (
        "The first line of ECommerce_Transaction.csv has broken quotes. Correct it: it"
        " contains the column names."
    )
    assert messages.records("shops") == []


def test_replacing_files_write_full_lists(write: Any, import_files: Import) -> None:
    write("products.csv", "idProduct\np1\n")
    write("items.csv", "idTransaction,idItem\n1,1\n")

    messages = loaded(
        import_files,
        {"path": "products.csv", "table": "ECommerce_Product", "mode": "replace"},
        {"path": "items.csv", "table": "ECommerce_Item", "mode": "replace"},
    )

    [listed_at] = {r["listed_at"] for r in messages.records("full_lists")}
    assert sorted(messages.ids("full_lists", "stream")) == ["items", "products"]
    assert messages.ids("products", "listed_at") == messages.ids("items", "listed_at")
    assert messages.ids("items", "listed_at") == [listed_at]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (
            {"path": "f.csv", "table": "ECommerce_Products"},
            (
                "'ECommerce_Products' is not the name of a table. Did you mean"
                " 'ECommerce_Product'? The tables are ECommerce_Transaction, ECommerce_Item,"
                " ECommerce_Product, ECommerce_ProductCategory."
            ),
        ),
        (
            {
                "path": "f.csv",
                "table": "ECommerce_Product",
                "columns": {"Tital": "ProductName"},
            },
            (
                "The mapping names the column 'Tital', but f.csv does not have it. Did you"
                " mean 'Title'? The columns of the file are Id, Title, colour."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "columns": {"Id": "idProdukt"}},
            (
                "ECommerce_Product has no column 'idProdukt'. Did you mean 'idProduct'? Its"
                " columns are idProduct, ProductName, Description, Sku, Brand,"
                " idProductCategory, Price, Currency, Url, ImageUrl, Status,"
                " dtProductCreatedAt, dtProductUpdatedAt, dtDeleted."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "columns": {"Id": "idProduct"}},
            (
                "The column 'Title' of f.csv is not a column of ECommerce_Product. Map it"
                " under columns, or list it under ignore."
            ),
        ),
        (
            {
                "path": "f.csv",
                "table": "ECommerce_Product",
                "ignore": ["Id", "Title", "colour"],
            },
            (
                "No column of f.csv fills idProduct of ECommerce_Product. Map a column to it"
                " under columns, or set it under constants."
            ),
        ),
        (
            {"path": "g.csv", "table": "ECommerce_Product"},
            "There is no file g.csv. Check the path.",
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Product", "colums": {}},
            (
                "An entry of files has the unknown name 'colums'. Did you mean 'columns'?"
                " Valid names are carry_down, columns, constants, currency_sign, date_format,"
                " decimal_comma, delimiter, encoding, ignore, mode, one_row_per, path,"
                " skip_lines, sum, table."
            ),
        ),
        (
            {"path": "f.csv", "table": "ECommerce_Transaction", "mode": "replace"},
            (
                "ECommerce_Transaction cannot have the mode replace. Use the mode add: it adds"
                " new orders and updates known ones."
            ),
        ),
    ],
)
def test_invalid_mapping_suggests_the_closest_name(
    write: Any, import_files: Import, entry: dict[str, Any], expected: str
) -> None:
    write("f.csv", "Id,Title,colour\n1,a,red\n")

    messages, error = import_files(entry)

    assert str(error) == expected
    assert messages.records("shops") == []


def test_fields_missing_from_a_file_are_not_written(write: Any, import_files: Import) -> None:
    write("ECommerce_Transaction_1.csv", "idTransaction,idContact,email\n1,7,Ann@Example.com\n")
    write("ECommerce_Transaction_2.csv", "idTransaction,Shipping,idBatch\n1,5,8\n")
    write("ECommerce_Item.csv", "idTransaction,idItem,Quantity\n1,a,2\n")
    write("ECommerce_Product.csv", "idProduct,ProductName\np,Pen\n")

    messages = loaded(import_files)

    order = {"shop_id": "s", "transaction_id": "1"}
    first, second = messages.records("transactions")
    assert first == order | {
        "id_contact": "7",
        "email": "Ann@Example.com",
        "email_normalized": "ann@example.com",
    }
    # The shop's amounts in its own currency do not belong to these amounts.
    assert {name for name, value in second.items() if value is not None} == {
        *("shop_id", "transaction_id", "shipping_amount", "id_batch")
    }
    assert {name[:5] for name, value in second.items() if value is None} == {"shop_"}
    # The shop's amount of the whole line does not belong to this quantity.
    assert messages.records("items") == [
        order | {"item_id": "a", "quantity": "2", "line_gross_amount": None, "listed_at": None}
    ]
    assert messages.records("products") == [
        {"shop_id": "s", "product_id": "p", "name": "Pen", "listed_at": None}
    ]
    assert messages.records("shops") == [{"shop_id": "s"}]
    for message in messages.all:
        if message["type"] == "SCHEMA":
            schema = message
        elif message["type"] == "RECORD" and message["stream"] == schema["stream"]:
            assert message["record"].keys() == schema["schema"]["properties"].keys()


def test_schema_of_a_mapped_stream_lacks_fields_missing_from_the_file(
    write: Any, import_files: Import
) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,idContact\n1,7\n")
    maps = {"transactions": {"__alias__": "orders", "loud": "id_contact + '!'"}}

    messages = loaded(import_files, stream_maps=maps)

    *_, schema = (m for m in messages.schemas() if m["stream"] == "orders")
    assert schema["schema"]["properties"].keys() == {
        *("shop_id", "transaction_id", "id_contact", "loud")
    }
    [order] = messages.records("orders")
    assert (order["id_contact"], order["loud"]) == ("7", "7!")


def test_file_with_revenue_only_fills_all_amounts(write: Any, import_files: Import) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,Revenue\n1,5\n")

    [order] = loaded(import_files).records("transactions")

    assert {name: value for name, value in order.items() if value} == {
        "shop_id": "s",
        "transaction_id": "1",
        "gross_amount": "5",
        "total_amount": "5",
        **dict.fromkeys(
            ("discount_amount", "shipping_amount", "shipping_tax_amount", "tax_amount"), "0"
        ),
        "adjustment_amount": "0",
    }


def test_file_imported_twice_gives_the_same_records(write: Any, import_files: Import) -> None:
    write("ECommerce_Transaction.csv", "idTransaction,Revenue,dtTransaction\n1,5,2026-01-05\n")

    first, second = loaded(import_files), loaded(import_files)

    assert first.records("transactions") == second.records("transactions")


def test_importable_columns_exist_in_the_tables(request: pytest.FixtureRequest) -> None:
    root = request.config.rootpath
    extra = {"email", "landingUrl"}
    for name, table in TABLES.items():
        text = (root / "models" / "ecommerce" / "tables" / f"{name}.yml").read_text()
        [model] = [m for m in yaml.safe_load(text)["models"] if m["name"] == name]
        assert set(table.columns) - extra <= {column["name"] for column in model["columns"]}
