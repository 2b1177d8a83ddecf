"""Faults of servers and networks, between the tap and every application.

What passes is waited for and nothing is lost; what does not ends the run loudly, keeps what was
written, and the next run reads the rest. `test_faults_http.py` has all faults, on one of them.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from doubles import DOUBLES
from doubles.clock import Clock
from doubles.logical_shop import make_shop
from doubles.proxy import serve_faults
from tap_shopapp import http
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from doubles.base import Double

CANARY = "canary-in-a-body"
JSON = "application/json"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, no log at any level shows a secret or what a server answered."""
    caplog.set_level(logging.DEBUG)
    yield
    assert "canary" not in caplog.text


@pytest.fixture(params=sorted(DOUBLES), scope="module")
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def double(application: str) -> Iterator[Double]:
    """A double of the application, whose shop does not change."""
    with DOUBLES[application](make_shop()) as running:
        yield running


@pytest.fixture
def read(application: str, double: Double, try_run: Attempt) -> Any:
    """Run the tap, with faults on its way."""

    def read(fault: Callable[[int], Response | None] = lambda _: None, **arguments: Any) -> Any:
        with serve_faults(double.address, fault) as url:
            settings = {"application": application, "page_size": 3, **double.settings_at(url)}
            return try_run({"shop_id": "s", **settings}, **arguments)

    return read


@pytest.fixture
def middle(double: Double, read: Any) -> int:
    """The number of a request amid the orders, which come last."""
    before = double.requests
    _, error = read()
    assert error is None
    return int(double.requests - before) - 1


def cut() -> Response:
    answer = Response("[", content_type=JSON)
    answer.headers["Content-Length"] = "50"
    answer.automatically_set_content_length = False
    return answer


def keys(messages: Messages) -> dict[str, set[tuple[str, ...]]]:
    """Return what was written, by stream and key."""
    names = {"transactions": "transaction_id", "items": "item_id", "refunds": "refund_id"}
    names |= {"products": "product_id", "categories": "category_id"}
    return {
        stream: {(its.get("transaction_id", ""), its[name]) for its in messages.records(stream)}
        for stream, name in (names | {"customers": "customer_id"}).items()
    }


@pytest.mark.parametrize(
    ("answer", "least"),
    [
        pytest.param(lambda: Response(CANARY, 429, {"Retry-After": "6"}), 6, id="fault_01"),
        pytest.param(lambda: Response(CANARY, 503), 0, id="fault_03"),
        pytest.param(cut, 0, id="fault_04"),
        pytest.param(lambda: Response('[{"canary"', content_type=JSON), 0, id="fault_05"),
    ],
)
def test_a_fault_that_passes_is_waited_for_and_costs_no_record(
    read: Any, middle: int, clock: Clock, answer: Callable[[], Response], least: float
) -> None:
    undisturbed, _ = read()

    found, error = read(lambda number: answer() if number == middle else None)

    assert error is None
    assert keys(found) == keys(undisturbed)
    [wait] = clock.waits
    assert least <= wait <= least + 3


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        pytest.param(lambda: Response(CANARY, 503), "kept failing on", id="fault_03"),
        pytest.param(
            lambda: Response('{"canary"', content_type=JSON),
            "JSON that breaks off",
            id="fault_05",
        ),
        pytest.param(
            lambda: Response(f"<html>{CANARY}", content_type="text/html"),
            "answered with text/html instead of JSON",
            id="fault_06",
        ),
        pytest.param(
            lambda: Response('{"canary": "in no form of the API"}', content_type=JSON),
            "",
            id="fault_07",
        ),
        pytest.param(
            lambda: Response(CANARY, 302, {"Location": "https://elsewhere.example/"}),
            "points elsewhere",
            id="fault_10",
        ),
        pytest.param(lambda: Response(CANARY, 401), "refused the authorization", id="fault_12"),
    ],
)
def test_a_fault_that_does_not_pass_ends_the_run_and_the_next_one_reads_the_rest(
    read: Any, middle: int, answer: Callable[[], Response], told: str
) -> None:
    undisturbed, _ = read()

    broken, error = read(lambda number: answer() if number >= middle else None)
    rest, second_error = read(state=broken.state)

    assert told in str(error)
    assert error.reason.endswith(".")
    assert error.instruction.endswith(".")
    assert "canary" not in str(error)
    assert second_error is None
    first, second, expected = keys(broken), keys(rest), keys(undisturbed)
    assert {stream: first[stream] | second[stream] for stream in expected} == expected
