"""Tables that exist already, names, and changes of tables."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from other_loader import load_with_other
from target_ecommerce.errors import LoadError
from target_ecommerce.schema import identifier
from target_runs import Warehouse, connect, lines, record, schema, state

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    'quote"d',
    "semi;colon",
    "ümläut",
    "per%cent",
    "{brace}",
    "dot.ted",
    "dash-ed",
    "a" * 63,
]
ALL_KINDS: dict[str, Any] = {
    "id": "string",
    "text": "string",
    "integer": "integer",
    "number": "number",
    "decimal": "string:singer.decimal",
    "boolean": "boolean",
    "time": "string:date-time",
    "day": "string:date",
    "uuid": "string:uuid",
    "object": "object",
    "list": {"type": ["array", "null"], "items": {"type": ["string", "null"]}},
    "objects": {"type": ["array", "null"], "items": {"type": "object"}},
}
UUID = "6f1c3f0e-3f0e-4b7a-9d0a-3f0e4b7a9d0a"


def full_record(key: str, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": key,
        "text": "a",
        "integer": 1,
        "number": 1.5,
        "decimal": "1.50",
        "boolean": True,
        "time": "2026-01-01T02:00:00.5+02:00",
        "day": "2026-01-01",
        "uuid": UUID,
        "object": {"a": 1},
        "list": ["a", 'quo"te', "back\\slash", "NULL", "", None, "{x}"],
        "objects": [{"a": '"'}, {}],
    }
    return record("s", {**values, **changes})


def types_of(warehouse: Warehouse, table: str) -> dict[str, str]:
    return dict(
        warehouse.query(
            "select column_name, data_type from information_schema.columns"
            f" where table_schema = '{warehouse.namespace}' and table_name = '{table}'"
        )
    )


def test_table_of_another_loader_keeps_its_types(postgres: Warehouse) -> None:
    columns = schema("s", ALL_KINDS)
    load_with_other(postgres, [columns, full_record("1"), full_record("2"), state({"n": 1})])
    before, types = postgres.rows("s", "id"), types_of(postgres, "s")
    assert types["time"] == "timestamp without time zone"
    assert types["list"] == "ARRAY"

    changed = full_record("2", text="b", list=["c"], time="2026-01-01T00:00:00Z")
    postgres.load([columns, full_record("1"), changed, full_record("3")])

    assert types_of(postgres, "s") == types
    first, second, third = postgres.rows("s", "id")
    assert first == before[0]
    assert second == {
        **before[1],
        "text": "b",
        "list": ["c"],
        "time": "2026-01-01T00:00:00.000000Z",
    }
    assert third == {**before[0], "id": "3"}
    assert postgres.log("s") == {
        "received": 3,
        "staged": 3,
        "inserted": 1,
        "updated": 1,
        "unchanged": 1,
    }


def test_new_table_has_exact_types(postgres: Warehouse) -> None:
    postgres.load([schema("s", ALL_KINDS), full_record("1")])

    types = types_of(postgres, "s")
    assert types["decimal"] == types["number"] == "numeric"
    assert types["time"] == types["_sdc_batched_at"] == "timestamp with time zone"
    assert types["list"] == types["object"] == "jsonb"


def test_columns_are_widened_without_a_change_of_values(postgres: Warehouse) -> None:
    name = postgres.namespace
    postgres.query(f"create schema {name}")
    postgres.query(
        f"create table {name}.s (id varchar(3) primary key, a integer, b double precision,"
        " c numeric(10, 2), d timestamptz, e boolean, f jsonb, g date)"
    )
    postgres.query(
        f"insert into {name}.s values ('1', 7, 0.1234567890123456, 1.10,"
        " '2026-01-01 00:00:00+01', true, '{\"x\": 1}', '2026-01-01')"
    )
    kinds = {"a": "number", "b": "number", "c": "number", "d": "string", "e": "string"}

    postgres.load([schema("s", {"id": "string", **kinds, "g": "string:date-time"})])

    types = types_of(postgres, "s")
    assert {types[column] for column in "abc"} == {"numeric"}
    assert types["g"] == "timestamp with time zone"
    (row,) = postgres.rows("s")
    assert {key: str(row[key]) for key in "abcde"} == {
        "a": "7",
        "b": "0.1234567890123456",
        "c": "1.10",
        "d": "2025-12-31T23:00:00.000000Z",
        "e": "true",
    }
    assert row["g"] == "2026-01-01T00:00:00.000000Z"


def test_view_on_a_column_that_must_be_widened_is_named(postgres: Warehouse) -> None:
    name = postgres.namespace
    postgres.load([schema("s", {"id": "string", "n": "integer"}), record("s", id="1", n=1)])
    postgres.query(f"create view {name}.report as select n from {name}.s")

    with pytest.raises(LoadError, match=rf"Run `drop view {name}\.report`"):
        postgres.load(
            [schema("s", {"id": "string", "n": "string"}), record("s", id="2", n="x")]
        )


def test_names_are_kept_or_shortened_with_a_hash(warehouse: Warehouse) -> None:
    long = ["é" * 40, "x" * 70 + "1", "x" * 70 + "2"]
    properties = dict.fromkeys([*NAMES, *long, ""], "string")

    warehouse.load(
        [
            schema('odd "stream" name', {"id": "string", **properties}),
            record('odd "stream" name', {"id": "1", **{name: name for name in properties}}),
        ]
    )

    found = warehouse.query(
        "select column_name from information_schema.columns where"
        f" table_schema = '{warehouse.namespace}' and table_name like 'odd%'"
    )
    names = {name for (name,) in found if not name.startswith("_sdc_")}
    assert names == {"id", *NAMES, *map(identifier, long), identifier("")}
    assert max(len(name.encode()) for name in names) == 63


def test_table_without_unique_key_gets_one(postgres: Warehouse) -> None:
    postgres.query(f"create schema {postgres.namespace}")
    postgres.query(f"create table {postgres.namespace}.s (id text, v text)")

    for value in ("a", "b"):
        postgres.load(
            [schema("s", {"id": "string", "v": "string"}), record("s", id="1", v=value)]
        )

    assert postgres.rows("s") == [{"id": "1", "v": "b"}]


def test_view_in_place_of_a_table_is_refused(postgres: Warehouse) -> None:
    postgres.query(f"create schema {postgres.namespace}")
    postgres.query(f"create view {postgres.namespace}.s as select 'a' as id")

    with pytest.raises(LoadError, match="is not a table"):
        postgres.load([schema("s", {"id": "string"})])


def test_missing_permission_is_a_sentence(postgres: Warehouse) -> None:
    name = postgres.namespace
    postgres.query(f"drop role if exists {name}")
    postgres.query(f"create role {name} login password 'p'")

    with pytest.raises(LoadError, match="permission denied for database"):
        postgres.load([schema("s", {"id": "string"})], user=name, password="p")

    postgres.query(f"drop role {name}")


def test_lock_of_another_session_ends_the_run(postgres: Warehouse) -> None:
    messages = [schema("s", {"id": "string"}), record("s", id="1")]
    postgres.load(messages)
    with connect(postgres.config) as other:
        other.execute("begin")
        other.execute(f"lock table {postgres.namespace}.s".encode())

        with pytest.raises(LoadError, match="another session has held a lock for 1 seconds"):
            postgres.load(messages, lock_timeout=1)


def test_two_runs_at_once_load_all_rows(postgres: Warehouse, tmp_path: Path) -> None:
    """Without one merge at a time, load times would not follow the order of commits."""
    columns = schema("s", {"id": "string", "v": "string"})
    results: list[int] = []

    def run(first: int) -> None:
        folder = tmp_path / str(first)
        folder.mkdir()
        text = [columns]
        for number in range(first, first + 200):
            text += [record("s", id=str(number), v=str(first)), state(number)]
        done = postgres.run(lines(text), folder, checkpoint_rows=1)
        results.append(done.returncode)

    threads = [threading.Thread(target=run, args=(first,)) for first in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [0, 0]
    assert len(postgres.rows("s")) == 300


def test_second_writer_of_a_duckdb_file_is_told(duckdb_file: Warehouse, tmp_path: Path) -> None:
    messages = '{"type":"STATE","value":1}\n'
    with duckdb.connect(duckdb_file.config["path"]):
        done = duckdb_file.run(messages, tmp_path)

    assert done.returncode == 1
    assert "DuckDB has one writer per file" in done.stderr
    assert done.stdout == ""


def test_duckdb_refuses_names_that_differ_in_case(duckdb_file: Warehouse) -> None:
    with pytest.raises(LoadError, match="differ only in case"):
        duckdb_file.load([schema("s", {"id": "string", "ID": "string"})])


def test_closed_idle_connection_is_opened_again(postgres: Warehouse) -> None:
    """The server may close a connection while the tap waits for its shop."""
    ended = threading.Event()

    def messages() -> Any:
        yield schema("s", {"id": "string"})
        yield record("s", id="1")
        yield state(1)
        with connect(postgres.config) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'target-ecommerce'"
            )
        ended.set()
        yield record("s", id="2")

    postgres.load_lazily(messages(), checkpoint_rows=1)

    assert ended.is_set()
    assert len(postgres.rows("s")) == 2


def test_unreachable_server_is_a_sentence(postgres: Warehouse) -> None:
    with pytest.raises(LoadError, match=r"cannot connect to Postgres: .*Check host, port"):
        postgres.load([schema("s", {"id": "string"})], port=1, connect_timeout=2)


def test_error_of_the_server_has_no_value(postgres: Warehouse) -> None:
    name = postgres.namespace
    postgres.load([schema("s", {"id": "string", "v": "string"})])
    postgres.query(f"alter table {name}.s add constraint short check (length(v) < 3)")

    with pytest.raises(LoadError) as error:
        postgres.load(
            [schema("s", {"id": "string", "v": "string"}), record("s", id="1", v="canary")]
        )

    assert "constraint 'short'" in str(error.value)
    assert "canary" not in str(error.value)
    assert (
        not isinstance(error.value.__context__, psycopg.Error)
        or error.value.__suppress_context__
    )
