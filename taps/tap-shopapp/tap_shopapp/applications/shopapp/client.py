"""The ShopApp API: connection, permissions, pages and totals of each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from typing_extensions import override

from tap_shopapp.api.auth import Auth, BearerToken, ClientCredentials
from tap_shopapp.api.cursor_pages import ON_BAD_RESPONSE, cursor_pages
from tap_shopapp.api.http import JsonClient
from tap_shopapp.api.list_check import ListCheck
from tap_shopapp.api.response import Hints
from tap_shopapp.applications.base import CONNECT_BUDGET, Application
from tap_shopapp.applications.settings import (
    ACCESS_TOKEN,
    API_URL,
    CLIENT_ID,
    CLIENT_SECRET,
    chosen,
    required,
)
from tap_shopapp.errors import TapError
from tap_shopapp.pages import DayTotal, Page, ShopInfo, Window
from tap_shopapp.records.normalize import NormalizedRecord, collect
from tap_shopapp.records.timestamps import format_utc
from tap_shopapp.records.values import text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from singer_sdk import typing as th

_SCOPES = {
    "transactions": "read_transactions",
    "items": "read_transactions",
    "refunds": "read_transactions",
    "sales_events": "read_transactions",
    "products": "read_products",
    "categories": "read_categories",
    "customers": "read_customers",
}

_ON_REFUSED_BEARER = (
    "Create a token with read access to orders, products, categories and customers, then"
    " run `meltano config set tap-shopapp access_token …`."
)
_ON_REFUSED_CLIENT = (
    "Give the client read access to orders, products, categories and customers, then set"
    " client_id and client_secret with `meltano config set tap-shopapp …`."
)


class ShopApp(Application):
    """A shop with the ShopApp API."""

    name: ClassVar[str] = "shopapp"
    label: ClassVar[str] = "ShopApp"
    settings: ClassVar[tuple[th.Property[Any], ...]] = (
        API_URL,
        ACCESS_TOKEN,
        CLIENT_ID,
        CLIENT_SECRET,
    )
    credential_groups: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("client_id", "client_secret"),
    )
    # The API's clock and its times of change come from one server. A minute covers orders that
    # are committed after their time of change.
    lookback_seconds: ClassVar[int] = 60
    page_size: ClassVar[int] = 250
    reports_totals: ClassVar[bool] = True

    @override
    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._page_size = str(self.records_per_page(settings))
        self._client = JsonClient(
            required(settings, "api_url"),
            auth=_auth(settings),
            user_agent=settings["user_agent"],
            timeout=settings["request_timeout"],
            hints=Hints(
                _ON_REFUSED_CLIENT if settings.get("client_id") else _ON_REFUSED_BEARER,
                ON_BAD_RESPONSE,
            ),
        )

    @override
    def connect(self, streams: Collection[str]) -> ShopInfo:
        answer = self._client.get("/v1/shop", retry_budget=CONNECT_BUDGET)
        granted = answer.body.get("scopes")
        if not isinstance(granted, list) or not all(isinstance(s, str) for s in granted):
            msg = "The shop's response to /v1/shop has no list of scopes."
            raise TapError(msg, "Ask the shop's developer to compare it with openapi.yaml.")
        needed = {_SCOPES[stream] for stream in streams if stream in _SCOPES}
        if missing := sorted(needed.difference(granted)):
            msg = f"The token lacks {', '.join(missing)}."
            raise TapError(
                msg, "Create a token that has them, or deselect the streams that need them."
            )
        record = {
            "name": text(answer.body.get("name")),
            "url": text(answer.body.get("url")),
            "currency": text(answer.body.get("currency")),
            "time_zone": _time_zone(answer.body.get("time_zone")),
            "updated_at": format_utc(answer.server_time),
        }
        return ShopInfo(record, answer.server_time)

    @override
    def pages(self, stream: str, window: Window) -> Iterator[Page]:
        path = f"/v1/{stream}"
        params = {**_parameters(window), "limit": self._page_size}
        check: ListCheck[str] = ListCheck(path, "updated_at")
        begin = window.since
        for number, raw_records in enumerate(cursor_pages(self._client, path, params), start=1):
            page = Page()
            location = f"{path}, page {number}"
            collect(stream, raw_records, page, normalize=NormalizedRecord, location=location)
            times = [its["updated_at"] for its in page.records if its["updated_at"] is not None]
            # Times in the future are written, but the bookmark stops at the shop's clock.
            check.page(times, begin=begin)
            begin = None  # from the end of the page before
            yield page

    @override
    def totals(self, stream: str, window: Window) -> Mapping[str, DayTotal]:
        path = f"/v1/{stream}/totals"
        body = self._client.get(path, _parameters(window)).body
        try:
            return {day["day"]: _day_total(day) for day in body["data"]}
        except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError):
            msg = f"The shop's response to {path} has no valid counts by day."
            raise TapError(msg, ON_BAD_RESPONSE) from None


def _parameters(window: Window) -> dict[str, str]:
    since = {"updated_since": window.since} if window.since else {}
    return {**since, "updated_before": window.before}


def _day_total(reported: dict[str, Any]) -> DayTotal:
    total = DayTotal(int(reported["count"]))
    for currency, amount in (reported.get("total_amounts") or {}).items():
        total.add_amount(currency.upper(), amount)
    return total


def _auth(settings: Mapping[str, Any]) -> Auth:
    """Return the authentication: with a token, or with a client's id and secret."""
    credentials = chosen(settings, ShopApp.credential_groups)
    if "access_token" in credentials:
        return BearerToken(credentials["access_token"])
    return ClientCredentials(
        credentials["client_id"], credentials["client_secret"], path="/oauth/token"
    )


def _time_zone(name: object) -> str:
    """Return the name of an IANA time zone, which the warehouse needs to count days."""
    try:
        return ZoneInfo(str(name)).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        msg = "The shop's time_zone is not an IANA time zone."
        raise TapError(msg, "Ask the shop's developer to return one from /v1/shop.") from None
