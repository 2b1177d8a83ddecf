"""The canonical contract, as the dbt package reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.contract import CONTRACTS

if TYPE_CHECKING:
    from tap_shopapp.stream_contract import StreamContract

KEYS = {
    "shops": ("shop_id",),
    "transactions": ("shop_id", "transaction_id"),
    "items": ("shop_id", "transaction_id", "item_id"),
    "refunds": ("shop_id", "transaction_id", "refund_id"),
    "sales_events": ("shop_id", "transaction_id", "event_id"),
    "products": ("shop_id", "product_id"),
    "categories": ("shop_id", "category_id"),
    "customers": ("shop_id", "customer_id"),
    "deleted_transactions": ("shop_id", "transaction_id"),
    "rejected_records": ("shop_id", "stream", "record_hash"),
    "full_lists": ("shop_id", "stream"),
    "id_ranges": ("shop_id", "stream", "list_number", "place"),
}


def test_streams_have_the_keys_of_the_tables() -> None:
    assert {name: contract.primary_keys for name, contract in CONTRACTS.items()} == KEYS
    assert next(iter(CONTRACTS)) == "shops"


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_fields_are_described_and_only_keys_are_not_nullable(contract: StreamContract) -> None:
    for name, field in contract.fields.items():
        assert field["description"].endswith("."), name
        assert ("null" in field["type"]) == (name not in contract.primary_keys), name


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_amount_fields_are_decimals_and_at_fields_are_times(contract: StreamContract) -> None:
    for name, field in contract.fields.items():
        expected: dict[str, Any] = {}
        if name.endswith("_amount") or name in ("amount", "quantity", "refunded_quantity"):
            expected = {"type": ["string", "null"], "format": "singer.decimal"}
        elif name.endswith("_at"):
            expected = {"type": ["string", "null"], "format": "date-time"}
        assert {key: field[key] for key in expected} == expected, name
        assert "number" not in field["type"], name


def test_every_application_defines_lookback_and_page_size() -> None:
    for name, application in APPLICATIONS.items():
        assert application.name == name
        assert application.lookback_seconds >= 0
        credentials = {setting for group in application.credential_groups for setting in group}
        assert credentials <= {setting.name for setting in application.settings}
        assert application.full_lists <= {"products", "categories"}
        assert application.page_size > 0
