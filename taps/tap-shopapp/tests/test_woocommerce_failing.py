"""WooCommerce: pages and records that make the shop fail.

A plugin may stop PHP on one order. The whole page then fails, whatever else is on it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_releases import RELEASES
from shop_fakes.woocommerce_rows import order, product, times
from tap_shopapp.api import http
from tap_shopapp.api.page_size import PAGE_BUDGET
from typing_extensions import override
from werkzeug import Response
from woocommerce_reader import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Record
    from werkzeug import Request

JSON = "application/json"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


class FaultySite(Site):
    """A site between whose answers and the tap a fault may happen.

    Attributes:
        fault: Returns the answer to a request instead of the site's, or none.
    """

    fault: Callable[[Request], Response | None] = staticmethod(lambda _: None)

    @override
    def answer(self, request: Request) -> Response:
        """Answer a request."""
        return self.fault(request) or super().answer(request)


@pytest.fixture
def site(try_run: Attempt) -> Iterator[FaultySite]:
    """A site with nine orders, one per day from the first of March."""
    site = FaultySite(try_run)
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 10)]
    with serve_answers(site.answer) as site.url:
        yield site


def rejects(found: Messages) -> list[tuple[str, str, Any]]:
    """Return stream, reason and payload of the rejects."""
    return [
        (its["stream"], its["reason_code"], its["payload"])
        for its in found.records("rejected_records")
    ]


def failing_order(record_id: int) -> tuple[str, str, str]:
    payload = f'{{"id":"{record_id}","location":"/wp-json/wc/v3/orders"}}'
    return ("transactions", "unreadable", payload)


@pytest.mark.parametrize("size", [2, 3, 4, 100])
@pytest.mark.parametrize(
    "failing", [{1}, {5}, {9}, {4, 5}, {1, 2, 3}, {2, 5, 8}, set(range(1, 10))]
)
def test_failing_orders_are_rejected_with_their_ids(
    site: FaultySite, failing: set[int], size: int
) -> None:
    site.wordpress.failing = failing

    found = site.extract(page_size=size)

    read = [str(n) for n in range(1, 10) if n not in failing]
    assert found.ids() == read
    assert rejects(found) == [failing_order(n) for n in sorted(failing)]
    if read:
        assert found.bookmark == f"2026-03-0{read[-1]}T12:00:00.000000Z"


def test_failing_orders_of_one_second_are_rejected(site: FaultySite) -> None:
    site.stored.orders = [order(n, "2026-03-01T12:00:00") for n in range(1, 10)]
    site.wordpress.failing = {3, 7}

    found = site.extract(page_size=3)

    assert sorted(found.ids()) == [str(n) for n in range(1, 10) if n not in {3, 7}]
    assert sorted(rejects(found)) == [failing_order(3), failing_order(7)]


def test_failing_order_is_read_once_it_changes(site: FaultySite) -> None:
    site.wordpress.failing = {5}
    first = site.extract()
    site.wordpress.failing = set()
    site.stored.orders[4] |= times(date_modified="2026-03-20T00:00:00")

    second = site.extract(state=first.state)

    assert second.ids() == ["9", "5"]
    assert rejects(second) == []


def test_order_that_changes_while_pages_are_halved_hides_no_other(site: FaultySite) -> None:
    for number in range(3, 40, 2):
        site.empty()
        stored = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 10)]
        site.stored.orders = stored
        site.wordpress.failing = {6}
        moved = times(date_modified="2026-03-30T00:00:00")
        site.happen = lambda n, at=number, it=stored[0], moved=moved: (  # type: ignore[misc]
            it.update(moved) if n == at else None
        )

        found = site.extract(page_size=4)

        assert {str(n) for n in range(1, 10) if n != 6} <= set(found.ids()), number
        assert rejects(found) == [failing_order(6)]


@pytest.mark.parametrize("largest", [1, 2, 3, 8])
def test_pages_beyond_the_memory_of_the_shop_are_halved(site: FaultySite, largest: int) -> None:
    site.wordpress.largest_page = largest

    found = site.extract()

    assert found.ids() == [str(n) for n in range(1, 10)]
    assert rejects(found) == []


def test_failing_record_of_each_list_is_rejected(site: FaultySite) -> None:
    site.stored.products = [product(7), product(8), product(9)]
    site.stored.categories = [{"id": n, "name": str(n), "parent": 0} for n in range(11, 14)]
    site.stored.customers = [
        {"id": n, "email": "", "first_name": "", "last_name": "", **_created()}
        for n in range(21, 24)
    ]
    site.wordpress.failing = {8, 12, 22}
    site.stored.orders = []

    found = site.extract()

    assert sorted(found.ids("products", "product_id")) == ["7", "9"]  # of one second
    assert found.ids("categories", "category_id") == ["11", "13"]
    assert found.ids("customers", "customer_id") == ["21", "23"]
    assert {(stream, reason) for stream, reason, _ in rejects(found)} == {
        ("products", "unreadable"),
        ("categories", "unreadable"),
        ("customers", "unreadable"),
    }
    # A category that fails still exists, so the list deletes nothing.
    assert found.records("full_lists") == []


def _created() -> Record:
    return times(date_created="2026-03-01T00:00:00", date_modified="2026-03-02T00:00:00")


def test_failing_variation_is_rejected_and_its_product_is_read(site: FaultySite) -> None:
    site.stored.orders = []
    site.stored.products = [product(16, type="variable", variations=[17, 18])]
    site.stored.variations_of = {
        16: [
            {"id": 17, "sku": "S", "price": "22.00", "status": "publish"},
            {"id": 18, "sku": "M", "price": "9.50", "status": "publish"},
        ]
    }
    # Only the id and the time are cheap, and the tap also requests sku and price.
    site.wordpress.failing = {18}

    found = site.extract()

    [variable] = found.records("products")
    assert variable["price_amount"] == "22.00"
    [(stream, reason, payload)] = rejects(found)
    assert (stream, reason) == ("products", "unreadable")
    assert payload == '{"id":"18","location":"/wp-json/wc/v3/products/16/variations"}'


@pytest.mark.parametrize("version", ["11.0.1", "8.9.3"])
def test_failing_refund_rejects_its_order(site: FaultySite, version: str) -> None:
    """Without the refund, the order would have a wrong split of its amounts."""
    site.wordpress.release = RELEASES[version]
    for n in range(1, 5):
        stub = {"id": 90 + n, "reason": "", "total": "-1.00"}
        site.stored.orders[n - 1]["refunds"] = [stub]
        refund = {"id": 90 + n, "parent_id": n, "amount": "1.00", "reason": "", **_created()}
        site.stored.refunds.append({**refund, "line_items": []})
    site.wordpress.failing = {92, 93}

    found = site.extract()

    assert found.ids() == ["1", "4", "5", "6", "7", "8", "9"]
    assert found.ids("refunds", "refund_id") == ["91", "94"]
    assert [reason for _, reason, _ in rejects(found)] == ["unreadable", "unreadable"]
    messages = {its["message"] for its in found.records("rejected_records")}
    assert messages == {"The shop fails on a refund of this order."}


@pytest.mark.parametrize(
    "answer",
    [
        lambda: Response("canary", 500),
        lambda: Response("canary", 502),
        lambda: Response("canary", 503),
        lambda: Response("canary", 504),
        lambda: Response('[{"canary"', content_type=JSON),
        lambda: Response('{"code": "internal_server_error"}', 500, content_type=JSON),
    ],
    ids=["500", "502", "503", "504", "truncated", "PHP fatal error"],
)
def test_whole_page_that_fails_in_any_way_is_halved(
    site: FaultySite, answer: Callable[[], Response]
) -> None:
    site.fault = lambda request: answer() if _has_order_5(site, request) else None

    found = site.extract()

    assert found.ids() == ["1", "2", "3", "4", "6", "7", "8", "9"]
    assert rejects(found) == [failing_order(5)]


def test_page_that_takes_too_long_is_halved(site: FaultySite, clock: Clock) -> None:
    def fault(request: Request) -> None:
        if _has_order_5(site, request):
            clock.waits.append(PAGE_BUDGET)
            time.sleep(1.2)

    site.fault = fault

    found = site.extract(request_timeout=1, page_size=2)

    assert rejects(found) == [failing_order(5)]
    assert len(found.ids()) == 8


def _has_order_5(site: FaultySite, request: Request) -> bool:
    if not request.path.endswith("/orders") or "modified" in request.args.get("_fields", ""):
        return False
    answered = Site.answer(site, request).get_data(as_text=True)
    return '"number": "5"' in answered


def test_transient_failure_is_retried_and_the_page_stays_whole(
    site: FaultySite, clock: Clock
) -> None:
    failures = iter(range(3))
    site.fault = lambda request: (
        Response("canary", 500)
        if request.args.get("orderby") == "modified" and next(failures, None) is not None
        else None
    )

    found = site.extract()

    assert found.ids() == [str(n) for n in range(1, 10)]
    assert len(clock.waits) == 3
    sizes = {query["per_page"] for query in site.queries("/orders")}
    assert sizes == {"100"}


@pytest.mark.parametrize("status", [500, 503])
def test_outage_of_minutes_rejects_no_record(
    site: FaultySite, clock: Clock, status: int
) -> None:
    begin = clock.monotonic()
    site.fault = lambda request: (
        Response("canary", status)
        if (clock.waits and clock.monotonic() < begin + 200)
        # The first request for orders begins the outage.
        or (not clock.waits and request.args.get("orderby") == "modified")
        else None
    )

    found = site.extract()

    assert found.ids() == [str(n) for n in range(1, 10)]
    assert rejects(found) == []


def test_shop_that_is_down_ends_the_run_with_the_known_message(
    site: FaultySite, clock: Clock
) -> None:
    begin = clock.monotonic()
    site.fault = lambda request: (
        Response("canary", 503)
        if request.path.endswith("/orders") and request.args.get("status") == "any"
        else None
    )

    found, error = site.attempt()

    assert error is not None
    path = "/wp-json/wc/v3/orders"
    assert str(error).startswith(
        f"The shop kept failing on {path} (503 on {path}). Check api_url and whether the shop"
        " is up and not in maintenance mode, then run again"
    )
    assert rejects(found) == []
    assert clock.monotonic() - begin < 420


def test_overloaded_shop_that_asks_for_a_pause_is_not_halved(
    site: FaultySite, clock: Clock
) -> None:
    failures = iter(range(4))
    site.fault = lambda request: (
        Response("canary", 503, {"Retry-After": "30"})
        if request.args.get("orderby") == "modified" and next(failures, None) is not None
        else None
    )

    found = site.extract()

    assert found.ids() == [str(n) for n in range(1, 10)]
    assert {query["per_page"] for query in site.queries("/orders")} == {"100"}
    assert min(clock.waits) >= 30


def test_shop_that_ignores_exclude_ends_the_run(site: FaultySite) -> None:
    site.wordpress.failing = {5}
    answer = Site.answer

    def without_exclude(request: Request) -> Response:
        environ = {**request.environ}
        query = environ["QUERY_STRING"].split("&")
        environ["QUERY_STRING"] = "&".join(it for it in query if not it.startswith("exclude"))
        return answer(site, type(request)(environ))

    site.fault = without_exclude

    _, error = site.attempt()

    assert "/wp-json/wc/v3/orders has records that its filter excludes" in str(error)
