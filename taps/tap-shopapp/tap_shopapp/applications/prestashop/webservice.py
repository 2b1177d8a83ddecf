"""Requests to the PrestaShop webservice: always lists, in JSON, of the configured shops."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.list_check import ListError
from tap_shopapp.api.page_size import PAGE_BUDGET
from tap_shopapp.applications.prestashop.errors import ON_BAD_RESPONSE
from tap_shopapp.applications.prestashop.values import record_id
from tap_shopapp.errors import TapError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tap_shopapp.api.http import JsonClient
    from tap_shopapp.api.request import Answer
    from tap_shopapp.pages import Record

# The name in the JSON, where it differs from the name in the address.
_NAMES = {"order_slip": "order_slips"}
_WITHOUT_IDS = frozenset(("configurations",))
CUSTOMER_FIELDS = (
    *("id", "email", "firstname", "lastname", "is_guest", "newsletter", "optin", "deleted"),
    *("active", "date_add", "date_upd"),
)
"""The fields of customers that the tap asks for; all fields include the hash of a password."""
_DISPLAYED = {"customers": f"[{','.join(CUSTOMER_FIELDS)}]"}
# A secret of the buyer, and free text. A rejected record would contain them.
_NEVER_KEPT = ("secure_key", "note", "gift_message")


class Webservice:
    """Reads lists of resources.

    A single record would lack its empty fields, so it is read as a list of one.

    Args:
        client: Sends the requests.
        id_shop: Shops of a multistore: an id or `all`. Without it, the webservice only answers
            for the shop of the address.

    Attributes:
        language: Id of the language of texts; empty until the shop's default is known.
    """

    def __init__(self, client: JsonClient, id_shop: str) -> None:
        self._client = client
        self._id_shop = id_shop
        self.language = ""

    def rows(
        self,
        resource: str,
        params: Mapping[str, str],
        *,
        display: str = "",
        page_budget: float | None = None,
    ) -> list[Record]:
        """Return the records of a list, each with an id.

        Args:
            resource: The resource.
            params: Filters, sort and limit.
            display: The fields; by default all fields that the tap may read.
            page_budget: Seconds of retries after which a record counts as the cause.

        Raises:
            PageError: PHP fails on one of the records.
            TapError: The answer is not a list of records.
        """
        return self.answer(resource, params, display, page_budget=page_budget)[0]

    def answer(
        self,
        resource: str,
        params: Mapping[str, str],
        display: str = "",
        *,
        retry_budget: float | None = None,
        page_budget: float | None = None,
    ) -> tuple[list[Record], datetime]:
        """Return the records of a list, and the time of the shop's clock."""
        query = {
            "output_format": "JSON",
            "id_shop": self._id_shop,
            "display": display or _DISPLAYED.get(resource, "full"),
            "sort": "[id_ASC]",
            **params,
        }
        if self.language:
            query["language"] = self.language
        path = f"/api/{resource}"
        answer = self._client.get(
            path,
            query,
            retry_budget=retry_budget,
            page_budget=page_budget,
            kind=(dict, list),
        )
        # An empty list has no name.
        body: Any = answer.body
        rows = [] if body == [] else _named(body, resource)
        is_record = _is_object if resource in _WITHOUT_IDS else _has_id
        if rows is None or not all(map(is_record, rows)):
            msg = f"The shop's response to {path} is not a list of records with ids."
            raise TapError(msg, ON_BAD_RESPONSE)
        for row in rows:
            for name in _NEVER_KEPT:
                row.pop(name, None)
        return rows, _clock(answer)

    def by_ids(
        self, resource: str, field: str, ids: Collection[str], *, display: str = ""
    ) -> list[Record]:
        """Return the records whose field is one of some ids, sorted by id.

        Raises:
            PageError: PHP fails on one of the records.
            ListError: The list ignores the filter.
        """
        if not ids:
            return []
        params = {f"filter[{field}]": one_of(ids)}
        rows = self.rows(resource, params, display=display, page_budget=PAGE_BUDGET)
        wanted = set(ids)
        if any(str(row.get(field)) not in wanted for row in rows):
            msg = f"The shop's list of /api/{resource} has records that its filter excludes."
            raise ListError(msg)
        return rows

    def wait(self) -> None:
        """Wait until the shop answers, so that a shop that is down ends the run.

        Raises:
            TapError: It does not answer.
        """
        self.rows("configurations", {"limit": "1"}, display="[name]")


def one_of(ids: Iterable[str]) -> str:
    """Return the filter for any of some ids. Between commas they would be an interval."""
    return f"[{'|'.join(ids)}]"


def batches(ids: Collection[str], size: int) -> Iterator[list[str]]:
    """Yield ids in parts that fit into an address."""
    everything = list(ids)
    for start in range(0, len(everything), size):
        yield everything[start : start + size]


def _named(body: Any, resource: str) -> list[Record] | None:  # noqa: ANN401 - any JSON value
    rows = body.get(_NAMES.get(resource, resource)) if isinstance(body, dict) else None
    return rows if isinstance(rows, list) else None


def _is_object(row: object) -> bool:
    return isinstance(row, dict)


def _has_id(row: object) -> bool:
    try:
        record_id(row)
    except ValueError:
        return False
    return True


def _clock(answer: Answer) -> datetime:
    """Return the clock of the shop, which stamps records, instead of that of a proxy."""
    try:
        seconds = int(answer.headers["Access-Time"])
        return datetime.fromtimestamp(seconds, timezone.utc)
    except (KeyError, ValueError, OverflowError, OSError):
        return answer.server_time
