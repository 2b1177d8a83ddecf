"""A server of the ShopApp API (taps/tap-shopapp/openapi.yaml) over a shop in memory."""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from shopapp_demo.auth import Auth, TokenError
from shopapp_demo.shop import COLLECTIONS, Shop, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from starlette.types import ASGIApp

_LARGEST_PAGE = 250
_DEFAULT_PAGE = 100
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?Z", re.ASCII)
_TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
_UNAUTHORIZED = 401


class _ProblemError(Exception):
    """A refusal that is answered as a problem of RFC 9457."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


@dataclass
class RunningShop:
    """A shop that is being served.

    Attributes:
        url: Where.
        auth: Accepted credentials.
        requests: Method and path of every request so far.
    """

    url: str
    auth: Auth
    requests: list[tuple[str, str]] = field(default_factory=list)


def make_app(
    shop: Shop, auth: Auth, *, requests: list[tuple[str, str]] | None = None
) -> FastAPI:
    """Return the ASGI application of a shop."""
    app = FastAPI(openapi_url=None)

    @app.middleware("http")
    async def admit(request: Request, call_next: Any) -> Response:  # noqa: ANN401
        if requests is not None:
            requests.append((request.method, request.url.path))
        authorization = request.headers.get("Authorization", "")
        if request.url.path == _TOKEN_PATH or auth.admits(authorization):
            response: Response = await call_next(request)
        else:
            response = _problem(401, "The token is unknown or expired.")
        response.headers["X-Request-Id"] = secrets.token_hex(4)
        response.headers["Date"] = http_date(shop.clock())
        return response

    @app.exception_handler(_ProblemError)
    async def answer_problem(_: Request, problem: _ProblemError) -> Response:
        return _problem(problem.status, problem.title)

    @app.exception_handler(HTTPException)
    async def refuse(_: Request, refusal: HTTPException) -> Response:
        return _problem(refusal.status_code, refusal.detail, refusal.headers)

    @app.post(_TOKEN_PATH)
    async def give_token(request: Request) -> Response:
        return await _give_token(auth, request)

    @app.get("/v1/shop")
    async def read_shop() -> Response:
        return _json({**shop.info, "scopes": list(auth.scopes)})

    @app.get("/v1/{collection}")
    async def read_collection(collection: str, request: Request) -> Response:
        _check_may_read(auth, collection)
        query = request.query_params
        limit = _limit(query.get("limit"))
        records, has_more = shop.page(
            collection,
            since=_time(query.get("updated_since")),
            before=_time(query.get("updated_before")),
            after=_read_cursor(query.get("cursor")),
            limit=limit,
        )
        cursor = _write_cursor(records[-1]) if records and has_more else None
        return _json({"data": records, "next_cursor": cursor, "has_more": has_more})

    @app.get("/v1/{collection}/totals")
    async def read_totals(collection: str, request: Request) -> Response:
        _check_may_read(auth, collection)
        query = request.query_params
        since, before = _time(query.get("updated_since")), _time(query.get("updated_before"))
        return _json({"data": shop.totals(collection, since=since, before=before)})

    return app


@contextmanager
def serve(
    shop: Shop,
    *,
    token: str = "",
    auth: Auth | None = None,
    port: int = 0,
    around: Callable[[ASGIApp], ASGIApp] | None = None,
) -> Iterator[RunningShop]:
    """Serve a shop from a thread.

    Args:
        shop: The shop to serve.
        token: The only accepted bearer token.
        auth: Accepted credentials and granted scopes, instead of `token`.
        port: The port on the loopback; 0 for any free port.
        around: ASGI middleware between the shop and its clients.
    """
    running = RunningShop("", auth or Auth(token))
    app: ASGIApp = make_app(shop, running.auth, requests=running.requests)
    if around is not None:
        app = around(app)
    config = uvicorn.Config(
        app, port=port, log_level="critical", lifespan="off", date_header=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            message = f"The demo shop could not listen on port {port}."
            raise RuntimeError(message)
        time.sleep(0.01)
    running.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.should_exit = True
        thread.join()


async def _give_token(auth: Auth, request: Request) -> Response:
    authorization = request.headers.get("Authorization", "")
    form = (await request.body()).decode("latin-1")
    try:
        token = auth.give_token(authorization, form)
    except TokenError as refusal:
        headers = {"WWW-Authenticate": "Basic"} if refusal.status == _UNAUTHORIZED else {}
        return _json({"error": refusal.error}, refusal.status, headers)
    return _json(token, headers={"Cache-Control": "no-store"})


def http_date(moment: datetime) -> str:
    """Return a time in the format of the header Date."""
    return format_datetime(moment, usegmt=True)


def _json(
    body: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    # Plain json.dumps, so that records of tests arrive unchanged, including escapes.
    content = json.dumps(body)
    return Response(content, status, headers, media_type="application/json")


def _problem(status: int, title: str, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps({"type": "about:blank", "title": title, "status": status})
    return Response(body, status, headers, media_type="application/problem+json")


def _check_may_read(auth: Auth, collection: str) -> None:
    if collection not in COLLECTIONS:
        raise _ProblemError(404, "There is no such collection.")
    if f"read_{collection}" not in auth.scopes:
        raise _ProblemError(403, f"The token lacks read_{collection}.")


def _limit(text: str | None) -> int:
    if text is None:
        return _DEFAULT_PAGE
    if not re.fullmatch("[0-9]{1,3}", text) or not 1 <= int(text) <= _LARGEST_PAGE:
        raise _ProblemError(400, f"limit is not a number from 1 to {_LARGEST_PAGE}.")
    return int(text)


def _time(text: str | None) -> str:
    if text is None:
        return ""
    try:
        datetime.fromisoformat(_TIME.fullmatch(text)[1])  # type: ignore[index]
    except (TypeError, ValueError):
        raise _ProblemError(400, "A time is not an RFC 3339 time in UTC.") from None
    return text


def _write_cursor(record: dict[str, Any]) -> str:
    position = json.dumps([sort_key(record["updated_at"]), str(record["id"])])
    return base64.urlsafe_b64encode(position.encode()).decode()


def _read_cursor(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    try:
        updated_at, record_id = json.loads(base64.urlsafe_b64decode(text))
    except (TypeError, ValueError):
        raise _ProblemError(400, "The cursor is not valid.") from None
    return str(updated_at), str(record_id)
