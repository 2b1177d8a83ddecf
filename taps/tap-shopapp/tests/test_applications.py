"""Every application reads the same records from the same shop, even if the shop changes."""

from __future__ import annotations

from collections import defaultdict
from copy import deepcopy
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import differing, edit_order, make_shop, place_order
from shop_fakes.registry import FAKES
from tap_shopapp.applications import APPLICATIONS
from tap_shopapp.contract import CONTRACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Messages
    from shop_fakes.base import FakeShop
    from shopapp_demo.shop import Record

RENAMED = {
    "transactions": {"id": "transaction_id", "contact_id": "id_contact"},
    "items": {"id": "item_id"},
    "refunds": {"id": "refund_id"},
    "products": {"id": "product_id"},
    "categories": {"id": "category_id"},
    "customers": {"id": "customer_id"},
}


LISTS_IDS = sorted(n for n in FAKES if "transactions" in APPLICATIONS[n].id_lists)


@pytest.fixture(params=sorted(FAKES))
def application(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fake(application: str) -> Iterator[FakeShop]:
    """A fake of the application with its own shop."""
    with FAKES[application](make_shop()) as running:
        yield running


@pytest.fixture
def read(application: str, fake: FakeShop, run: Callable[..., Messages]) -> Any:
    """Run the tap on the fake."""

    def read(**arguments: Any) -> Messages:
        settings = {"shop_id": "s", "application": application, **fake.settings}
        settings |= arguments.pop("settings", {})
        return run(settings, **arguments)

    return read


def orders_only() -> dict[str, Any]:
    """Return a catalog in which only orders and what belongs to them are selected."""
    selected = {"transactions", "items", "refunds", "sales_events", "deleted_transactions"}
    return {
        "streams": [
            {
                "stream": name,
                "tap_stream_id": name,
                "schema": contract.schema,
                "metadata": [{"breadcrumb": [], "metadata": {"selected": name in selected}}],
            }
            for name, contract in CONTRACTS.items()
        ]
    }


def renamed(stream: str, record: Record) -> Record:
    """Return a record of the shop with the field names of the contract."""
    return {RENAMED[stream].get(name, name): value for name, value in record.items()}


def expected_records(fake: FakeShop) -> dict[str, dict[tuple[str, ...], Record]]:
    """Return the records of the shop, by stream and key."""
    shop = fake.shop
    expected: dict[str, dict[tuple[str, ...], Record]] = defaultdict(dict)
    for stream in ("products", "categories", "customers"):
        for key, record in getattr(shop, stream).items():
            expected[stream][key,] = renamed(stream, record)
    for key, order in shop.transactions.items():
        for stream in ("items", "refunds"):
            for child in order[stream]:
                expected[stream][key, child["id"]] = renamed(stream, child)
        own = {name: its for name, its in order.items() if name not in ("items", "refunds")}
        expected["transactions"][key,] = renamed("transactions", own) | {
            "utm_source": "mail",
            "id_send_log": str(int(key) - 100),
            "email_normalized": order["email"],
        }
    return expected


def found_records(messages: Messages) -> dict[str, dict[tuple[str, ...], Record]]:
    """Return the last record that a run wrote of each key."""
    found: dict[str, dict[tuple[str, ...], Record]] = defaultdict(dict)
    for stream, names in RENAMED.items():
        within = ("transaction_id",) if stream in ("items", "refunds") else ()
        for record in messages.records(stream):
            found[stream][tuple(record[name] for name in (*within, names["id"]))] = record
    return found


def test_every_application_has_a_fake() -> None:
    assert FAKES.keys() == APPLICATIONS.keys() - {"files"}


def test_same_shop_gives_same_records_in_every_application(fake: FakeShop, read: Any) -> None:
    expected = expected_records(fake)

    found = found_records(read())

    for stream, records in expected.items():
        assert found[stream].keys() == records.keys(), stream
        lacks = fake.lacks.get(stream, frozenset())
        for key, record in records.items():
            assert differing(found[stream][key], record, lacks) == {}, (stream, key)


def test_fee_and_fee_tax_are_read_in_every_application(fake: FakeShop, read: Any) -> None:
    order = fake.shop.transactions["103"]
    charged = {"fee_amount": "2.50", "fee_tax_amount": "0.50"}
    for name, more in {"tax_amount": "0.50", "total_amount": "3.00"}.items():
        charged[name] = str(Decimal(order[name]) + Decimal(more))
    fake.shop.put("transactions", order | charged)

    found = found_records(read())["transactions"]["103",]

    assert differing(found, {**charged, "adjustment_amount": "0"}, frozenset()) == {}


@pytest.mark.parametrize("change", ["edit the first", "edit the last", "place", "delete"])
def test_change_between_requests_loses_no_order(fake: FakeShop, read: Any, change: str) -> None:
    """The shop changes before the n-th request, for every n. A second run reads the rest."""
    shop = fake.shop
    # A lookback would hide lost records. Requests for other streams only take time.
    few = {"page_size": 2, "lookback_seconds": 0}
    kept = set(shop.transactions)
    happen: dict[str, Callable[[], object]] = {
        "edit the first": lambda: edit_order(shop, "101"),
        "edit the last": lambda: edit_order(shop, "109"),
        "place": lambda: place_order(shop, 200),
        "delete": lambda: fake.delete_order("105"),
    }
    for number in count(1):
        fake.requests = 0
        at: dict[int, Callable[[], object]] = {number: happen[change]}
        fake.before_request = lambda n, at=at: at[n]() if n in at else None  # type: ignore[misc]
        first = read(settings=few, catalog=orders_only())
        was_reached = fake.requests >= number
        fake.before_request = lambda _: None

        second = read(state=first.state, settings=few, catalog=orders_only())

        written = found_records(first)["transactions"] | found_records(second)["transactions"]
        # Some applications only report the id and the time of a deleted order.
        gone = {
            record["transaction_id"]: record
            for messages in (first, second)
            for record in messages.records("deleted_transactions")
        }
        for order_id, order in shop.transactions.items():
            is_gone = order.get("deleted_at")
            if not is_gone or fake.tells_deletions:
                lacks = fake.lacks.get("transactions", frozenset())
                name = "deleted_at" if is_gone else "total_amount"
                found = gone.get(order_id) or written[order_id,]
                expected = {name: order[name]}
                assert differing(found, expected, lacks) == {}, (number, order_id)
        # Remove new orders, so that the next run takes as many requests.
        for order_id in set(shop.transactions) - kept:
            shop.remove("transactions", order_id)
        if not was_reached:
            break
    assert number > 5


@pytest.mark.parametrize("application", LISTS_IDS)
@pytest.mark.parametrize("change", ["place", "delete the first", "delete the last"])
def test_list_of_ids_lacks_only_deleted_orders(fake: FakeShop, read: Any, change: str) -> None:
    """The shop changes before the n-th request of the second run, for every n."""
    shop = fake.shop
    few = {"page_size": 3, "lookback_seconds": 0}
    shop.remove("transactions", "105")
    state = read(settings=few).state
    happen: dict[str, Callable[[], object]] = {
        "place": lambda: place_order(shop, 200),
        "delete the first": lambda: shop.remove("transactions", "101"),
        "delete the last": lambda: shop.remove("transactions", "109"),
    }
    for number in count(1):
        before = dict(shop.transactions)
        fake.requests = 0
        at: dict[int, Callable[[], object]] = {number: happen[change]}
        fake.before_request = lambda n, at=at: at[n]() if n in at else None  # type: ignore[misc]
        messages = read(state=deepcopy(state), settings=few)
        was_reached = fake.requests >= number
        fake.before_request = lambda _: None
        stayed = before.keys() & shop.transactions.keys()
        shop.transactions.clear()
        shop.transactions.update(before)

        ranges = [r for r in messages.records("id_ranges") if r["stream"] == "transactions"]
        covered = {
            each
            for each in before
            for found in ranges
            if found["from_id"] <= int(each) <= (found["to_id"] or int(each))
        }
        listed = {each for found in ranges for each in found["ids"]}
        assert covered == before.keys(), number
        assert stayed <= listed, number
        assert "105" not in listed
        if not was_reached:
            break
