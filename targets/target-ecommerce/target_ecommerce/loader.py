"""Turns messages into staged rows, and staged rows into checkpoints.

A checkpoint is one transaction for all streams: merge what is staged, check that every received
row is accounted for, commit, and only then write STATE.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import MsgspecError
from singer_sdk.exceptions import (
    InvalidInputLine,
    MissingKeyPropertiesError,
    RecordsWithoutSchemaException,
)

from target_ecommerce.buffers import Buffer
from target_ecommerce.conservation import Counts, check
from target_ecommerce.errors import LoadError
from target_ecommerce.reader import RecordDecoder, read_message
from target_ecommerce.rejections import Rejection
from target_ecommerce.schema import read_schema
from target_ecommerce.writers.base import LogEntry

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from target_ecommerce.writers.base import Plan, Writer

_LOGGED_REJECTIONS = 10


@dataclass(frozen=True)
class Limits:
    """When buffers are staged and stages are committed.

    Attributes:
        buffer_rows: Maximum number of rows of a stream in memory.
        buffer_bytes: Maximum number of bytes of input of a stream in memory.
        checkpoint_rows: Rows after which the next STATE message commits.
        checkpoint_seconds: Seconds after which the next STATE message commits.
        hard_delete: Whether ACTIVATE_VERSION deletes rows instead of marking them.
    """

    buffer_rows: int = 10_000
    buffer_bytes: int = 4_000_000
    checkpoint_rows: int = 100_000
    checkpoint_seconds: float = 60
    hard_delete: bool = False


@dataclass
class Stream:
    """A stream with its current schema."""

    name: str
    schema_message: Mapping[str, Any]
    plan: Plan
    decoder: RecordDecoder
    buffer: Buffer
    keys: frozenset[str]
    counts: Counts = field(default_factory=Counts)
    is_staged: bool = False
    is_created: bool = False
    unknown: set[str] = field(default_factory=set)
    rejections: int = 0


class Loader:
    """Loads all streams of a run into one warehouse.

    Args:
        writer: The warehouse.
        limits: Sizes of buffers and checkpoints.
        write_state: Called with the value of a STATE message once its rows are committed.
        logger: Receives counts, and the column and key of rejected records.
    """

    def __init__(
        self,
        writer: Writer,
        limits: Limits,
        write_state: Callable[[bytes], None],
        logger: logging.Logger,
    ) -> None:
        self.streams: dict[str, Stream] = {}
        self._writer = writer
        self._limits = limits
        self._write_state = write_state
        self._logger = logger
        self._run_id = str(uuid.uuid4())
        self._checkpoint = 0
        self._state: bytes | None = None
        self._committed_at = time.monotonic()
        self._is_dirty = False

    def schema(self, message: Mapping[str, Any]) -> None:
        """Take a SCHEMA message. Rows of the stream's previous schema are merged first."""
        schema = read_schema(message)
        stream = self.streams.get(schema.stream)
        if stream and stream.schema_message == message:
            return
        if stream:
            self._logger.info("Stream %r has another schema now.", schema.stream)
            self._stage(stream)
            stream.is_staged = stream.is_staged or not stream.is_created
            self._merge(stream)
        plan = self._writer.plan(schema)
        keys = frozenset(message.get("key_properties") or ())
        decoder = RecordDecoder(schema.stream, schema.columns, plan.kinds, keys)
        if stream:
            stream.schema_message, stream.plan, stream.decoder = message, plan, decoder
            stream.buffer, stream.keys, stream.is_created = Buffer(plan), keys, False
        else:
            self.streams[schema.stream] = Stream(
                schema.stream, message, plan, decoder, Buffer(plan), keys
            )

    def stream(self, name: str) -> Stream:
        """Return a stream by its name.

        Raises:
            RecordsWithoutSchemaException: If it has no schema yet.
        """
        if name not in self.streams:
            raise RecordsWithoutSchemaException(
                f"A message of stream {name!r} came before its SCHEMA message. Correct the tap."
            )
        return self.streams[name]

    def record(self, stream: Stream, line: bytes, number: int) -> None:
        """Take a RECORD message as its line."""
        try:
            message = stream.decoder.decode(line)
        except (MsgspecError, RecursionError):
            self.record_slowly(stream, read_message(line, number), len(line))
            return
        if message.stream != stream.name or message.type != "RECORD":
            raise InvalidInputLine(
                f"Line {number} of the input states its type or stream twice."
            )
        buffer = stream.buffer
        buffer.messages.append(message)
        buffer.size += len(line)
        stream.counts.received += 1
        if (
            len(buffer.messages) >= self._limits.buffer_rows
            or buffer.size >= self._limits.buffer_bytes
        ):
            self._stage(stream)

    def record_slowly(self, stream: Stream, message: Mapping[str, Any], size: int) -> None:
        """Take a RECORD message that the strict decoder refuses.

        Raises:
            MissingKeyPropertiesError: If a key property is missing.
        """
        record = message.get("record")
        if not isinstance(record, dict):
            raise LoadError(
                f"A RECORD message of stream {stream.name!r} has no record. Correct the tap."
            )
        if missing := sorted(stream.keys - record.keys()):
            raise MissingKeyPropertiesError(
                f"A record of stream {stream.name!r} has no {', '.join(missing)}, which is part"
                " of its key. Correct the tap; nothing since the last STATE was committed."
            )
        self._note_unknown(stream, record)
        stream.counts.received += 1
        if rejection := stream.buffer.add_slowly(message, size):
            self._reject(stream, rejection)
        elif (
            len(stream.buffer) >= self._limits.buffer_rows
            or stream.buffer.size >= self._limits.buffer_bytes
        ):
            self._stage(stream)

    def state(self, value: bytes) -> None:
        """Take a STATE message; commit if there is enough to commit."""
        self._state = value
        elapsed = time.monotonic() - self._committed_at
        rows = sum(stream.counts.received for stream in self.streams.values())
        if rows >= self._limits.checkpoint_rows or (
            elapsed >= self._limits.checkpoint_seconds and rows
        ):
            self.checkpoint()

    def activate_version(self, name: str, version: int) -> None:
        """Delete the rows of earlier versions, after merging those of the current one."""
        stream = self.stream(name)
        self._stage(stream)
        self._merge(stream)
        stream.counts.deleted += self._writer.activate_version(
            stream.plan, version, hard_delete=self._limits.hard_delete
        )
        self._is_dirty = True

    def finish(self) -> None:
        """Commit everything; create the tables of streams without records."""
        for stream in self.streams.values():
            if not stream.is_created:
                stream.is_staged = True
        self.checkpoint()

    def checkpoint(self) -> None:
        """Commit what was received so far, then write the last STATE."""
        for stream in self.streams.values():
            self._stage(stream)
        for stream in self.streams.values():
            self._merge(stream)
        entries = []
        for stream in self.streams.values():
            check(stream.name, stream.counts)
            if not stream.counts.is_empty:
                entries.append(LogEntry(stream.name, stream.plan.schema.table, stream.counts))
        if self._is_dirty or entries:
            self._checkpoint += 1
            self._writer.commit(self._run_id, self._checkpoint, entries)
        for entry in entries:
            self._log(entry)
        for stream in self.streams.values():
            stream.counts = Counts()
        self._is_dirty = False
        self._committed_at = time.monotonic()
        if self._state is not None:
            self._write_state(self._state)
            self._state = None

    def _stage(self, stream: Stream) -> None:
        if not len(stream.buffer):
            return
        chunk, rejections = stream.buffer.take()
        for rejection in rejections:
            self._reject(stream, rejection)
        if not chunk.row_numbers:
            return
        staged = self._writer.stage(stream.plan, chunk)
        columns = stream.plan.schema.columns
        keys = [i for i, column in enumerate(columns) if column.name in stream.plan.schema.keys]
        for place, (column, reason) in sorted(staged.rejected.items()):
            key = [chunk.columns[i][place] for i in keys]
            self._reject(stream, Rejection(column, reason, key))
        stream.is_staged = True

    def _merge(self, stream: Stream) -> None:
        if not stream.is_staged:
            return
        stream.counts.add(self._writer.merge(stream.plan))
        stream.is_staged = False
        stream.is_created = True
        self._is_dirty = True

    def _reject(self, stream: Stream, rejection: Rejection) -> None:
        """Count a rejected record; log the first ones with column and key."""
        stream.counts.rejected += 1
        stream.rejections += 1
        if stream.rejections > _LOGGED_REJECTIONS:
            return
        further = stream.rejections == _LOGGED_REJECTIONS
        self._logger.warning(
            "Rejected a record of stream %r: %s.%s",
            stream.name,
            rejection.describe(stream.plan.schema),
            " Further ones are only counted." if further else "",
        )

    def _note_unknown(self, stream: Stream, record: Mapping[str, Any]) -> None:
        """Warn once about a property that the schema does not have, and is not loaded."""
        known = {column.property_name for column in stream.plan.schema.columns}
        if unknown := record.keys() - known - stream.unknown:
            stream.unknown |= unknown
            stream.decoder.ignore_unknown()
            self._logger.warning(
                "Records of stream %r have properties that its schema does not have; they are"
                " not loaded: %s.",
                stream.name,
                ", ".join(sorted(map(repr, unknown))),
            )

    def _log(self, entry: LogEntry) -> None:
        counts = entry.counts
        log = self._logger.warning if counts.rejected else self._logger.info
        log(
            "Stream %r: %d rows received, %d inserted, %d updated, %d unchanged, %d superseded,"
            " %d rejected, %d deleted.",
            entry.stream,
            counts.received,
            counts.inserted,
            counts.updated,
            counts.unchanged,
            counts.superseded,
            counts.rejected,
            counts.deleted,
        )
