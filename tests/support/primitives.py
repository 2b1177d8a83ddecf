"""Runs the unit tests of the primitives, the dbt project tests/primitives, on one engine.

This module needs only dbt, because Spark has its own environment.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from dbt_runs import invoke

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "tests" / "primitives"
MACROS = ROOT / "macros"


def unit_tests(
    engine: str,
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    macros: Path = MACROS,
    models: Iterable[str] = (),
) -> dict[str, str]:
    """Run the unit tests of the primitives.

    Args:
        engine: Target in tests/primitives/profiles.yml.
        folder: Folder for dbt's files.
        settings: Environment variables that profiles.yml reads.
        macros: Folder with the macros of the package.
        models: Models whose unit tests run; none means all.

    Returns:
        The message of each test, empty if it passed. A model that could not be built has a
        message, too.
    """
    variables = {
        **(settings or {}),
        "PRIMITIVES_MACROS": str(macros),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    selected = [word for model in models for word in ("--select", f"+{model}")]
    with patch.dict(os.environ, variables):
        outcome = invoke(["build", "--target", engine, *places, *selected, "--no-use-colors"])
    if outcome.exception:
        raise outcome.exception
    messages: dict[str, str] = {}
    for result in getattr(outcome.result, "results", []):
        failed = result.status in ("error", "fail")
        if failed or result.node.resource_type in ("unit_test", "test"):
            messages[result.node.name] = str(result.message) if failed else ""
    return messages


def broken_macros(folder: Path, bodies: Mapping[str, str]) -> Path:
    """Copy the macros of the package, and replace the bodies of some.

    Args:
        folder: Folder that will contain the copy.
        bodies: The new bodies, by names of macros such as `duckdb__ecommerce_round`.
    """
    copy = folder / "macros"
    shutil.copytree(MACROS, copy)
    for name, body in bodies.items():
        macro = re.compile(
            r"({% macro " + name + r"\([^)]*\) -?%}).*?({%-? endmacro -?%})", re.DOTALL
        )
        (path,) = (path for path in copy.rglob("*.sql") if macro.search(path.read_text()))
        path.write_text(macro.sub(rf"\g<1>{body}\g<2>", path.read_text()))
    return copy
