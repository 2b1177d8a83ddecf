"""The interface between the loader and a warehouse."""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from target_ecommerce.conservation import Counts
    from target_ecommerce.schema import Kind, StreamSchema

# Metadata that differs between the rows of a merge. The writer sets the other columns.
STAGED_METADATA = (
    "_sdc_extracted_at",
    "_sdc_received_at",
    "_sdc_sequence",
    "_sdc_table_version",
)
ROW_NUMBER = "_ecommerce_row"


@dataclass(frozen=True)
class Chunk:
    """Rows as columns of exact text.

    Attributes:
        columns: Values of the schema's columns, then of `STAGED_METADATA`.
        row_numbers: Place of each row in the stream.
    """

    columns: Sequence[Sequence[str | None]]
    row_numbers: Sequence[int]


@dataclass
class Staged:
    """What became of the rows of a chunk.

    Attributes:
        rows: Number of rows in the stage.
        rejected: Column and reason by place in the chunk, for rows that the warehouse refused.
    """

    rows: int
    rejected: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Plan:
    """How a stream is written.

    Attributes:
        schema: The stream.
        kinds: The kind that each column is written as; it can differ from the schema's kind if
            the table existed before.
        latest: A time of change after this one is wrong, and orders a record before all others:
            otherwise, a record of the year 2999 could never be corrected.
    """

    schema: StreamSchema
    kinds: tuple[Kind, ...]
    latest: datetime


@dataclass(frozen=True)
class LogEntry:
    """One row of the table `ecommerce_load_log`."""

    stream: str
    table: str
    counts: Counts


class Writer(abc.ABC):
    """A warehouse. Nothing is visible to others before `commit`."""

    @abc.abstractmethod
    def plan(self, schema: StreamSchema) -> Plan:
        """Compare a stream with its table, without changing the table.

        Raises:
            LoadError: If the table cannot take the stream.
        """

    @abc.abstractmethod
    def stage(self, plan: Plan, chunk: Chunk) -> Staged:
        """Copy rows into the stream's stage table."""

    @abc.abstractmethod
    def merge(self, plan: Plan) -> Counts:
        """Create or change the table, and move the staged rows into it.

        Returns:
            Counts from `staged` to `superseded`, as the warehouse counts them.
        """

    @abc.abstractmethod
    def activate_version(self, plan: Plan, version: int, *, hard_delete: bool) -> int:
        """Delete the rows of earlier versions, or mark them as deleted; return their number."""

    @abc.abstractmethod
    def commit(self, run_id: str, checkpoint: int, entries: Sequence[LogEntry]) -> None:
        """Write the load log and commit."""

    @abc.abstractmethod
    def cancel(self) -> None:
        """Cancel a running statement; called by a signal handler."""

    @abc.abstractmethod
    def close(self) -> None:
        """Roll back what is not committed, and disconnect."""


@dataclass(frozen=True)
class RunTimes:
    """Times that a writer puts into metadata columns.

    Attributes:
        sync_started_at: Start of the run, in milliseconds since 1970.
        started_at: Start of the run.
    """

    sync_started_at: int
    started_at: datetime

    @property
    def latest(self) -> datetime:
        """The latest time of change that a record can have; clocks may differ by a day."""
        return self.started_at + timedelta(days=1)
