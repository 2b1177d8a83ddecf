"""Writes to a DuckDB file. DuckDB lets one process at a time write to a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import duckdb
from typing_extensions import override

from target_ecommerce.conservation import Counts
from target_ecommerce.errors import LoadError
from target_ecommerce.schema import LOAD_LOG, METADATA, Kind, StreamSchema
from target_ecommerce.writers import duckdb_statements as statements
from target_ecommerce.writers.base import Chunk, LogEntry, Plan, RunTimes, Staged, Writer
from target_ecommerce.writers.duckdb_statements import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    # DECIMAL has at most 38 digits and a fixed scale, so it would round.
    Kind.NUMBER: "VARCHAR",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.TIMESTAMP: "TIMESTAMP WITH TIME ZONE",
    Kind.DATE: "DATE",
    Kind.TIME: "TIME",
    Kind.JSON: "JSON",
}
_COMPATIBLE = {(Kind.TIMESTAMP, "TIMESTAMP"), (Kind.DATE, "TIMESTAMP WITH TIME ZONE")}
_SEPARATOR, _NULL = "\x01", "\x02"
_TICK = timedelta(microseconds=1)


@dataclass
class DuckDBPlan(Plan):
    """How a stream is written to its table.

    Attributes:
        types: SQL type of each column, then of the metadata columns.
        metadata: Names of the metadata columns that are written.
        changes: Statements that create or change the table.
        stage: Name of the temporary stage table.
        is_staged: Whether the stage exists.
    """

    types: dict[str, str] = field(default_factory=dict)
    metadata: tuple[str, ...] = ()
    changes: list[str] = field(default_factory=list)
    stage: str = ""
    is_staged: bool = False


class DuckDBWriter(Writer):
    """A connection with one transaction per checkpoint."""

    def __init__(self, config: Mapping[str, Any], times: RunTimes) -> None:
        if not config.get("path"):
            raise LoadError("The setting path is missing. Set it to the path of the DuckDB file.")
        self._namespace: str = config["default_target_schema"]
        self._with_metadata: bool = config["add_record_metadata"]
        self._times = times
        self._stages = 0
        self._is_open = False
        self._batched_at: datetime | None = None
        try:
            self._connection = duckdb.connect(config["path"])
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise LoadError(
                    f"The file {config['path']} cannot be opened as a DuckDB database. Check the"
                    " setting path, its permissions, and the version of DuckDB that wrote it."
                ) from None
            raise LoadError(
                f"Another process has the DuckDB file {config['path']} open. DuckDB has one"
                " writer per file: close the other program, then run the job again."
            ) from None
        self._execute("set timezone = 'UTC'")
        # Without the catalog, a schema with the name of the file would be ambiguous.
        (catalog,) = self._execute("select current_database()").fetchone()
        self._schema = f"{quoted(catalog)}.{quoted(self._namespace)}"

    @override
    def plan(self, schema: StreamSchema) -> Plan:
        lowered = [column.name.lower() for column in schema.columns]
        if len(set(lowered)) < len(lowered):
            raise LoadError(
                f"Stream {schema.stream!r} has two properties whose names differ only in case,"
                " which DuckDB does not distinguish. Rename one with stream_maps."
            )
        existing = self._column_types(schema.table)
        kinds: list[Kind] = []
        types: dict[str, str] = {}
        changes: list[str] = []
        table = self._table(schema.table)
        for column in schema.columns:
            found = existing.get(column.name)
            kind, sql_type = _column_type(column.kind, found)
            kinds.append(kind)
            types[column.name] = sql_type
            if found and found != sql_type:
                changes.append(statements.widen(table, column.name, found, sql_type))
        metadata = tuple(METADATA) if self._with_metadata else ()
        for name in metadata:
            types.setdefault(name, existing.get(name, _TYPES[METADATA[name]]))
        if not existing:
            columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
            changes = [f"create table {table} ({columns})"]
        else:
            changes += [
                f"alter table {table} add column {quoted(name)} {sql_type}"
                for name, sql_type in types.items()
                if name not in existing
            ]
        self._stages += 1
        stage = f"temp.ecommerce_stage_{self._stages}"
        return DuckDBPlan(schema, tuple(kinds), types, metadata, changes, stage)

    @override
    def stage(self, plan: Plan, chunk: Chunk) -> Staged:
        assert isinstance(plan, DuckDBPlan)  # noqa: S101 - this writer made it
        if not plan.is_staged:
            self._execute(statements.create_stage(plan))
            plan.is_staged = True
        columns = chunk.columns[: len(statements.staged_columns(plan))]
        values: list[Any] = [list(chunk.row_numbers)]
        lists: list[tuple[str, str]] = []
        for column in columns:
            text = _joined(column)
            values.append(list(column) if text is None else text)
            if text is None:
                lists.append((f"${len(values)}::varchar[]", "{}"))
            else:
                split = f"string_split(${len(values)}, '{_SEPARATOR}')"
                lists.append((split, f"nullif({{}}, '{_NULL}')"))
        self._execute(statements.fill_stage(plan, lists), values)
        return Staged(len(chunk.row_numbers))

    @override
    def merge(self, plan: Plan) -> Counts:
        assert isinstance(plan, DuckDBPlan)  # noqa: S101 - this writer made it
        self._begin()
        self._apply_changes(plan)
        if not plan.is_staged:
            return Counts()
        table = self._table(plan.schema.table)
        counts = Counts(staged=self._count(f"select count(*) from {plan.stage}"))
        parameters = {
            "batched_at": self._next_time(),
            "sync_started_at": self._times.sync_started_at,
        }
        if plan.schema.keys:
            counts.superseded = self._count(statements.delete_older(plan))
            counts.updated = self._count(statements.update_rows(plan, table), parameters)
        counts.inserted = self._count(statements.insert_rows(plan, table), parameters)
        if plan.schema.keys:
            same, older = self._row(statements.compare_rows(plan, table))
            counts.unchanged = same - counts.inserted - counts.updated
            counts.superseded += older
        self._execute(f"delete from {plan.stage}")
        return counts

    @override
    def activate_version(self, plan: Plan, version: int, *, hard_delete: bool) -> int:
        assert isinstance(plan, DuckDBPlan)  # noqa: S101 - this writer made it
        self._begin()
        self._apply_changes(plan)
        table = self._table(plan.schema.table)
        for name in ("_sdc_deleted_at", "_sdc_batched_at", "_sdc_table_version"):
            self._execute(
                f"alter table {table} add column if not exists {name} {_TYPES[METADATA[name]]}"
            )
        earlier = "(_sdc_table_version < $version or _sdc_table_version is null)"
        if hard_delete:
            return self._count(f"delete from {table} where {earlier}", {"version": version})
        return self._count(
            f"update {table} set _sdc_deleted_at = $batched_at, _sdc_batched_at = $batched_at"
            f" where {earlier} and _sdc_deleted_at is null",
            {"version": version, "batched_at": self._next_time()},
        )

    @override
    def commit(self, run_id: str, checkpoint: int, entries: Sequence[LogEntry]) -> None:
        self._begin()
        time = self._next_time()
        for entry in entries:
            counts = entry.counts
            self._execute(
                f"insert into {self._table(LOAD_LOG)} values"
                " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
                [
                    run_id,
                    checkpoint,
                    entry.stream,
                    entry.table,
                    self._times.started_at,
                    time,
                    counts.received,
                    counts.rejected,
                    counts.staged,
                    counts.inserted,
                    counts.updated,
                    counts.unchanged,
                    counts.superseded,
                    counts.deleted,
                ],
            )
        self._execute("commit")
        self._is_open = False
        self._batched_at = None

    @override
    def cancel(self) -> None:
        self._connection.interrupt()

    @override
    def close(self) -> None:
        self._connection.close()

    def _execute(self, statement: str, parameters: Any = None) -> Any:  # noqa: ANN401 - a cursor
        try:
            return self._connection.execute(statement, parameters)
        except duckdb.Error as error:
            # The message of a conversion error has the value.
            raise LoadError(
                f"DuckDB refused a statement of the target ({type(error).__name__}) on schema"
                f" {self._namespace}. Nothing since the last STATE was committed. Correct the"
                " table, then run the job again."
            ) from None

    def _row(self, query: str) -> tuple[int, int]:
        first, second = self._execute(query).fetchone()
        return int(first), int(second)

    def _count(self, statement: str, parameters: Any = None) -> int:  # noqa: ANN401 - values
        used = parameters
        if isinstance(parameters, dict):
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
        row = self._execute(statement, used or None).fetchone()
        return int(row[0]) if row else 0

    def _begin(self) -> None:
        if self._is_open:
            return
        self._execute("begin")
        self._is_open = True
        self._execute(f"create schema if not exists {self._schema}")
        self._execute(statements.LOG_TABLE.format(self._table(LOAD_LOG)))
        newest = self._execute(f"select max(batched_at) from {self._table(LOAD_LOG)}").fetchone()
        now = datetime.now(tz=timezone.utc)
        self._batched_at = max(now, newest[0] + _TICK) if newest and newest[0] else now

    def _next_time(self) -> datetime:
        """Return the load time of a merge: later than that of every earlier commit."""
        assert self._batched_at  # noqa: S101 - `_begin` sets it
        self._batched_at += _TICK
        return self._batched_at

    def _table(self, name: str) -> str:
        return f"{self._schema}.{quoted(name)}"

    def _column_types(self, table: str) -> dict[str, str]:
        rows = self._execute(
            "select column_name, data_type from duckdb_columns()"
            " where database_name = current_database() and schema_name = $1 and table_name = $2",
            [self._namespace, table],
        ).fetchall()
        return dict(rows)

    def _apply_changes(self, plan: DuckDBPlan) -> None:
        for statement in plan.changes:
            self._execute(statement)
        plan.changes = []


def _column_type(kind: Kind, found: str | None) -> tuple[Kind, str]:
    """Return the kind to write and the type of the column, which may be wider than it is."""
    sql_type = _TYPES[kind]
    if found is None or found == sql_type:
        return kind, sql_type
    if found == "JSON":
        return Kind.JSON, found
    if (kind, found) in _COMPATIBLE:
        return Kind.TIMESTAMP, found
    if kind is Kind.INTEGER and found in ("TINYINT", "SMALLINT", "INTEGER"):
        return kind, sql_type
    return (Kind.NUMBER if kind in (Kind.NUMBER, Kind.INTEGER) else Kind.TEXT), "VARCHAR"


def _joined(column: Sequence[str | None]) -> str | None:
    """Return a column as one text, which DuckDB splits much faster than it reads a list."""
    text = _SEPARATOR.join(_NULL if value is None else value for value in column)
    if text.count(_NULL) != column.count(None) or text.count(_SEPARATOR) != len(column) - 1:
        return None
    return text
