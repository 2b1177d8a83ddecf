"""A page is written as a whole: embedded records, its records, then STATE."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from singer_sdk.singerlib import Catalog, CatalogEntry, MetadataMapping, Schema
from tap_shopapp.contract import CONTRACTS, EMBEDDED

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Extract, Place


def test_state_follows_items_and_refunds_once_per_page(extract: Extract, place: Place) -> None:
    for number in range(5):
        refunds = [{"id": "r", "amount": "1.00", "created_at": "2024-01-06T00:00:00Z"}]
        place(str(number), f"2024-01-05T10:00:0{number}Z", refunds=refunds)

    messages = extract(page_size=2).all

    output = [
        (m["type"], m.get("stream"))
        for m in messages
        if m.get("stream") in ("transactions", *EMBEDDED)
        or (m["type"] == "STATE" and "starting" not in json.dumps(m))
    ]
    page = [
        *[("RECORD", "items")] * 2,
        *[("RECORD", "refunds")] * 2,
        *[("RECORD", "sales_events")] * 2,
        *[("RECORD", "transactions")] * 2,
    ]
    first = output.index(("SCHEMA", "transactions"))
    assert output[first : first + 4] == [
        ("SCHEMA", "transactions"),
        ("SCHEMA", "items"),
        ("SCHEMA", "refunds"),
        ("SCHEMA", "sales_events"),
    ]
    assert output[first + 4 : first + 12] == page
    bookmarks = [
        message["value"]["bookmarks"].get("transactions", {}).get("replication_key_value")
        for message in messages
        if message["type"] == "STATE"
    ]
    assert list(dict.fromkeys(filter(None, bookmarks))) == [
        "2024-01-05T10:00:01.000000Z",
        "2024-01-05T10:00:03.000000Z",
        "2024-01-05T10:00:04.000000Z",
    ]


def test_fault_58_every_stream_has_one_schema_before_its_records(
    extract: Extract, place: Place
) -> None:
    place("1")
    place("2", items=[{}])  # rejected

    seen: list[str] = []
    for message in extract().all:
        if message["type"] == "SCHEMA":
            assert message["stream"] not in seen
            seen.append(message["stream"])
        elif message["type"] == "RECORD":
            assert message["stream"] in seen
    assert set(seen) == set(CONTRACTS)


def test_counts_match_written_records_or_are_null(extract: Extract, place: Place) -> None:
    place("1", items=[{"id": "1"}, {"id": "2"}])
    maps = {"items": {"__filter__": "item_id == '1'"}}

    counted = extract().records("transactions")[0]
    mapped = extract(stream_maps=maps).records("transactions")[0]

    assert (counted["item_count"], counted["refund_count"]) == (2, 0)
    assert (mapped["item_count"], mapped["refund_count"]) == (None, 0)


def test_counts_are_null_if_items_are_deselected(extract: Extract, place: Place) -> None:
    place("1")
    catalog = Catalog(
        (
            contract.name,
            CatalogEntry(
                tap_stream_id=contract.name,
                stream=contract.name,
                schema=Schema.from_dict(contract.schema),
                metadata=MetadataMapping.get_standard_metadata(schema=contract.schema),
                key_properties=contract.primary_keys,
                replication_key=contract.bookmark_property,
            ),
        )
        for contract in CONTRACTS.values()
    )
    for entry in catalog.values():
        entry.metadata.root.selected = entry.tap_stream_id != "items"

    order = extract(catalog=catalog.to_dict()).records("transactions")[0]

    assert (order["item_count"], order["refund_count"]) == (None, 0)


def test_batch_files_are_disabled(extract: Extract, place: Place, tmp_path: Path) -> None:
    place("1")
    storage = {"root": tmp_path.as_uri()}

    messages = extract(batch_config={"encoding": {"format": "jsonl"}, "storage": storage})

    assert [len(messages.records(stream)) for stream in ("transactions", "items")] == [1, 1]
    assert not list(tmp_path.iterdir())
