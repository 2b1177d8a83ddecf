"""``ecommerce check``: check the prerequisites of a job before it starts.

The command imports neither dbt nor the Singer SDK, because these imports take seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.checks.registry import Context, Needs, checks
from ecommerce_ext.errors import EcommerceError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecommerce_ext.settings import Settings


def check(settings: Settings, environ: Mapping[str, str]) -> str:
    """Return one line that describes the warehouse, if all checks pass.

    Raises:
        EcommerceError: With all problems of the settings and of the first failed check of the
            warehouse.
    """
    problems: list[Problem] = []
    with Context(settings, environ) as context:
        for check_ in checks(Needs.SETTINGS):
            problems += check_.run(context).problems
        for check_ in checks(Needs.WAREHOUSE):
            if found := check_.run(context).problems:
                problems += (problem for problem in found if problem not in problems)
                break
    if problems:
        raise EcommerceError(*problems)
    return (
        f"ok: {settings.warehouse_database} at {settings.warehouse_host}:"
        f"{settings.warehouse_port}, schemas {settings.raw_schema} and {settings.schema},"
        f" amounts in {settings.currency.upper()}"
    )
