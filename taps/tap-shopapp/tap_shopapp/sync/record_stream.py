"""Streams that write many records in one call, with the same result as the SDK's own way.

The SDK writes record by record. This module replaces the writing of records that need no
change; the SDK itself writes records that the catalog or a stream map changes.

It uses names below the public surface of the SDK (`test_sdk_internals.py` lists them all):

- `_write_record_message` writes a record that the catalog masks or a stream map changes;
- `_generate_schema_messages` leaves out the fields that the records of a page do not have,
  since loaders write all columns of the last SCHEMA, and would empty those columns;
- `_write_schema_message` is used as in the SDK.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream
from singer_sdk.mapper import SameRecordTransform
from typing_extensions import override

from tap_shopapp.contract import CONTRACTS
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Generator

    from singer_sdk import Tap
    from singer_sdk.singerlib import SchemaMessage

    from tap_shopapp.pages import Record
    from tap_shopapp.sync.run import SyncRun


class RecordStream(Stream):
    """A canonical stream that writes many records in one call.

    Attributes:
        run: The shared state of the run's streams.
    """

    def __init__(self, tap: Tap, name: str, run: SyncRun) -> None:
        contract = CONTRACTS[name]
        super().__init__(tap, schema=contract.schema, name=name)
        self.primary_keys = contract.primary_keys
        self.run = run
        self._fields_present: frozenset[str] | None = None

    @override
    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        """Log a message of the SDK.

        A `TapError` is not logged as an unhandled error: the command prints it with what to do.
        """
        if level < logging.ERROR or not isinstance(sys.exc_info()[1], TapError):
            super().log(message, *args, level=level, **kwargs)

    def write_records(
        self, records: list[Record], fields_present: frozenset[str] | None = None
    ) -> None:
        """Write RECORD messages as the catalog and the stream maps define them.

        Args:
            records: Records with all fields.
            fields_present: The fields that the records have, null for all. Other fields are
                left out of the SCHEMA.
        """
        if not self.selected or not records:
            return
        if fields_present != self._fields_present:
            self._fields_present = fields_present
            self._write_schema_message()
        if not self.is_written_unchanged:
            for record in records:
                self._write_record_message(record)
            return
        if fields_present is not None:
            names = fields_present.union(self.primary_keys)
            records = [{n: r[n] for n in r if n in names} for r in records]
        self.run.message_writer.write_records(
            self.stream_maps[0].stream_alias,
            records,
            time_extracted=self.run.now(),
        )

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        """Never: after ACTIVATE_VERSION a loader deletes the rows of other shops."""
        return False

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        for message in super()._generate_schema_messages():
            if self._fields_present is not None:
                left_out = self.schema["properties"].keys() - self._fields_present
                left_out -= set(self.primary_keys)
                schema = message.schema
                kept = {n: p for n, p in schema["properties"].items() if n not in left_out}
                message.schema = {**schema, "properties": kept}
            yield message

    @cached_property
    def is_written_unchanged(self) -> bool:
        """Whether records are written unmapped, with all fields of the contract."""
        return (
            self.is_unmapped
            and all(self.mask.values())
            and self.effective_schema["properties"] == self.schema["properties"]
        )

    @cached_property
    def is_unmapped(self) -> bool:
        """Whether each record is written exactly once, and no stream map changes it."""
        maps = self.stream_maps
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
        )
