"""Writes to a DuckDB file. DuckDB lets one process at a time write to a file."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import duckdb
from typing_extensions import override

from target_ecommerce.conservation import Counts
from target_ecommerce.errors import LoadError
from target_ecommerce.schema import LOAD_LOG, StreamSchema
from target_ecommerce.writers.base import Chunk, LogEntry, Plan, RunTimes, Staged, Writer
from target_ecommerce.writers.duckdb import statements
from target_ecommerce.writers.duckdb.plan import DuckDBPlan, plan_table
from target_ecommerce.writers.duckdb.statements import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEPARATOR, _NULL = "\x01", "\x02"
_TICK = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class DuckDBWriter(Writer):
    """A connection with one transaction per checkpoint."""

    def __init__(self, config: Mapping[str, Any], times: RunTimes) -> None:
        if not config.get("path"):
            raise LoadError(
                "The setting path is missing. Set it to the path of the DuckDB file."
            )
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
                    f"The file {config['path']} cannot be opened as a DuckDB database. Check"
                    " the setting path, the permissions of the file, and the version of DuckDB"
                    " that wrote it."
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
        existing = self._column_types(schema.table)
        self._stages += 1
        stage = f"temp.ecommerce_stage_{self._stages}"
        return plan_table(
            self._table(schema.table),
            schema,
            existing,
            stage,
            self._times.latest,
            with_metadata=self._with_metadata,
        )

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
            used = {
                name: value for name, value in parameters.items() if f"${name}" in statement
            }
        row = self._execute(statement, used or None).fetchone()
        return int(row[0]) if row else 0

    def _begin(self) -> None:
        if self._is_open:
            return
        self._execute("begin")
        self._is_open = True
        self._execute(f"create schema if not exists {self._schema}")
        self._execute(statements.LOG_TABLE.format(self._table(LOAD_LOG)))
        # As a number: DuckDB 1 needs the package pytz for a time with a zone.
        (newest,) = self._execute(
            f"select epoch_us(max(batched_at)) from {self._table(LOAD_LOG)}"
        ).fetchone()
        now = datetime.now(tz=timezone.utc)
        self._batched_at = max(now, _EPOCH + timedelta(microseconds=(newest or 0) + 1))

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
            " where database_name = current_database() and schema_name = $1"
            " and table_name = $2",
            [self._namespace, table],
        ).fetchall()
        return dict(rows)

    def _apply_changes(self, plan: DuckDBPlan) -> None:
        for statement in plan.changes:
            self._execute(statement)
        plan.changes = []


def _joined(column: Sequence[str | None]) -> str | None:
    """Return a column as one text, which DuckDB splits much faster than it reads a list."""
    text = _SEPARATOR.join(_NULL if value is None else value for value in column)
    if text.count(_NULL) != column.count(None) or text.count(_SEPARATOR) != len(column) - 1:
        return None
    return text
