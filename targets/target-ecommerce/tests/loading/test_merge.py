"""Which version of a record a table has, what is counted, and when it was loaded."""

from __future__ import annotations

import gzip
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import (
    InvalidInputLine,
    MissingKeyPropertiesError,
    RecordsWithoutSchemaException,
)
from target_ecommerce.errors import ConservationError, LoadError
from target_ecommerce.writers.postgres.writer import PostgresWriter
from target_runs import Warehouse, record, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from target_ecommerce.conservation import Counts

TIMED = {"id": "string", "v": "string", "updated_at": "string:date-time"}


def at(day: int, value: str, key: str = "1") -> dict[str, Any]:
    return record("s", id=key, v=value, updated_at=f"2026-01-{day:02}T00:00:00.000000Z")


@pytest.mark.parametrize("buffer", [1, 100])
@pytest.mark.parametrize("commit", [1, 100])
def test_newest_version_wins_whatever_the_batches(
    warehouse: Warehouse, buffer: int, commit: int
) -> None:
    states = warehouse.load(
        [
            schema("s", TIMED, bookmark="updated_at"),
            at(2, "new"),
            state(1),
            at(1, "old"),
            state(2),
            at(2, "same time, later"),
            record("s", id="1", v="without time"),
        ],
        batch_size_rows=buffer,
        checkpoint_rows=commit,
    )

    (row,) = warehouse.rows("s")
    assert row["v"] == "same time, later"
    assert states[-1] == 2
    log = warehouse.log("s")
    assert log["received"] == log["staged"] == 4
    assert log["inserted"] + log.get("updated", 0) + log["superseded"] == 4


def test_embedded_records_follow_the_time_of_their_order(warehouse: Warehouse) -> None:
    columns = {"id": "string", "v": "string", "transaction_updated_at": "string:date-time"}
    first, second = (f"2026-01-0{day}T00:00:00Z" for day in (1, 2))

    warehouse.load(
        [
            schema("lines", {**columns, "version": "string"}, bookmark="version"),
            record("lines", id="1", v="new", version="a", transaction_updated_at=second),
            record("lines", id="1", v="old", version="b", transaction_updated_at=first),
        ]
    )

    assert warehouse.rows("lines")[0]["v"] == "new"


def test_version_of_the_future_can_be_corrected(warehouse: Warehouse) -> None:
    future = record("s", id="1", v="wrong", updated_at="2999-01-01T00:00:00Z")
    warehouse.load([schema("s", TIMED, bookmark="updated_at"), future])

    warehouse.load([schema("s", TIMED, bookmark="updated_at"), at(1, "right"), future])

    assert warehouse.rows("s")[0]["v"] == "right"


def test_records_without_order_keep_the_last_one_received(warehouse: Warehouse) -> None:
    warehouse.load([schema("s", TIMED), at(2, "first"), at(1, "last")])

    assert warehouse.rows("s")[0]["v"] == "last"


def test_records_without_key_are_appended(warehouse: Warehouse) -> None:
    messages = [schema("s", {"v": "string"}, keys=[]), record("s", v="a"), record("s", v="a")]

    warehouse.load(messages)
    warehouse.load(messages)

    assert [row["v"] for row in warehouse.rows("s")] == ["a"] * 4


def test_unchanged_row_is_not_written_again(warehouse: Warehouse) -> None:
    batched = f"select id, _sdc_batched_at from {warehouse.namespace}.s order by id"
    messages = [schema("s", TIMED, bookmark="updated_at"), at(1, "a"), at(1, "b", "2")]
    warehouse.load(messages)
    before = warehouse.query(batched)

    warehouse.load([*messages, at(2, "changed", "2")])

    first, second = warehouse.query(batched)
    assert first == before[0]
    assert second[1] > before[1][1]
    # The older of the two records of key 2 is superseded in the stage.
    assert warehouse.log("s") == {
        "received": 5,
        "staged": 5,
        "inserted": 2,
        "updated": 1,
        "unchanged": 1,
        "superseded": 1,
    }


def test_load_times_increase_with_every_commit_even_if_the_clock_goes_back(
    warehouse: Warehouse,
) -> None:
    warehouse.load([schema("s", TIMED), at(1, "a")])
    warehouse.query(
        f"update {warehouse.namespace}.ecommerce_load_log"
        " set batched_at = batched_at + interval '1 hour'"
    )

    warehouse.load([schema("s", TIMED), at(1, "b", "2"), state(1), at(1, "c", "3")])

    times = [
        time
        for (time,) in warehouse.query(
            f"select _sdc_batched_at from {warehouse.namespace}.s order by id"
        )
    ]
    assert times[1] >= times[2] > times[0]
    log = warehouse.query(
        f"select max(batched_at) from {warehouse.namespace}.ecommerce_load_log"
    )
    assert log[0][0] > times[2]


