"""Files as a shop: the options of an entry of the mapping file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from imports import loaded

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import

ORDERS = {"path": "f.csv", "table": "ECommerce_Transaction"}
LINES = {**ORDERS, "one_row_per": "line"}


@pytest.mark.parametrize(
    ("header", "changes", "filled"),
    [
        (
            "idTransaction,A,B",
            {"columns": {"A": "Total", "B": "Total"}},
            ("Total", "the column 'A' and the column 'B'"),
        ),
        (
            "idTransaction,A",
            {"columns": {"A": ["Total", "Total"]}},
            ("Total", "the column 'A' and the column 'A'"),
        ),
        (
            "idTransaction,A",
            {"columns": {"A": "Currency"}, "constants": {"Currency": "CAD"}},
            ("Currency", "the column 'A' and a constant"),
        ),
        (
            "idTransaction,Currency",
            {"constants": {"Currency": "CAD"}},
            ("Currency", "the column 'Currency' and a constant"),
        ),
        (
            "idTransaction,Total,A",
            {"columns": {"A": "Total"}},
            ("Total", "the column 'Total' and the column 'A'"),
        ),
        (
            "idTransaction,f_Revenue,Revenue",
            {},
            ("Revenue", "the column 'f_Revenue' and the column 'Revenue'"),
        ),
        (
            "idTransaction,Email,email",
            {},
            ("email", "the column 'Email' and the column 'email'"),
        ),
        (
            "idTransaction,key_idTransaction",
            {},
            ("idTransaction", "the column 'idTransaction' and the column 'key_idTransaction'"),
        ),
        (
            "idTransaction,Date,Time",
            {"columns": {"Date": "dtTransaction", "Time": "dtTransaction"}},
            ("dtTransaction", "the column 'Date' and the column 'Time'"),
        ),
        (
            "idTransaction,A,B",
            {"columns": {"A": "Tax", "B": "Tax"}, "sum": ["Shipping"]},
            ("Tax", "the column 'A' and the column 'B'"),
        ),
        (
            "idTransaction,Price,A",
            {"one_row_per": "line", "columns": {"A": "Price"}},
            ("Price", "the column 'Price' and the column 'A'"),
        ),
    ],
)
def test_two_fillers_of_a_column_are_refused(
    write: Any,
    import_files: Import,
    header: str,
    changes: dict[str, Any],
    filled: tuple[str, str],
) -> None:
    column, fillers = filled
    write("f.csv", f"{header}\n")

    messages, error = import_files({**ORDERS, **changes})

    assert error is not None
    assert error.reason == f"In f.csv, {fillers} fill {column} of ECommerce_Transaction."
    assert error.instruction.startswith("Keep one of them, and list other columns under ignore")
    assert ("sum" in error.instruction) == (column in {"Total", "Revenue", "Tax", "Price"})
    assert messages.records("shops") == []


def test_discounts_of_order_and_line_are_two_columns(write: Any, import_files: Import) -> None:
    write("f.csv", "idTransaction,Price,Quantity,A,B\n1,10,1,2,1\n")

    [order] = loaded(
        import_files, {**LINES, "columns": {"A": "Discount", "B": "line.Discount"}}
    ).records("transactions")

    assert order["discount_amount"] == "2"


def test_summed_columns_and_constants_are_added(write: Any, import_files: Import) -> None:
    """Item and order discounts: 1.10 + 2.20; one of them; none of them. Shipping: 4 + 1."""
    write("f.csv", "idTransaction,Total,A,B,Ship\n1,10,1.10,2.20,4\n2,10,,2.20,4\n3,10,,,\n")

    orders = loaded(
        import_files,
        {
            **ORDERS,
            "columns": {"A": "Discount", "B": "Discount", "Ship": "Shipping"},
            "constants": {"Shipping": 1},
            "sum": ["Discount", "Shipping"],
        },
    ).records("transactions")

    assert [(o["discount_amount"], o["shipping_amount"]) for o in orders] == [
        ("3.30", "5"),
        ("2.20", "5"),
        ("0", "1"),
    ]


def test_invalid_part_of_a_sum_rejects_the_row(write: Any, import_files: Import) -> None:
    write("f.csv", "idTransaction,A,B\n1,1,x\n2,1,2\n")

    messages, _ = import_files(
        {**ORDERS, "columns": {"A": "Total", "B": "Total"}, "sum": ["Total"]}
    )

    assert messages.ids(key="total_amount") == ["3"]


def test_names_of_a_mapping_file_are_texts(
    tmp_path: Path, write: Any, import_files: Import
) -> None:
    """YAML reads yes as a truth value, 007 as 7, and 5.10 as 5.1."""
    write("f.csv", "idTransaction,Total,2026,Paid\n1,10,x,Yes\n2,10,y,no\n")
    (tmp_path / "m.yml").write_text(
        "files:\n- path: f.csv\n  table: ECommerce_Transaction\n  columns:\n"
        "    2026: OrderName\n"
        "    Paid: {to: financialStatus, values: {yes: paid, no: unpaid}}\n"
        "  constants: {idContact: 007, Shipping: 5.10, dtTransaction: 2026-03-05}\n"
    )

    messages, error = import_files(files_mapping=str(tmp_path / "m.yml"), files_path=None)

    assert error is None
    first, second = messages.records("transactions")
    assert (first["order_name"], first["id_contact"], first["shipping_amount"]) == (
        *("x", "007", "5.10"),
    )
    assert (first["financial_status"], second["financial_status"]) == ("paid", "unpaid")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"columns": {"A": {"to": "financialStatus", "values": {"x": "paidx"}}}},
            (
                "values of financialStatus has the unknown word 'paidx'. Did you mean 'paid'?"
                " The words are authorized,"
            ),
        ),
        (
            {"columns": {"A": {"to": "OrderName", "values": {"x": 1, "x ": 2}}}},
            "values of OrderName has the word 'x ' with two meanings. Keep one of them.",
        ),
        (
            {"columns": {"A": {"to": "OrderName", "values": ["x"]}}},
            "values is not a list of names and values.",
        ),
        ({"sum": ["OrderName"]}, "OrderName cannot be a sum, since it has no amounts."),
        (
            {"sum": ["Totl"]},
            "ECommerce_Transaction has no column 'Totl'. Did you mean 'Total'?",
        ),
        ({"sum": "Total"}, "sum is not a list."),
        (
            {"carry_down": ["Order"]},
            "The mapping names the column 'Order', but f.csv does not have it.",
        ),
        ({"carry_down": "A"}, "carry_down is not a list."),
        ({"skip_lines": -1}, "skip_lines cannot be '-1'. Set it to the number of lines"),
        ({"skip_lines": True}, "skip_lines cannot be True."),
        ({"skip_lines": 1.5}, "skip_lines cannot be '1.5'."),
        ({"skip_lines": "two"}, "skip_lines cannot be 'two'."),
        ({"skip_lines": 9}, "f.csv has no column names after 9 lines. Correct skip_lines"),
        ({"currency_sign": "1"}, "'1' is not a currency sign."),
        ({"currency_sign": " "}, "' ' is not a currency sign."),
        (
            {"constants": {"isTest": "maybe"}},
            "The constant 'isTest' has text, but true or false is expected.",
        ),
    ],
)
def test_invalid_option_is_an_error(
    write: Any, import_files: Import, changes: dict[str, Any], expected: str
) -> None:
    write("f.csv", "idTransaction,A\n1,x\n")

    messages, error = import_files({**ORDERS, "ignore": ["A"], **changes})

    assert str(error).startswith(expected)
    assert messages.records("shops") == []


def test_repeated_name_in_a_mapping_file_is_an_error(
    tmp_path: Path, write: Any, import_files: Import
) -> None:
    """YAML would keep the last one."""
    write("f.csv", "idTransaction,A\n1,x\n")
    (tmp_path / "m.yml").write_text(
        "files:\n- path: f.csv\n  table: ECommerce_Transaction\n"
        "  columns: {A: Total, A: OrderName}\n"
    )

    _, error = import_files(files_mapping=str(tmp_path / "m.yml"), files_path=None)

    assert str(error) == "The mapping file has the name 'A' twice (line 4). Remove one of them."
