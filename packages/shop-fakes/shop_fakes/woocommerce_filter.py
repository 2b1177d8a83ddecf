"""The filters of lists of the WooCommerce API, as measured."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from shop_fakes.woocommerce_answers import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from shopapp_demo.shop import Record

    from shop_fakes.woocommerce_releases import Release

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?")


class Filter:
    """The filter of a request.

    Args:
        query: The query of the request.
        zone: Time zone of the site.
        release: The release of WooCommerce.

    Attributes:
        after: Lower bound of times of change, exclusive.
        before: Upper bound of times of change, exclusive.

    Raises:
        RefusalError: A time is invalid.
    """

    def __init__(self, query: Mapping[str, str], zone: ZoneInfo, release: Release) -> None:
        self._query = query
        self._zone = zone
        self._release = release
        self.after = self._bound("modified_after")
        self.before = self._bound("modified_before")

    def includes(self, record: Record) -> bool:
        """Whether the filter includes a record."""
        query, record_id = self._query, str(record["id"])
        if "include" in query and record_id not in query["include"].split(","):
            return False
        if record_id in query.get("exclude", "").split(","):
            return False
        # `any` excludes the trash.
        status = query.get("status", "any")
        is_in_trash = record.get("status") == "trash"
        if "status" in record and (
            is_in_trash if status == "any" else record["status"] != status
        ):
            return False
        is_gmt = query.get("dates_are_gmt") == "true"
        column = "date_modified_gmt" if is_gmt else "date_modified"
        is_after = self.after is None or record[column] > self.after
        return is_after and (self.before is None or record[column] < self.before)

    def _bound(self, name: str) -> str | None:
        """Return the bound for modification times, from a time in a request.

        A time with an offset is converted to the site's time zone, even if the request compares
        times in GMT. A client that sends an offset and `dates_are_gmt` misses by the offset of
        the zone.
        """
        time = self._query.get(name)
        if time is None:
            return None
        if not _DATE_TIME.fullmatch(time):
            raise RefusalError(400, "rest_invalid_param", name, "rest_invalid_date")
        moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
        is_early = moment.replace(tzinfo=None) <= datetime(1970, 1, 1)  # noqa: DTZ001 - any zone
        if is_early and not self._release.accepts_the_epoch:
            raise RefusalError(400, "rest_invalid_param", name, "rest_invalid_date")
        if moment.tzinfo:
            moment = moment.astimezone(self._zone)
        return f"{moment:%Y-%m-%dT%H:%M:%S}"
