"""Searches of Adobe Commerce's REST API, with their silent failures as measured.

- A filter on a field with times is ignored if its value is not a time.
- A condition that does not exist is `eq`.
- A field that does not exist, in a filter or a sort order, is status 500.
- Without a direction, a sort order is descending.
- A page past the end is empty (2.4.7), or the last page again (up to 2.3.4).
- An empty list is null if the query selects fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from shopapp_demo.shop import Record

_FILTER = re.compile(
    r"searchCriteria\[(?:filterGroups|filter_groups)\]\[(\d+)\]\[filters\]\[(\d+)\]\[(\w+)\]"
)
_SORT = re.compile(r"searchCriteria\[(?:sortOrders|sort_orders)\]\[(\d+)\]\[(\w+)\]")
_TIMES = frozenset(("created_at", "updated_at"))
_IDS = frozenset(("entity_id", "order_id", "parent_id", "store_id", "customer_id"))
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?")
LARGEST_PAGE, DEFAULT_PAGE = 300, 20
"""The limits of the setting webapi/validation, if it is on."""


class RefusalError(Exception):
    """An answer other than 200, with its message and parameters."""

    def __init__(self, status: int, message: str, parameters: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message}
        if parameters is not None:
            self.body["parameters"] = parameters


@dataclass
class Criteria:
    """The search criteria of a query.

    Attributes:
        groups: Filters by group and place.
        sort: Field and direction of each sort order.
        page_size: Records per page; 0 for all.
        page: Number of the page, from 1.
    """

    groups: dict[int, dict[int, dict[str, str]]] = field(default_factory=dict)
    sort: dict[int, dict[str, str]] = field(default_factory=dict)
    page_size: int = 0
    page: int = 1


def parse(query: Mapping[str, str], *, has_limits: bool) -> Criteria:
    """Return the criteria of a query.

    Raises:
        RefusalError: The query has no criteria, or a page that is too large.
    """
    names = [name for name in query if name.startswith("searchCriteria")]
    if not names:
        raise RefusalError(
            400,
            '"%fieldName" is required. Enter and try again.',
            {"fieldName": "searchCriteria"},
        )
    criteria = Criteria()
    for name in names:
        if match := _FILTER.fullmatch(name):
            group = criteria.groups.setdefault(int(match[1]), {})
            group.setdefault(int(match[2]), {})[_camel(match[3])] = query[name]
        elif match := _SORT.fullmatch(name):
            criteria.sort.setdefault(int(match[1]), {})[match[2]] = query[name]
    size = query.get("searchCriteria[pageSize]")
    criteria.page_size = int(size) if size else DEFAULT_PAGE if has_limits else 0
    criteria.page = max(1, int(query.get("searchCriteria[currentPage]") or 1))
    if has_limits and criteria.page_size > LARGEST_PAGE:
        raise RefusalError(400, "Maximum SearchCriteria pageSize is %max", {"max": 300})
    return criteria


def _camel(name: str) -> str:
    return "conditionType" if name == "condition_type" else name


@dataclass
class Search:
    """Answers searches.

    Attributes:
        repeats_last_page: Whether a page past the end is the last page (up to 2.3.4).
        has_limits: Whether the setting webapi/validation is on.
        searches: Number of searches so far; records with equal keys come in another order each
            time.
    """

    repeats_last_page: bool = False
    has_limits: bool = False
    searches: int = 0

    def answer(
        self,
        rows: Sequence[Record],
        key: str,
        fields: frozenset[str],
        query: Mapping[str, str],
        shown: Callable[[list[Record]], list[Record]],
    ) -> Record:
        """Return the answer to a query.

        Args:
            rows: All records of the list.
            key: Name of the id in records; filters and sort orders name it `entity_id`.
            fields: Names that filters and sort orders may have.
            query: The query.
            shown: Changes the records of the page.
        """
        criteria = parse(query, has_limits=self.has_limits)
        for group in criteria.groups.values():
            rows = [
                row
                for row in rows
                if any(_meets(row, key, fields, its) for its in group.values())
            ]
            self._check(group, fields)
        kept = self._sorted(list(rows), key, fields, criteria)
        total, size, page = len(kept), criteria.page_size, criteria.page
        if size:
            pages = max(1, -(-total // size))
            page = min(page, pages) if self.repeats_last_page else page
            kept = kept[(page - 1) * size :][:size]
        return {"items": shown(kept), "total_count": total}

    def _check(self, group: Mapping[int, Mapping[str, str]], fields: frozenset[str]) -> None:
        for its in group.values():
            _require(its["field"], fields)

    def _sorted(
        self, rows: list[Record], key: str, fields: frozenset[str], criteria: Criteria
    ) -> list[Record]:
        self.searches += 1
        if not criteria.sort:
            return sorted(rows, key=lambda row: int(row[key]))
        rows.sort(key=lambda row: crc32(f"{self.searches} {row[key]}".encode()))
        for place in sorted(criteria.sort, reverse=True):
            order = criteria.sort[place]
            direction = order.get("direction", "DESC").upper()
            if direction not in {"ASC", "DESC"}:
                raise RefusalError(400, "Sort order must be ASC or DESC.")
            name = _require(order["field"], fields)
            name = key if name == "entity_id" else name
            rows.sort(
                key=lambda row, name=name: _comparable(row.get(name)),  # type: ignore[misc]
                reverse=direction == "DESC",
            )
        return rows


def _require(name: str, fields: frozenset[str]) -> str:
    if name not in fields:
        message = "Internal Error. Details are available in Magento log file."
        raise RefusalError(500, f"{message} Report ID: webapi-6b0ce99eb78ca")
    return name


def _comparable(value: Any) -> tuple[int, Any]:
    if value is None:
        return (0, "")
    return (1, value) if isinstance(value, (int, float)) else (2, str(value))


def _meets(row: Record, key: str, fields: frozenset[str], its: Mapping[str, str]) -> bool:
    """Return whether a record meets one filter."""
    name = _require(its["field"], fields)
    value, wanted = row.get(key if name == "entity_id" else name), its.get("value", "")
    condition = its.get("conditionType", "eq")
    if name in _TIMES and condition not in {"null", "notnull"}:
        if not _DATE.fullmatch(wanted):
            return True  # the filter is ignored
        # The zone is not read: `Z`, an offset and nothing are the same.
        wanted = _utc_text(wanted)
    if condition in {"null", "notnull"}:
        return (value is None) == (condition == "null")
    if condition == "in":
        return str(value) in wanted.split(",")
    if value is None:
        return condition == "neq"
    found, limit = _pair(value, wanted, is_number=name in _IDS)
    compared: dict[str, bool] = {
        "neq": found != limit,
        "gt": found > limit,
        "gteq": found >= limit,
        "lt": found < limit,
        "lteq": found <= limit,
        "from": found >= limit,
        "to": found <= limit,
        "like": re.fullmatch(wanted.replace("%", ".*"), str(value)) is not None,
    }
    # A condition that does not exist is `eq`.
    return compared.get(condition, bool(found == limit))


def _utc_text(wanted: str) -> str:
    time = re.sub(r"(\.\d+)?(Z|[+-]\d\d:?\d\d)?$", "", wanted.replace("T", " "))
    return time if len(time) > 10 else f"{time} 00:00:00"


def _pair(value: Any, wanted: str, *, is_number: bool) -> tuple[Any, Any]:
    if is_number or isinstance(value, (int, float)):
        try:
            return Decimal(str(value)), Decimal(wanted)
        except InvalidOperation:
            return Decimal(str(value)), Decimal(0)  # as SQL reads text as a number
    return str(value), wanted


def selected(value: Any, fields: str) -> Any:
    """Return the fields of an answer that `fields` selects, such as `items[id],total_count`."""
    return _selected(value, selection(fields))


def selection(fields: str) -> dict[str, Any]:
    """Return a selection as nested names."""
    root: dict[str, Any] = {}
    stack, name = [root], ""
    for character in f"{fields},":
        if character not in "[],":
            name += character
            continue
        if name:
            stack[-1][name] = {}
        if character == "[":
            stack.append(stack[-1][name])
        elif character == "]":
            stack.pop()
        name = ""
    return root


def _selected(value: Any, tree: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        # An empty list is null, as recorded.
        return [_selected(each, tree) for each in value] or None
    if not isinstance(value, dict):
        return value
    return {
        name: _selected(value[name], inner) if inner else value[name]
        for name, inner in tree.items()
        if name in value
    }


def now_text(moment: datetime) -> str:
    """Return a time as the API writes it: UTC without a zone."""
    return f"{moment:%Y-%m-%d %H:%M:%S}"
