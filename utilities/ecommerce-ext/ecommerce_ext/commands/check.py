"""``ecommerce check``: whether everything is there that a job needs, before it starts.

Plain Python: it imports neither dbt nor the Singer SDK, because it must answer at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.checks.registry import Context, Needs, checks
from ecommerce_ext.errors import EcommerceError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecommerce_ext.settings import Settings


def check(settings: Settings, environ: Mapping[str, str]) -> str:
    """Return one line that describes a good state.

    Raises:
        EcommerceError: With all problems of the settings, and those of the first check of the
            warehouse that fails.
    """
    problems: list[Problem] = []
    with Context(settings, environ) as context:
        for one in checks(Needs.SETTINGS):
            problems += one.run(context).problems
        for one in checks(Needs.WAREHOUSE):
            if found := one.run(context).problems:
                problems += (problem for problem in found if problem not in problems)
                break
    if problems:
        raise EcommerceError(*problems)
    return (
        f"ok: {settings.warehouse_database} at {settings.warehouse_host}:"
        f"{settings.warehouse_port}, schemas {settings.raw_schema} and {settings.schema},"
        f" amounts in {settings.currency.upper()}"
    )
