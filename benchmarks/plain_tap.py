"""A plain singer-sdk tap of the same API, as the SDK's template generates it.

    python plain_tap.py --config CONFIG

Lines and refunds stay inside their orders, since a child stream would need a request or a
context per order. Values are not converted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loop import COLLECTIONS
from shopapp_demo.generate import generate_shop
from singer_sdk import RESTStream, Stream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BearerTokenAuthenticator
from singer_sdk.pagination import JSONPathPaginator
from typing_extensions import override

if TYPE_CHECKING:
    from singer_sdk.streams.rest import HTTPRequest, PageContext


class PlainStream(RESTStream[str]):
    """One collection."""

    primary_keys = ("id",)
    replication_key = "updated_at"
    is_sorted = True
    records_jsonpath = "$.data[*]"

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def authenticator(self) -> BearerTokenAuthenticator:
        return BearerTokenAuthenticator(token=self.config["access_token"])

    @override
    def get_new_paginator(self) -> JSONPathPaginator:
        return JSONPathPaginator("$.next_cursor")

    @override
    def get_http_request(self, *, page: PageContext[str]) -> HTTPRequest:
        request = super().get_http_request(page=page)
        request.params["limit"] = "250"
        if page.next_page_token:
            request.params["cursor"] = page.next_page_token
        return request


class PlainTap(Tap):
    """All collections."""

    name = "tap-plain"
    config_jsonschema = th.PropertiesList(
        th.Property("api_url", th.StringType, required=True),
        th.Property("access_token", th.StringType, required=True, secret=True),
    ).to_dict()

    @override
    def discover_streams(self) -> list[Stream]:
        shop = generate_shop(orders=1)
        return [self._stream(name, getattr(shop, name)) for name in COLLECTIONS]

    def _stream(self, name: str, records: dict[str, dict[str, Any]]) -> Stream:
        stream_class = type(name, (PlainStream,), {"name": name, "path": f"/v1/{name}"})
        [first, *_] = records.values()
        schema = th.PropertiesList(
            *(th.Property(field, _type(field, value)) for field, value in first.items())
        ).to_dict()
        stream: Stream = stream_class(self, schema=schema)
        return stream


def _type(field: str, value: object) -> Any:  # noqa: ANN401 - one of the SDK's types
    if field.endswith("_at"):
        return th.DateTimeType
    if field in {"items", "refunds"}:
        return th.ArrayType(th.ObjectType(additional_properties=True))
    if isinstance(value, list):
        return th.ArrayType(th.StringType)
    if isinstance(value, dict):
        return th.ObjectType(additional_properties=True)
    return th.BooleanType if isinstance(value, bool) else th.StringType


if __name__ == "__main__":
    PlainTap.cli()
