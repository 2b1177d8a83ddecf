"""Writes to Postgres."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from typing_extensions import override

from target_ecommerce.conservation import Counts
from target_ecommerce.schema import LOAD_LOG, StreamSchema
from target_ecommerce.writers.base import Chunk, LogEntry, Plan, RunTimes, Staged, Writer
from target_ecommerce.writers.postgres import statements
from target_ecommerce.writers.postgres.catalog import PostgresPlan, plan_table
from target_ecommerce.writers.postgres.connection import described_errors, open_connection
from target_ecommerce.writers.postgres.copying import NULL, copy_text
from target_ecommerce.writers.postgres.load_log import LOG_TABLE, log_entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_CANCEL_SECONDS = 2.0
_ANALYZE_ROWS = 1000
_DATA_ERRORS = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.StatementTooComplex)
_TICK = timedelta(microseconds=1)


class PostgresWriter(Writer):
    """A connection with one transaction per checkpoint."""

    def __init__(self, config: Mapping[str, Any], times: RunTimes) -> None:
        self._config = config
        self._namespace: str = config["default_target_schema"]
        self._with_metadata: bool = config["add_record_metadata"]
        self._lock_timeout: int = config["lock_timeout"]
        self._times = times
        self._stages = 0
        self._batched_at: datetime | None = None
        self._plans: list[PostgresPlan] = []
        self._connection = open_connection(config)
        self._is_open = False

    @override
    def plan(self, schema: StreamSchema) -> Plan:
        was_open = self._is_open
        with self._describe("Reading the columns of", schema.table):
            self._begin()
            plan = plan_table(
                self._connection,
                self._namespace,
                schema,
                self._times.latest,
                with_metadata=self._with_metadata,
            )
            if not was_open:  # no transaction stays open while the tap reads
                self._connection.rollback()
                self._is_open = False
        self._stages += 1
        plan.stage = f"ecommerce_stage_{self._stages}"
        self._plans.append(plan)
        return plan

    @override
    def stage(self, plan: Plan, chunk: Chunk) -> Staged:
        assert isinstance(plan, PostgresPlan)  # noqa: S101 - this writer made it
        columns = self._staged(plan, chunk)
        with self._describe("Copying rows for", plan.schema.table):
            self._begin()
            if not plan.is_staged:
                self._connection.execute(statements.create_stage(plan))
                plan.is_staged = True
            staged = Staged(0)
            self._copy(plan, columns, chunk.row_numbers, 0, staged)
        return staged

    @override
    def merge(self, plan: Plan) -> Counts:
        assert isinstance(plan, PostgresPlan)  # noqa: S101 - this writer made it
        with self._describe("Merging rows into", plan.schema.table):
            self._begin()
            self._lock()
            self._apply_changes(plan)
            return self._merge(plan) if plan.is_staged else Counts()

    @override
    def activate_version(self, plan: Plan, version: int, *, hard_delete: bool) -> int:
        assert isinstance(plan, PostgresPlan)  # noqa: S101 - this writer made it
        table = self._table(plan.schema.table)
        with self._describe("Activating a version of", plan.schema.table):
            self._begin()
            self._lock()
            self._apply_changes(plan)
            return self._connection.execute(
                statements.activate_version(
                    table, version, self._next_time(), hard_delete=hard_delete
                )
            ).rowcount

    @override
    def commit(self, run_id: str, checkpoint: int, entries: Sequence[LogEntry]) -> None:
        with self._describe("Committing, with the log in", LOAD_LOG):
            self._begin()
            self._lock()
            time = self._next_time()
            for entry in entries:
                self._connection.execute(
                    log_entry(
                        self._table(LOAD_LOG),
                        (run_id, checkpoint, entry.stream, entry.table),
                        (self._times.started_at, time),
                        entry.counts,
                    )
                )
            self._connection.commit()
        self._is_open = False
        self._batched_at = None
        for plan in self._plans:
            plan.is_staged = False

    @override
    def cancel(self) -> None:
        if self._is_open:
            self._connection.cancel_safe(timeout=_CANCEL_SECONDS)

    @override
    def close(self) -> None:
        self._connection.close()

    def _describe(self, action: str, table: str) -> Any:  # noqa: ANN401 - a context manager
        return described_errors(f"{action} {self._namespace}.{table}", self._lock_timeout)

    def _table(self, name: str) -> sql.Identifier:
        return sql.Identifier(self._namespace, name)

    def _begin(self) -> None:
        """Start a transaction, on a new connection if the server closed an idle one."""
        if self._is_open:
            return
        try:
            self._set_up()
        except psycopg.OperationalError:
            self._connection.close()
            self._connection = open_connection(self._config)
            self._set_up()
        self._is_open = True

    def _set_up(self) -> None:
        lock_timeout = sql.Literal(f"{self._lock_timeout}s")
        self._connection.execute(
            sql.SQL(
                "set local timezone = 'UTC'; set local datestyle = 'ISO, YMD';"
                " set local lock_timeout = {}; set local statement_timeout = 0;"
                " set local idle_in_transaction_session_timeout = 0"
            ).format(lock_timeout)
        )

    def _lock(self) -> None:
        """Let one run at a time merge into the schema, so that times follow commits."""
        if self._batched_at is not None:
            return
        connection = self._connection
        connection.execute(
            "select pg_advisory_xact_lock(hashtextextended('target-ecommerce/' || %s, 0))",
            (self._namespace,),
        )
        self._create_log()
        row = connection.execute(
            sql.SQL(
                "select greatest(clock_timestamp(), max(batched_at) + interval '1 microsecond')"
                " from {}"
            ).format(self._table(LOAD_LOG))
        ).fetchone()
        self._batched_at = row[0] if row else None

    def _create_log(self) -> None:
        """Create the schema and the log, unless they exist, which needs no permission."""
        found = self._connection.execute(
            "select nspname, relname from pg_namespace"
            " left join pg_class on relnamespace = pg_namespace.oid and relname = %s"
            " where nspname = %s",
            (LOAD_LOG, self._namespace),
        ).fetchone()
        if found is None:
            name = sql.Identifier(self._namespace)
            self._connection.execute(sql.SQL("create schema {}").format(name))
        if found is None or found[1] is None:
            self._connection.execute(LOG_TABLE.format(table=self._table(LOAD_LOG)))

    def _next_time(self) -> datetime:
        """Return the load time of a merge: later than that of every earlier commit."""
        assert self._batched_at  # noqa: S101 - `_lock` sets it
        self._batched_at += _TICK
        return self._batched_at

    def _apply_changes(self, plan: PostgresPlan) -> None:
        for statement in plan.changes:
            self._connection.execute(statement)
        plan.changes = []

    def _staged(self, plan: PostgresPlan, chunk: Chunk) -> Sequence[Sequence[str | None]]:
        count = len(statements.staged_columns(plan))
        return chunk.columns[:count]

    def _copy(
        self,
        plan: PostgresPlan,
        columns: Sequence[Sequence[str | None]],
        row_numbers: Sequence[int],
        first: int,
        staged: Staged,
    ) -> None:
        """Copy rows; if the server refuses one, find it by copying halves."""
        try:
            with (
                self._connection.transaction(),
                self._connection.cursor() as cursor,
                cursor.copy(statements.copy_stage(plan, NULL)) as copy,
            ):
                copy.write(copy_text(columns, row_numbers))
        except _DATA_ERRORS as error:
            if len(row_numbers) == 1:
                place = (
                    _refused_column(error),
                    f"refused by Postgres, SQLSTATE {error.sqlstate}",
                )
                staged.rejected[first] = place
                return
            middle = len(row_numbers) // 2
            for start, end in ((0, middle), (middle, len(row_numbers))):
                part = [column[start:end] for column in columns]
                self._copy(plan, part, row_numbers[start:end], first + start, staged)
            return
        staged.rows += len(row_numbers)

    def _merge(self, plan: PostgresPlan) -> Counts:
        connection = self._connection
        stage = sql.Identifier(plan.stage)
        table = self._table(plan.schema.table)
        counts = Counts(
            staged=self._count(sql.SQL("select count(*) from pg_temp.{}").format(stage))
        )
        if plan.schema.keys and self._count(statements.has_duplicates(plan)):
            counts.superseded = connection.execute(statements.delete_older(plan)).rowcount
        constants = {
            "_sdc_batched_at": self._next_time(),
            "_sdc_sync_started_at": self._times.sync_started_at,
        }
        row = connection.execute(statements.merge_rows(plan, table, constants)).fetchone()
        counts.inserted, counts.updated = row or (0, 0)
        written = counts.inserted + counts.updated
        if plan.schema.keys and written + counts.superseded != counts.staged:
            if counts.staged > _ANALYZE_ROWS:
                connection.execute(statements.analyze_keys(plan))
            row = connection.execute(statements.compare_rows(plan, table)).fetchone()
            same, older = row or (0, 0)
            counts.unchanged = same - written
            counts.superseded += older
        connection.execute(sql.SQL("truncate pg_temp.{}").format(stage))
        return counts

    def _count(self, query: sql.Composed) -> int:
        row = self._connection.execute(query).fetchone()
        return int(row[0]) if row else 0


def _refused_column(error: psycopg.Error) -> str:
    """Return the column that COPY names; its context also has the value, which is left out."""
    if error.diag.column_name:
        return error.diag.column_name
    context = error.diag.context or ""
    return context.partition(", column ")[2].partition(":")[0] or "unknown"
