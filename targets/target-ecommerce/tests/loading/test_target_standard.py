"""The standard tests of the Singer SDK, on both warehouses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.testing import get_target_test_class
from target_ecommerce.target import TargetEcommerce
from target_runs import kept_signal_handlers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shopapp_demo.postgres import Postgres

# The fixtures below fill in the warehouse: the SDK wants a dictionary before a server runs.
_POSTGRES: dict[str, Any] = {"default_target_schema": "standard"}
_DUCKDB: dict[str, Any] = {"warehouse": "duckdb", "default_target_schema": "standard"}


@pytest.fixture(autouse=True)
def _warehouses(server: Postgres, tmp_path: Path) -> Iterator[None]:
    _POSTGRES.update(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        database=server.database,
    )
    _DUCKDB["path"] = str(tmp_path / "standard.duckdb")
    with kept_signal_handlers():
        yield


TestPostgres = get_target_test_class(TargetEcommerce, config=_POSTGRES)
TestDuckDB = get_target_test_class(TargetEcommerce, config=_DUCKDB)
