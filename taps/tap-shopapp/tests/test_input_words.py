"""Ids, signs, statuses and sums in the forms that files and shops use."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from shop_fakes import shopify_rows
from tap_shopapp.applications.shopify.orders import normalize_order
from tap_shopapp.pages import Page
from tap_shopapp.records.normalize import add

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Attempt, Messages

MAPPING = """
shop: {name: S, currency: CAD, time_zone: America/Toronto}
files:
- path: orders.csv
  table: ECommerce_Transaction
"""


@pytest.fixture
def import_file(try_run: Attempt, tmp_path: Path) -> Callable[..., Messages]:
    """Import one file of orders, and return the messages, even if the run fails."""

    def import_file(
        content: str | bytes, name: str = "ECommerce_Transaction.csv", mapping: str = ""
    ) -> Messages:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        config: dict[str, Any] = {"application": "files", "shop_id": "s"}
        if mapping:
            (tmp_path / "mapping.yml").write_text(mapping)
            config["files_mapping"] = str(tmp_path / "mapping.yml")
        else:
            config["files_path"] = str(file)
        messages, _ = try_run(config)
        return messages

    return import_file


def test_ids_in_scientific_notation_are_rejected(import_file: Callable[..., Messages]) -> None:
    """Spreadsheet programs write long ids like this, so two orders would get one id."""
    found = import_file(
        "idTransaction,Total,Currency,dtTransaction\n"
        "1.23457E+11,10,CAD,2026-03-05\n1.23457E+11,20,CAD,2026-03-06\n"
    )

    assert found.ids() == []
    assert len(found.records("rejected_records")) == 2


def test_numeric_ids_of_18_digits_in_a_spreadsheet_are_not_merged(
    import_file: Callable[..., Messages],
) -> None:
    """A spreadsheet keeps 15 digits of a number."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["idTransaction", "Total", "Currency"])
        sheet.write_row(1, 0, [576461413038785752, 10, "CAD"])
        sheet.write_row(2, 0, [576461413038785843, 20, "CAD"])

    found = import_file(buffer.getvalue(), "ECommerce_Transaction.xlsx")

    assert len(set(found.ids())) + len(found.records("rejected_records")) == 2


def test_spaces_around_ids_and_currencies_are_removed(
    import_file: Callable[..., Messages],
) -> None:
    found = import_file(
        "idTransaction,Total,Currency,dtTransaction\n"
        " 71,10,CAD,2026-03-05\n71 ,10,CAD,2026-03-05\n72,10, CAD ,2026-03-05\n"
    )

    assert set(found.ids()) == {"71", "72"}
    assert {record["currency"] for record in found.records("transactions")} == {"CAD"}


def test_negative_refund_becomes_positive_or_is_rejected(
    import_file: Callable[..., Messages],
) -> None:
    """Shops, banks and card companies write refunds as negative amounts."""
    found = import_file("idTransaction,Total,Refund,Currency\n1,100,-20,CAD\n2,100,20,CAD\n")

    refunds = {r["transaction_id"]: r["refunded_amount"] for r in found.records("transactions")}
    assert refunds.get("1", "rejected") in ("20", "rejected")
    assert refunds["2"] == "20"


@pytest.mark.parametrize("discount", ["-5", "5"])
def test_negative_discount_does_not_reduce_the_gross_amount(
    import_file: Callable[..., Messages], discount: str
) -> None:
    """Goods of 100, and 5 off: the buyer paid 95."""
    found = import_file(f"idTransaction,Total,Discount,Currency\n1,95,{discount},CAD\n")

    [order] = found.records("transactions")
    assert (order["gross_amount"], order["discount_amount"]) == ("100", "5")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Paid", "paid"),
        ("PAID", "paid"),
        ("Refunded", "refunded"),
        ("Partially refunded", "partially_refunded"),
        ("Pending", "pending"),
    ],
)
def test_financial_status_is_compared_without_case_and_spaces(
    import_file: Callable[..., Messages], word: str, status: str
) -> None:
    """The vendor's reference has Paid, Pending and Refunded as examples."""
    found = import_file(f"idTransaction,Total,Currency,financialStatus\n1,10,CAD,{word}\n")

    [order] = found.records("transactions")
    assert order["financial_status"] == status


def test_sum_in_the_last_row_is_not_an_order(
    import_file: Callable[..., Messages],
) -> None:
    rows = "idTransaction,Total,dtTransaction\n1,10,2026-03-05\n2,20,2026-03-05\nTotal,30,\n"

    assert import_file(rows, "orders.csv", MAPPING).ids() == ["1", "2"]


def test_first_line_with_the_separator_is_skipped(
    import_file: Callable[..., Messages],
) -> None:
    assert import_file("sep=;\nidTransaction;Total;Currency\n1;10;CAD\n").ids() == ["1"]


def test_mapping_with_skip_lines_skips_lines_above_the_header(
    import_file: Callable[..., Messages],
) -> None:
    rows = "Sales report\nidTransaction,Total,Currency\n1,10,CAD\n"

    assert import_file(rows, "orders.csv", f"{MAPPING}  skip_lines: 1\n").ids() == ["1"]


def test_sold_gift_card_differs_from_goods() -> None:
    """A card of 50 and goods of 30, then goods of 50 that are paid by the card: 80 of goods."""
    card_and_goods = [
        shopify_rows.line(11, "50.00", isGiftCard=True),
        shopify_rows.line(12, "30.00"),
    ]
    goods = [shopify_rows.line(13, "50.00")]
    page = Page()
    for order in (
        shopify_rows.order(1007, "80.00", lines=card_and_goods),
        shopify_rows.order(1008, "50.00", lines=goods, paymentGatewayNames=["gift_card"]),
    ):
        add("transactions", normalize_order(order), page)

    cards = {item["item_id"]: item.get("is_gift_card") for item in page.embedded["items"]}
    assert cards == {"11": True, "12": False, "13": False}
