"""Files as a shop: each file fills one of the four tables. Bad rows become rejects."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk import typing as th
from typing_extensions import override

from tap_shopapp.applications.base import Application
from tap_shopapp.applications.files.fields_present import fields_present
from tap_shopapp.applications.files.mapping import (
    FileMapping,
    read_mapping,
    without_mapping,
)
from tap_shopapp.applications.files.normalize import (
    check_constants,
    no_key,
    normalize_order,
    normalize_order_of_lines,
    normalize_record,
    values_of,
)
from tap_shopapp.applications.files.order_rows import check_complete, rows_with_order
from tap_shopapp.applications.files.sources import Sources
from tap_shopapp.applications.files.spool import spooled
from tap_shopapp.applications.files.summary import Summary
from tap_shopapp.applications.settings import chosen
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import Page, ShopInfo, Window
from tap_shopapp.records.normalize import NormalizedRecord, add

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_shopapp.applications.files.entry import Entry
    from tap_shopapp.applications.files.rows import Row
    from tap_shopapp.applications.files.sources import Targets

# Prefix of the version of orders from files. The staging models recognize it.
_ORIGIN = "file"

_logger = logging.getLogger("tap-shopapp.files")


class Files(Application):
    """Files with orders, lines, products and categories of one shop."""

    name: ClassVar[str] = "files"
    label: ClassVar[str] = "Files"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        th.Property(
            "files_path",
            th.StringType,
            title="Files",
            description="Files to import, as a path or glob. Each file is named after its"
            " table, such as ECommerce_Transaction.csv, and has the table's columns.",
        ),
        th.Property(
            "files_mapping",
            th.StringType,
            title="Mapping file",
            description="Mapping file (YAML) that assigns files and their columns to tables,"
            " instead of files_path.",
        ),
        th.Property(
            "files_max_rejected_percent",
            th.IntegerType(minimum=0, maximum=100),
            default=10,
            title="Rejected rows",
            description="Maximum share of rejected rows, in percent, before an import fails."
            " Valid rows are loaded in any case.",
        ),
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("files_path",),
        ("files_mapping",),
    )
    is_incremental: ClassVar[bool] = False
    lookback_seconds: ClassVar[int] = 0
    page_size: ClassVar[int] = 1000

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._credentials = chosen(settings, self.credential_groups)
        self._page_size = self.records_per_page(settings)
        self._max_percent = int(settings["files_max_rejected_percent"])
        self._mapping = FileMapping((), {})
        self._zone = ZoneInfo("UTC")
        self._currency: str | None = None
        self._last_stream = ""
        self._summary = Summary()
        self._sources = Sources(())

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        if "files_mapping" in self._credentials:
            self._mapping = read_mapping(Path(self._credentials["files_mapping"]))
        else:
            self._mapping = without_mapping(self._credentials["files_path"])
        shop = self._mapping.shop
        self._currency = shop.get("currency")
        self._zone = _zone(shop.get("time_zone", "UTC"))
        self._sources = Sources(self._mapping.entries, has_currency=bool(self._currency))
        self._sources.check_headers()
        for entry in self._mapping.entries:
            check_constants(entry, self._zone)
        self.full_lists = frozenset(
            entry.table.stream for entry in self._mapping.entries if entry.replaces
        )
        filled = set(map(_read_with, self._mapping.entries))
        read = ("categories", "products", "transactions")
        self._last_stream = [stream for stream in read if stream in filled][-1]
        now = datetime.now(timezone.utc)
        # Files have no data about the shop except the fields in the mapping.
        return ShopInfo(dict(shop), now, is_partial=True)

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        for entry in self._mapping.entries:
            if entry.has_lines and stream == "transactions":
                yield from self._order_pages(entry)
            elif stream == _read_with(entry):
                yield from self._row_pages(entry)
        if stream == self._last_stream:
            self._summary.log(self._sources.filled_cells)
            self._summary.check(self._max_percent)

    def _row_pages(self, entry: Entry) -> Iterator[Page]:
        """Yield the records of files that have one row per record."""
        for path in entry.paths:
            with self._sources.opened(entry, path) as rows:
                while chunk := list(islice(rows, self._page_size)):
                    page = Page(fields_present=self._fields_present(entry, path))
                    for row, targets in chunk:
                        self._add_row(self._sources.names[path], row, targets, entry, page)
                    yield page

    def _add_row(
        self,
        file: str,
        row: Row,
        targets: Targets,
        entry: Entry,
        page: Page,
    ) -> None:
        """Add the record of a row to a page, or a reject."""
        stream = entry.table.stream
        checks = self._sources.checks(entry, file)
        try:
            checks.check_row(row)
            values = values_of(row, targets, entry, self._zone)
            if stream == "transactions":
                checks.check_order([row])
                checks.check_not_total(values["idTransaction"], [values])
                fields = normalize_order(values, entry, self._currency)
                self._add_normalized_order(fields, file, page)
            else:
                if stream == "items":
                    checks.check_line(row)
                fields = normalize_record(values, entry, self._currency)
                add(stream, NormalizedRecord(fields, origin=_ORIGIN), page)
            self._summary.taken[file] += 1
        except RecordError as error:
            self._reject(page, stream, error, [(file, row)], row.line)

    def _add_normalized_order(self, fields: dict[str, Any], file: str, page: Page) -> None:
        """Add an order to a page, and count its unknown words.

        Raises:
            RecordError: It is not valid.
        """
        add("transactions", NormalizedRecord(fields, origin=_ORIGIN), page)
        self._summary.add_unknown(file, page.records[-1])

    def _order_pages(self, entry: Entry) -> Iterator[Page]:
        """Yield the orders of files that have one row per line."""
        with spooled() as spool:
            spool.fill(rows_with_order(entry, self._sources, spool))
            orphans = spool.orphans()
            while rows := list(islice(orphans, self._page_size)):
                page = Page()
                for file, row in rows:
                    error = self._error_of_orphan(file, row, entry)
                    self._reject(page, "transactions", error, [(file, row)], row.line)
                yield page
            orders = spool.orders()
            while chunk := list(islice(orders, self._page_size)):
                page = Page(fields_present=self._fields_present(entry, *entry.paths))
                for order_rows, incomplete in chunk:
                    self._add_order(order_rows, incomplete, entry, page)
                yield page

    def _error_of_orphan(self, file: str, row: Row, entry: Entry) -> RecordError:
        """Return why a row belongs to no order."""
        targets = self._sources.targets(entry, file)
        try:
            self._sources.checks(entry, file).check_row(row)
            values_of(row, targets, entry, self._zone)
        except RecordError as error:
            return error
        return no_key("idTransaction", targets)

    def _add_order(
        self,
        rows: list[tuple[str, Row]],
        incomplete: int | None,
        entry: Entry,
        page: Page,
    ) -> None:
        """Add an order to a page, or one reject with all of its rows.

        Args:
            rows: The rows of the order, each with its file.
            incomplete: Line of a row that may belong to the order; null if it is complete.
            entry: The entry of the files.
            page: The page.
        """
        file, first = rows[0]
        line = first.line
        checks = self._sources.checks(entry, file)
        values = []
        try:
            for its_file, row in rows:
                line = row.line
                self._sources.checks(entry, its_file).check_row(row)
                targets = self._sources.targets(entry, its_file)
                values.append(values_of(row, targets, entry, self._zone))
            line = first.line
            check_complete(incomplete)
            checks.check_order([row for its_file, row in rows if its_file == file])
            checks.check_not_total(values[0]["idTransaction"], values)
            lines = checks.lines([row for _, row in rows], values)
            fields = normalize_order_of_lines(values, lines, entry, self._currency)
            self._add_normalized_order(fields, file, page)
            self._summary.taken.update(its_file for its_file, _ in rows)
        except RecordError as error:
            self._reject(page, "transactions", error, rows, line)

    def _fields_present(self, entry: Entry, *paths: Path) -> dict[str, frozenset[str]]:
        """Return the fields that records from files of an entry have, by stream."""
        filled = set(entry.constants)
        for path in paths:
            for targets in self._sources.targets(entry, self._sources.names[path]).values():
                filled.update(target.column for target in targets)
        return fields_present(entry, filled, self._currency)

    def _reject(
        self,
        page: Page,
        stream: str,
        error: RecordError,
        rows: list[tuple[str, Row]],
        line: int,
    ) -> None:
        """Add a reject with all cells of the rows, and their place in the file."""
        file = rows[0][0]
        location = f"{file}, line {line}"
        _logger.warning("%s: %s", location, error.message)
        payload = {"file": file, "line": line, "rows": [row.kept for _, row in rows]}
        page.reject(stream, error, payload, location=location, updated_at=None)
        self._summary.rejected.update(name for name, _ in rows)


def _read_with(entry: Entry) -> str:
    """Return the stream that reads the rows of an entry: lines are read with orders."""
    return "transactions" if entry.table.stream == "items" else entry.table.stream


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = "The shop's time_zone in the mapping file is not an IANA time zone."
        raise TapError(msg, "Set it to a name such as Europe/Paris.") from None
