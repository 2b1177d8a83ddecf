"""Holds the decoded records of a stream until there are enough to write."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from msgspec.structs import astuple

from target_ecommerce.columns import convert_column
from target_ecommerce.errors import RejectedValueError
from target_ecommerce.rejections import Rejection
from target_ecommerce.schema import Kind
from target_ecommerce.values import convert
from target_ecommerce.writers.base import Chunk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_ecommerce.writers.base import Plan

_record = attrgetter("record")


class Buffer:
    """Records of one stream and one schema."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.messages: list[Any] = []
        self.size = 0
        self._converted: list[tuple[int, list[str | None]]] = []
        self._first_row = 0
        columns = plan.schema.columns
        self._key_places = [
            place for place, column in enumerate(columns) if column.name in plan.schema.keys
        ]

    def __len__(self) -> int:
        return len(self.messages) + len(self._converted)

    def add_slowly(self, message: Mapping[str, Any], size: int) -> Rejection | None:
        """Convert a record value by value, and keep it unless a value is rejected."""
        record = message["record"]
        values: list[str | None] = []
        rejection = None
        columns = self.plan.schema.columns
        for column, kind in zip(columns, self.plan.kinds, strict=True):
            try:
                values.append(convert(kind, record.get(column.property_name)))
            except RejectedValueError as error:
                values.append(None)
                rejection = rejection or Rejection(column.name, error.reason, ())
        rejection = rejection or self._null_key(values)
        if rejection:
            rejection.key = tuple(values[place] for place in self._key_places)
            return rejection
        extracted, version = message.get("time_extracted"), message.get("version")
        metadata = self._metadata_columns(
            [extracted if isinstance(extracted, str) else None],
            [version if isinstance(version, int) else None],
        )
        values += [column[0] for column in metadata]
        self._converted.append((len(self), values))
        self.size += size
        return None

    def take(self) -> tuple[Chunk, list[Rejection]]:
        """Return the records as columns, and those that are rejected; empty the buffer."""
        columns, reasons = self._columns()
        numbers = self._row_numbers()
        rejections = [
            Rejection(name, reason, [columns[key][place] for key in self._key_places])
            for place, (name, reason) in sorted(reasons.items())
        ]
        if reasons:
            kept = [place for place in range(len(self.messages)) if place not in reasons]
            columns = [[column[place] for place in kept] for column in columns]
            numbers = [numbers[place] for place in kept]
        if self._converted:
            columns = [list(column) for column in columns]
            for number, values in self._converted:
                numbers.append(number + self._first_row)
                for column, value in zip(columns, values, strict=True):
                    column.append(value)  # type: ignore[attr-defined]
        self._first_row += len(self)
        self.messages = []
        self._converted = []
        self.size = 0
        return Chunk(columns, numbers), rejections

    def _columns(self) -> tuple[list[Sequence[str | None]], dict[int, tuple[str, str]]]:
        """Return the columns of the decoded records, and why places are rejected."""
        schema = self.plan.schema
        rows = map(astuple, map(_record, self.messages))
        values = list(zip(*rows, strict=True)) or [()] * len(schema.columns)
        columns: list[Sequence[str | None]] = []
        reasons: dict[int, tuple[str, str]] = {}
        for column, kind, decoded in zip(schema.columns, self.plan.kinds, values, strict=False):
            rejected: dict[int, str] = {}
            texts = convert_column(kind, decoded, rejected, is_string=column.is_string)
            if column.name in schema.keys and None in texts:
                for place, text in enumerate(texts):
                    if text is None:
                        rejected.setdefault(place, "the key is null")
            for place, reason in rejected.items():
                reasons.setdefault(place, (column.name, reason))
            columns.append(texts)
        times = [message.time_extracted for message in self.messages]
        versions = [message.version for message in self.messages]
        columns += self._metadata_columns(times, versions)
        return columns, reasons

    def _row_numbers(self) -> list[int]:
        """Return the places of the decoded records among all records of the stream."""
        first = self._first_row
        if not self._converted:
            return list(range(first, first + len(self)))
        taken = {number for number, _ in self._converted}
        return [first + place for place in range(len(self)) if place not in taken]

    def _null_key(self, values: Sequence[str | None]) -> Rejection | None:
        for place in self._key_places:
            if values[place] is None:
                name = self.plan.schema.columns[place].name
                return Rejection(name, "the key is null", ())
        return None

    @staticmethod
    def _metadata_columns(
        times: Sequence[Any], versions: Sequence[Any]
    ) -> list[Sequence[str | None]]:
        """Return the values of `STAGED_METADATA`. A time that cannot be read is null."""
        now = datetime.now(tz=timezone.utc).replace(tzinfo=None)
        count = len(times)
        return [
            convert_column(Kind.TIMESTAMP, times, {}, is_string=True),
            [f"{now.isoformat()}Z"] * count,
            [str(round(time.time() * 1000))] * count,
            [None if version is None else str(version) for version in versions],
        ]
