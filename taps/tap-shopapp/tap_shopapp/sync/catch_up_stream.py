"""Streams that also read changes and deletions that do not move a record's time of change.

Two kinds of lists show them, and each has its own position in the state:

- *secondary lists* have their own time, such as refunds. Their records name orders, which are
  read again;
- *lists of ids* show deletions. They become records of `id_ranges`, and dbt compares them with
  the loaded records.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_shopapp.api.list_check import ListError
from tap_shopapp.contract import CONTRACTS, SHOPS
from tap_shopapp.pages import Window
from tap_shopapp.records.timestamps import format_utc, parse_utc
from tap_shopapp.sync.page_stream import PageStream
from tap_shopapp.sync.state import IdListPosition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk import Tap

    from tap_shopapp.pages import ChangedIds, IdPage, Page
    from tap_shopapp.sync.run import SyncRun

# Ids of this run that are remembered, so that their records are not read twice.
_MOST_REMEMBERED = 100_000


class CatchUpStream(PageStream):
    """A stream whose records are also read again, or found deleted, by other lists."""

    def __init__(self, tap: Tap, name: str, run: SyncRun) -> None:
        super().__init__(tap, name, run)
        self._id_field = next(
            key for key in CONTRACTS[name].primary_keys if key not in SHOPS.primary_keys
        )
        self._read_ids: set[str] = set()

    @override
    def _sync_pages(self) -> None:
        # Written with the first page, so that a run that is killed later loses no change.
        for name in self._secondary_lists():
            self._secondary_bookmarks().setdefault(name, self._first_secondary_bookmark())
        super()._sync_pages()

    @override
    def _sync_other_lists(self, started_at: str | None) -> None:
        for name in self._secondary_lists():
            self._read_secondary_list(name)
        # The first run has just read every record.
        if started_at and self._is_continued() and self._id_lists() is not None:
            self._read_ids_of_shop()

    @override
    def _write_page(self, page: Page, complete_until: str | None) -> None:
        super()._write_page(page, complete_until)
        if self._secondary_lists() and len(self._read_ids) < _MOST_REMEMBERED:
            self._read_ids.update(record[self._id_field] for record in page.records)

    def _is_continued(self) -> bool:
        """Whether this run moves bookmarks: it is neither a backfill nor a dry run."""
        return self.selected and not self.run.backfill and not self.ABORT_AT_RECORD_COUNT

    def _secondary_lists(self) -> tuple[str, ...]:
        lists = self.run.application_type.secondary_lists.get(self.name, ())
        return lists if self._is_continued() else ()

    def _id_lists(self) -> tuple[str, ...] | None:
        return self.run.application_type.id_lists.get(self.name)

    def _secondary_bookmarks(self) -> dict[str, str]:
        """Return the bookmarks of the secondary lists, which are part of the state."""
        bookmarks: dict[str, str] = self.stream_state.setdefault("secondary", {})
        return bookmarks

    def _first_secondary_bookmark(self) -> str:
        """Return where a secondary list without bookmark begins.

        A state of an earlier version has only the bookmark of the stream. A first run reads
        all records later than this bookmark, or all that changed since the start date.
        """
        window = self.window
        if window.since:
            return window.since
        return format_utc(self.run.start_date) if self.run.start_date else window.before

    def _read_secondary_list(self, name: str) -> None:
        """Read the records again whose entries in a secondary list changed.

        Raises:
            ListError: The list is not sorted or not filtered. Its bookmark stays.
        """
        bookmarks = self._secondary_bookmarks()
        started_at = bookmarks[name]
        lookback = timedelta(seconds=self.run.lookback_seconds)
        since = format_utc(parse_utc(started_at) - lookback)
        window = Window(since, self.window.before)
        if since >= window.before:
            return
        try:
            for changed in self._sorted(
                self.run.application.changed_ids(self.name, name, window), name
            ):
                self._read_again(changed.ids)
                moved = min(changed.complete_until, window.before)
                bookmarks[name] = max(bookmarks[name], moved)
                self._write_state()
        except ListError:
            bookmarks[name] = started_at
            self._write_state()
            raise
        bookmarks[name] = max(bookmarks[name], window.before)

    def _sorted(self, pages: Iterable[ChangedIds], name: str) -> Iterator[ChangedIds]:
        latest = ""
        for page in pages:
            if page.complete_until < latest:
                msg = f"The shop's list of {name} is not sorted by its time of change."
                raise ListError(msg)
            latest = page.complete_until
            yield page

    def _read_again(self, ids: Iterable[str]) -> None:
        unread = [each for each in dict.fromkeys(ids) if each not in self._read_ids]
        if not unread:
            return
        for page in self.run.application.pages_by_id(self.name, unread):
            self._stamp(page)
            self._write_page(page, None)
        if len(self._read_ids) < _MOST_REMEMBERED:
            self._read_ids.update(unread)

    def _read_ids_of_shop(self) -> None:
        """Continue the list of the stream's ids, and write a range for each page."""
        position = IdListPosition(**self.stream_state.get("id_list", {}))
        if self.run.deletions_are_confirmed and position.below is not None:
            position = _next_list(position)
        pages = self.run.application.id_pages(self.name, position.below, position.listed)
        budget = self.run.take_id_list_requests()
        used = 0
        while used < budget:
            used += 1
            # Before the request, so that a record that is read later is not deleted.
            listed_at = self.run.now()
            page = next(pages, None)
            if page is None:
                if used == 1:
                    # No page can follow. The same list begins again, so that the ids above are
                    # listed in the next runs.
                    self._keep_position(IdListPosition(position.list_number))
                break
            if not (position.place or page.ids[self.name]):
                self.logger.warning(
                    "%s: the shop's list of ids is empty, so no deletions are detected.",
                    self.name,
                )
                break
            lowest = self._lowest_id(page, position)
            self._write_range(page, position, lowest, listed_at)
            position.place += 1
            position.listed += len(page.ids[self.name])
            position.below = str(lowest)
            if page.is_last:
                position = _next_list(position)
            self._keep_position(position)
            if page.is_last:
                break
        self.run.return_id_list_requests(budget - used)

    def _keep_position(self, position: IdListPosition) -> None:
        self.stream_state["id_list"] = asdict(position)
        self._write_state()

    def _lowest_id(self, page: IdPage, position: IdListPosition) -> int:
        """Return the lowest id of the range of a page.

        Raises:
            ListError: The ids are not whole numbers in descending order.
        """
        try:
            ids = [int(each) for each in page.ids[self.name]]
        except ValueError:
            ids = [-1]
        listed = ids if position.below is None else [int(position.below), *ids]
        is_sorted = all(low < high for high, low in pairwise(listed))
        if not is_sorted or min(ids, default=0) < 0 or not (ids or page.is_last):
            msg = f"The shop's list of {self.name} is not sorted by id."
            raise ListError(msg)
        return 0 if page.is_last else ids[-1]

    def _write_range(
        self, page: IdPage, position: IdListPosition, lowest: int, listed_at: str
    ) -> None:
        for fields in page.pages:
            self._stamp(fields)
            self._write_page(fields, None)
        written = {each.name for each in (self, *self.embedded) if each.selected}
        for name in (self.name, *(self._id_lists() or ())):
            if name in written:
                self.run.write_id_range(
                    {
                        "stream": name,
                        "list_number": position.list_number,
                        "place": position.place,
                        "from_id": lowest,
                        "to_id": None if position.below is None else int(position.below) - 1,
                        "ids": page.ids[name],
                        "listed_at": listed_at,
                    }
                )

    def _write_state(self) -> None:
        self.state_manager.is_flushed = False
        self._write_state_message()


def _next_list(position: IdListPosition) -> IdListPosition:
    return IdListPosition(list_number=1 - position.list_number)
