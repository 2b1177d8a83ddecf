"""Fixtures: a Postgres for the session, and a schema or a file per test."""

from __future__ import annotations

import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shopapp_demo.postgres import Postgres, private_postgres
from target_runs import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    # Outside pytest's directory, which other users cannot enter when root runs the tests.
    data_dir = Path(tempfile.mkdtemp(prefix="target-ecommerce-"))
    try:
        with private_postgres(data_dir) as server:
            yield server
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture
def postgres(server: Postgres) -> Warehouse:
    namespace = f"target_{next(_numbers)}"
    warehouse = Warehouse(
        {
            "host": server.host,
            "port": server.port,
            "user": server.user,
            "password": server.password,
            "database": server.database,
            "default_target_schema": namespace,
        }
    )
    warehouse.query(f"drop schema if exists {namespace} cascade")
    return warehouse


@pytest.fixture
def duckdb_file(tmp_path: Path) -> Warehouse:
    path = str(tmp_path / "warehouse.duckdb")
    return Warehouse({"warehouse": "duckdb", "path": path, "default_target_schema": "raw"})


@pytest.fixture(params=["postgres", "duckdb"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    name = {"postgres": "postgres", "duckdb": "duckdb_file"}[request.param]
    fixture: Warehouse = request.getfixturevalue(name)
    return fixture
