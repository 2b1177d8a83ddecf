"""Files as a shop: each fills one of the four tables, and bad rows stop no good ones."""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk import typing as th
from typing_extensions import override

from tap_shopapp.applications.base import Application
from tap_shopapp.applications.files.fields_present import stated_fields
from tap_shopapp.applications.files.mapping import (
    FileMapping,
    read_mapping,
    short_names,
    without_mapping,
)
from tap_shopapp.applications.files.normalize import (
    draft,
    no_key,
    order,
    order_of_lines,
    values_of,
)
from tap_shopapp.applications.files.readers import opened
from tap_shopapp.applications.files.spool import spooled
from tap_shopapp.applications.files.values import whole
from tap_shopapp.applications.settings import chosen
from tap_shopapp.errors import RecordError, TapError
from tap_shopapp.pages import Page, Shop, Window
from tap_shopapp.records import normalize

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tap_shopapp.applications.files.mapping import Entry, Target
    from tap_shopapp.applications.files.rows import Row

_HUNDRED = 100
# What versions of orders from a file of lines begin with; staging knows them by it.
_ORIGIN = "file"

_logger = logging.getLogger("tap-shopapp.files")


class Files(Application):
    """Files of one shop's orders, lines, products and categories."""

    name: ClassVar[str] = "files"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        th.Property(
            "files_path",
            th.StringType,
            title="Files",
            description="Files to import, as a path or glob, each named after its table, such"
            " as ECommerce_Transaction.csv, and with the table's columns.",
        ),
        th.Property(
            "files_mapping",
            th.StringType,
            title="Mapping file",
            description="Instead of files_path: a YAML file that says which files fill which"
            " table, and which of their columns what.",
        ),
        th.Property(
            "files_max_rejected_percent",
            th.IntegerType(minimum=0, maximum=100),
            default=10,
            title="Rejected rows",
            description="How many of a hundred rows may be rejected before an import of files"
            " counts as failed; the good ones are loaded all the same.",
        ),
    )
    authorizations: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("files_path",),
        ("files_mapping",),
    )
    is_incremental: ClassVar[bool] = False
    lookback_seconds: ClassVar[int] = 0
    page_size: ClassVar[int] = 1000

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._given = chosen(settings, self.authorizations)
        self._page_size = self.records_per_page(settings)
        self._max_percent = int(settings["files_max_rejected_percent"])
        self._mapping = FileMapping((), {})
        self._zone = ZoneInfo("UTC")
        self._last_stream = ""
        self._taken: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._names: dict[Path, str] = {}
        self._headers: dict[str, tuple[str, ...]] = {}
        self._known_targets: dict[
            tuple[int, tuple[str, ...]], Mapping[str, tuple[Target, ...]]
        ] = {}

    @override
    def open(self, streams: Collection[str]) -> Shop:
        if "files_mapping" in self._given:
            self._mapping = read_mapping(Path(self._given["files_mapping"]))
        else:
            self._mapping = without_mapping(self._given["files_path"])
        self._names = short_names(p for entry in self._mapping.entries for p in entry.paths)
        self._check_headers()
        stated = self._mapping.shop
        self._zone = _zone(stated.get("time_zone", "UTC"))
        self.full_lists = frozenset(
            entry.table.stream for entry in self._mapping.entries if entry.replaces
        )
        filled = set(map(_read_with, self._mapping.entries))
        read = ("categories", "products", "transactions")
        self._last_stream = [stream for stream in read if stream in filled][-1]
        now = datetime.now(timezone.utc)
        # Files tell of orders, and of the shop itself no more than the mapping does.
        return Shop(dict(stated), now, is_partial=True)

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
        """Yield the records of files that have a row each."""
        for path in entry.paths:
            with self._opened(entry, path) as rows:
                while chunk := list(islice(rows, self._page_size)):
                    page = Page(stated=self._stated(entry, path))
                    for row, targets in chunk:
                        self._add_row(self._names[path], row, targets, entry, page)
                    yield page

    def _add_row(
        self,
        file: str,
        row: Row,
        targets: Mapping[str, tuple[Target, ...]],
        entry: Entry,
        page: Page,
    ) -> None:
        """Add a row's record to a page, or the row to the page's rejects."""
        stream = entry.table.stream
        make = order if stream == "transactions" else draft
        try:
            values = _values(row, targets, entry, self._zone)
            fields = make(values, entry, self._mapping.shop.get("currency"))
            normalize.add(stream, normalize.Draft(fields, origin=_ORIGIN), page)
            self._taken[file] += 1
        except RecordError as error:
            self._reject(page, stream, error, [(file, row)], row.line)

    def _order_pages(self, entry: Entry) -> Iterator[Page]:
        """Yield the orders of files that have a row per line."""
        with spooled() as spool:
            spool.fill(self._rows_with_order(entry))
            strays = spool.strays()
            while rows := list(islice(strays, self._page_size)):
                page = Page()
                for file, row in rows:
                    targets = self._targets(entry, file)
                    error = row.error or no_key("idTransaction", targets)
                    self._reject(page, "transactions", error, [(file, row)], row.line)
                yield page
            orders = spool.orders()
            while chunk := list(islice(orders, self._page_size)):
                page = Page(stated=self._stated(entry, *entry.paths))
                for rows in chunk:
                    self._add_order(rows, entry, page)
                yield page

    def _rows_with_order(self, entry: Entry) -> Iterator[tuple[str | None, str, Row]]:
        """Yield the id of its order, if it names one, the file, and each row."""
        for path in entry.paths:
            with self._opened(entry, path) as rows:
                for row, targets in rows:
                    stated = _order_id(row, targets)
                    order_id = stated or entry.constants.get("idTransaction") or None
                    yield order_id, self._names[path], row

    def _add_order(self, rows: list[tuple[str, Row]], entry: Entry, page: Page) -> None:
        """Add an order to a page, or all of it to the page's rejects."""
        values = []
        line = rows[0][1].line
        try:
            for file, row in rows:
                line = row.line
                values.append(_values(row, self._targets(entry, file), entry, self._zone))
            fields = order_of_lines(values, entry, self._mapping.shop.get("currency"))
            normalize.add("transactions", normalize.Draft(fields, origin=_ORIGIN), page)
            self._taken.update(file for file, _ in rows)
        except RecordError as error:
            self._reject(page, "transactions", error, rows, line)

    @contextmanager
    def _opened(
        self, entry: Entry, path: Path
    ) -> Iterator[Iterator[tuple[Row, Mapping[str, tuple[Target, ...]]]]]:
        """Open a file of an entry, as its rows with where their cells go."""
        name = self._names[path]
        columns = self._headers.get(name, ())
        with opened(path, name, entry.encoding, entry.delimiter, columns) as contents:
            self._headers[name] = contents.columns
            targets = self._targets(entry, name)
            yield ((row, targets) for row in contents.rows)

    def _targets(self, entry: Entry, file: str) -> Mapping[str, tuple[Target, ...]]:
        """Return where a row's cells go."""
        header = self._headers[file]
        known = (id(entry), header)
        if known not in self._known_targets:
            self._known_targets[known] = entry.targets(header, file)
        return self._known_targets[known]

    def _stated(self, entry: Entry, *paths: Path) -> dict[str, frozenset[str]]:
        """Return the fields that records of an entry's files state, by stream."""
        filled = set(entry.constants)
        for path in paths:
            for targets in self._targets(entry, self._names[path]).values():
                filled.update(target.column for target in targets)
        return stated_fields(entry, filled, self._mapping.shop.get("currency"))

    def _check_headers(self) -> None:
        """Look at the header of every file before anything is written."""
        for entry in self._mapping.entries:
            for path in entry.paths:
                with self._opened(entry, path) as rows:
                    next(rows, None)

    def _reject(
        self,
        page: Page,
        stream: str,
        error: RecordError,
        rows: list[tuple[str, Row]],
        line: int,
    ) -> None:
        """Keep rows that cannot be loaded, whole, with where they stood."""
        file = rows[0][0]
        location = f"{file}, line {line}"
        _logger.warning("%s: %s", location, error.message)
        payload = {"file": file, "line": line, "rows": [row.kept for _, row in rows]}
        page.reject(stream, error, payload, location=location, updated_at=None)
        self._rejected.update(name for name, _ in rows)

    def _sum_up(self) -> None:
        """Tell what became of each file's rows.

        Raises:
            TapError: If more of them were rejected than the settings allow.
        """
        for file in sorted(self._taken | self._rejected):
            _logger.info(
                "%s: %d rows taken, %d rejected.",
                file,
                self._taken[file],
                self._rejected[file],
            )
        rejected = self._rejected.total()
        rows = self._taken.total() + rejected
        if rejected * _HUNDRED > rows * self._max_percent:
            msg = f"Of {rows} rows {rejected} were rejected."
            raise TapError(
                msg,
                "The others were written. Look at ecommerce_rejects for the reasons, mend the"
                " files or the mapping, and import them again.",
            )


def _values(
    row: Row, targets: Mapping[str, tuple[Target, ...]], entry: Entry, zone: ZoneInfo
) -> dict[str, Any]:
    if row.error:
        raise row.error
    return values_of(row, targets, entry, zone)


def _order_id(row: Row, targets: Mapping[str, tuple[Target, ...]]) -> str | None:
    """Return the order that a row names, as all of its rows name it."""
    for name, cell in row.cells.items():
        for target in targets.get(name, ()):
            if target.column == "idTransaction":
                return whole(cell) if target.format == "integer" else cell
    return None


def _read_with(entry: Entry) -> str:
    """Return the stream on whose pages a table's rows are: lines go with orders."""
    return "transactions" if entry.table.stream == "items" else entry.table.stream


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = "The shop's time_zone in the mapping file is no name of an IANA time zone."
        raise TapError(msg, "Set one such as Europe/Paris.") from None
