"""Fixtures of the integration tests: a Postgres, and an empty warehouse per file."""

from __future__ import annotations

from duckdb_builds import duckdb_file, duckdb_warehouse, parsed_duckdb_project
from pipelines import parsed_project, pipeline, server

__all__ = [
    "duckdb_file",
    "duckdb_warehouse",
    "parsed_duckdb_project",
    "parsed_project",
    "pipeline",
    "server",
]
