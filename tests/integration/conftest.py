"""Fixtures of the integration tests: a Postgres, and an empty warehouse per file."""

from __future__ import annotations

from pipelines import pipeline, server

__all__ = ["pipeline", "server"]
