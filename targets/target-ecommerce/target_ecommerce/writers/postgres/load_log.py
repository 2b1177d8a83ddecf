"""The table `ecommerce_load_log`: one row per run, stream and checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from datetime import datetime

    from target_ecommerce.conservation import Counts

LOG_TABLE = sql.SQL(
    "create table {table} (run_id text not null, checkpoint integer not null,"
    " stream text not null, table_name text not null, started_at timestamptz not null,"
    " batched_at timestamptz not null, rows_received bigint not null,"
    " rows_rejected bigint not null, rows_staged bigint not null,"
    " rows_inserted bigint not null, rows_updated bigint not null,"
    " rows_unchanged bigint not null, rows_superseded bigint not null,"
    " rows_deleted bigint not null,"
    " primary key (run_id, checkpoint, stream));"
    " create index on {table} (batched_at)"
)


def log_entry(
    table: sql.Identifier,
    names: tuple[str, int, str, str],
    times: tuple[datetime, datetime],
    counts: Counts,
) -> sql.Composed:
    """Return the statement that writes one row.

    Args:
        table: The table of the log.
        names: Run, checkpoint, stream and table.
        times: Start of the run, and load time.
        counts: What became of the rows.
    """
    numbers = (
        counts.received,
        counts.rejected,
        counts.staged,
        counts.inserted,
        counts.updated,
        counts.unchanged,
        counts.superseded,
        counts.deleted,
    )
    return sql.SQL("insert into {} values ({})").format(
        table, sql.SQL(", ").join(map(sql.Literal, (*names, *times, *numbers)))
    )
