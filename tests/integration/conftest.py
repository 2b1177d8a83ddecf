"""Fixtures of the integration tests: a Postgres, and an empty warehouse per file."""

from __future__ import annotations

from pipelines import parsed_project, pipeline, server

__all__ = ["parsed_project", "pipeline", "server"]
