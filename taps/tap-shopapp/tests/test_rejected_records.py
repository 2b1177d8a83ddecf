"""Invalid records are written to `rejected_records` with the reason."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Extract, Place, Scripted
    from shopapp_demo.shop import Shop


BAD: dict[str, dict[str, Any]] = {
    "impossible_time": {"created_at": "2024-02-30T00:00:00Z"},
    "inexact_amount": {"total_amount": 19.99},
    "no_key": {"items": [{"id": "1"}, {"quantity": "1"}]},
    "repeated_key": {"items": [{"id": "1"}, {"id": "1"}]},
    "malformed": {"refunds": {"id": "1"}},
    "not_a_boolean": {"is_test": "no"},
    "not_an_integer": {"items": [{"id": "1", "position": "first"}]},
}


@pytest.mark.parametrize("reason", BAD)
def test_invalid_order_is_rejected_alone_with_its_lines(
    extract: Extract, place: Place, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    place("before")
    order = place("bad", **BAD[reason])
    place("later")

    messages = extract()

    assert messages.ids() == ["before", "later"]
    assert messages.ids("items") == ["before", "later"]
    (rejected,) = messages.records("rejected_records")
    assert json.loads(rejected["payload"]) == order
    assert rejected["record_hash"] == sha256(rejected["payload"].encode()).hexdigest()
    assert (rejected["shop_id"], rejected["stream"]) == ("s", "transactions")
    assert rejected["reason_code"] == reason
    assert rejected["location"] == "/v1/transactions, page 1"
    assert "1 records could not be loaded and are kept in rejected_records" in caplog.text
    assert "19.99" not in caplog.text


def test_record_that_is_not_an_object_is_rejected(scripted: Scripted) -> None:
    data: list[Any] = [None, "x", {"id": "1", "updated_at": "2024-01-05T10:00:00Z"}]

    messages = scripted({"data": data, "has_more": False})()

    assert messages.ids() == ["1"]
    payloads = [rejected["payload"] for rejected in messages.records("rejected_records")]
    assert payloads == ["null", '"x"']


@pytest.mark.parametrize("collection", ["products", "categories", "customers"])
def test_records_of_every_stream_can_be_rejected(
    extract: Extract, shop: Shop, collection: str
) -> None:
    shop.put(collection, {"id": "", "updated_at": "2024-01-05T10:00:00Z"})

    messages = extract()

    assert messages.records(collection) == []
    assert [r["stream"] for r in messages.records("rejected_records")] == [collection]


def test_rejected_record_has_the_same_key_in_every_run(extract: Extract, place: Place) -> None:
    place("bad", created_at="never")

    keys = [extract().records("rejected_records")[0]["record_hash"] for _ in range(2)]

    assert keys[0] == keys[1]
