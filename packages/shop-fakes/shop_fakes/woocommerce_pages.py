"""Pages of lists of the WooCommerce API, as measured."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from shop_fakes.woocommerce_answers import (
    RefusalError,
    with_decimals,
    with_fields,
    without_deleted_products,
)
from shop_fakes.woocommerce_filter import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopapp_demo.shop import Record

    from shop_fakes.woocommerce import WordPress

_CHEAP_FIELDS = {"id", "date_created_gmt", "date_modified_gmt"}


def read_page(
    wordpress: WordPress,
    stream: str,
    records: list[Record],
    query: Mapping[str, str],
    ordered_by: set[str],
) -> tuple[list[Record], dict[str, str]]:
    """Return the records on a page, and its headers.

    Args:
        wordpress: The site.
        stream: Stream of the records, or their path.
        records: All records of the list.
        query: The query of the request.
        ordered_by: The possible values of `orderby`.

    Raises:
        RefusalError: The query is invalid, or PHP stops on a record.
    """
    per_page = int(query.get("per_page", "10"))
    order_by = query.get("orderby", next(iter({"date"} & ordered_by), "id"))
    if not 1 <= per_page <= 100:
        raise RefusalError(400, "rest_invalid_param", "per_page", "rest_out_of_bounds")
    if order_by not in ordered_by:
        raise RefusalError(400, "rest_invalid_param", "orderby", "rest_not_in_enum")
    chosen = Filter(query, wordpress.site.zone, wordpress.release)
    if not wordpress.heeds_times_of_change:
        chosen.after = chosen.before = None
    kept = [record for record in records if chosen.includes(record)]
    key = {"modified": "date_modified_gmt", "date": "date_created_gmt"}.get(order_by, "id")
    is_descending = query.get("order", "desc") == "desc"
    # Records of the same second come in another order with each request.
    wordpress.lists += 1
    kept.sort(key=lambda record: crc32(f"{wordpress.lists} {record['id']}".encode()))
    kept.sort(key=lambda record: record[key], reverse=is_descending)
    total = len(kept)
    kept = [record for record in kept if (stream, str(record["id"])) not in wordpress.hidden]
    offset = int(query.get("offset", (int(query.get("page", "1")) - 1) * per_page))
    if offset >= total:
        total = 0  # past the end, the lists of orders count nothing
    pages = -(-total // per_page)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    shown = [
        record
        for record in kept[offset:][:per_page]
        if record["id"] not in wordpress.unreadable
    ]
    _check_memory(wordpress, shown, query)
    places, deleted = int(query.get("dp", "2")), wordpress.site.deleted_products
    page = [
        with_decimals(without_deleted_products(record, deleted), places, wordpress.decimals)
        if isinstance(record, dict)
        else record
        for record in wordpress.alter(stream, shown)
    ]
    return with_fields(page, query), headers


def _check_memory(wordpress: WordPress, shown: list[Record], query: Mapping[str, str]) -> None:
    if set(query.get("_fields", "all").split(",")) <= _CHEAP_FIELDS:
        return
    is_stopped = any(record["id"] in wordpress.failing for record in shown)
    if is_stopped or len(shown) > wordpress.largest_page:
        raise RefusalError(500, "internal_server_error")
