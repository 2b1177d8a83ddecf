"""A real Vendure, a ShopApp, and the warehouse of both."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import vendure_oracle as oracle
import vendure_server
from pipelines import BIN, parsed_project, pipeline, server
from shop_fakes.logical_shop import make_shop
from shopapp_demo.server import serve
from vendure_seed import EURO, seed
from vendure_shop import tap_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Pipeline
    from shopapp_demo.postgres import Postgres
    from vendure_shop import VendureShop

__all__ = ["parsed_project", "pipeline", "server"]


@pytest.fixture(scope="session")
def shop(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendureShop]:
    """A shop in a private Vendure, seeded once."""
    if missing := vendure_server.missing():
        assert "CI" not in os.environ, f"CI has to run Vendure, but {missing}."
        pytest.skip(f"needs Vendure, but {missing}")
    log = tmp_path_factory.mktemp("vendure") / "log"
    with vendure_server.serve_vendure(server, log) as vendure:
        yield seed(vendure)


@pytest.fixture(scope="module")
def warehouse(shop: VendureShop, pipeline: Pipeline) -> Warehouse:
    """The Vendure shop and a ShopApp, extracted, loaded and built."""
    with psycopg.connect(pipeline.postgres.url) as connection, connection.cursor() as cursor:
        cursor.execute("create schema marketing")
        cursor.execute(
            "create table marketing.rates (currency text, base_currency text, rate numeric,"
            " valid_from date, valid_to date)"
        )
        cursor.executemany(
            "insert into marketing.rates values (%s, 'EUR', %s, '2020-01-01', null)",
            [rate for rate in oracle.RATES.items() if rate[0] != "EUR"],
        )
    pipeline.settings |= {
        "ECOMMERCE_ID_FORMAT": "qualified",
        "ECOMMERCE_CUSTOM_RATES_RELATION": "marketing.rates",
    }
    warehouse = Warehouse(shop, pipeline)
    with serve(make_shop(), token="token-4f1d9c") as running:
        config = {"shop_id": "boutique", "api_url": running.url, "access_token": "token-4f1d9c"}
        pipeline.extract_and_load("tap-shopapp", config)
    warehouse.extract("europe", channel=EURO)
    warehouse.extract("vendure")
    pipeline.build()
    return warehouse


class Warehouse:
    """A warehouse that loads Vendure's channels, with a separate state per channel."""

    def __init__(self, shop: VendureShop, pipeline: Pipeline) -> None:
        self.shop = shop
        self.pipeline = pipeline
        self._states: dict[str, Any] = {}

    def extract(self, shop_id: str, *, channel: str = "", **settings: Any) -> None:
        """Extract a channel and load it, incrementally after the first time."""
        # A run reads up to the server's clock, which the server reports in whole seconds.
        time.sleep(1.1)
        config = tap_config(self.shop, channel, shop_id=shop_id, **settings)
        self.pipeline.state = self._states.get(shop_id)
        self.pipeline.extract_and_load("tap-shopapp", config, state=True)
        state = self.pipeline.folder / f"{shop_id}.json"
        assert self.pipeline.state
        state.write_bytes(self.pipeline.state.read_bytes())
        self._states[shop_id] = state

    def read_once(self, **settings: Any) -> list[dict[str, Any]]:
        """Run the tap once on the default channel without state and return its messages."""
        file = self.pipeline.folder / "read_once.json"
        file.write_text(json.dumps(tap_config(self.shop, **settings)))
        done = subprocess.run(
            [BIN / "tap-shopapp", "--config", file], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the warehouse."""
        return self.pipeline.rows(query)
