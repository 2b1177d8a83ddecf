"""`contract/` defines the contract; all other files with its fields are generated."""

from __future__ import annotations

import runpy
import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from tap_shopapp.contract import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
RAW_COLUMNS = "macros/raw/ecommerce_raw_columns.sql"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """Return a function that renders the generated files of a folder, by path."""
    monkeypatch.syspath_prepend(str(ROOT / "contract"))
    script = runpy.run_path(str(ROOT / "contract" / "generate.py"))
    render: Callable[..., dict[str, str]] = script["rendered"]
    return render


@pytest.fixture
def definitions(tmp_path: Path) -> Path:
    """Return a folder with a copy of the definitions."""
    return shutil.copytree(ROOT / "contract", tmp_path / "contract")


def test_generated_files_match_the_contract(rendered: Callable[..., dict[str, str]]) -> None:
    stale = [path for path, text in rendered().items() if (ROOT / path).read_text() != text]
    assert not stale, "run make contract"


def test_added_field_reaches_every_generated_file(
    rendered: Callable[..., dict[str, str]], definitions: Path
) -> None:
    field = {"name": "gift_note", "type": "text", "description": "A note.", "pii": True}
    file = definitions / "categories.yml"
    stream = yaml.safe_load(file.read_text())
    stream["fields"].append({**field, "api": {"description": "As the buyer wrote it."}})
    file.write_text(yaml.safe_dump(stream))

    before, after = rendered(), rendered(definitions)

    def lines(text: str) -> Counter[str]:
        return Counter(line.strip() for line in text.splitlines())

    added = {
        path: set((lines(text) - lines(before[path])).elements())
        for path, text in after.items()
        if text != before[path]
    }
    assert added == {
        "taps/tap-shopapp/tap_shopapp/contract.py": {
            '("gift_note", th.StringType, "A note."),',
        },
        "taps/tap-shopapp/tap_shopapp/records/readers.py": {
            'texts=("name", "url", "gift_note"),',
        },
        "taps/tap-shopapp/openapi.yaml": {
            "gift_note:",
            "description: As the buyer wrote it.",
            "$ref: '#/components/schemas/TextOrNull'",
        },
        RAW_COLUMNS: {
            "'text': ['shop_id', 'category_id', 'parent_id', 'name', 'url', 'gift_note'],",
        },
        "models/ecommerce/staging/_staging.yml": {
            "- name: gift_note",
            "description: A note.",
            "config:",
            "meta:",
            "pii: true",
        },
    }


def test_unknown_key_of_a_definition_is_rejected(
    rendered: Callable[..., dict[str, str]], definitions: Path
) -> None:
    file = definitions / "shops.yml"
    file.write_text(file.read_text() + "    personal: true\n")

    with pytest.raises(ValueError, match=r"shops\.yml: .*'personal'"):
        rendered(definitions)


def test_fields_named_by_columns_are_in_the_contract() -> None:
    named = set()
    for file in (ROOT / "models" / "ecommerce" / "tables").glob("*.yml"):
        for model in yaml.safe_load(file.read_text())["models"]:
            for column in model["columns"]:
                fields = column.get("config", {}).get("meta", {}).get("shop_field", [])
                named |= {fields} if isinstance(fields, str) else set(fields)
    assert named
    assert named <= {
        f"{stream}.{field}"
        for stream, contract in CONTRACTS.items()
        for field in contract.fields
    }


def test_only_counts_positions_and_ranges_are_json_numbers() -> None:
    numbers = {
        field
        for contract in CONTRACTS.values()
        for field, schema in contract.fields.items()
        if {"number", "integer"} & set(schema["type"])
    }
    counts = {"item_count", "refund_count", "sales_event_count"}
    ranges = {"list_number", "place", "from_id", "to_id"}
    assert numbers == counts | ranges | {"position"}
