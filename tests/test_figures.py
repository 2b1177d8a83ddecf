"""`docs/figures.md` has the formulas of the sales figures, and explains those of the README."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).parents[1]
FIGURES = (ROOT / "docs" / "figures.md").read_text()
MACRO = (ROOT / "macros" / "sales" / "ecommerce_ledger_sums.sql").read_text()
PAGE = ROOT / "utilities/ecommerce-ext/ecommerce_ext/results/assets/figures.js"
# A figure, its column and its condition.
ROW = re.compile(
    r"^\| \**([\w ]+?)(?:,[\w ]+)?\** \| `(\w+_amount)` \| `(.+?)` \|", re.MULTILINE
)
# A column and its condition, in parentheses if it is long.
FORMULA = re.compile(r"'(\w+_amount)': \(\s*(\"|')(.+?)\2,\s*'-?'\s*\)", re.DOTALL)


def test_formulas_of_the_documentation_are_those_of_the_statistics() -> None:
    documented = {column: condition for _, column, condition in ROW.findall(FIGURES)}

    assert len(documented) == 14
    assert documented == {column: condition for column, _, condition in FORMULA.findall(MACRO)}


def test_documentation_names_every_amount_of_the_results_page() -> None:
    read = re.findall(
        r'title: "([^"]+)",(?:(?!title:).)*?sums\.(\w+_amount)', PAGE.read_text(), re.DOTALL
    )

    assert len(read) == 14
    assert {(name, column) for name, column, _ in ROW.findall(FIGURES)} == set(read)


def test_ledger_of_the_demo_explains_revenue_and_net_sales() -> None:
    readme = (ROOT / "README.md").read_text()
    revenue, net_sales = (
        Decimal(found.replace(",", ""))
        for found in re.findall(r"rows +(?:Revenue|Net sales) +([\d,.]+) CAD", readme)[1:]
    )
    (output,) = re.findall(r"```text\n(is_counted.+?)```", FIGURES, re.DOTALL)
    amounts = {
        (row["is_counted"], row["event"]): Decimal(row["sum"])
        for row in csv.DictReader(output.splitlines())
    }

    assert amounts["True", "sale"] + amounts["False", "sale"] == revenue
    assert amounts["True", ""] == net_sales
    for is_counted in ("True", "False"):
        of_events = [
            amount
            for (counted, event), amount in amounts.items()
            if counted == is_counted and event
        ]
        assert sum(of_events) == amounts[is_counted, ""]
