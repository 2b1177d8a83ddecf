from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from imports import TABLE, sheet_of_orders
from shopapp_demo.server import RunningShop, serve
from shopapp_demo.shop import COLLECTIONS, Shop
from tap_shopapp.errors import TapError
from tap_shopapp.tap import TapShopApp
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_httpserver import HTTPServer

TOKEN = "canary-of-the-shop"
SCOPES = ["read_transactions", "read_products", "read_categories", "read_customers"]
ABOUT = {
    "id": "s1",
    "name": "A shop",
    "url": "https://shop.example",
    "currency": "CAD",
    "time_zone": "America/Toronto",
}


class Tap(TapShopApp):
    """The tap with a separate schema, since the SDK adds settings to it."""

    config_jsonschema = deepcopy(TapShopApp.config_jsonschema)


@dataclass(frozen=True)
class Messages:
    """The messages of a run."""

    all: list[dict[str, Any]]

    def records(self, stream: str) -> list[dict[str, Any]]:
        """Return the records of a stream, in the written order."""
        return [
            m["record"] for m in self.all if m["type"] == "RECORD" and m["stream"] == stream
        ]

    def ids(self, stream: str = "transactions", key: str = "transaction_id") -> list[str]:
        """Return the ids of a stream's records."""
        return [record[key] for record in self.records(stream)]

    def schemas(self) -> list[dict[str, Any]]:
        """Return the SCHEMA messages."""
        return [m for m in self.all if m["type"] == "SCHEMA"]

    def states(self) -> list[dict[str, Any]]:
        """Return the values of the STATE messages."""
        return [m["value"] for m in self.all if m["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        """The state after the run."""
        return self.states()[-1]

    @property
    def bookmark(self) -> str | None:
        """The bookmark of transactions after the run."""
        value = self.state["bookmarks"].get("transactions", {}).get("replication_key_value")
        return None if value is None else str(value)


Extract = Callable[..., Messages]
Attempt = Callable[..., tuple[Messages, TapError | None]]
Place = Callable[..., dict[str, Any]]
Scripted = Callable[..., "ScriptedShop"]


def run_tap(
    config: dict[str, Any],
    *,
    catalog: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
) -> Messages:
    """Run a tap in this process, and return its messages."""
    messages, error = attempt_tap(config, catalog=catalog, state=state)
    if error:
        raise error
    return messages


def attempt_tap(
    config: dict[str, Any],
    *,
    catalog: dict[str, Any] | None = None,
    state: dict[str, Any] | None = None,
) -> tuple[Messages, TapError | None]:
    """Run a tap in this process, and return its messages and its error, if any."""
    stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    error = None
    with redirect_stdout(stdout):
        try:
            Tap(config=config, catalog=catalog, state=state).sync_all()
        except TapError as failure:
            error = failure
    stdout.seek(0)
    return Messages([json.loads(line) for line in stdout]), error


@pytest.fixture
def run() -> Callable[..., Messages]:
    """Run a tap with any settings."""
    return run_tap


@pytest.fixture(scope="session")
def try_run() -> Callable[..., tuple[Messages, TapError | None]]:
    """Run a tap with any settings, and return its messages and its error, if any."""
    return attempt_tap


@pytest.fixture(scope="session")
def served() -> Iterator[tuple[Shop, RunningShop]]:
    """One shop for all tests, on one server."""
    shop = Shop(ABOUT)
    with serve(shop, token=TOKEN) as running:
        yield shop, running


@pytest.fixture
def emptied(served: tuple[Shop, RunningShop]) -> tuple[Shop, RunningShop]:
    """The shop without records, and its server without requests."""
    shop, running = served
    for collection in COLLECTIONS:
        for record_id in list(getattr(shop, collection)):
            shop.remove(collection, record_id)
    running.requests.clear()
    return served


@pytest.fixture
def shop(emptied: tuple[Shop, RunningShop]) -> Shop:
    """An empty shop."""
    return emptied[0]


@pytest.fixture
def running(emptied: tuple[Shop, RunningShop]) -> RunningShop:
    """The server of the shop."""
    return emptied[1]


@pytest.fixture
def extract(running: RunningShop) -> Extract:
    """Run the tap on the shop, with more settings."""

    def extract(
        *,
        catalog: dict[str, Any] | None = None,
        state: dict[str, Any] | None = None,
        **settings: object,
    ) -> Messages:
        config = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN, **settings}
        return run_tap(config, catalog=catalog, state=state)

    return extract


@pytest.fixture
def attempt(running: RunningShop) -> Attempt:
    """Run the tap on the shop like `extract`, and return its messages and its error, if any."""

    def attempt(
        *, state: dict[str, Any] | None = None, **settings: object
    ) -> tuple[Messages, TapError | None]:
        config = {"shop_id": "s", "api_url": running.url, "access_token": TOKEN, **settings}
        return attempt_tap(config, state=state)

    return attempt


@pytest.fixture
def place(shop: Shop) -> Place:
    """Put an order of one line into the shop."""

    def place(
        order_id: str, updated_at: str = "2024-01-05T10:00:00Z", **fields: object
    ) -> dict[str, Any]:
        order = {
            "id": order_id,
            "created_at": "2024-01-05T09:00:00Z",
            "updated_at": updated_at,
            "currency": "CAD",
            "total_amount": "10.00",
            "items": [{"id": "1", "quantity": "1", "unit_price_amount": "10.00"}],
            "refunds": [],
            **fields,
        }
        shop.put("transactions", order)
        return order

    return place


@dataclass(frozen=True)
class ScriptedShop:
    """A server that sends prepared answers, right or wrong."""

    url: str

    def __call__(self, **settings: object) -> Messages:
        """Run the tap on the server."""
        return run_tap(self._config(settings))

    def attempt(self, **settings: object) -> tuple[Messages, TapError | None]:
        """Run the tap on the server, and return its messages and its error, if any."""
        return attempt_tap(self._config(settings))

    def _config(self, settings: dict[str, object]) -> dict[str, Any]:
        return {"shop_id": "s", "api_url": self.url, "access_token": TOKEN, **settings}


@pytest.fixture
def scripted(httpserver: HTTPServer) -> Scripted:
    """Serve prepared answers to requests for transactions, one after the other."""

    def scripted(*answers: dict[str, Any] | Response) -> ScriptedShop:
        httpserver.expect_request("/v1/shop").respond_with_json(ABOUT | {"scopes": SCOPES})
        empty: dict[str, Any] = {"data": [], "next_cursor": None, "has_more": False}
        for path in ("products", "categories", "customers"):
            httpserver.expect_request(f"/v1/{path}").respond_with_json(empty)
        httpserver.expect_request(re.compile("/v1/[a-z]+/totals")).respond_with_json(
            {"data": []}
        )
        for answer in answers:
            expected = httpserver.expect_oneshot_request("/v1/transactions")
            if isinstance(answer, Response):
                expected.respond_with_response(answer)
            else:
                expected.respond_with_json(answer)
        return ScriptedShop(httpserver.url_for("").rstrip("/"))

    return scripted


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    """Write a text file into the folder of the import."""

    def write(name: str, text: str, encoding: str = "utf-8") -> None:
        (tmp_path / name).write_bytes(text.encode(encoding))

    return write


@pytest.fixture
def import_files(
    tmp_path: Path, try_run: Callable[..., tuple[Messages, TapError | None]]
) -> Callable[..., tuple[Messages, TapError | None]]:
    """Run the tap on the files, with a mapping file if there are entries."""

    def import_files(
        *entries: dict[str, Any], shop: dict[str, str] | None = None, **settings: Any
    ) -> tuple[Messages, TapError | None]:
        if entries:
            mapping = tmp_path / "mapping.yml"
            mapping.write_text(yaml.safe_dump({"shop": shop or {}, "files": list(entries)}))
            settings["files_mapping"] = str(mapping)
        else:
            settings.setdefault("files_path", str(tmp_path / "ECommerce_*"))
        return try_run({"shop_id": "s", "application": "files", **settings})

    return import_files


@pytest.fixture
def write_sheet(tmp_path: Path) -> Callable[..., None]:
    """Write a workbook of orders, as `sheet_of_orders` makes it."""

    def write_sheet(
        fill: Callable[[Any, Any], object], change: tuple[str, str] | None = None
    ) -> None:
        (tmp_path / TABLE).write_bytes(sheet_of_orders(fill, change))

    return write_sheet
