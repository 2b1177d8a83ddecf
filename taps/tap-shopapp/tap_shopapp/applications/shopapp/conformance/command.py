"""`shopapp-conformance`: checks whether a server conforms to openapi.yaml.

Developers of a shop run it against their own server. Each check prints one line: the request,
the expectation and, if it fails, the result. A failed check does not stop checks of other
requests.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import requests

from tap_shopapp.applications.shopapp.conformance.collection import SCHEMAS, CollectionCheck
from tap_shopapp.applications.shopapp.conformance.server_check import (
    BAD_REQUEST,
    NOT_FOUND,
    OK,
    UNAUTHORIZED,
    Report,
    ServerCheck,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def main() -> None:
    """Check a server; exit with 1 if anything fails."""
    parser = argparse.ArgumentParser(
        prog="shopapp-conformance",
        description=(
            "Check a server against openapi.yaml. Set SHOPAPP_TOKEN, or SHOPAPP_CLIENT_ID and"
            " SHOPAPP_CLIENT_SECRET, in the environment."
        ),
    )
    parser.add_argument("--api-url", required=True, help="address of the API")
    parser.add_argument("--pages", type=int, default=4, help="pages to read per collection")
    arguments = parser.parse_args()
    report = Report(lambda line: sys.stdout.write(f"{line}\n"))
    check(arguments.api_url.rstrip("/"), os.environ, report, pages=arguments.pages)
    sys.stdout.write(
        f"{report.passed} passed, {report.warned} warned, {report.failed} failed.\n"
    )
    sys.exit(1 if report.failed else 0)


def check(url: str, environ: Mapping[str, str], report: Report, *, pages: int) -> None:
    """Run all checks of a server and report them."""
    token = environ.get("SHOPAPP_TOKEN")
    server = ServerCheck(url, f"Bearer {token}", report)
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
    server.expect("the address", "it begins with https", None if is_safe else parts.scheme)
    if not is_safe:
        report.say("Nothing else was checked: a token is never sent unencrypted.")
        return
    if not token:
        client = environ.get("SHOPAPP_CLIENT_ID", ""), environ.get("SHOPAPP_CLIENT_SECRET", "")
        _run(server, "POST /oauth/token", partial(_check_token, server, client))
    failed_before = report.failed
    _run(server, "GET /v1/shop", partial(_check_shop, server))
    if report.failed > failed_before:
        report.say("The other checks run once /v1/shop passes.")
        return
    _run(server, "GET /v1/baskets", partial(_check_unknown_path, server))
    for name in SCHEMAS:
        collection = CollectionCheck(name, server)
        _run(server, collection.where, collection.check_rejections)
        _run(server, collection.where, partial(collection.check_pages, pages))


def _run(server: ServerCheck, where: str, checks: Callable[[], None]) -> None:
    """Run some checks, and report an exception as a failed check."""
    try:
        checks()
    except requests.RequestException as error:
        server.expect(where, "the server responds", type(error).__name__)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        server.expect(where, "the response can be read", f"{type(error).__name__}: {error}")


def _check_token(server: ServerCheck, client: tuple[str, str]) -> None:
    where = "POST /oauth/token"
    client_id, client_secret = client
    rejection = server.ask_token(client_id, f"not {client_secret}")
    is_rejected = rejection.status_code in {BAD_REQUEST, UNAUTHORIZED}
    server.expect(
        where, "a wrong secret returns 400 or 401", None if is_rejected else describe(rejection)
    )
    if is_rejected:
        breach = server.contract.breach("TokenError", rejection.json())
        server.expect(where, "the error follows RFC 6749, section 5.2", breach)
    answer = server.ask_token(client_id, client_secret)
    if server.expect_status(where, answer, OK):
        server.expect(
            where,
            "the response is a valid token",
            server.contract.breach("Token", answer.json()),
        )
        server.authorization = f"Bearer {answer.json()['access_token']}"


def _check_shop(server: ServerCheck) -> None:
    where = "GET /v1/shop"
    for header in ("Bearer wrong", "Basic d3Jvbmc6"):
        rejected = server.get("/v1/shop", authorization=header)
        scheme = header.partition(" ")[0]
        server.expect_problem(
            where, rejected, UNAUTHORIZED, f"a wrong Authorization header ({scheme})"
        )
    answer = server.get("/v1/shop")
    if not server.expect_status(where, answer, OK):
        return
    shop = answer.json()
    server.expect(where, "the response is a valid shop", server.contract.breach("Shop", shop))
    zone = shop.get("time_zone")
    is_known = zone in available_timezones()
    server.expect(where, "time_zone is an IANA time zone", None if is_known else zone or "none")
    has_date = "Date" in answer.headers
    server.expect(where, "the response has a Date header", None if has_date else "none")


def _check_unknown_path(server: ServerCheck) -> None:
    answer = server.get("/v1/baskets")
    server.expect_problem("GET /v1/baskets", answer, NOT_FOUND, "an unknown path")


if __name__ == "__main__":
    main()
