"""Connections of Shopify's API: arguments of a list, and its pages.

A cursor is the value of the sort key and the id, not a position. Rows with the same sort key
come in arbitrary order, which changes when a row is edited.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Row = dict[str, Any]

LARGEST_PAGE = 250
DEEPEST = 25_000
"""The last object of a list that a page may show."""
# The positions of variants follow their ids.
_ORDERED_BY = {
    "ID": "id",
    "POSITION": "id",
    "UPDATED_AT": "updatedAt",
    "CREATED_AT": "createdAt",
}
_TERM = re.compile(r"""(\w+):(>=|<=|>|<|)(?:'([^']*)'|"([^"]*)"|([^\s'"]+))""")
_SECOND = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
_TIMES = {"updated_at": "updatedAt", "created_at": "createdAt"}
_NUMBER = re.compile(r"\d+")
_WORDS = {"subject_type": "subjectType", "action": "action"}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    "<": lambda value, limit: value < limit,
    "": lambda value, limit: value == limit,
}


@dataclass(frozen=True)
class Connection:
    """Resolves to a page of rows, by the arguments of a connection.

    Attributes:
        rows: Returns all rows.
        is_newest_first: Whether the last row comes first, unless `reverse` is set.
        alter: Changes the rows of a page, to break a rule of the API.
    """

    rows: Callable[[], Iterable[Row]]
    is_newest_first: bool = False
    alter: Callable[[list[Row]], list[Row]] = list

    def __call__(
        self,
        *,
        first: int | None = None,
        after: str | None = None,
        query: str | None = None,
        sortKey: str = "ID",  # noqa: N803 - Shopify's name
        reverse: bool = False,
        **others: object,
    ) -> Row:
        """Return a page."""
        if first is None or not 0 < first <= LARGEST_PAGE:
            raise GraphQLError(f"first has to be from 1 to {LARGEST_PAGE}.")
        if any(others.values()) or sortKey not in _ORDERED_BY:
            raise GraphQLError("The fake does not know this argument of a connection.")
        name = _ORDERED_BY[sortKey]
        reverse = reverse is not self.is_newest_first
        found = self._found(query)
        found.sort(key=lambda row: _place(_known(row, name), row["id"]), reverse=reverse)
        length = len(found)
        if after is not None:
            limit = _read(after, sortKey)
            found = [
                row
                for row in found
                if (place := _place(_known(row, name), row["id"])) != limit
                and (place > limit) is not reverse
            ]
        if length - len(found[first:]) > DEEPEST:
            raise GraphQLError(f"No page shows more than the first {DEEPEST} objects.")

        def cursor(row: Row) -> str:
            return _cursor(_known(row, name), row["id"], sortKey)

        page = _page(found, first, cursor)
        nodes = self.alter(page["nodes"])
        edges = [{"node": row, "cursor": cursor(row)} for row in nodes]
        return page | {"nodes": nodes, "edges": edges}

    def count(self, *, query: str | None = None, limit: int | None = None) -> Row:
        """Return the number of rows."""
        if limit is not None:
            raise GraphQLError("The fake counts without a limit only.")
        return {"count": len(self._found(query)), "precision": "EXACT"}

    def whole(self, *, query: str | None = None, **ignored: object) -> Row:
        """Return all rows, as a bulk operation reads them."""
        del ignored
        found = self._found(query)
        return {"edges": [{"node": row} for row in found], "nodes": found}

    def _found(self, query: str | None) -> list[Row]:
        terms = _terms(query or "")
        return [row for row in self.rows() if all(_meets(row, *term) for term in terms)]


def _page(found: list[Row], first: int, cursor: Callable[[Row], str]) -> Row:
    page = found[:first]
    edges = [{"node": row, "cursor": cursor(row)} for row in page]
    return {
        "edges": edges,
        "nodes": page,
        "pageInfo": {
            "hasNextPage": len(found) > first,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _known(row: Row, name: str) -> str:
    """Return the indexed form of a row, which may be older than the row."""
    value = row.get("indexedAt", row[name]) if name == "updatedAt" else row[name]
    return str(value)


def _place(value: str, gid: str) -> tuple[int, str, str]:
    """Return the sort key of a row: ids by number, ties in arbitrary order."""
    if value == gid:
        plain = gid.rpartition("/")[2]
        return len(plain), plain, ""
    return 0, value, hashlib.sha256(f"{value}{gid}".encode()).hexdigest()


def _cursor(value: str, gid: str, sort_key: str) -> str:
    cursor_fields = orjson.dumps({"last_id": gid, "last_value": value, "by": sort_key})
    return base64.urlsafe_b64encode(cursor_fields).decode()


def _read(cursor: str, sort_key: str) -> tuple[int, str, str]:
    try:
        cursor_fields = orjson.loads(base64.urlsafe_b64decode(cursor))
        if cursor_fields["by"] == sort_key:
            return _place(cursor_fields["last_value"], cursor_fields["last_id"])
    except (KeyError, TypeError, ValueError):
        pass
    raise GraphQLError("Invalid cursor for current pagination sort.")


def _terms(query: str) -> list[tuple[str, str, str]]:
    """Return the terms of a search: field, comparator, value; a row must match all."""
    terms = []
    for name, comparator, *values in _TERM.findall(query):
        value = "".join(values)
        form = _SECOND if name in _TIMES else _NUMBER if name == "id" else None
        is_known = name in {"id", *_TIMES, *_WORDS}
        if not is_known or (form and not form.fullmatch(value)):
            raise GraphQLError("The fake does not know this term of a search.")
        terms.append((name, comparator, value))
    if _TERM.sub("", query).strip():
        raise GraphQLError("The fake does not know this form of a search.")
    return terms


def _meets(row: Row, name: str, comparator: str, value: str) -> bool:
    if name == "id":
        return _COMPARE[comparator](int(row["id"].rpartition("/")[2]), int(value))
    if name in _TIMES:
        return _COMPARE[comparator](row[_TIMES[name]], value)
    return str(row[_WORDS[name]]).lower() == value.lower()
