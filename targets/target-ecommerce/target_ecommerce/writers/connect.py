"""Chooses the warehouse that the settings name."""

from __future__ import annotations

from datetime import datetime, timezone
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from target_ecommerce.errors import LoadError
from target_ecommerce.writers.base import RunTimes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_ecommerce.writers.base import Writer


def connect(config: Mapping[str, Any], started_at: int) -> Writer:
    """Return a writer for the warehouse of the settings.

    Args:
        config: Settings of the target.
        started_at: Start of the run, in milliseconds since 1970.
    """
    times = RunTimes(started_at, datetime.now(tz=timezone.utc))
    if config["warehouse"] == "duckdb":
        if not find_spec("duckdb"):
            raise LoadError(
                "DuckDB is not installed. Install the package as target-ecommerce[duckdb]."
            )
        from target_ecommerce.writers.duckdb.writer import DuckDBWriter  # noqa: PLC0415 - an extra

        return DuckDBWriter(config, times)
    from target_ecommerce.writers.postgres.writer import PostgresWriter  # noqa: PLC0415 - slow

    return PostgresWriter(config, times)
