"""Bulk operations of Shopify's API, which write all pages of a query into a file.

In the file every object of a connection is a line. It follows the line of its parent, whose id
it has as `__parentId`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from shop_fakes.shopify_bulk_rules import unfit
from shop_fakes.shopify_schema import checked, load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphql import DocumentNode, ExecutionResult

    Row = dict[str, Any]

PATH = "/bulk/"
_AT_ONCE = 5
# Versions before 2026-01 allow one at a time.
_ONE_AT_A_TIME = frozenset(("2025-10",))


@dataclass
class Operation:
    """One operation.

    Attributes:
        row: The operation as the API answers it.
        result: Result of the query at the start of the operation.
        is_grouped: Whether the children of an object follow it immediately.
        looks: Number of status requests until it is done.
        file: The file that it wrote.
    """

    row: Row
    result: ExecutionResult
    is_grouped: bool
    looks: int
    file: bytes = b""


@dataclass
class BulkOperations:
    """The operations of one app.

    Attributes:
        execute: Reads all pages of a query, in a version of the API.
        now: The shop's time.
        looks: Number of status requests until each is done.
        fails_with: The error that ends operations; empty for none.
        sent: Returns the content to send for a file, such as a part of it.
    """

    execute: Callable[[str, DocumentNode], ExecutionResult]
    now: Callable[[], str]
    looks: int = 2
    fails_with: str | None = None
    sent: Callable[[bytes], bytes] = lambda file: file
    _operations: dict[str, Operation] = field(default_factory=dict)

    def run(self, version: str, query: str, *, is_grouped: bool) -> Row:
        """Start an operation, if the query is valid for one."""
        document, errors = checked(version, query)
        if errors or document is None:
            return _rejected("INVALID", "Invalid bulk query: it is not valid.")
        if problem := unfit(load(version).schema, document):
            return _rejected("INVALID", problem)
        running = sum(
            operation.row["status"] in ("CREATED", "RUNNING")
            for operation in self._operations.values()
        )
        if running and version in _ONE_AT_A_TIME:
            return _rejected("OPERATION_IN_PROGRESS", "A bulk query operation is in progress.")
        if running >= _AT_ONCE:
            return _rejected("LIMIT_REACHED", "Bulk operations limit reached.")
        gid = f"gid://shopify/BulkOperation/{len(self._operations) + 1}"
        row = {
            "__typename": "BulkOperation",
            "id": gid,
            "createdAt": self.now(),
            "query": query,
            "status": "CREATED",
            "errorCode": None,
            "objectCount": "0",
            "url": None,
            "partialDataUrl": None,
        }
        self._operations[gid] = Operation(
            row, self.execute(version, document), is_grouped, self.looks
        )
        return {"bulkOperation": row, "userErrors": []}

    def look(self, gid: str, address: str) -> Row | None:
        """Return the status of an operation, and let it advance."""
        if (operation := self._operations.get(gid)) is None:
            return None
        if operation.row["status"] in ("CREATED", "RUNNING"):
            operation.looks -= 1
            operation.row = {**operation.row, "status": "RUNNING"}
            if operation.looks <= 0:
                self._end(operation, address.rstrip("/"))
        return operation.row

    def all(self) -> list[Row]:
        """Return the status of all operations."""
        return [operation.row for operation in self._operations.values()]

    def file(self, path: str) -> bytes | None:
        """Return the file at a path, if an operation wrote one."""
        plain = path.removeprefix(PATH).removesuffix(".jsonl")
        operation = self._operations.get(f"gid://shopify/BulkOperation/{plain}")
        return self.sent(operation.file) if operation else None

    def _end(self, operation: Operation, address: str) -> None:
        lines = list(_lines(operation.result.data or {}, is_grouped=operation.is_grouped))
        error = self.fails_with or _error_code(operation.result)
        if error:  # it breaks off halfway
            lines = lines[: len(lines) // 2]
        operation.file = b"".join(orjson.dumps(line) + b"\n" for line in lines)
        url = (
            f"{address}{PATH}{operation.row['id'].rpartition('/')[2]}.jsonl" if lines else None
        )
        operation.row = {
            **operation.row,
            "status": "FAILED" if error else "COMPLETED",
            "errorCode": error,
            "objectCount": str(len(lines)),
            "partialDataUrl" if error else "url": url,
        }


def _rejected(code: str, message: str) -> Row:
    error = {"field": ["query"], "message": message, "code": code}
    return {"bulkOperation": None, "userErrors": [error]}


def _error_code(result: ExecutionResult) -> str | None:
    codes = [(error.extensions or {}).get("code") for error in result.errors or ()]
    if not codes:
        return None
    return "ACCESS_DENIED" if "ACCESS_DENIED" in codes else "INTERNAL_SERVER_ERROR"


def _lines(data: Row, *, is_grouped: bool) -> Iterator[Row]:
    """Yield the objects of a result's connections, each before its children."""
    waiting: list[tuple[Row, str | None]] = [
        (node, None) for connection in data.values() for node in _nodes(connection) or ()
    ]
    while waiting:
        row, parent = waiting.pop(0)
        own = {name: value for name, value in row.items() if _nodes(value) is None}
        yield own if parent is None else {**own, "__parentId": parent}
        inner = [(node, row["id"]) for value in row.values() for node in _nodes(value) or ()]
        waiting = [*inner, *waiting] if is_grouped else [*waiting, *inner]


def _nodes(value: object) -> list[Row] | None:
    """Return the objects of a connection, null if the value is not a connection."""
    if not isinstance(value, dict) or not value.keys() & {"edges", "nodes"}:
        return None
    return value["nodes"] if "nodes" in value else [edge["node"] for edge in value["edges"]]
