"""Each loader leaves raw tables from which the package builds the same cells."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import duckdb
import psycopg
import pytest
from comparisons import compare
from engines import SCHEMAS, PostgresEngine
from pipelines import BIN, TOKEN, Pipeline, make_pipeline
from psycopg import sql
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import serve

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb_builds import DuckDB
    from shopapp_demo.postgres import Postgres

pytestmark = [pytest.mark.pipeline, pytest.mark.slow, pytest.mark.timeout(600)]

# Times of a load, which belong to a run.
LOADED_AT = "2026-06-01 00:00:00"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages of both taps, for every loader."""
    folder = tmp_path_factory.mktemp("messages")
    path = folder / "messages.singer"
    config = folder / "tap.json"
    with serve(generate_shop(orders=120), token=TOKEN) as running, path.open("wb") as file:
        shop = {"shop_id": "shop", "api_url": running.url, "access_token": TOKEN}
        rates = {"source": "bundled", "start_date": "2023-01-01"}
        for tap, settings in (("tap-shopapp", shop), ("tap-ecb-rates", rates)):
            config.write_text(json.dumps(settings))
            subprocess.run(
                [BIN / tap, "--config", config],
                stdout=file,
                stderr=subprocess.DEVNULL,
                check=True,
            )
    return path


@pytest.fixture(scope="module")
def by_stock_loader(pipeline: Pipeline, messages: Path) -> Pipeline:
    settings = {**server_settings(pipeline), "use_copy": True, "validate_records": False}
    load("target-postgres", settings, messages, pipeline.folder)
    build(pipeline)
    return pipeline


def server_settings(pipeline: Pipeline) -> dict[str, Any]:
    its = pipeline.postgres
    return {
        "host": its.host,
        "port": its.port,
        "user": its.user,
        "password": its.password or "none",
        "database": its.database,
        "default_target_schema": "ecommerce_raw",
    }


def load(program: str, settings: dict[str, Any], messages: Path, folder: Path) -> None:
    config = folder / f"{program}.json"
    config.write_text(json.dumps(settings))
    with messages.open("rb") as file:
        done = subprocess.run(
            [BIN / program, "--config", config], stdin=file, capture_output=True, check=False
        )
    assert done.returncode == 0, done.stderr[-2000:]


def build(pipeline: Pipeline) -> None:
    """Build from raw tables whose load times are the same for every loader."""
    tables = pipeline.rows(
        "select table_name from information_schema.columns"
        " where table_schema = 'ecommerce_raw' and column_name = '_sdc_extracted_at'"
    )
    with psycopg.connect(pipeline.postgres.url, options="-c timezone=UTC") as connection:
        for (name,) in tables:
            statement = sql.SQL(
                "update ecommerce_raw.{} set _sdc_batched_at = {}, _sdc_extracted_at = {}"
            ).format(sql.Identifier(name), LOADED_AT, LOADED_AT)
            connection.execute(statement)
    pipeline.build()


def test_target_on_postgres_gives_equal_cells(
    by_stock_loader: Pipeline,
    server: Postgres,
    messages: Path,
    tmp_path: Path,
) -> None:
    ours = make_pipeline(server, "by_target_ecommerce", tmp_path)
    load("target-ecommerce", server_settings(ours), messages, tmp_path)
    build(ours)

    engines = [PostgresEngine(its.postgres.url, SCHEMAS) for its in (by_stock_loader, ours)]
    comparison = compare(*engines)

    assert not comparison.differences, comparison.report()
    assert comparison.rows["ecommerce.ECommerce_Transaction"] > 100


def test_target_on_duckdb_gives_equal_cells(
    by_stock_loader: Pipeline, duckdb_warehouse: DuckDB, messages: Path
) -> None:
    settings = {
        "warehouse": "duckdb",
        "path": str(duckdb_warehouse.path),
        "default_target_schema": "ecommerce_raw",
    }
    load("target-ecommerce", settings, messages, duckdb_warehouse.folder)
    with duckdb.connect(duckdb_warehouse.path) as connection:
        tables = connection.execute(
            "select table_name from duckdb_columns() where schema_name = 'ecommerce_raw'"
            " and column_name = '_sdc_extracted_at'"
        ).fetchall()
        for (name,) in tables:
            connection.execute(
                f"update ecommerce_raw.{name} set _sdc_batched_at = '{LOADED_AT}+00',"
                f" _sdc_extracted_at = '{LOADED_AT}+00'"
            )
    duckdb_warehouse.build()

    comparison = duckdb_warehouse.compare(by_stock_loader)

    assert not comparison.differences, comparison.report()


def test_table_of_the_stock_loader_continues_with_the_target(
    by_stock_loader: Pipeline, messages: Path, tmp_path: Path
) -> None:
    """The same messages again change no row, so a change of the loader reads nothing again."""
    its = replace(by_stock_loader, folder=tmp_path)

    load("target-ecommerce", server_settings(its), messages, tmp_path)

    [(received, changed)] = its.rows(
        "select sum(rows_received), sum(rows_inserted + rows_updated)"
        " from ecommerce_raw.ecommerce_load_log"
    )
    assert received > 1000
    assert changed == 0
