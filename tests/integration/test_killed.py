"""Faults 52–54: the tap or the loader is killed at any moment; the next load completes.

The moment is a number of lines between the two, so it does not depend on the machine's speed.
"""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import ExitStack
from random import Random
from threading import Timer
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
import pytest
from pipelines import BIN, TOKEN, Pipeline
from psycopg import sql
from shopapp_demo.generate import generate_shop
from shopapp_demo.postgres import Postgres
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from pathlib import Path

    from shopapp_demo.shop import Shop

pytestmark = pytest.mark.pipeline

STREAMS = {
    "shops": "shop_id",
    "transactions": "transaction_id",
    "items": "transaction_id, item_id",
    "refunds": "transaction_id, refund_id",
    "products": "product_id",
    "categories": "category_id",
    "customers": "customer_id",
}


class Kill(NamedTuple):
    """The process to kill, the signal, and the number of kills."""

    victim: str
    by: signal.Signals
    times: int


KILLS = {
    "fault_52": Kill("target", signal.SIGKILL, 3),
    "fault_53": Kill("target", signal.SIGTERM, 2),
    "fault_54": Kill("tap", signal.SIGKILL, 3),
    "fault_54_by_request": Kill("tap", signal.SIGTERM, 2),
}


GRACE = 60
"""Seconds after which a process that was asked to end is killed, as operators do."""


class Load:
    """Loads of one shop into one warehouse; each continues from the last state."""

    def __init__(self, pipeline: Pipeline, url: str) -> None:
        self.folder = pipeline.folder
        self.state: dict[str, Any] | None = None
        self._tap = self._write(
            "tap", {"shop_id": "s", "api_url": url, "access_token": TOKEN, "page_size": 40}
        )
        postgres = pipeline.postgres
        self._target = self._write(
            "target",
            {
                "host": postgres.host,
                "port": postgres.port,
                "user": postgres.user,
                "password": postgres.password or "none",
                "database": postgres.database,
                "default_target_schema": "ecommerce_raw",
                "use_copy": True,
                "validate_records": False,
                # Small batches, so that much is committed before the end.
                "batch_size_rows": 50,
            },
        )

    def run(self, kill: Kill | None = None, *, after: int = 0) -> bool:
        """Load, kill one process after some lines, and return whether the load completed."""
        command: list[Any] = [BIN / "tap-shopapp", "--config", self._tap]
        if self.state:
            command += ["--state", self._write("state", self.state)]
        with (
            ExitStack() as at_end,
            (self.folder / "tap.log").open("wb") as log,
            subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=log,
            ) as tap,
            subprocess.Popen(
                [BIN / "target-postgres", "--config", self._target],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            ) as target,
        ):
            assert tap.stdout
            assert target.stdin
            assert target.stdout
            try:
                for number, line in enumerate(tap.stdout):
                    if kill and number == after:
                        victim = tap if kill.victim == "tap" else target
                        victim.send_signal(kill.by)
                        # meltanolabs-target-postgres can wait for itself after SIGTERM.
                        grace = Timer(GRACE, victim.kill)
                        grace.start()
                        at_end.callback(grace.cancel)
                        if kill.victim == "tap":
                            line = line[: len(line) // 2]  # noqa: PLW2901 - a truncated line
                    target.stdin.write(line)
                target.stdin.close()
            except BrokenPipeError:
                pass
            tap.stdout.close()
            states = target.stdout.read().splitlines()
        if states:
            self.state = json.loads(states[-1])
        return tap.returncode == 0 and target.returncode == 0

    def _write(self, name: str, content: object) -> Path:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(content))
        return path


def tables(pipeline: Pipeline) -> dict[str, list[tuple[Any, ...]]]:
    """Return all cells of the raw tables except load times."""
    return {
        stream: pipeline.rows(
            "select (select jsonb_object_agg(name, value) from jsonb_each(to_jsonb(r)) as"
            " cells (name, value) where name not like '\\_sdc%' and name <> 'seen_at'"
            f" and ('{stream}' <> 'shops' or name <> 'updated_at'))::text"
            f" from ecommerce_raw.{stream} as r order by {keys}"
        )
        for stream, keys in STREAMS.items()
    }


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generate_shop(orders=240)


@pytest.fixture(scope="module")
def expected(
    server: Postgres, shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[Any, ...]]]:
    """Raw tables of a load into another database, without a kill."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("drop database if exists expected")
        connection.execute("create database expected")
    postgres = Postgres(server.host, server.port, server.user, server.password, "expected")
    pipeline = Pipeline(postgres, tmp_path_factory.mktemp("expected"))
    with serve(shop, token=TOKEN) as running:
        assert Load(pipeline, running.url).run()
    return tables(pipeline)


@pytest.mark.parametrize("kill", KILLS.values(), ids=KILLS)
def test_load_after_a_kill_at_any_moment_completes_the_tables(
    pipeline: Pipeline,
    shop: Shop,
    expected: dict[str, list[tuple[Any, ...]]],
    kill: Kill,
) -> None:
    with psycopg.connect(pipeline.postgres.url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop schema if exists ecommerce_raw cascade"))
    lines = sum(len(rows) for rows in expected.values())
    moments = Random(f"{kill}")  # noqa: S311 - the same on every run
    with serve(shop, token=TOKEN) as running:
        load = Load(pipeline, running.url)
        for _ in range(kill.times):
            got_through = load.run(kill, after=moments.randint(20, lines))
            # After SIGTERM, the loader may write its buffered records before it exits.
            assert not got_through or kill.by == signal.SIGTERM
        assert load.run()

    assert tables(pipeline) == expected
