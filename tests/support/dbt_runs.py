"""dbt commands that run in the process of the tests."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dbt.cli.main import dbtRunner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dbt.cli.main import dbtRunnerResult

WITHOUT_FILES = {
    "DBT_LOG_LEVEL": "none",
    "DBT_LOG_LEVEL_FILE": "none",
    "DBT_WRITE_JSON": "false",
}
"""Environment variables for runs without log and artifacts, which take a fifth of the time."""


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


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Collect no garbage, which takes a quarter of the time, as the project is many objects."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def invoke(arguments: Sequence[str]) -> dbtRunnerResult:
    """Run a dbt command; environment variables can request the log and the artifacts."""
    with environment({**WITHOUT_FILES, **os.environ}), _without_garbage_collection():
        return dbtRunner().invoke([*arguments, "--quiet"])


def run_dbt(*arguments: str, project: Path, profiles: Path) -> None:
    """Run a dbt command; the error names the failed nodes."""
    outcome = invoke(
        [*arguments, "--project-dir", str(project), "--profiles-dir", str(profiles)]
    )
    failed = [
        f"{result.node.name}: {result.message}"
        for result in getattr(outcome.result, "results", None) or []
        if result.status in ("error", "fail")
    ]
    assert outcome.success, failed or outcome.exception