def test_rows_of_the_schema_before_are_merged_first(warehouse: Warehouse) -> None:
    """The stage of an earlier schema was once forgotten, without an error."""
    warehouse.load(
        [
            schema("s", {"id": "string", "a": "integer"}),
            record("s", id="1", a=1),
            record("s", id="2", a=2),
            schema("s", {"id": "string", "a": "string", "b": "boolean"}),
            record("s", id="2", a="two", b=True),
            schema("s", {"id": "string", "a": "string"}),
            record("s", id="3", a="three"),
        ]
    )

    assert warehouse.rows("s", "id") == [
        {"id": "1", "a": "1", "b": None},
        {"id": "2", "a": "two", "b": True},
        {"id": "3", "a": "three", "b": None},
    ]
    assert warehouse.log("s")["received"] == 4


def test_lost_row_ends_the_run_without_state(
    postgres: Warehouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A merge that loses a row is counted by the warehouse, and nothing is committed."""
    merge = PostgresWriter._merge  # noqa: SLF001 - a fault inside of a merge

    def lossy(self: PostgresWriter, plan: Any) -> Counts:
        self._connection.execute(f"delete from pg_temp.{plan.stage} where id = '2'".encode())
        return merge(self, plan)

    monkeypatch.setattr(PostgresWriter, "_merge", lossy)

    with pytest.raises(ConservationError, match="'s': 3 rows received, 0 rejected, 2 staged"):
        postgres.load(
            [schema("s", TIMED), at(1, "a"), at(1, "b", "2"), at(1, "c", "3"), state(1)]
        )

    assert "1" not in capsys.readouterr().out
    tables = "select count(*) from information_schema.tables where table_schema = %s"
    assert postgres.query(tables, [postgres.namespace]) == [(0,)]


def test_trigger_that_drops_rows_ends_the_run_without_state(postgres: Warehouse) -> None:
    postgres.load([schema("s", TIMED)])
    name = postgres.namespace
    postgres.query(
        f"create function {name}.drop_row() returns trigger language plpgsql"
        " as $$ begin if new.id = '2' then return null; end if; return new; end $$"
    )
    postgres.query(
        f"create trigger drop_row before insert on {name}.s"
        f" for each row execute function {name}.drop_row()"
    )

    with pytest.raises(ConservationError):
        postgres.load([schema("s", TIMED), at(1, "a"), at(1, "b", "2"), state(1)])

    assert postgres.rows("s") == []


def test_states_follow_their_rows(warehouse: Warehouse) -> None:
    messages: list[Any] = [schema("s", TIMED)]
    for number in range(6):
        messages += [at(1, "v", str(number)), state({"n": number})]

    assert warehouse.load(messages, checkpoint_rows=2) == [{"n": 1}, {"n": 3}, {"n": 5}]
    assert warehouse.load(messages) == [{"n": 5}]


def test_checkpoint_follows_the_first_state_after_some_seconds(
    duckdb_file: Warehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    written = []

    def messages() -> Iterator[Any]:
        yield from [schema("s", TIMED), at(1, "a"), state(1)]
        written.append(capsys.readouterr().out)
        time.sleep(1.1)
        yield state(2)
        written.append(capsys.readouterr().out)
        yield state(3)

    duckdb_file.load_lazily(messages(), checkpoint_seconds=1)

    assert [*written, capsys.readouterr().out] == ["", "2\n", "3\n"]


def test_activated_version_marks_earlier_rows_as_deleted(warehouse: Warehouse) -> None:
    deleted = f"select id, _sdc_deleted_at is null from {warehouse.namespace}.s order by id"

    def version(number: int, *keys: str) -> list[Any]:
        rows = [{**at(1, "v", key), "version": number} for key in keys]
        return [
            schema("s", TIMED),
            *rows,
            {"type": "ACTIVATE_VERSION", "stream": "s", "version": number},
        ]

    warehouse.load(version(1, "a", "b", "c"))
    warehouse.load(version(2, "a", "c"))
    assert warehouse.query(deleted) == [("a", True), ("b", False), ("c", True)]
    warehouse.load(version(3, "a", "b"))
    assert warehouse.query(deleted) == [("a", True), ("b", True), ("c", False)]
    warehouse.load(version(4, "a"), hard_delete=True)
    assert warehouse.query(deleted) == [("a", True)]
    assert warehouse.log("s")["deleted"] == 4


def test_version_is_not_activated_without_metadata(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows without a version would all count as rows of an earlier one."""
    activate = {"type": "ACTIVATE_VERSION", "stream": "s", "version": 2}
    messages = [schema("s", TIMED), {**at(1, "a"), "version": 2}, activate]

    warehouse.load(messages, add_record_metadata=False, hard_delete=True)

    assert len(warehouse.rows("s")) == 1
    assert "Ignored ACTIVATE_VERSION" in caplog.text


def test_batch_files_are_loaded_like_records(warehouse: Warehouse, tmp_path: Path) -> None:
    records = [{"id": "1", "n": 1}, {"id": "2", "n": "2"}, {"id": "3", "n": 1.5}]
    text = "".join(f"{json.dumps(one)}\n" for one in records)
    (tmp_path / "a.jsonl").write_text(text)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(text.replace('"1"', '"4"').encode()))

    def batch(name: str, compression: str) -> dict[str, Any]:
        return {
            "type": "BATCH",
            "stream": "s",
            "encoding": {"format": "jsonl", "compression": compression},
            "manifest": [(tmp_path / name).as_uri()],
        }

    warehouse.load(
        [
            schema("s", {"id": "string", "n": "integer"}),
            batch("a.jsonl", "none"),
            batch("b.jsonl.gz", "gzip"),
        ]
    )

    assert [row["id"] for row in warehouse.rows("s", "id")] == ["1", "2", "4"]
    assert warehouse.log("s")["rejected"] == 2


