"""dbt on our project, in this process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ecommerce_ext.errors import EcommerceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecommerce_ext.settings import Settings


def run_dbt(settings: Settings, arguments: Sequence[str]) -> Any:  # noqa: ANN401 - as dbt has it
    """Run a dbt command and return its result.

    Raises:
        EcommerceError: If dbt failed; what failed stands in its own output before.
    """
    # Imported here: it takes seconds, and `check` does without.
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    folder = settings.project
    outcome = dbtRunner().invoke(
        [
            *arguments,
            *("--project-dir", str(folder)),
            *("--profiles-dir", os.environ.get("DBT_PROFILES_DIR", str(folder / "profiles"))),
        ]
    )
    if outcome.exception is not None:
        raise EcommerceError(
            f"dbt could not run: {outcome.exception}", "Mend what it names, then run it again."
        )
    if not outcome.success:
        raise EcommerceError(
            f"dbt {arguments[0]} failed.",
            "Read its output above; what was built before the failure stays, and the next"
            " run goes on from there.",
        )
    return outcome.result
