"""Proxies between the tap and a shop, which inject faults."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import requests
from werkzeug import Request, Response

from shop_fakes.serving import serve_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Headers of a single connection; a proxy has two.
_HOPS = {"connection", "transfer-encoding", "content-encoding", "content-length", "host"}
_Fault = Response | None


@contextmanager
def serve_faults(shop_url: str, fault: Callable[[int], _Fault]) -> Iterator[str]:
    """Forward requests to a shop, except those that a fault answers; yield the address.

    Args:
        shop_url: Address of the shop.
        fault: Returns the answer to a request, given its number from 1, or none.
    """
    number = 0

    def answer(request: Request) -> Response:
        nonlocal number
        number += 1
        request.get_data()  # an unread body would keep the connection open
        return fault(number) or passed_on(shop_url, request)

    with serve_answers(answer) as url:
        yield url


@contextmanager
def serve_changed(shop_url: str, change: Callable[[bytes], bytes]) -> Iterator[str]:
    """Forward requests to a shop and change the answers; yield the address."""

    def answer(request: Request) -> Response:
        passed = passed_on(shop_url, request)
        passed.set_data(change(passed.get_data()))
        return passed

    with serve_answers(answer) as url:
        yield url


def passed_on(shop_url: str, request: Request) -> Response:
    """Forward a request to a shop and return the answer."""
    headers = {name: value for name, value in request.headers if name.lower() not in _HOPS}
    with requests.Session() as session:
        session.trust_env = False
        upstream = session.request(
            request.method,
            f"{shop_url}{request.full_path.rstrip('?')}",
            data=request.get_data(),
            headers=headers,
            allow_redirects=False,
            timeout=10,
        )
    passed = Response(upstream.content, upstream.status_code)
    passed.headers.clear()
    passed.headers.extend(
        {name: value for name, value in upstream.headers.items() if name.lower() not in _HOPS}
    )
    return passed
