"""Faults of records, in every application: a bad time or text affects no other record.

`test_faults_records.py` tests all faults on one application.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import ORDERS, make_shop, place_order
from shop_fakes.proxy import serve_changed
from shop_fakes.registry import FAKES
from shopapp_demo.shop import COLLECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Attempt, Messages
    from shopapp_demo.shop import Shop

TIMES = ("created_at", "updated_at", "processed_at")
ALL = {str(100 + number) for number in range(1, ORDERS + 1)}


@pytest.fixture(params=sorted(FAKES))
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def serve(application: str, try_run: Attempt) -> Any:
    """Serve a shop through a proxy that can change answers; yield a function that reads it."""

    @contextmanager
    def serve(
        shop: Shop, change: Callable[[bytes], bytes] = lambda body: body
    ) -> Iterator[Callable[..., Messages]]:
        with (
            FAKES[application](shop) as fake,
            serve_changed(fake.address, change) as url,
        ):
            yield lambda **arguments: run(fake.settings_at(url), arguments)

    def run(settings: dict[str, Any], arguments: dict[str, Any]) -> Messages:
        config = {"shop_id": "s", "application": application, "page_size": 2, **settings}
        messages, error = try_run(config, **arguments)
        assert error is None
        return messages

    return serve


def all_at(shop: Shop, moment: str, *order_ids: str) -> None:
    for order_id in order_ids:
        shop.put("transactions", shop.transactions[order_id] | dict.fromkeys(TIMES, moment))


@pytest.mark.parametrize("moment", [pytest.param("2026-03-31T11:00:00Z", id="fault_19")])
def test_orders_with_the_same_time_are_all_read_by_both_runs(serve: Any, moment: str) -> None:
    shop = make_shop()
    all_at(shop, moment, *ALL)

    with serve(shop) as read:
        first = read()
        place_order(shop, 4)
        place_order(shop, 50)
        all_at(shop, moment, "104", "150")
        second = read(state=first.state)

    assert set(first.ids()) == ALL
    assert {"104", "150"} <= set(second.ids())


@pytest.mark.parametrize("moment", [pytest.param("2999-01-01T00:00:00Z", id="fault_22")])
def test_order_from_the_future_hides_no_later_order(serve: Any, moment: str) -> None:
    shop = make_shop()
    all_at(shop, moment, "105")

    with serve(shop) as read:
        first = read()
        place_order(shop, 50)
        second = read(state=first.state)

    assert ALL - {"105"} <= set(first.ids())
    assert "150" in second.ids()


@pytest.mark.parametrize("left", [pytest.param(0, id="fault_29")])
def test_run_without_records_does_not_move_the_bookmark_back(serve: Any, left: int) -> None:
    shop = make_shop()

    with serve(shop) as read:
        first = read()
        for collection in COLLECTIONS:
            for key in list(getattr(shop, collection)):
                shop.remove(collection, key)
        second = read(state=first.state)

    assert len(second.ids()) == left
    assert first.bookmark
    assert second.bookmark
    assert second.bookmark >= first.bookmark


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        pytest.param(rb"nul \u0000 nul", "nul � nul", id="fault_32"),
        pytest.param(rb"half \ud83d half", "half � half", id="fault_34"),
        pytest.param(rb"pair \ud83d\ude00", "pair 😀", id="fault_35"),
        pytest.param(rb"tab \t \\N \\. end", "tab \t \\N \\. end", id="fault_45"),
    ],
)
def test_special_characters_in_names_are_kept_or_replaced(
    serve: Any, written: bytes, stored: str
) -> None:
    with serve(
        make_shop(), lambda body: body.replace(b'"Product 3"', b'"%b"' % written)
    ) as read:
        messages = read()

    names = {its["product_id"]: its["name"] for its in messages.records("products")}
    sold = {its["product_name"] for its in messages.records("items")}
    assert names == {str(n): stored if n == 3 else f"Product {n}" for n in range(1, 6)}
    assert stored in sold
    assert set(messages.ids()) == ALL


@pytest.mark.parametrize("day", [pytest.param(b"2026-02-30", id="fault_43")])
def test_order_with_impossible_date_is_rejected_alone(serve: Any, day: bytes) -> None:
    shop = make_shop()
    order = shop.transactions["105"]
    shop.put("transactions", order | {"created_at": "2026-02-28T11:22:33Z"})

    with serve(shop, lambda body: body.replace(b"2026-02-28", day)) as read:
        messages = read()

    assert set(messages.ids()) == ALL - {"105"}
    [rejected] = messages.records("rejected_records")
    assert rejected["stream"] == "transactions"
    assert "105" in rejected["payload"]
