"""Runs dbt with the module's project, profile and settings."""

from __future__ import annotations

import os
import sys
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, cast

from ecommerce_ext.dbt.project import package_dir, profiles_dir, read_project
from ecommerce_ext.errors import EcommerceError, Problem, unusable_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings

# These commands work without installed packages.
_WITHOUT_PACKAGES = {"deps", "clean", "debug", "init", ""}
_FOLDERS = (
    ("--log-path", "DBT_LOG_PATH", "logs"),
    ("--target-path", "DBT_TARGET_PATH", "target"),
)


def run_dbt(
    settings: Settings, arguments: Sequence[str], manifest: Manifest | None = None
) -> dbtRunnerResult:
    """Run one dbt command in this process and return its result.

    Args:
        settings: All settings. The profile and the macros read them from the environment.
        arguments: The dbt command and its options.
        manifest: The project as an earlier command parsed it.

    Raises:
        EcommerceError: If dbt cannot start or fails. The log lines of dbt name the cause.
    """
    result = invoke_dbt(settings, arguments, manifest)
    if not result.success:
        message = " ".join(str(result.exception or "").split()).rstrip(".")
        reason = f"dbt {_command(arguments)} failed{': ' * bool(message)}{message}."
        raise EcommerceError(Problem(reason, "See the lines above."))
    return result


def invoke_dbt(
    settings: Settings, arguments: Sequence[str], manifest: Manifest | None = None
) -> dbtRunnerResult:
    """Run one dbt command like `run_dbt`, and return its result if it fails, too."""
    command = _command(arguments)
    _check_project(settings, command)
    _check_folders(settings, command, arguments)
    # Importing dbt takes seconds, and `check` must be fast.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    os.environ.update(settings.environment())
    os.environ["DBT_PROJECT_DIR"] = str(settings.project)
    if profiles := profiles_dir(settings):
        os.environ.setdefault("DBT_PROFILES_DIR", str(profiles))
    # By default, dbt sends usage statistics and leaves a file for them in the project.
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DBT_USE_COLORS", str(sys.stdout.isatty()))
    return dbtRunner(manifest=manifest).invoke(list(arguments))


def parse_project(settings: Settings, *options: str) -> Manifest:
    """Return the project as dbt parses it."""
    return cast("Manifest", run_dbt(settings, [*options, "parse"]).result)


def _command(arguments: Sequence[str]) -> str:
    return next((word for word in arguments if not word.startswith("-")), "")


def _check_project(settings: Settings, command: str) -> None:
    """Refuse a project for which dbt would print a traceback or no reason."""
    if command in _WITHOUT_PACKAGES:
        read_project(settings.project)
    else:
        package_dir(settings)


def _check_folders(settings: Settings, command: str, arguments: Sequence[str]) -> None:
    """Refuse folders that dbt cannot write into."""
    options = {argument.partition("=")[0] for argument in arguments}
    for option, variable, default in _FOLDERS:
        if option in options:
            continue
        folder = settings.project / os.environ.get(variable, default)
        _check_folder(folder, f"Set {variable} to a writable directory.")
    if command == "deps":
        _check_folder(settings.project, "Give the user who runs dbt deps write access to it.")


def _check_folder(folder: Path, instruction: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        error.filename = folder
        raise EcommerceError(unusable_path(error, instruction)) from None
