"""Streams that are written by page: an order's lines and refunds with the order's own page.

The SDK writes record by record, and knows children only by a request per parent. This is the
one place that reaches below its public surface. singer-sdk is pinned, `test_page_stream.py`
names what must still be there, and `test_stock_path.py` compares with the SDK's own way:

- `_sync_records` is replaced, so that a page is written at once and its STATE after it;
- `_write_record_message`, the SDK's own path, is taken as it is wherever a record is to be
  masked or mapped, so that selection and stream maps cannot differ;
- `_generate_schema_messages` is narrowed to what a page's records state, so that loaders, which
  write the columns of the last SCHEMA, leave the others as they are;
- `_write_schema_message`, `_write_state_message`, `_increment_stream_state` and
  `_finalize_state` are called where the SDK would call them.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from singer_sdk import Stream
from singer_sdk.mapper import SameRecordTransform
from typing_extensions import override

from tap_shopapp.api.list_check import ListError
from tap_shopapp.contract import CONTRACTS
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Page, Window
from tap_shopapp.records.timestamps import format_utc
from tap_shopapp.sync.reconciliation import Tally
from tap_shopapp.sync.state import mark_version

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from datetime import datetime

    from singer_sdk.helpers.types import Context
    from singer_sdk.singerlib import SchemaMessage

    from tap_shopapp.pages import Record
    from tap_shopapp.tap import TapShopApp

# Servers behind one address may be this far apart.
_CLOCK_SKEW = timedelta(hours=1)


class PageStream(Stream):
    """A canonical stream, read from the application by page."""

    is_sorted = True

    def __init__(self, tap: TapShopApp, name: str) -> None:
        contract = CONTRACTS[name]
        super().__init__(tap, schema=contract.schema, name=name)
        self.primary_keys = contract.primary_keys
        self.tap = tap
        application = tap.application_type
        is_read_whole = name in application.full_lists or not application.is_incremental
        self._stated: frozenset[str] | None = None
        self.replication_key = None if is_read_whole else contract.bookmark_property

    def read_pages(self) -> Iterator[Page]:
        """Yield the pages of this run's window."""
        yield from self.tap.application.pages(self.name, self.window)

    @cached_property
    def window(self) -> Window:
        """Return the times of change to read: from the bookmark to the run's start.

        The bookmark itself is read again, and what lies up to `lookback_seconds` before
        it: rows that are stamped before they are committed appear there late.
        """
        before = format_utc(self.tap.shop.server_time)
        if not self.replication_key:
            return Window(None, before)
        if self.tap.back_fill:
            return self.tap.back_fill
        since = self.get_starting_timestamp(None)
        if since is None:
            return Window(None, before)
        if since > self.tap.shop.server_time + _CLOCK_SKEW:
            msg = f"The bookmark of {self.name} is ahead of the shop's clock."
            raise TapError(
                msg, "Another tool wrote it: start from a state of this tap, or from none."
            )
        since -= timedelta(seconds=self.tap.lookback_seconds)
        return Window(format_utc(max(since, self.tap.start_date or since)), before)

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> datetime | None:
        """Return the shop's clock, which no bookmark may be ahead of.

        The SDK asks before it writes anything of the stream: so the settings and the
        authorization are checked by then.
        """
        now = self.tap.shop.server_time
        return now if self.is_timestamp_replication_key else None

    @override
    def get_batch_config(self, config: Mapping[str, Any]) -> None:
        """Decline BATCH files, which would leave out what stands inside the records."""

    @override
    def get_records(self, context: Context | None) -> Iterator[Record]:
        for page in self.read_pages():
            yield from page.records

    @override
    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        mark_version(self.tap_state)
        self._write_starting_replication_value(context)
        started_at = self.stream_state.get("replication_key_value")
        try:
            self._sync_pages()
        except ListError:
            self._restore_bookmark(started_at)
            raise
        self._finalize_state(self.stream_state)
        self._write_state_message()
        yield from ()  # the caller wants the stream synced, not its records

    def _sync_pages(self) -> None:
        """Write all pages of this run, and check at the end that none is missing."""
        embedded = [child for child in self.child_streams if isinstance(child, PageStream)]
        for child in embedded:
            if child.selected:
                child._write_schema_message()  # noqa: SLF001 - our own class
        latest = None
        incomplete: set[str] = set()
        is_counted = bool(self.replication_key) and self.tap.application.states_totals
        tally = Tally(self._settled_before()) if is_counted else None
        unknown: Counter[str] = Counter()
        with self.get_record_counter() as counter, self.get_sync_timer():
            for page in self.read_pages():
                self._stamp(page, embedded)
                latest = self._reached(page, latest)
                self._write_page(page, embedded, latest)
                incomplete.update(record["stream"] for record in page.rejected)
                if tally:
                    tally.add(page)
                unknown.update(page.unknown)
                if self.selected:
                    counter.increment(len(page.records))
                if self.ABORT_AT_RECORD_COUNT and page.records:
                    break  # a dry run; no smaller piece than a page is whole
            else:
                if tally:
                    self._reconcile(tally)
                for stream in self._listed(embedded):
                    stream.close_list(
                        self.window.before, is_whole=stream.name not in incomplete
                    )
        self._tell_unknown(unknown)

    def _restore_bookmark(self, value: str | None) -> None:
        """Set the bookmark to where the run began, since the pages since then lack records."""
        if value is None:
            self.stream_state.pop("replication_key_value", None)
        else:
            self.stream_state["replication_key_value"] = value
        self.state_manager.is_flushed = False
        self._write_state_message()

    def _write_page(
        self, page: Page, embedded: Iterable[PageStream], reached: str | None
    ) -> None:
        """Write a page: what stands in its records, then they, then how far it reached."""
        for child in embedded:
            child.write_records(self._kept(page, child.name), page.stated.get(child.name))
        self.tap.write_deleted(page.deleted)
        self.tap.write_rejected(page.rejected)
        if self.selected:
            self.write_records(page.records, page.stated.get(self.name))
            self._move_bookmark(reached)
            self._write_state_message()

    def _kept(self, page: Page, child: str) -> list[Record]:
        """Return what stood in a page's records, but for those that a stream map drops."""
        records = page.embedded.get(child, [])
        if not self.selected or self.is_written_whole:
            return records
        kept = {
            self._key(record)
            for record in page.records
            if self.stream_maps[0].get_filter_result(record)
        }
        return [record for record in records if self._key(record) in kept]

    def _key(self, record: Record) -> tuple[str, ...]:
        return tuple(record[name] for name in CONTRACTS[self.name].primary_keys)

    def _stamp(self, page: Page, embedded: Iterable[PageStream]) -> None:
        """Put the shop's id, which keys begin with, into every record of a page."""
        shop_id = self.tap.shop_id
        aside = (page.deleted, page.rejected)
        for records in (page.records, *page.embedded.values(), *aside):
            for record in records:
                record["shop_id"] = shop_id
        for stream in self._listed(embedded):
            records = page.records if stream is self else page.embedded.get(stream.name, [])
            for record in records:
                record["listed_at"] = self.window.before
        # A count promises what can be found in the warehouse: none where not all is written.
        for child in embedded:
            if not (child.selected and child.is_written_whole):
                for record in page.records:
                    record[f"{child.name[:-1]}_count"] = None

    def _reached(self, page: Page, latest: str | None) -> str | None:
        """Return the last time of change; a bookmark over unsorted records would lose some."""
        if not self.replication_key:
            return None
        times: list[str | None] = [page.reached]
        if page.reached is None:
            times = [record[self.replication_key] for record in page.records]
        for value in times:
            if value is None:
                continue
            if latest is not None and value < latest:
                msg = f"The shop's list of {self.name} is not in order of updated_at."
                raise ListError(msg)
            latest = value
        return latest

    def _move_bookmark(self, reached: str | None) -> None:
        """Move the bookmark to where a page ends: never back, nor past the shop's clock."""
        self.state_manager.is_flushed = False
        if self.tap.back_fill or not self.replication_key or reached is None:
            return
        reached = min(reached, format_utc(self.tap.shop.server_time))
        # What is read again lies before the bookmark.
        if reached >= (self.stream_state.get("replication_key_value") or ""):
            self._increment_stream_state({self.replication_key: reached})

    def _tell_unknown(self, unknown: Counter[str]) -> None:
        """Log the fields that were left out: once, few and short, as the names are foreign."""
        if unknown:
            names = [
                f"{name[:60]!r} ({count} times)" for name, count in unknown.most_common(20)
            ]
            self.logger.warning(
                "%s: %d fields are not in the contract and were left out: %s. What is to be"
                " kept goes into attributes.",
                self.name,
                len(unknown),
                ", ".join(names),
            )

    def _settled_before(self) -> str:
        """Return the time from which on a shop may not show yet what was changed."""
        lookback = timedelta(seconds=self.tap.application.lookback_seconds)
        return format_utc(self.tap.shop.server_time - lookback)

    def _reconcile(self, tally: Tally) -> None:
        """Compare what was written with what the shop itself counts.

        A gap takes the bookmark back before it, so that the next run reads it again.

        Raises:
            TapError: If the shop holds more than it gave.
        """
        window = self.window
        settled = Window(window.since, min(window.before, self._settled_before()))
        if settled.since and settled.since >= settled.before:
            return
        day = tally.first_gap(self.tap.application.totals(self.name, settled))
        if day is None:
            return
        if self.selected and not self.tap.back_fill:
            since = max(f"{day}T00:00:00.000000Z", window.since or "")
            self.stream_state["replication_key_value"] = since
            self.state_manager.is_flushed = False
            self._write_state_message()
        msg = f"The shop counts other {self.name} changed on {day} than its pages gave."
        raise TapError(
            msg,
            "Run again, from that day on; if it stays, have the shop's developer compare"
            f" the pages of {self.name} with their totals.",
        )

    def _listed(self, embedded: Iterable[PageStream]) -> list[PageStream]:
        """Return which of these streams are full lists, so that what they lack is gone."""
        full_lists = self.tap.application.full_lists
        return [stream for stream in (self, *embedded) if stream.name in full_lists]

    def close_list(self, listed_at: str, *, is_whole: bool) -> None:
        """Say that all of a full list was written: what is not in it is gone.

        A record that could not be taken is in the shop all the same, so that a list which
        lacks one tells nothing.
        """
        if not self.selected:
            return
        if is_whole:
            self.tap.write_full_list(self.name, listed_at)
        else:
            self.logger.warning(
                "%s: deletions are not detected, since some records could not be read.",
                self.name,
            )

    def write_records(
        self, records: list[Record], stated: frozenset[str] | None = None
    ) -> None:
        """Write RECORD messages, as the catalog and the stream maps want them.

        Args:
            records: All fields of each.
            stated: The fields that they state, if not all: others are not in the SCHEMA.
        """
        if not self.selected or not records:
            return
        if stated != self._stated:
            self._stated = stated
            self._write_schema_message()
        if not self.is_written_as_is:
            for record in records:
                self._write_record_message(record)
            return
        if stated is not None:
            names = stated.union(self.primary_keys)
            records = [{n: r[n] for n in r if n in names} for r in records]
        self.tap.message_writer.write_records(
            self.stream_maps[0].stream_alias,
            records,
            version=self._stream_version,
            time_extracted=self.tap.now(),
        )

    @override
    def _generate_schema_messages(self) -> Generator[SchemaMessage, None, None]:
        for message in super()._generate_schema_messages():
            if self._stated is not None:
                left_out = self.schema["properties"].keys() - self._stated
                left_out -= set(self.primary_keys)
                schema = message.schema
                kept = {n: p for n, p in schema["properties"].items() if n not in left_out}
                message.schema = {**schema, "properties": kept}
            yield message

    @cached_property
    def is_written_as_is(self) -> bool:
        """Whether records leave as they are: unmapped, and with all fields of the contract."""
        return (
            self.is_written_whole
            and all(self.mask.values())
            and self.effective_schema["properties"] == self.schema["properties"]
        )

    @cached_property
    def is_written_whole(self) -> bool:
        """Whether each record is written once and unmapped."""
        maps = self.stream_maps
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
        )
