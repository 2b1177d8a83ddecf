"""Faults of servers and networks, between the tap and every application.

Temporary faults are retried and lose nothing. Permanent faults end the run with an error; the
next run reads the rest. `test_faults_http.py` tests all faults on one application.
"""

from __future__ import annotations

import gzip
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.clock import Clock
from shop_fakes.logical_shop import make_shop
from shop_fakes.proxy import passed_on, serve_faults
from shop_fakes.registry import FAKES
from shop_fakes.serving import serve_answers
from tap_shopapp.api import http
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shop_fakes.base import FakeShop
    from werkzeug import Request

CANARY = "canary-in-a-body"
JSON = "application/json"
Keys = dict[str, set[tuple[str, ...]]]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that no log at any level shows a secret or a response."""
    caplog.set_level(logging.DEBUG)
    yield
    assert "canary" not in caplog.text


@pytest.fixture(params=sorted(FAKES), scope="module")
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def fake(application: str) -> Iterator[FakeShop]:
    """A fake of the application; tests do not change its shop."""
    with FAKES[application](make_shop()) as running:
        yield running


@pytest.fixture
def read(application: str, fake: FakeShop, try_run: Attempt) -> Any:
    """Run the tap with faults."""

    def read(fault: Callable[[int], Response | None] = lambda _: None, **arguments: Any) -> Any:
        with serve_faults(fake.address, fault) as url:
            settings = {"application": application, "page_size": 3, **fake.settings_at(url)}
            return try_run({"shop_id": "s", **settings}, **arguments)

    return read


@dataclass(frozen=True)
class FaultlessRun:
    """A run without faults.

    Attributes:
        keys: The expected keys.
        requests: Its number of requests.
    """

    keys: Keys
    requests: int

    @property
    def middle(self) -> int:
        """The number of a request in the middle of the orders, which are read last."""
        return self.requests - 1


@pytest.fixture(scope="module")
def faultless(application: str, fake: FakeShop, try_run: Attempt) -> FaultlessRun:
    before = fake.requests
    settings = {"application": application, "page_size": 3, **fake.settings}
    messages, error = try_run({"shop_id": "s", **settings})
    assert error is None
    return FaultlessRun(keys(messages), fake.requests - before)


def in_seven_seconds() -> str:
    return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=7), usegmt=True)


def bomb() -> Response:
    packed = gzip.compress(b" " * (65 << 20))
    return Response(packed, content_type=JSON, headers={"Content-Encoding": "gzip"})


def cut() -> Response:
    answer = Response("[", content_type=JSON)
    answer.headers["Content-Length"] = "50"
    answer.automatically_set_content_length = False
    return answer


def keys(messages: Messages) -> Keys:
    """Return the keys of the written records, by stream."""
    names = {"transactions": "transaction_id", "items": "item_id", "refunds": "refund_id"}
    names |= {"sales_events": "event_id"}
    names |= {"products": "product_id", "categories": "category_id"}
    return {
        stream: {(its.get("transaction_id", ""), its[name]) for its in messages.records(stream)}
        for stream, name in (names | {"customers": "customer_id"}).items()
    }


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        pytest.param(lambda: Response(CANARY, 429, {"Retry-After": "6"}), 6, id="fault_01"),
        pytest.param(
            lambda: Response(CANARY, 429, {"Retry-After": in_seven_seconds()}), 5, id="fault_02"
        ),
        pytest.param(lambda: Response(CANARY, 503), 0, id="fault_03"),
        pytest.param(cut, 0, id="fault_04"),
        pytest.param(lambda: Response('[{"canary"', content_type=JSON), 0, id="fault_05"),
    ],
)
def test_temporary_fault_is_retried_and_loses_no_record(
    read: Any,
    faultless: FaultlessRun,
    clock: Clock,
    answer: Callable[[], Response],
    least: float,
) -> None:
    found, error = read(lambda number: answer() if number == faultless.middle else None)

    assert error is None
    assert keys(found) == faultless.keys
    [wait] = clock.waits
    assert least <= wait <= least + 3


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(lambda: Response(CANARY, 503), "kept failing on", id="fault_03"),
        pytest.param(
            lambda: Response('{"canary"', content_type=JSON),
            "truncated JSON",
            id="fault_05",
        ),
        pytest.param(
            lambda: Response(f"<html>{CANARY}", content_type="text/html"),
            "is text/html instead of JSON",
            id="fault_06",
        ),
        pytest.param(
            lambda: Response('{"canary": "not a record"}', content_type=JSON),
            "",
            id="fault_07",
        ),
        pytest.param(
            lambda: Response(CANARY, 302, {"Location": "https://elsewhere.example/"}),
            "redirects to another address",
            id="fault_10",
        ),
        pytest.param(
            lambda: Response(CANARY, 301, {"Location": "http://shop.example/"}),
            "redirects to another address",
            id="fault_11",
        ),
        pytest.param(lambda: Response(CANARY, 401), "rejected the credentials", id="fault_12"),
        pytest.param(lambda: Response(CANARY, 403), "(403 on /", id="fault_13_forbidden"),
        pytest.param(lambda: Response(CANARY, 400), "(400 on /", id="fault_13_bad_request"),
        pytest.param(bomb, "is larger than 64 MiB", id="fault_17"),
    ],
)
def test_permanent_fault_ends_the_run_and_next_run_reads_the_rest(
    read: Any,
    faultless: FaultlessRun,
    answer: Callable[[], Response],
    expected: str,
) -> None:
    broken, error = read(lambda number: answer() if number >= faultless.middle else None)
    rest, second_error = read(state=broken.state)

    assert expected in str(error)
    assert error.reason.endswith(".")
    assert error.instruction.endswith(".")
    assert "canary" not in str(error)
    assert second_error is None
    first, second = keys(broken), keys(rest)
    assert {name: first[name] | second[name] for name in first} == faultless.keys


@pytest.mark.parametrize("nth", [pytest.param(2, id="fault_16")])
def test_throttled_requests_are_repeated_one_by_one(
    read: Any, faultless: FaultlessRun, clock: Clock, nth: int
) -> None:
    throttled = Response(CANARY, 429, {"Retry-After": "5"})

    found, error = read(lambda number: throttled if number % nth else None)

    assert error is None
    assert keys(found) == faultless.keys
    assert len(clock.waits) == faultless.requests
    assert min(clock.waits) >= 5


@pytest.mark.parametrize("name", [pytest.param("canary", id="fault_14")])
def test_urls_contain_no_secret(
    application: str, fake: FakeShop, try_run: Attempt, name: str
) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.url)
        return passed_on(fake.address, request)

    with serve_answers(answer) as url:
        settings = {"shop_id": "s", "application": application, **fake.settings_at(url)}
        _, error = try_run(settings)

    assert error is None
    assert any(name in str(its) for its in fake.settings.values())
    assert asked
    assert not any(name in url for url in asked)
