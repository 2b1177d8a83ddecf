"""Records that make PHP fail in the shop, so that no page with them can be read.

A page is halved until such a record stands alone. It is then rejected with its id, and the list
continues after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from tap_shopapp.api.errors import PageError
from tap_shopapp.api.page_size import PAGE_BUDGET
from tap_shopapp.applications.prestashop.values import record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tap_shopapp.applications.prestashop.webservice import Webservice
    from tap_shopapp.pages import Record

_MOST_IN_A_ROW = 20
_HIGHEST_ID = 1 << 40

T = TypeVar("T")


@dataclass(slots=True)
class Rows:
    """Records of one page.

    Attributes:
        records: The records in order.
        unreadable: Id and time of change of records that the shop cannot produce; empty if
            they are unknown.
        is_last: Whether no records follow.
        reached: Id and time of change that the page reaches, besides those of its records.
    """

    records: list[Record]
    unreadable: list[Record] = field(default_factory=list)
    is_last: bool = False
    reached: Record | None = None

    @property
    def places(self) -> list[Record]:
        """Records with the ids and times of change that the page reaches."""
        reached = [self.reached] if self.reached else []
        known = [row for row in self.unreadable if "date_upd" in row or not reached]
        return [*self.records, *filter(None, known), *reached]


def of_one(webservice: Webservice, read: Callable[[], T]) -> T | None:
    """Return what a failed request for one record gives now; null if it fails again.

    Before that, the shop has to answer another request: it may have been down.

    Raises:
        TapError: The shop is down.
    """
    webservice.wait()
    try:
        return read()
    except PageError:
        return None


def after_unreadable(webservice: Webservice, resource: str, params: Mapping[str, str]) -> Rows:
    """Return what is known of the next record of a list, which alone makes its page fail.

    Args:
        webservice: Sends the requests.
        resource: The resource.
        params: Sort and filter of the list from this record on.

    Raises:
        PageError: No record after it can be read either, so all of PHP may fail.
    """
    fields = "[id,date_upd]" if "date" in params else "[id]"
    skipped = 0
    while True:
        limit = f"{skipped},1" if skipped else "1"
        try:
            found = webservice.rows(
                resource, {**params, "limit": limit}, display=fields, page_budget=PAGE_BUDGET
            )
            break
        except PageError:
            skipped += 1
            if skipped > _MOST_IN_A_ROW:
                raise
    if not skipped:  # only other fields of the record make PHP fail
        return Rows([], found, is_last=not found)
    unreadable: list[Record] = [{"id": _identify(webservice, resource, params)}]
    unreadable += [{} for _ in range(skipped - 1)]
    if not found:
        return Rows([], unreadable, is_last=True)
    # The list continues with the next record.
    return Rows([], unreadable, reached={**found[0], "id": record_id(found[0]) - 1})


def rows_with_ids(webservice: Webservice, resource: str, ids: Sequence[str]) -> Rows:
    """Return the records with some ids, by id; deleted ones are left out.

    Raises:
        PageError: PHP fails on all of them.
    """
    try:
        return Rows(webservice.by_ids(resource, "id", ids))
    except PageError:
        if len(ids) == 1:
            found = of_one(webservice, lambda: webservice.by_ids(resource, "id", ids))
            return Rows([], [{"id": ids[0]}]) if found is None else Rows(found)
        middle = len(ids) // 2
        halves = [
            rows_with_ids(webservice, resource, half) for half in (ids[:middle], ids[middle:])
        ]
        unreadable = [row for half in halves for row in half.unreadable]
        if len(unreadable) == len(ids):
            raise
        return Rows([row for half in halves for row in half.records], unreadable)


def _identify(webservice: Webservice, resource: str, params: Mapping[str, str]) -> int:
    """Return the id of the next record of a list, which no request shows.

    A list of an interval of ids begins with this record and fails, or does not have it.
    """
    lowest = int(params.get("filter[id]", "[0]").strip(">[]")) + 1

    def has_it(low: int, high: int) -> bool:
        of_ids = {**params, "filter[id]": f"[{low},{high}]", "limit": "1"}
        try:
            webservice.rows(resource, of_ids, display="[id]", page_budget=0)
        except PageError:
            return True
        return False

    highest = lowest
    while highest < _HIGHEST_ID and not has_it(lowest, highest):
        highest *= 2
    while lowest < highest:
        middle = (lowest + highest) // 2
        if has_it(lowest, middle):
            highest = middle
        else:
            lowest = middle + 1
    return lowest
