"""Writing by page gives the same messages as the SDK's own sync."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import RunningShop, serve
from singer_sdk import Stream
from singer_sdk.singerlib import Catalog
from tap_shopapp.contract import CONTRACTS, EMBEDDED, SYSTEM_STREAMS
from tap_shopapp.pages import Window
from tap_shopapp.tap import TapShopApp
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tap_shopapp.pages import Record

TOKEN = "canary-of-the-shop"
COUNTS = {
    "items": "item_count",
    "refunds": "refund_count",
    "sales_events": "sales_event_count",
}


class Tap(TapShopApp):
    """The tap with a separate schema, since the SDK adds settings to it."""

    config_jsonschema = deepcopy(TapShopApp.config_jsonschema)


class StockStream(Stream):
    """A stream of the tap in the SDK's usual way: record by record."""

    is_sorted = True

    def __init__(self, tap: StockTap, name: str) -> None:
        contract = CONTRACTS[name]
        super().__init__(tap, schema=contract.schema, name=name)
        self.primary_keys = contract.primary_keys
        self.replication_key = contract.bookmark_property
        self.tap = tap

    @override
    def get_records(self, context: Any) -> Iterable[Record]:
        if self.name == "shops":
            yield {"shop_id": "s", "application": "shopapp", **self.tap.run.shop.record}
        elif self.name not in SYSTEM_STREAMS:
            for page in self.tap.run.application.pages(
                self.name, Window(None, "2100-01-01T00:00:00.000000Z")
            ):
                self.tap.inside = page.embedded
                for record in page.records:
                    yield {"shop_id": "s", **record}


class StockOrders(StockStream):
    """Orders, as the parent of their lines and refunds."""

    @override
    def generate_child_contexts(self, record: Record, context: Any) -> Iterable[Any]:
        yield {"transaction_id": record["transaction_id"]}


class StockChildren(StockStream):
    """Lines or refunds, one sync for each order."""

    parent_stream_type = StockOrders
    state_partitioning_keys = ()

    @override
    def get_records(self, context: Any) -> Iterable[Record]:
        for record in self.tap.inside.get(self.name, ()):
            if record["transaction_id"] == context["transaction_id"]:
                yield {"shop_id": "s", **record}


class StockTap(Tap):
    """The tap with streams as in the documentation of the SDK."""

    inside: dict[str, list[Record]]

    @override
    def discover_streams(self) -> list[Stream]:
        kinds = {"transactions": StockOrders, **dict.fromkeys(EMBEDDED, StockChildren)}
        return [kinds.get(name, StockStream)(self, name) for name in CONTRACTS]


def _run(
    tap: type[TapShopApp], config: dict[str, Any], catalog: dict[str, Any] | None
) -> list[dict[str, Any]]:
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(stdout):
        tap(config=deepcopy(config), catalog=catalog).sync_all()
    stdout.seek(0)
    return [json.loads(line) for line in stdout]