def test_unknown_batch_format_ends_the_run(duckdb_file: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "a.avro").touch()
    batch = {
        "type": "BATCH",
        "stream": "s",
        "encoding": {"format": "avro"},
        "manifest": [(tmp_path / "a.avro").as_uri()],
    }
    with pytest.raises(LoadError, match="format 'avro'"):
        duckdb_file.load([schema("s", TIMED), batch])


def test_stream_maps_and_flattening_keep_exact_values(warehouse: Warehouse) -> None:
    columns = {"id": "string", "n": "number", "secret": "string"}
    nested = {"type": "object", "properties": {"x": {"type": "number"}}}
    text = (
        '{"type":"RECORD","stream":"s","record":{"id":"1","n":0.1000000000000000055511151231,'
    )

    warehouse.load(
        [
            schema("s", {**columns, "o": nested}),
            f'{text}"secret":"x\\u0000\\ud800","o":{{"x":12345678901234567890.5}}}}}}',
            state(1),
        ],
        stream_maps={"s": {"secret": "None", "upper": "id + '!'", "__alias__": "t"}},
        stream_map_config={},
        flattening_enabled=True,
        flattening_max_depth=1,
    )

    (row,) = warehouse.rows("t")
    assert str(row["n"]) == "0.1000000000000000055511151231"
    assert str(row["o__x"]) == "12345678901234567890.5"
    assert row["upper"] == "1!"
    assert warehouse.log("t")["received"] == 1


def test_metadata_columns_are_named_as_the_sdk_names_them(warehouse: Warehouse) -> None:
    extracted = {**at(1, "a"), "time_extracted": "2026-01-05T00:00:00+01:00", "version": 7}
    warehouse.load([schema("s", TIMED), extracted])
    warehouse.load(
        [schema("t", TIMED), {**at(1, "a"), "stream": "t"}], add_record_metadata=False
    )

    def names(table: str) -> set[str]:
        rows = warehouse.query(
            "select column_name from information_schema.columns where"
            f" table_name = '{table}' and table_schema = '{warehouse.namespace}'"
        )
        return {name for (name,) in rows if name.startswith("_")}

    metadata = "extracted_at received_at batched_at deleted_at sequence table_version"
    assert names("s") == {f"_sdc_{name}" for name in f"{metadata} sync_started_at".split()}
    assert names("t") == set()
    ((time, version),) = warehouse.query(
        "select cast(_sdc_extracted_at as varchar), _sdc_table_version"
        f" from {warehouse.namespace}.s"
    )
    assert (time.replace("T", " ")[:19], version) == ("2026-01-04 23:00:00", 7)


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ([record("s", id="1")], RecordsWithoutSchemaException),
        ([schema("s", TIMED), record("s", v="1")], MissingKeyPropertiesError),
        ([schema("s", TIMED, keys=["other"])], LoadError),
        ([schema("ecommerce_load_log", TIMED)], LoadError),
        ([schema("s", TIMED), '{"type":"RECORD","stream":"s","record":5}'], LoadError),
        ([schema("s", TIMED), '{"type":"RECORD","stream":"s","rec'], InvalidInputLine),
        (["[]"], InvalidInputLine),
        (['{"type":"HELLO","stream":"s"}'], InvalidInputLine),
        (['{"type":"RECORD"}'], InvalidInputLine),
        (['{"type":"STATE"}'], InvalidInputLine),
        (['{"type":"STATE","value":' + "[" * 100_000], InvalidInputLine),
    ],
)
def test_wrong_message_ends_the_run(
    duckdb_file: Warehouse, messages: list[Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        duckdb_file.load([*messages, state(1)])
