"""The words and columns in `docs/import.md` are those of the contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml
from tap_shopapp.applications.files.columns import LINE_COLUMNS, TABLES
from tap_shopapp.applications.files.values import truth

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def root(request: pytest.FixtureRequest) -> Path:
    """The root of the repository."""
    return request.config.rootpath


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("financialStatus", "financial_status"),
        ("fulfillmentStatus", "fulfillment_status"),
    ],
)
def test_documented_words_are_the_vocabulary_of_the_contract(
    root: Path, column: str, field: str
) -> None:
    contract = yaml.safe_load((root / "contract" / "transactions.yml").read_text())
    [words] = [f["vocabulary"] for f in contract["fields"] if f["name"] == field]

    [row] = re.findall(
        rf"^\| `{column}` \| (.*) \|$", (root / "docs" / "import.md").read_text(), re.MULTILINE
    )

    assert re.findall(r"`(\w+)`", row) == words


def test_documented_truth_values_are_read(root: Path) -> None:
    [row] = re.findall(
        r"^\| `isTest` \| (.*) \|$", (root / "docs" / "import.md").read_text(), re.MULTILINE
    )
    words = re.findall(r"`(\w+)`", row)

    assert [truth(word.upper()) for word in words] == [True] * 5 + [False] * 5


def test_documented_columns_are_the_importable_columns(root: Path) -> None:
    text = (root / "docs" / "import.md").read_text()
    for name, table in TABLES.items():
        [row] = re.findall(rf"^\| `{name}` \| (.*) \|$", text, re.MULTILINE)
        assert re.findall(r"`(\w+)`", row) == list(table.columns)
    [row] = re.findall(r"^\| lines of `one_row_per: line` \| (.*) \|$", text, re.MULTILINE)
    assert re.findall(r"`([\w.]+)`", row) == list(LINE_COLUMNS)
