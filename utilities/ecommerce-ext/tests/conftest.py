from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shopapp_demo.postgres import Postgres, private_postgres
from warehouses import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[3]
_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    # Outside pytest's directory, which other users cannot enter when root runs the tests.
    data_dir = Path(tempfile.mkdtemp(prefix="ecommerce-ext-"))
    try:
        with private_postgres(data_dir) as server:
            yield server
    finally:
        shutil.rmtree(data_dir)


@pytest.fixture
def warehouse(server: Postgres, tmp_path: Path) -> Iterator[Warehouse]:
    name = f"ecommerce_ext_{next(_numbers)}"
    owner = Warehouse(server, {})
    owner.execute(f"drop database if exists {name} with (force)", f"create database {name}")
    database = replace(server, database=name)
    environment = {
        **database.environment(),
        "ECOMMERCE_CURRENCY": "CAD",
        "ECOMMERCE_PROJECT_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    yield Warehouse(database, environment)
    owner.execute(f"drop database {name} with (force)")
