"""`shopapp-conformance`: asks a server all that openapi.yaml promises, and says what it breaks.

For a shop's developer, against their own server. One line a check: where, what is expected and,
if it is not so, what came. A check that fails does not stop those of other requests.
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
from tap_shopapp.applications.shopapp.conformance.examination import (
    BAD_REQUEST,
    NOT_FOUND,
    OK,
    UNAUTHORIZED,
    Examination,
    Report,
    describe,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def main() -> None:
    """Check a server; exit with 1 if anything fails."""
    parser = argparse.ArgumentParser(
        prog="shopapp-conformance",
        description="Check a server against openapi.yaml. It is let in by SHOPAPP_TOKEN, or by"
        " SHOPAPP_CLIENT_ID and SHOPAPP_CLIENT_SECRET, in the environment.",
    )
    parser.add_argument("--api-url", required=True, help="the address of the API")
    parser.add_argument("--pages", type=int, default=4, help="pages to read of each collection")
    received = parser.parse_args()
    report = Report(lambda line: sys.stdout.write(f"{line}\n"))
    check(received.api_url.rstrip("/"), os.environ, report, pages=received.pages)
    sys.stdout.write(
        f"{report.passed} passed, {report.warned} warned, {report.failed} failed.\n"
    )
    sys.exit(1 if report.failed else 0)


def check(url: str, environ: Mapping[str, str], report: Report, *, pages: int) -> None:
    """Make all checks of a server, and note them in a report."""
    token = environ.get("SHOPAPP_TOKEN")
    exam = Examination(url, f"Bearer {token}", report)
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
    exam.expect("the address", "it begins with https", None if is_safe else parts.scheme)
    if not is_safe:
        report.say("No token goes out unencrypted: nothing else was asked.")
        return
    if not token:
        client = environ.get("SHOPAPP_CLIENT_ID", ""), environ.get("SHOPAPP_CLIENT_SECRET", "")
        _run(exam, "POST /oauth/token", partial(_check_token, exam, client))
    failed_before = report.failed
    _run(exam, "GET /v1/shop", partial(_check_shop, exam))
    if report.failed > failed_before:
        report.say("All else is checked when /v1/shop is right.")
        return
    _run(exam, "GET /v1/baskets", partial(_check_unknown_path, exam))
    for name in SCHEMAS:
        collection = CollectionCheck(name, exam)
        _run(exam, collection.where, collection.check_refusals)
        _run(exam, collection.where, partial(collection.check_pages, pages))


def _run(exam: Examination, where: str, checks: Callable[[], None]) -> None:
    """Make some checks, and note where they break off."""
    try:
        checks()
    except requests.RequestException as error:
        exam.expect(where, "there is an answer", type(error).__name__)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        exam.expect(where, "the answer can be read", f"{type(error).__name__}: {error}")


def _check_token(exam: Examination, client: tuple[str, str]) -> None:
    where = "POST /oauth/token"
    client_id, client_secret = client
    refusal = exam.ask_token(client_id, f"not {client_secret}")
    is_refused = refusal.status_code in {BAD_REQUEST, UNAUTHORIZED}
    exam.expect(
        where, "a wrong secret is 400 or 401", None if is_refused else describe(refusal)
    )
    if is_refused:
        breach = exam.contract.breach("TokenError", refusal.json())
        exam.expect(where, "the refusal is as RFC 6749, section 5.2 says", breach)
    answer = exam.ask_token(client_id, client_secret)
    if exam.expect_status(where, answer, OK):
        exam.expect(
            where, "the answer is a token", exam.contract.breach("Token", answer.json())
        )
        exam.authorization = f"Bearer {answer.json()['access_token']}"


def _check_shop(exam: Examination) -> None:
    where = "GET /v1/shop"
    for header in ("Bearer wrong", "Basic d3Jvbmc6"):
        refused = exam.get("/v1/shop", authorization=header)
        scheme = header.partition(" ")[0]
        exam.expect_problem(where, refused, UNAUTHORIZED, f"a wrong {scheme} authorization")
    answer = exam.get("/v1/shop")
    if not exam.expect_status(where, answer, OK):
        return
    shop = answer.json()
    exam.expect(where, "the answer is a shop", exam.contract.breach("Shop", shop))
    zone = shop.get("time_zone")
    is_known = zone in available_timezones()
    exam.expect(where, "time_zone is a name of IANA", None if is_known else zone or "none")
    has_date = "Date" in answer.headers
    exam.expect(where, "there is a Date header", None if has_date else "none")


def _check_unknown_path(exam: Examination) -> None:
    answer = exam.get("/v1/baskets")
    exam.expect_problem("GET /v1/baskets", answer, NOT_FOUND, "an unknown path")


if __name__ == "__main__":
    main()
