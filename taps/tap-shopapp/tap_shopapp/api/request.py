"""One request to an API, and its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    Check = Callable[["Answer"], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """The decoded JSON of an answer, with its time and headers.

    Attributes:
        body: The JSON: an object, or a list if a list was requested.
        server_time: The server's clock when it answered.
        headers: The headers; names are case-insensitive.
    """

    body: Any
    server_time: datetime
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. A retry sends the same request again.

    Attributes:
        method: GET or POST.
        path: Path below the address of the API.
        parts: Query, data and headers, as keyword arguments of requests.
        label: Shown after the path in errors.
        kind: Expected type of the JSON: dict, list or str, or several of them.
        check: Checks an answer with status 200. It raises `TransientError` for a retry,
            `UnauthorizedError`, or a `TapError`.
        credentials: Headers of a request that gets credentials, such as a login. Other
            requests are signed with the client's `Auth`.
        base_url: Address of another server, such as one that issues tokens.
    """

    method: str
    path: str
    parts: Mapping[str, Any]
    label: str = ""
    kind: type | tuple[type, ...] = dict
    check: Check | None = None
    credentials: Mapping[str, str] | None = None
    base_url: str = ""

    @property
    def name(self) -> str:
        """Path and label, for errors."""
        return f"{self.path} ({self.label})" if self.label else self.path


def json_request(
    path: str,
    body: Mapping[str, Any],
    *,
    label: str,
    check: Check,
    credentials: Mapping[str, str] | None = None,
) -> Request:
    """Return a POST request with a JSON object."""
    parts = {"data": orjson.dumps(body), "headers": {"Content-Type": "application/json"}}
    return Request("POST", path, parts, label, check=check, credentials=credentials)


def form_request(
    path: str, form: Mapping[str, str], *, credentials: Mapping[str, str]
) -> Request:
    """Return a POST request with a form that gets credentials."""
    return Request("POST", path, {"data": form}, credentials=credentials)
