"""Files as a shop: lines before the column names, and byte order marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from imports import loaded

if TYPE_CHECKING:
    from pathlib import Path

    from imports import Import

ORDERS = {"path": "f.csv", "table": "ECommerce_Transaction"}


@pytest.mark.parametrize(
    ("head", "changes"),
    [
        ("sep=;\n", {}),
        ("SEP=;\r\n", {}),
        ('"sep=;"\n', {}),
        ("\n\nsep=;\n", {}),
        ("sep=;\n\n", {}),
        ("sep=,\n", {"delimiter": ";"}),
        ("\n", {}),
        ("\r\n   \r\n", {}),
        (";\n", {}),
        (';;\n"";""\n', {}),
        ("Sales report\n", {"skip_lines": 1}),
        ("Sales report;March\n\nMade by Ann\n", {"skip_lines": 3}),
        ("\nSales report\n\n", {"skip_lines": 2}),
        ('He said "two\n', {"skip_lines": 1}),
        ("sep=;\nSales report\n", {"skip_lines": 2}),
        ("Sales report\nsep=;\n", {"skip_lines": 1}),
        ("", {"skip_lines": 0}),
    ],
)
def test_lines_before_the_header_are_skipped(
    write: Any, import_files: Import, head: str, changes: dict[str, Any]
) -> None:
    write("f.csv", f"{head}idTransaction;Total\n1;10\nx;y\n")

    messages, _ = import_files({**ORDERS, **changes})

    assert messages.ids() == ["1"]
    line = head.count("\n") + 3
    assert messages.ids("rejected_records", "location") == [f"f.csv, line {line}"]


def test_separator_line_sets_a_rare_delimiter(write: Any, import_files: Import) -> None:
    """Without the line, the comma would be the most frequent delimiter."""
    write("f.csv", "sep=~\nidTransaction~OrderName~Total\n1~a, b, c, d~10\n")

    [order] = loaded(import_files, ORDERS).records("transactions")

    assert (order["order_name"], order["total_amount"]) == ("a, b, c, d", "10")


def test_empty_rows_between_rows_are_skipped(write: Any, import_files: Import) -> None:
    write("f.csv", "idTransaction,Total\n\n1,10\n,\n , \n\t\n2,20\n\n")

    messages, _ = import_files(ORDERS, files_max_rejected_percent=100)

    assert messages.ids() == ["1", "2"]


@pytest.mark.parametrize(
    "written",
    [
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-16-le", "\ufeff"),
        ("utf-16-be", "\ufeff"),
        ("utf-32-le", "\ufeff"),
        ("utf-32-be", "\ufeff"),
    ],
)
@pytest.mark.parametrize("expected", [None, "cp1252", "utf-8", "utf-16", "ascii"])
@pytest.mark.parametrize("head", ["", "sep=,\n", "\n"])
def test_byte_order_mark_decides_the_encoding(
    write: Any, import_files: Import, written: tuple[str, str], expected: str | None, head: str
) -> None:
    encoding, mark = written
    write("f.csv", f"{mark}{head}idTransaction,OrderName\n1,Café 東京\n", encoding)

    [order] = loaded(import_files, {**ORDERS, "encoding": expected}).records("transactions")

    assert order["order_name"] == "Café 東京"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_mark_of_json_lines_decides_the_encoding(
    write: Any, import_files: Import, encoding: str
) -> None:
    write(
        "ECommerce_Transaction.jsonl",
        '{"idTransaction": "1", "OrderName": "Café\u2028東京"}\n{"idTransaction": "2"}\n',
        encoding,
    )

    messages = loaded(import_files)

    assert messages.ids(key="order_name") == ["Café\u2028東京", None]


def test_invalid_byte_after_a_mark_of_utf_8_is_an_error(
    tmp_path: Path, import_files: Import
) -> None:
    content = "\ufeffidTransaction,OrderName\n1,Café\n".encode() + b"2,Caf\xe9\n"
    (tmp_path / "f.csv").write_bytes(content)

    _, error = import_files(ORDERS)

    assert str(error) == (
        "f.csv, line 3, is not UTF-8, but the file begins with the mark of UTF-8. Correct the"
        " line and save the file again."
    )


def test_skip_lines_of_json_lines_is_an_error(write: Any, import_files: Import) -> None:
    write("f.jsonl", '{"idTransaction": "1"}\n')

    _, error = import_files({**ORDERS, "path": "f.jsonl", "skip_lines": 1})

    assert str(error) == (
        "skip_lines does not apply to f.jsonl: JSON lines have no header. Remove it from the"
        " entry of the file."
    )


def test_json_line_with_a_repeated_name_is_rejected(write: Any, import_files: Import) -> None:
    write("f.jsonl", '{"idTransaction": "1", "Total": 1, "Total": 2}\n{"idTransaction": "2"}\n')

    messages, _ = import_files({**ORDERS, "path": "f.jsonl"})

    assert messages.ids() == ["2"]
    assert messages.ids("rejected_records", "message") == ["The line has the same name twice."]
