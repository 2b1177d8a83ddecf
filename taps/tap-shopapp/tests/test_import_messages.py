"""Files as a shop: a reject shows the form of the cell, never its content."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from imports import Import

ORDERS = {"path": "f.csv", "table": "ECommerce_Transaction", "delimiter": ";"}
POINT = "an amount such as 1,234.50 is expected."
COMMA = "an amount such as 1.234,50 is expected."
CORRECT = "Correct the cell, or list the column under ignore."
SIGN = "If the amount has a currency sign or code, set currency_sign in the entry of the file."


@pytest.mark.parametrize(
    ("cell", "decimal_comma", "message"),
    [
        (
            "12,50",
            False,
            (
                f"a number with a decimal comma, but {POINT} Set decimal_comma: true in the"
                " entry of the file."
            ),
        ),
        (
            "1.234,50",
            False,
            (
                f"a number with a decimal comma, but {POINT} Set decimal_comma: true in the"
                " entry of the file."
            ),
        ),
        (
            "12.50",
            True,
            (
                f"a number with a decimal point, but {COMMA} Set decimal_comma: false in the"
                " entry of the file."
            ),
        ),
        ("secret", False, f"text, but {POINT} {CORRECT}"),
        ("+44 7700 900123x", False, f"text with digits, but {POINT} {SIGN}"),
        (
            "4111-1111-1111-1111",
            False,
            f"text of the form 9999-9999-9999-9999, but {POINT} {SIGN}",
        ),
        ("$12.00", False, f"text of the form $99.99, but {POINT} {SIGN}"),
        ("EUR 12.00", False, f"text with digits, but {POINT} {SIGN}"),
        ("(12.00)", False, f"text of the form (99.99), but {POINT} {SIGN}"),
        ("19 %", False, f"a percentage, but {POINT} {CORRECT}"),
        ("1.5E+3", False, f"a number with an exponent, but {POINT} {CORRECT}"),
        ("#####", False, f"text of the form #####, but {POINT} {CORRECT}"),
    ],
)
def test_reject_of_an_amount_shows_form_and_option(
    write: Any, import_files: Import, cell: str, *, decimal_comma: bool, message: str
) -> None:
    write("f.csv", f"idTransaction;Total\n1;{cell}\n")

    messages, _ = import_files({**ORDERS, "decimal_comma": decimal_comma})

    [found] = messages.ids("rejected_records", "message")
    assert found == f"The column 'Total' has {message}"


ISO = "a time such as 2026-01-31 14:00 is expected."
FORMAT = "Set date_format in the entry of the file, such as %d/%m/%Y."


@pytest.mark.parametrize(
    ("cell", "date_format", "message"),
    [
        ("31/01/2026", None, f"text of the form 99/99/9999, but {ISO} {FORMAT}"),
        ("31.1.26", None, f"text of the form 99.9.99, but {ISO} {FORMAT}"),
        ("Jan-31-26", None, f"text with digits, but {ISO} {FORMAT}"),
        ("46086", None, f"text of the form 99999, but {ISO} {FORMAT}"),
        ("yesterday", None, f"text, but {ISO} {FORMAT}"),
        ("2026-02-30", None, f"a time that does not exist, but {ISO} {CORRECT}"),
        (
            "01/31/2026",
            "%d/%m/%Y",
            (
                "text of the form 99/99/9999, but a time in the format %d/%m/%Y is expected."
                f" {FORMAT}"
            ),
        ),
    ],
)
def test_reject_of_a_time_shows_form_and_option(
    write: Any, import_files: Import, cell: str, date_format: str | None, message: str
) -> None:
    write("f.csv", f"idTransaction;dtTransaction\n1;{cell}\n")

    messages, _ = import_files({**ORDERS, "date_format": date_format})

    [found] = messages.ids("rejected_records", "message")
    assert found == f"The column 'dtTransaction' has {message}"


@pytest.mark.parametrize(
    ("sign", "cell", "read"),
    [
        ("$", "$1,234.50", (False, "1234.50")),
        ("$", "-$12.00", (False, "-12.00")),
        ("$", "$ -12.00", (False, "-12.00")),
        ("$", "12.00 $", (False, "12.00")),
        ("$", "12.00", (False, "12.00")),
        ("US $", "US $12.00", (False, "12.00")),
        ("€", "1.234,50\u00a0€", (True, "1234.50")),
        ("EUR", "12,50 eur", (True, "12.50")),
        ("$", "€12.00", (False, None)),
        ("$", "1$2.00", (False, None)),
        ("$", "$$2.00", (False, None)),
        ("$", "$", (False, None)),
    ],
)
def test_amount_may_have_the_currency_sign_of_the_entry(
    write: Any, import_files: Import, sign: str, cell: str, read: tuple[bool, str | None]
) -> None:
    decimal_comma, amount = read
    write("f.csv", f"idTransaction;Total\n1;{cell}\n")

    messages, _ = import_files(
        {**ORDERS, "currency_sign": sign, "decimal_comma": decimal_comma}
    )

    assert messages.ids(key="total_amount") == ([amount] if amount else [])


def test_no_message_or_log_contains_a_cell(
    write: Any, import_files: Import, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "ann.canary@example.com"
    header = ["idTransaction", "Total", "dtTransaction", "isTest"]
    rows = [["1", "1", "2026-03-05", "no"] for _ in header]
    for place, row in enumerate(rows[1:], start=1):
        row[place] = canary
    lines = [";".join(row) for row in (header, *rows)]
    write("f.csv", "\n".join([*lines, canary, f"{canary};;;", f'"{canary};1', ""]))

    with caplog.at_level(logging.DEBUG):
        messages, error = import_files(ORDERS)

    rejected = messages.records("rejected_records")
    assert len(rejected) == 6
    assert "canary" not in caplog.text + str(error)
    assert not any("canary" in record["message"] for record in rejected)


def test_too_many_rejects_are_not_logged_as_unhandled_error(
    write: Any, import_files: Import, caplog: pytest.LogCaptureFixture
) -> None:
    write("f.csv", "idTransaction;Total\n1;x\n2;1\n")

    with caplog.at_level(logging.DEBUG):
        _, error = import_files(ORDERS)

    assert error is not None
    assert error.reason == "1 of 2 rows were rejected."
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
