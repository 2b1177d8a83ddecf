"""Files as a shop: each file fills one of the four tables. Bad rows become rejects."""

from __future__ import annotations

import logging
from collections import Counter
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
    no_key,
    normalize_order,
    normalize_order_of_lines,
    normalize_record,
    values_of,
)
from tap_shopapp.applications.files.sources import Sources
from tap_shopapp.applications.files.spool import spooled
from tap_shopapp.applications.files.values import whole
from tap_shopapp.applications.settings import chosen
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import Page, ShopInfo, Window
from tap_shopapp.records.normalize import NormalizedRecord, add

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_shopapp.applications.files.entry import Entry
    from tap_shopapp.applications.files.rows import Row
    from tap_shopapp.applications.files.sources import Targets

_HUNDRED = 100
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
        self._last_stream = ""
        self._taken: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._sources = Sources(())

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        if "files_mapping" in self._credentials:
            self._mapping = read_mapping(Path(self._credentials["files_mapping"]))
        else:
            self._mapping = without_mapping(self._credentials["files_path"])
        self._sources = Sources(self._mapping.entries)
        self._sources.check_headers()
        shop = self._mapping.shop
        self._zone = _zone(shop.get("time_zone", "UTC"))
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
            self._sum_up()

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
        make = normalize_order if stream == "transactions" else normalize_record
        try:
            values = _values(row, targets, entry, self._zone)
            fields = make(values, entry, self._mapping.shop.get("currency"))
            add(stream, NormalizedRecord(fields, origin=_ORIGIN), page)
            self._taken[file] += 1
        except RecordError as error:
            self._reject(page, stream, error, [(file, row)], row.line)

    def _order_pages(self, entry: Entry) -> Iterator[Page]:
        """Yield the orders of files that have one row per line."""
        with spooled() as spool:
            spool.fill(self._rows_with_order(entry))
            orphans = spool.orphans()
            while rows := list(islice(orphans, self._page_size)):
                page = Page()
                for file, row in rows:
                    targets = self._sources.targets(entry, file)
                    error = row.error or no_key("idTransaction", targets)
                    self._reject(page, "transactions", error, [(file, row)], row.line)
                yield page
            orders = spool.orders()
            while chunk := list(islice(orders, self._page_size)):
                page = Page(fields_present=self._fields_present(entry, *entry.paths))
                for rows in chunk:
                    self._add_order(rows, entry, page)
                yield page

    def _rows_with_order(self, entry: Entry) -> Iterator[tuple[str | None, str, Row]]:
        """Yield each row with the id of its order, if it has one, and its file."""
        for path in entry.paths:
            with self._sources.opened(entry, path) as rows:
                for row, targets in rows:
                    order_id = (
                        _order_id(row, targets) or entry.constants.get("idTransaction") or None
                    )
                    yield order_id, self._sources.names[path], row

    def _add_order(self, rows: list[tuple[str, Row]], entry: Entry, page: Page) -> None:
        """Add an order to a page, or one reject with all of its rows."""
        values = []
        line = rows[0][1].line
        try:
            for file, row in rows:
                line = row.line
                values.append(
                    _values(row, self._sources.targets(entry, file), entry, self._zone)
                )
            fields = normalize_order_of_lines(values, entry, self._mapping.shop.get("currency"))
            add("transactions", NormalizedRecord(fields, origin=_ORIGIN), page)
            self._taken.update(file for file, _ in rows)
        except RecordError as error:
            self._reject(page, "transactions", error, rows, line)

    def _fields_present(self, entry: Entry, *paths: Path) -> dict[str, frozenset[str]]:
        """Return the fields that records from files of an entry have, by stream."""
        filled = set(entry.constants)
        for path in paths:
            for targets in self._sources.targets(entry, self._sources.names[path]).values():
                filled.update(target.column for target in targets)
        return fields_present(entry, filled, self._mapping.shop.get("currency"))

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
        self._rejected.update(name for name, _ in rows)

    def _sum_up(self) -> None:
        """Log the number of loaded and rejected rows of each file.

        Raises:
            TapError: More rows were rejected than the settings allow.
        """
        for file in sorted(self._taken | self._rejected):
            _logger.info(
                "%s: %d rows loaded, %d rejected.",
                file,
                self._taken[file],
                self._rejected[file],
            )
        rejected = self._rejected.total()
        rows = self._taken.total() + rejected
        if rejected * _HUNDRED > rows * self._max_percent:
            msg = f"{rejected} of {rows} rows were rejected."
            raise TapError(
                msg,
                "The valid rows were loaded. Find the reasons in ecommerce_rejects, correct"
                " the files or the mapping, and import them again.",
            )


def _values(row: Row, targets: Targets, entry: Entry, zone: ZoneInfo) -> dict[str, Any]:
    if row.error:
        raise row.error
    return values_of(row, targets, entry, zone)


def _order_id(row: Row, targets: Targets) -> str | None:
    """Return the order id of a row, in the form that all rows of the order have."""
    for name, cell in row.cells.items():
        for target in targets.get(name, ()):
            if target.column == "idTransaction":
                return whole(cell) if target.format == "integer" else cell
    return None


def _read_with(entry: Entry) -> str:
    """Return the stream that reads the rows of an entry: lines are read with orders."""
    return "transactions" if entry.table.stream == "items" else entry.table.stream


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = "The shop's time_zone in the mapping file is not an IANA time zone."
        raise TapError(msg, "Set it to a name such as Europe/Paris.") from None
