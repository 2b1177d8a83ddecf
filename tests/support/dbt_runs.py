"""dbt commands that run in the process of the tests."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dbt.cli.main import dbtRunner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """Set environment variables, and restore the environment at the end."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield os.environ
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_dbt(*arguments: str, project: Path, profiles: Path) -> None:
    """Run a dbt command; the error names the failed nodes."""
    outcome = dbtRunner().invoke(
        [
            *arguments,
            *("--project-dir", str(project)),
            *("--profiles-dir", str(profiles)),
            "--quiet",
        ]
    )
    failed = [
        f"{result.node.name}: {result.message}"
        for result in getattr(outcome.result, "results", None) or []
        if result.status in ("error", "fail")
    ]
    assert outcome.success, failed or outcome.exception
