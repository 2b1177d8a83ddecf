"""Lists of ids of the WooCommerce API, for deletions that leave no trace.

The API has no filter by id, only an offset. Records that are inserted or deleted between two
requests, or between two runs, move the others. So pages overlap by at least one record, and a
page counts only if its first id is not below the ids that are already listed.
"""

from __future__ import annotations

import logging
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tap_shopapp.api.errors import PageError
from tap_shopapp.api.list_check import ListError
from tap_shopapp.applications.woocommerce.page_reader import (
    ON_BAD_RESPONSE,
    ids_of,
    total_of,
)
from tap_shopapp.errors import TapError
from tap_shopapp.pages import IdPage, Page
from tap_shopapp.records.normalize import collect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_shopapp.applications.woocommerce.catalogue import Catalogue
    from tap_shopapp.applications.woocommerce.page_reader import PageReader

# Fields that the API answers without loading lines, images or prices of variations.
_FIELDS = {
    "transactions": "id,refunds",
    "products": "id,name,sku,type,status,price,permalink,categories,variations",
}
_LISTED = frozenset(("name", "sku", "product_type", "url", "status", "category_ids"))
_PRICED = _LISTED | {"price_amount", "currency", "attributes"}

_logger = logging.getLogger("tap-shopapp.woocommerce")


def order_ids(pages: PageReader, path: str, below: str | None, listed: int) -> Iterator[IdPage]:
    """Yield the ids of orders and of their refunds, which all releases return with orders."""
    for records, is_last in _descending(pages, path, _FIELDS["transactions"], below, listed):
        try:
            refunds = [str(each["id"]) for record in records for each in record["refunds"]]
        except (KeyError, TypeError):
            msg = f"The shop's list of {path} has orders without their refunds."
            raise TapError(msg, ON_BAD_RESPONSE) from None
        yield IdPage({"transactions": _texts(records), "refunds": refunds}, is_last)


def product_ids(
    pages: PageReader, path: str, catalogue: Catalogue, below: str | None, listed: int
) -> Iterator[IdPage]:
    """Yield the ids of products, and their fields that change without a time of change.

    A deleted category, and a price or a category that a plugin sets, do not move a product. A
    product with variations keeps its price, which needs its own request.
    """
    for records, is_last in _descending(pages, path, _FIELDS["products"], below, listed):
        simple, variable = (Page(fields_present={"products": it}) for it in (_PRICED, _LISTED))
        for record in records:
            page = variable if record.get("variations") else simple
            normalize = catalogue.normalize_listed
            collect("products", [record], page, normalize=normalize, location=f"{path}, by id")
        yield IdPage({"products": _texts(records)}, is_last, (simple, variable))


def _descending(
    pages: PageReader, path: str, fields: str, below: str | None, listed: int
) -> Iterator[tuple[list[Any], bool]]:
    """Yield the records with lower ids by page, and whether a page is the last one.

    An id that is missing counts as deleted. So the list ends early, with a warning, where the
    shop does not return all records that it counts.

    Args:
        pages: Requests the pages.
        path: The list.
        fields: The fields of each record.
        below: Lower ids follow; null for a new list.
        listed: Number of higher ids, as far as known.

    Raises:
        ListError: The list is not sorted by id.
    """
    params = {"_fields": fields, "status": "any", "orderby": "id", "order": "desc"}
    lowest = None if below is None else int(below)
    offset = 0 if lowest is None else max(0, listed - 1)
    back = 1
    while True:
        try:
            answer, size = pages.read_whole(path, {**params, "offset": str(offset)})
        except PageError:
            size = 0
        if size < 2:  # noqa: PLR2004 - pages overlap by one record
            _warn(path, lowest, "the shop fails on a record of the list of ids")
            return
        ids = ids_of(answer, path)
        if any(low >= high for high, low in pairwise(ids)):
            msg = f"The shop's list of {path} is not sorted by id."
            raise ListError(msg)
        if offset and lowest is not None and (not ids or ids[0] < lowest):
            # Records above were deleted, so the page may skip some below.
            offset = max(0, offset - back * size)
            back *= 2
            continue
        back = 1
        left = total_of(answer, path) - offset
        if len(ids) < min(size, left):
            _warn(path, lowest, "the shop counts records that it does not return")
            return
        records = [it for it in answer.body if lowest is None or it["id"] < lowest]
        is_last = left <= size
        if records or is_last:
            yield records, is_last
        if is_last:
            return
        lowest = ids[-1] if lowest is None else min(lowest, ids[-1])
        offset += len(ids) - 1


def _warn(path: str, lowest: int | None, reason: str) -> None:
    where = "" if lowest is None else f" below id {lowest}"
    _logger.warning("%s: %s, so deletions%s are not detected.", path, reason, where)


def _texts(records: list[Any]) -> list[str]:
    return [str(record["id"]) for record in records]
