"""Files as a shop: exports of shops and payment services, with a mapping for each.

The columns are those of the vendors' documented exports; the orders are made up, and their
amounts are added by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Messages
    from imports import Import

AMOUNTS = ("gross_amount", "discount_amount", "shipping_amount", "tax_amount", "total_amount")


@pytest.fixture
def read_export(write: Any, import_files: Import) -> Callable[..., Messages]:
    """Import an export with its mapping."""

    def read_export(text: str, mapping: str, **shop: str) -> Messages:
        write("export.csv", text)
        entry = {"path": "export.csv", "table": "ECommerce_Transaction"}
        entry |= yaml.safe_load(mapping)
        messages, _ = import_files(entry, shop=shop, files_max_rejected_percent=100)
        return messages

    return read_export


def amounts(order: dict[str, Any]) -> tuple[str, ...]:
    return tuple(order[name] for name in AMOUNTS)


def test_shopify_export_is_imported(read_export: Any) -> None:
    """Orders of 2 × 10 + 1 × 5 − 5 + 4 + 2 = 26 and 1 × 7 = 7."""
    messages = read_export(
        "Name,Email,Financial Status,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,"
        "Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem sku,Refunded Amount,Id,Source\n"
        "#1001,a@example.com,partially_refunded,partial,CAD,20.00,4.00,2.00,26.00,SPRING,5.00,"
        "2026-03-05 10:00:00 -0500,2,Pen,10.00,P,7.00,5764614130387,web\n"
        "#1001,a@example.com,,,,,,,,,,2026-03-05 10:00:00 -0500,1,Ink,5.00,I,,,\n"
        "#1002,b@example.com,paid,fulfilled,CAD,7.00,0.00,0.00,7.00,,0.00,"
        "2026-03-06 10:00:00 -0500,1,Nib,7.00,N,0.00,5764614130388,web\n",
        """
        one_row_per: line
        carry_down: [Id]
        columns:
          Id: idTransaction
          Name: OrderName
          Email: email
          Financial Status: financialStatus
          Fulfillment Status:
            {to: fulfillmentStatus, values: {partial: partially_fulfilled}}
          Currency: Currency
          Shipping: Shipping
          Taxes: Tax
          Total: Total
          Discount Amount: Discount
          Created at: {to: dtTransaction, format: "%Y-%m-%d %H:%M:%S %z"}
          Lineitem quantity: Quantity
          Lineitem name: ProductName
          Lineitem price: Price
          Lineitem sku: Sku
          Refunded Amount: Refund
        ignore: [Subtotal, Discount Code, Source]
        """,
    )

    first, second = messages.records("transactions")
    assert amounts(first) == ("25.00", "5.00", "4.00", "2.00", "26.00")
    assert (first["financial_status"], first["fulfillment_status"]) == (
        "partially_refunded",
        "partially_fulfilled",
    )
    assert (first["refunded_amount"], first["item_count"]) == ("7.00", 2)
    assert first["processed_at"] == "2026-03-05T15:00:00.000000Z"
    assert (second["total_amount"], second["item_count"]) == ("7.00", 1)
    assert messages.ids("items", "sku") == ["P", "I", "N"]
    assert messages.records("rejected_records") == []


def test_ebay_export_is_imported(read_export: Any) -> None:
    """Orders of 1 × 10 + 2 × 4 + 3 = 21, with a separate row, and 1 × 5 = 5."""
    messages = read_export(
        "\n"
        "Sales Record Number,Order Number,Buyer Username,Buyer Email,Item Number,Item Title,"
        "Custom Label,Quantity,Sold For,Shipping And Handling,Total Price,Sale Date\n"
        ",,,,,,,,,,,\n"
        "101,12-00001-00001,ann,a@example.com,,,,3,,$3.00,$21.00,Mar-05-26\n"
        "101,12-00001-00001,ann,,1001,Pen,P,1,$10.00,,,\n"
        "101,12-00001-00001,ann,,1002,Ink,I,2,$4.00,,,\n"
        "102,12-00002-00002,bob,b@example.com,1003,Nib,N,1,$5.00,$0.00,$5.00,Mar-06-26\n"
        "\n"
        "2,record(s) downloaded,\n"
        "Seller ID : demo\n",
        """
        one_row_per: line
        currency_sign: $
        columns:
          Order Number: idTransaction
          Sales Record Number: OrderName
          Buyer Username: customer_id
          Buyer Email: email
          Item Number: idProduct
          Item Title: ProductName
          Custom Label: Sku
          Quantity: Quantity
          Sold For: Price
          Shipping And Handling: Shipping
          Total Price: Total
          Sale Date: {to: dtTransaction, format: "%b-%d-%y"}
        """,
        currency="USD",
    )

    first, second = messages.records("transactions")
    assert amounts(first) == ("18.00", "0", "3.00", "0", "21.00")
    assert (first["currency"], first["email"], first["item_count"]) == (
        "USD",
        "a@example.com",
        2,
    )
    assert (second["transaction_id"], second["total_amount"]) == ("12-00002-00002", "5.00")
    assert messages.ids("items", "quantity") == ["1", "2", "1"]
    assert len(messages.records("rejected_records")) == 2  # the two lines of the trailer


def test_stripe_export_is_imported(read_export: Any) -> None:
    messages = read_export(
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Description,Fee,Status,"
        "Customer ID,Customer Email\n"
        'ch_1,2026-03-05 14:30:00,"1,200.00",0.00,cad,true,Order 1,35.10,Paid,cus_1,'
        "a@example.com\n"
        "ch_2,2026-03-05 14:31:00,20.00,20.00,cad,true,Order 2,0.88,Refunded,cus_2,\n"
        "ch_3,2026-03-05 14:32:00,30.00,0.00,cad,false,Order 3,0.00,requires_capture,,\n"
        "ch_4,2026-03-05 14:33:00,40.00,0.00,cad,false,Order 4,0.00,Failed,,\n",
        """
        columns:
          id: idTransaction
          Created date (UTC): dtTransaction
          Amount: Total
          Amount Refunded: Refund
          Currency: Currency
          Description: OrderName
          Status: {to: financialStatus, values: {Requires_Capture: authorized}}
          Customer ID: customer_id
          Customer Email: email
        ignore: [Captured, Fee]
        """,
    )

    orders = messages.records("transactions")
    assert [(o["total_amount"], o["refunded_amount"], o["currency"]) for o in orders] == [
        ("1200.00", "0.00", "CAD"),
        ("20.00", "20.00", "CAD"),
        ("30.00", "0.00", "CAD"),
        ("40.00", "0.00", "CAD"),
    ]
    assert messages.ids(key="financial_status") == ["paid", "refunded", "authorized", "failed"]


def test_square_export_is_imported(read_export: Any) -> None:
    """An order of 2 × 5 + 3 = 13, with 1.30 of tax."""
    messages = read_export(
        "Date,Time,Time Zone,Category,Item,Qty,SKU,Gross Sales,Discounts,Net Sales,Tax,"
        "Transaction ID,Location,Customer ID\n"
        "03/05/2026,10:00:00,Eastern Time (US & Canada),Pens,Pen,2.0,P,$10.00,$0.00,$10.00,"
        "$1.00,T1,Main,C1\n"
        "03/05/2026,10:00:00,Eastern Time (US & Canada),Ink,Ink,1.0,I,$3.00,$0.00,$3.00,"
        "$0.30,T1,Main,C1\n",
        """
        one_row_per: line
        currency_sign: $
        date_format: "%m/%d/%Y"
        columns:
          Date: dtTransaction
          Item: ProductName
          Qty: Quantity
          SKU: Sku
          Gross Sales: line.Revenue
          Discounts: line.Discount
          Tax: line.Tax
          Transaction ID: idTransaction
          Customer ID: customer_id
        ignore: [Time, Time Zone, Category, Net Sales, Location]
        """,
        currency="USD",
        time_zone="America/New_York",
    )

    [order] = messages.records("transactions")
    assert amounts(order) == ("13.00", "0.00", "0", "1.30", "14.30")
    assert order["processed_at"] == "2026-03-05T05:00:00.000000Z"
    assert messages.ids("items", "line_gross_amount") == ["10.00", "3.00"]


def test_prestashop_export_is_imported(read_export: Any) -> None:
    messages = read_export(
        "ID;Reference;New client;Delivery;Customer;Total;Payment;Status;Date\n"
        '5;KHWLILZLL;1;France;"J. DOE";"1 061,80 €";"Bank wire";"Payment accepted";'
        '"2026-03-05 11:28:41"\n'
        '6;XKBKNABJK;0;France;"J. DOE";"20,90 €";"Bank wire";"Awaiting bank wire payment";'
        '"2026-03-06 11:28:41"\n',
        """
        currency_sign: €
        decimal_comma: true
        columns:
          ID: idTransaction
          Reference: OrderName
          Total: Total
          Status:
            to: financialStatus
            values: {Payment accepted: paid, Awaiting bank wire payment: pending}
          Date: dtTransaction
        constants: {Currency: EUR}
        ignore: [New client, Delivery, Customer, Payment]
        """,
        time_zone="Europe/Paris",
    )

    first, second = messages.records("transactions")
    assert (first["total_amount"], first["currency"]) == ("1061.80", "EUR")
    assert first["processed_at"] == "2026-03-05T10:28:41.000000Z"
    assert [first["financial_status"], second["financial_status"]] == ["paid", "pending"]


def test_woocommerce_export_of_orders_is_imported(read_export: Any) -> None:
    messages = read_export(
        '"Date","Order #","N. Revenue (formatted)","Status","Customer","Customer type",'
        '"Product(s)","Items sold","Coupon(s)","N. Revenue","Attribution"\n'
        '"2026-03-05 14:30:00","71","&#36;25.00","completed","Ann","new","2× Pen","2","",25,'
        '"Direct"\n'
        '"2026-03-06 14:30:00","72","&#36;7.50","on-hold","Bob","returning","1× Ink","1","",'
        '7.5,"Direct"\n',
        """
        columns:
          Date: dtTransaction
          "Order #": [idTransaction, OrderName]
          Status: {to: financialStatus, values: {completed: paid, on-hold: pending}}
          N. Revenue: Revenue
        ignore:
          - N. Revenue (formatted)
          - Customer
          - Customer type
          - Product(s)
          - Items sold
          - Coupon(s)
          - Attribution
        """,
        currency="USD",
    )

    assert [
        (o["transaction_id"], o["gross_amount"], o["financial_status"])
        for o in messages.records("transactions")
    ] == [("71", "25", "paid"), ("72", "7.5", "pending")]


def test_woocommerce_export_of_products_is_imported(read_export: Any) -> None:
    messages = read_export(
        '\ufeffID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,Categories,Regular price\n'
        '44,simple,P,,Pen,1,"Office > Pens, Gifts",10\n',
        """
        table: ECommerce_Product
        columns: {ID: idProduct, SKU: Sku, Name: ProductName, Regular price: Price}
        ignore: [Type, "GTIN, UPC, EAN, or ISBN", Published, Categories]
        """,
        currency="USD",
    )

    [product] = messages.records("products")
    assert (product["product_id"], product["sku"]) == ("44", "P")
    assert (product["price_amount"], product["currency"]) == ("10", "USD")