def _outcome(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the result for a loader: schemas, records in order, bookmarks."""
    schemas = {m["stream"]: m for m in messages if m["type"] == "SCHEMA"}
    records: dict[str, list[Record]] = {name: [] for name in schemas}
    for message in messages:
        if message["type"] == "RECORD":
            records[message["stream"]].append(message["record"])
    for record in (record for stream in records.values() for record in stream):
        record.pop("updated_at" if "time_zone" in record else "", None)  # the clock
        for count in COUNTS.values():
            record.pop(count, None)  # the tap sets counts by its own rule
    # The SDK writes no SCHEMA of children without records; the tap does, for an empty table.
    for stream in EMBEDDED:
        if stream in records and not records[stream]:
            del schemas[stream], records[stream]
    state = next(m["value"] for m in reversed(messages) if m["type"] == "STATE")
    bookmarks = {s: b for s, b in state["bookmarks"].items() if s not in EMBEDDED}
    return {"schemas": schemas, "records": records, "bookmarks": bookmarks}


@pytest.fixture(scope="module")
def generated() -> Iterator[RunningShop]:
    shop = generate_shop(orders=80)
    for number, order in enumerate(shop.transactions.values()):
        order["updated_at"] = f"2024-01-{number % 28 + 1:02}T00:00:00Z"
        order["attributes"] = {
            "float": 0.1,
            "deep": [{"é\u2028": None}, 1e300, [[]]],
            "n": 2**53,
        }
    with serve(shop, token=TOKEN) as running:
        yield running


def _deselect(*places: str) -> Callable[[Catalog], None]:
    def edit(catalog: Catalog) -> None:
        for place in places:
            stream, _, field = place.partition(".")
            breadcrumb = ("properties", field) if field else ()
            catalog[stream].metadata[breadcrumb].selected = False

    return edit


def _forget(stream: str, field: str) -> Callable[[Catalog], None]:
    def edit(catalog: Catalog) -> None:
        properties = catalog[stream].schema.properties
        assert properties
        del properties[field]

    return edit


def _full_table(catalog: Catalog) -> None:
    catalog["transactions"].metadata.root.forced_replication_method = "FULL_TABLE"
    catalog["transactions"].replication_method = "FULL_TABLE"


CATALOGS: dict[str, Callable[[Catalog], None]] = {
    "as discovered": lambda _: None,
    "without items": _deselect("items"),
    "without refunds": _deselect("refunds"),
    "without sales events": _deselect("sales_events"),
    "without orders, but with items": _deselect("transactions"),
    "without a field of orders": _deselect("transactions.email", "transactions.attributes"),
    "without a field of items": _deselect("items.sku"),
    "with a field that the catalog does not know": _forget("transactions", "email"),
    "with a field of items that the catalog does not know": _forget("items", "sku"),
    "as a full table": _full_table,
    "without products and customers": _deselect("products", "customers.first_name"),
}

MAPS: dict[str, dict[str, Any]] = {
    "an alias": {"stream_maps": {"items": {"__alias__": "lines"}}},
    "a hashed and a removed field": {
        "stream_maps": {
            "transactions": {"email": "md5(email or '')", "landing_url": None},
            "customers": {"email": "sha256(email)", "phone": None},
        }
    },
    "a filter on items": {"stream_maps": {"items": {"__filter__": "position == 1"}}},
    "a filter on orders, which drops their items": {
        "stream_maps": {"transactions": {"__filter__": "currency == 'EUR'"}}
    },
    "only the fields that are mapped": {
        "stream_maps": {"items": {"sku": "sku", "amount": "float(unit_price_amount)"}},
    },
    "no other fields": {
        "stream_maps": {
            "items": {
                **{key: key for key in CONTRACTS["items"].primary_keys},
                "price": "unit_price_amount",
                "__else__": None,
            }
        },
    },
    "no other streams": {"stream_maps": {"transactions": {}, "items": {}, "__else__": None}},
    "items removed": {"stream_maps": {"items": None}},
    "orders removed, and with them their items": {"stream_maps": {"transactions": None}},
    "a second form of items": {
        "stream_maps": {"prices": {"__source__": "items", "sku": None, "day": "'x'"}}
    },
    "a time": {
        "stream_maps": {"items": {"at": "datetime.datetime.fromisoformat('2024-01-01')"}}
    },
    "flattening": {"flattening_enabled": True, "flattening_max_depth": 2},
}


@pytest.mark.parametrize("maps", MAPS)
def test_stream_maps_give_the_output_of_the_stock_path(
    generated: RunningShop, maps: str
) -> None:
    config = {"shop_id": "s", "api_url": generated.url, "access_token": TOKEN, **MAPS[maps]}

    ours = _outcome(_run(Tap, config, None))

    assert ours == _outcome(_run(StockTap, config, None))
    assert any(ours["records"].values())


@pytest.mark.parametrize("selection", CATALOGS)
def test_catalog_gives_the_output_of_the_stock_path(
    generated: RunningShop, selection: str
) -> None:
    config = {"shop_id": "s", "api_url": generated.url, "access_token": TOKEN}

    def catalog() -> dict[str, Any]:
        discovered: dict[str, Any] = Tap(config=config).catalog_dict
        edited = Catalog.from_dict(discovered)
        for entry in edited.values():
            entry.metadata.root.selected = True
        CATALOGS[selection](edited)
        return json.loads(json.dumps(edited.to_dict()))  # type: ignore[no-any-return]

    ours = _outcome(_run(Tap, config, catalog()))

    assert ours == _outcome(_run(StockTap, config, catalog()))
    assert ours["records"]["shops"]


def test_fast_path_is_the_default(generated: RunningShop) -> None:
    tap = Tap(config={"shop_id": "s", "api_url": generated.url, "access_token": TOKEN})

    assert all(stream.is_written_unchanged for stream in tap.streams.values())  # type: ignore[attr-defined]
