"""Every value arrives exactly, is corrected, or rejects its record."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import pytest
from target_runs import Warehouse, record, schema

D = Decimal
# Kind of the column, JSON of the value, value in the warehouse.
CORRECTED: list[tuple[str, str, Any]] = [
    ("string", r'"a\u0000b"', "a\ufffdb"),
    ("string", r'"a\ud800b"', "a\ufffdb"),
    ("string", r'"\ud83d\ude00 é"', "😀 é"),
    ("string", r'"tab\t nl\n cr\r \\N \\. \u0001 \u0002 \b \" \\"',
     'tab\t nl\n cr\r \\N \\. \x01 \x02 \b " \\'),
    ("string", '""', ""),
    ("string", "12.50", "12.50"),
    ("string", "1e3", "1000"),
    ("string", "true", "true"),
    ("string", '{"a":[1,null]}', '{"a":[1,null]}'),
    ("integer", "5.0", 5),
    ("integer", "1e2", 100),
    ("integer", '"7"', 7),
    ("integer", "-9223372036854775808", -(2**63)),
    ("integer", "-0", 0),
    ("number", "123456789012345678.1234567890", D("123456789012345678.1234567890")),
    ("number", '"19.99"', D("19.99")),
    ("number", "0.1", D("0.1")),
    ("number", "1e400", D("1e400")),
    ("number", "1E-7", D("1E-7")),
    ("string:singer.decimal", '"123456789012345678.1234567890"',
     D("123456789012345678.1234567890")),
    ("string:singer.decimal", "12.5", D("12.5")),
    ("boolean", "true", True),
    ("boolean", '"false"', False),
    ("string:date-time", '"2026-01-01T02:00:00+02:00"', "2026-01-01T00:00:00.000000Z"),
    ("string:date-time", '"2026-01-01T00:00:00.123456789Z"', "2026-01-01T00:00:00.123456Z"),
    ("string:date-time", '"2026-01-01 00:00:00"', "2026-01-01T00:00:00.000000Z"),
    ("string:date-time", '"2026-01-01"', "2026-01-01T00:00:00.000000Z"),
    ("object", '{"n": 1.10, "big": 123456789012345678901234567890}',
     {"n": D("1.10"), "big": 123456789012345678901234567890}),
    ("object", r'{"a": "x\u0000y", "\ud800": "\udc00"}', {"a": "x\ufffdy", "\ufffd": "\ufffd"}),
    ("array", '["a", 1, null, {"b": []}]', ["a", 1, None, {"b": []}]),
]  # fmt: skip
REJECTED: list[tuple[str, str]] = [
    ("integer", "1.5"),
    ("integer", "9223372036854775808"),
    ("integer", '"x"'),
    ("integer", "true"),
    ("number", "NaN"),
    ("number", "-Infinity"),
    ("number", '"NaN"'),
    ("number", "1e99999"),
    ("number", "1e99999999999999999999"),
    ("string:singer.decimal", '"1,5"'),
    ("string:singer.decimal", '"0x1F"'),
    ("string:singer.decimal", '"1_000"'),
    ("boolean", "2"),
    ("string:date-time", '"2026-02-30T00:00:00Z"'),
    ("string:date-time", '"0000-01-01T00:00:00Z"'),
    ("string:date-time", '"infinity"'),
    ("string:date-time", '"now"'),
    ("string:date", '"2026-13-01"'),
    ("object", '{"a": NaN}'),
]


def raw_record(value: str, key: str = "1") -> str:
    return f'{{"type":"RECORD","stream":"s","record":{{"id":"{key}","v":{value}}}}}'


def test_values_are_exact_or_corrected(warehouse: Warehouse) -> None:
    """Each value has a separate stream, so that other values do not change its path."""
    messages: list[Any] = []
    for place, (kind, json, _) in enumerate(CORRECTED):
        messages += [
            schema(f"s{place}", {"id": "string", "v": kind}),
            raw_record(json).replace('"s"', f'"s{place}"'),
            record(f"s{place}", id="2"),
        ]

    warehouse.load(messages)

    for place, (kind, json, expected) in enumerate(CORRECTED):
        row, empty = warehouse.rows(f"s{place}", "id")
        value = D(row["v"]) if isinstance(expected, Decimal) else row["v"]
        assert (value, type(value)) == (expected, type(expected)), (kind, json)
        assert empty == {"id": "2", "v": None}


def test_values_next_to_a_value_of_another_type_are_exact(warehouse: Warehouse) -> None:
    properties = {f"v{place}": kind for place, (kind, _, _) in enumerate(CORRECTED)}
    fields = ",".join(f'"v{place}":{json}' for place, (_, json, _) in enumerate(CORRECTED))

    warehouse.load(
        [
            schema("s", {"id": "string", **properties}),
            f'{{"type":"RECORD","stream":"s","record":{{"id":"1",{fields}}}}}',
        ]
    )

    (row,) = warehouse.rows("s")
    for place, (_, _, expected) in enumerate(CORRECTED):
        value = row[f"v{place}"]
        assert (D(value) if isinstance(expected, Decimal) else value) == expected


@pytest.mark.parametrize("case", REJECTED, ids=lambda case: f"{case[0]}-{case[1]}"[:40])
def test_values_without_exact_form_reject_their_record(
    postgres: Warehouse, caplog: pytest.LogCaptureFixture, case: tuple[str, str]
) -> None:
    kind, json = case
    with caplog.at_level(logging.WARNING):
        postgres.load(
            [
                schema("s", {"id": "string", "v": kind}),
                raw_record("null", "before"),
                raw_record(json, "bad-key"),
                raw_record("null", "after"),
            ]
        )

    assert [row["id"] for row in postgres.rows("s", "id")] == ["after", "before"]
    assert postgres.log("s") == {"received": 3, "rejected": 1, "staged": 2, "inserted": 2}
    assert "stream 's'" in caplog.text
    assert "column 'v'" in caplog.text
    assert "id=bad-key" in caplog.text


def test_value_that_only_postgres_refuses_rejects_its_record(postgres: Warehouse) -> None:
    postgres.query(f"create schema {postgres.namespace}")
    postgres.query(
        f"create table {postgres.namespace}.s (id text primary key, v uuid, _sdc_batched_at"
        " timestamp)"
    )
    good = "6f1c3f0e-3f0e-4b7a-9d0a-3f0e4b7a9d0a"
    records = [
        record("s", id=str(n), v="not-a-uuid" if n in (3, 70) else good) for n in range(90)
    ]

    postgres.load([schema("s", {"id": "string", "v": "string"}), *records])

    assert len(postgres.rows("s")) == 88
    assert postgres.log("s") == {"received": 90, "rejected": 2, "staged": 88, "inserted": 88}


def test_null_key_rejects_its_record(warehouse: Warehouse) -> None:
    warehouse.load(
        [
            schema("s", {"id": "string", "n": "integer"}, keys=["id", "n"]),
            record("s", id="1", n=1),
            record("s", id=None, n=2),
            record("s", id="x", n=None),
            record("s", id=3, n="3"),
            record("s", id=4, n=None),
        ]
    )

    assert warehouse.rows("s") == [{"id": "1", "n": 1}, {"id": "3", "n": 3}]
    assert warehouse.log("s")["rejected"] == 3


def test_undeclared_property_is_named_once(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    records = [record("s", id=str(n), extra="canary", other=None) for n in range(3)]

    with caplog.at_level(logging.DEBUG):
        warehouse.load([schema("s", {"id": "string"}), *records])

    assert len(warehouse.rows("s")) == 3
    assert caplog.text.count("'extra', 'other'") == 1
    assert "canary" not in caplog.text


def test_large_value_arrives(warehouse: Warehouse) -> None:
    text = "ä\\\n" * 2_000_000

    warehouse.load([schema("s", {"id": "string", "v": "string"}), record("s", id="1", v=text)])

    assert warehouse.rows("s") == [{"id": "1", "v": text}]
