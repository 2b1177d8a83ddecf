"""dbt with our project, profile and settings."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.project import profiles_dir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


def run_dbt(
    settings: Settings, arguments: Sequence[str], manifest: Manifest | None = None
) -> dbtRunnerResult:
    """Run one dbt command in this process and return what it gave.

    Args:
        settings: Where the project is, and what its profile and macros read.
        arguments: The dbt command and its options.
        manifest: The project as an earlier command parsed it.

    Raises:
        EcommerceError: If dbt failed, which its own log lines explain.
    """
    # Importing dbt takes seconds, which `check` must not pay.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    os.environ.update(settings.environment())
    os.environ["DBT_PROJECT_DIR"] = str(settings.project)
    if profiles := profiles_dir(settings):
        os.environ.setdefault("DBT_PROFILES_DIR", str(profiles))
    # A project of the user's may say nothing of it, and dbt would leave a file for it there.
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    os.environ.setdefault("DBT_USE_COLORS", str(sys.stdout.isatty()))
    result = dbtRunner(manifest=manifest).invoke(list(arguments))
    if not result.success:
        why = f": {result.exception}".rstrip(".") if result.exception else ""
        failed = f"dbt {' '.join(arguments[:1])} failed{why}."
        raise EcommerceError(Problem(failed, "The lines above tell more."))
    return result
