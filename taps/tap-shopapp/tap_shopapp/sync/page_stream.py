"""Streams that are read and written by page.

A page of orders carries its items and refunds. The SDK would send one request per parent for
such children. This module therefore replaces the SDK's sync of a stream.

It uses names below the public surface of the SDK (`test_sdk_internals.py` lists them all):

- `_sync_records` is replaced: a page is written in one step, before its STATE;
- `_write_schema_message`, `_write_starting_replication_value`, `_write_state_message`,
  `_increment_stream_state` and `_finalize_state` are called where the SDK would call them.

`test_stock_path.py` compares the result with the SDK's own sync.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from tap_shopapp.api.list_check import ListError
from tap_shopapp.contract import CONTRACTS
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Page, Window
from tap_shopapp.records.timestamps import format_utc
from tap_shopapp.sync.reconciliation import Tally
from tap_shopapp.sync.record_stream import RecordStream
from tap_shopapp.sync.run import CLOCK_SKEW
from tap_shopapp.sync.state import mark_version
from tap_shopapp.sync.unknown_fields import log_unknown_fields, log_unknown_kinds

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from datetime import datetime

    from singer_sdk import Tap
    from singer_sdk.helpers.types import Context

    from tap_shopapp.pages import Record
    from tap_shopapp.sync.run import SyncRun


class PageStream(RecordStream):
    """A canonical stream, read from the application by page."""

    is_sorted = True

    def __init__(self, tap: Tap, name: str, run: SyncRun) -> None:
        super().__init__(tap, name, run)
        application = run.application_type
        is_full_list = name in application.full_lists or not application.is_incremental
        self.replication_key = None if is_full_list else CONTRACTS[name].bookmark_property

    def read_pages(self) -> Iterator[Page]:
        """Yield the pages of this run's window."""
        yield from self.run.application.pages(self.name, self.window)

    @cached_property
    def window(self) -> Window:
        """Return the times of change to read: from the bookmark to the start of the run.

        The window begins `lookback_seconds` before the bookmark, since a row may appear in the
        API later than its time of change.
        """
        before = format_utc(self.run.shop.server_time)
        if not self.replication_key:
            return Window(None, before)
        if self.run.backfill:
            return self.run.backfill
        since = self.get_starting_timestamp(None)
        if since is None:
            return Window(None, before)
        if since > self.run.shop.server_time + CLOCK_SKEW:
            msg = f"The bookmark of {self.name} is ahead of the shop's clock."
            raise TapError(
                msg, "Another tool wrote it. Use a state of this tap, or start without a state."
            )
        since -= timedelta(seconds=self.run.lookback_seconds)
        return Window(format_utc(max(since, self.run.start_date or since)), before)

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> datetime | None:
        """Return the shop's clock, the upper limit of bookmarks.

        The SDK calls this before it writes anything of the stream. The call connects to the
        shop, so that wrong settings and credentials fail before the first message.
        """
        now = self.run.shop.server_time
        return now if self.is_timestamp_replication_key else None

    @override
    def get_batch_config(self, config: Mapping[str, Any]) -> None:
        """Disable BATCH files: they would not contain embedded records."""

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
            self._set_bookmark(started_at)
            raise
        self._sync_other_lists(started_at)
        self._finalize_state(self.stream_state)
        self._write_state_message()
        yield from ()  # the records are already written

    @cached_property
    def embedded(self) -> list[PageStream]:
        """The streams whose records are inside the records of this stream."""
        return [child for child in self.child_streams if isinstance(child, PageStream)]

    def _sync_other_lists(self, started_at: str | None) -> None:
        """Read other lists of the shop after the pages; see `CatchUpStream`.

        Args:
            started_at: The bookmark at the start of the run.
        """

    def _sync_pages(self) -> None:
        """Write all pages of this run, and check that no record is missing."""
        embedded = self.embedded
        for child in embedded:
            if child.selected:
                child._write_schema_message()  # noqa: SLF001 - our own class
        latest = None
        incomplete: set[str] = set()
        is_counted = bool(self.replication_key) and self.run.application.reports_totals
        tally = Tally(self._settled_before()) if is_counted else None
        unknown: Counter[str] = Counter()
        unknown_kinds: Counter[str] = Counter()
        with self.get_record_counter() as counter, self.get_sync_timer():
            for page in self.read_pages():
                self._stamp(page)
                latest = self._complete_until(page, latest)
                self._write_page(page, latest)
                incomplete.update(record["stream"] for record in page.rejected)
                if tally:
                    tally.add(page)
                unknown.update(page.unknown)
                unknown_kinds.update(page.unknown_kinds)
                if self.selected:
                    counter.increment(len(page.records))
                if self.ABORT_AT_RECORD_COUNT and page.records:
                    break  # a dry run ends after its first page
            else:
                if tally:
                    self._reconcile(tally)
                for stream in self._full_lists():
                    stream.close_list(
                        self.window.before, is_complete=stream.name not in incomplete
                    )
        log_unknown_fields(self.logger, self.name, unknown)
        log_unknown_kinds(self.logger, unknown_kinds)

    def _write_page(self, page: Page, complete_until: str | None) -> None:
        """Write a page: embedded records, system records, its own records, then STATE."""
        present = page.fields_present
        for child in self.embedded:
            child.write_records(self._kept(page, child.name), present.get(child.name))
        self.run.write_deleted(page.deleted)
        self.run.write_rejected(page.rejected)
        if self.selected:
            self.write_records(page.records, present.get(self.name))
            self._move_bookmark(complete_until)
            self._write_state_message()

    def _kept(self, page: Page, child: str) -> list[Record]:
        """Return the embedded records of a page whose parents no stream map drops."""
        records = page.embedded.get(child, [])
        if not self.selected or self.is_unmapped:
            return records
        kept = {
            self._key(record)
            for record in page.records
            if self.stream_maps[0].get_filter_result(record)
        }
        return [record for record in records if self._key(record) in kept]

    def _key(self, record: Record) -> tuple[str, ...]:
        return tuple(record[name] for name in CONTRACTS[self.name].primary_keys)

    def _stamp(self, page: Page) -> None:
        """Set `shop_id`, `listed_at` and counts in the records of a page."""
        shop_id = self.run.shop_id
        system_records = (page.deleted, page.rejected)
        for records in (page.records, *page.embedded.values(), *system_records):
            for record in records:
                record["shop_id"] = shop_id
        for stream in self._full_lists():
            records = page.records if stream is self else page.embedded.get(stream.name, [])
            for record in records:
                record["listed_at"] = self.window.before
        # A count must match the warehouse, so it is null if some records are not written.
        for child in self.embedded:
            if not (child.selected and child.is_unmapped):
                for record in page.records:
                    record[f"{child.name[:-1]}_count"] = None

    def _complete_until(self, page: Page, latest: str | None) -> str | None:
        """Return the time of change until which all records are read.

        Raises:
            ListError: The records are not sorted, so that a bookmark would lose some.
        """
        if not self.replication_key:
            return None
        times: list[str | None] = [page.complete_until]
        if page.complete_until is None:
            times = [record[self.replication_key] for record in page.records]
        for value in times:
            if value is None:
                continue
            if latest is not None and value < latest:
                msg = f"The shop's list of {self.name} is not sorted by updated_at."
                raise ListError(msg)
            latest = value
        return latest

    def _move_bookmark(self, complete_until: str | None) -> None:
        """Move the bookmark forward to the end of a page, but not past the shop's clock."""
        self.state_manager.is_flushed = False
        if self.run.backfill or not self.replication_key or complete_until is None:
            return
        bookmark = min(complete_until, format_utc(self.run.shop.server_time))
        # Records of the lookback are before the bookmark.
        if bookmark >= (self.stream_state.get("replication_key_value") or ""):
            self._increment_stream_state({self.replication_key: bookmark})

    def _set_bookmark(self, value: str | None) -> None:
        """Move the bookmark back, so that the next run reads missing records."""
        if value is None:
            self.stream_state.pop("replication_key_value", None)
        else:
            self.stream_state["replication_key_value"] = value
        self.state_manager.is_flushed = False
        self._write_state_message()

    def _settled_before(self) -> str:
        """Return the time before which the API shows every change."""
        lookback = timedelta(seconds=self.run.application.lookback_seconds)
        return format_utc(self.run.shop.server_time - lookback)

    def _reconcile(self, tally: Tally) -> None:
        """Compare the records of this run with the shop's own counts.

        After a gap, the bookmark moves back before the gap, and the next run reads it again.

        Raises:
            TapError: The shop counts more records than its pages had.
        """
        window = self.window
        settled = Window(window.since, min(window.before, self._settled_before()))
        if settled.since and settled.since >= settled.before:
            return
        day = tally.first_gap(self.run.application.totals(self.name, settled))
        if day is None:
            return
        if self.selected and not self.run.backfill:
            self._set_bookmark(max(f"{day}T00:00:00.000000Z", window.since or ""))
        msg = f"The shop's totals of {self.name} for {day} do not match its pages."
        raise TapError(
            msg,
            "Run again. If the error persists, ask the shop's developer to compare the pages"
            f" of {self.name} with their totals.",
        )

    def _full_lists(self) -> list[PageStream]:
        """Return the streams of this sync whose missing records are deletions."""
        full_lists = self.run.application.full_lists
        return [stream for stream in (self, *self.embedded) if stream.name in full_lists]

    def close_list(self, listed_at: str, *, is_complete: bool) -> None:
        """Write a record of `full_lists`, so that missing records count as deleted.

        Nothing is written for a list with rejects: a rejected record still exists in the shop.
        """
        if not self.selected:
            return
        if is_complete:
            self.run.write_full_list(self.name, listed_at)
        else:
            self.logger.warning(
                "%s: deletions are not detected, since some records could not be read.",
                self.name,
            )
