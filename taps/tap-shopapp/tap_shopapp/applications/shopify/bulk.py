"""Bulk operations: Shopify runs a query and returns one file of JSON lines.

https://shopify.dev/docs/api/usage/bulk-operations/queries: rows of a connection inside a record
follow the record, as lines with its id in `__parentId`.
"""

from __future__ import annotations

import logging
import re
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
import requests

from tap_shopapp.applications.shopify import documents
from tap_shopapp.applications.shopify.errors import RUN_AGAIN, failure
from tap_shopapp.applications.shopify.paging import unfold, within
from tap_shopapp.errors import TapError
from tap_shopapp.pages import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import IO

    from tap_shopapp.api.graphql import GraphQLClient

    Row = dict[str, Any]

_SECONDS_BETWEEN_LOOKS = 5.0
_ATTEMPTS = 5
_PART = 1 << 20
_ORDERS_AT_ONCE = 50
_BUSY = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}
_UNDER_WAY = ("CREATED", "RUNNING")
# The first version of the API that lists operations.
_FIRST_TO_LIST = "2026-01"
_BEFORE = re.compile(r"updated_at:<='([^']{19})Z'")

_logger = logging.getLogger("tap-shopapp.shopify")


@dataclass(frozen=True, slots=True)
class Operation:
    """A bulk operation that reads orders.

    Attributes:
        id: Its global id.
        before: It reads changes until this time.
    """

    id: str
    before: str


class BulkOperations:
    """Reads orders with bulk operations.

    Args:
        client: Sends the queries.
        settings: The settings of the tap.
    """

    def __init__(self, client: GraphQLClient, settings: Mapping[str, Any]) -> None:
        self._client = client
        self._timeout = settings["request_timeout"]
        self._lists_operations = settings["api_version"] >= _FIRST_TO_LIST

    def begin(self, window: Window) -> Operation:
        """Return an operation that reads the orders that changed in a window.

        A running operation of an earlier run is used if it has the same start and an earlier
        end; the rest of the window is then read by page. An operation with the same end may
        belong to a backfill, and its result could overwrite newer records. A completed
        operation is not used, since its file may have been read.

        Raises:
            TapError: The shop does not start an operation.
        """
        return self._left_behind(window) or Operation(self._started(window), window.before)

    def orders(self, operation: Operation) -> Iterator[list[Row]]:
        """Yield the orders of an operation in unsorted batches.

        Each order has all of its `lines` and `shipping` lines.

        Raises:
            TapError: The operation fails, or its file is incomplete.
        """
        finished = self._finished(operation.id)
        url, objects = finished["url"], int(finished["objectCount"])
        if url is None and not objects:
            return
        with tempfile.TemporaryFile() as file:
            self._download(str(url), file, objects)
            file.seek(0)
            orders: list[Row] = []
            for order in _assembled(file):
                orders.append(order)
                if len(orders) == _ORDERS_AT_ONCE:
                    yield orders
                    orders = []
            yield orders

    def _left_behind(self, window: Window) -> Operation | None:
        if not self._lists_operations:
            return None
        body = self._client.execute(documents.BULK_OPERATIONS).body
        rows, _ = unfold(body.get("bulk_operations"), "bulk_operations")
        for row in rows:
            bound = _BEFORE.search(row["query"])
            if bound is None or row["status"] not in _UNDER_WAY:
                continue
            before = f"{bound[1]}.000000Z"
            is_ours = row["query"] == _query(Window(window.since, before))
            if is_ours and before < window.before:
                _logger.info("Continuing the bulk operation that an earlier run started.")
                return Operation(row["id"], before)
        return None

    def _started(self, window: Window) -> str:
        body = self._client.execute(documents.RUN_BULK, {"query": _query(window)}).body
        found = body.get("bulkOperationRunQuery") or {}
        if operation := found.get("bulkOperation"):
            return str(operation["id"])
        msg = "The shop did not start a bulk operation."
        if any(error["code"] in _BUSY for error in found.get("userErrors", ())):
            msg = "Another bulk operation of the app is still running."
        raise TapError(msg, RUN_AGAIN)

    def _finished(self, operation_id: str) -> Row:
        """Wait until an operation is complete, and return its result."""
        while True:
            body = self._client.execute(documents.BULK_STATUS, {"id": operation_id}).body
            operation: Row = body.get("node") or {}
            status = operation.get("status")
            if status == "COMPLETED":
                return operation
            if status not in _UNDER_WAY:
                # A partial result has no defined extent.
                raise failure(status, operation.get("errorCode"))
            _logger.info("Shopify has read %s objects.", operation.get("objectCount"))
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def _download(self, url: str, file: IO[bytes], objects: int) -> None:
        """Download the file of an operation. Its URL is secret: it needs no credentials.

        Each object is one line, so the number of lines shows whether the file is complete.
        """
        # urllib3 would write the URL into a log of level DEBUG.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        msg = "The file of the bulk operation could not be downloaded."
        for _ in range(_ATTEMPTS):
            file.seek(0)
            file.truncate()
            try:
                with requests.get(url, stream=True, timeout=self._timeout) as response:
                    response.raise_for_status()
                    for part in response.iter_content(_PART):
                        file.write(part)
            except requests.RequestException:
                time.sleep(_SECONDS_BETWEEN_LOOKS)
                continue
            file.seek(0)
            lines = sum(1 for _ in file)
            if lines >= objects:
                return
            msg = f"The file of the bulk operation has {lines} of {objects} objects."
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        raise TapError(msg, RUN_AGAIN)


def _query(window: Window) -> str:
    return documents.BULK_ORDERS.text.replace("WINDOW", within(window))


def _assembled(lines: Iterable[bytes]) -> Iterator[Row]:
    """Yield orders with the lines that follow them.

    Raises:
        TapError: The file does not have Shopify's format.
    """
    order: Row | None = None
    try:
        for line in lines:
            row = orjson.loads(line)
            parent = row.pop("__parentId", None)
            if parent is None:
                if order is not None:
                    yield order
                order = {**row, "lines": [], "shipping": []}
            else:
                _add_line(order, parent, row)
    except (KeyError, TypeError, ValueError):
        msg = "The file of the bulk operation does not have Shopify's format."
        raise TapError(msg, RUN_AGAIN) from None
    if order is not None:
        yield order


def _add_line(order: Row | None, parent: str, row: Row) -> None:
    if order is None or order["id"] != parent:
        raise KeyError(parent)
    # Rows that cannot be queried by id, such as shipping lines, may have no id.
    order["lines" if "/LineItem/" in (row["id"] or "") else "shipping"].append(row)
