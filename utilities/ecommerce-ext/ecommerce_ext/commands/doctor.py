"""``ecommerce doctor``: run all health checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecommerce_ext.checks.registry import Context, Needs, checks, prerequisites
from ecommerce_ext.dbt.runner import parse_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.checks.registry import CheckResult
    from ecommerce_ext.settings import Settings


def run_checks(settings: Settings, environ: Mapping[str, str]) -> Iterator[CheckResult]:
    """Yield the results of the prerequisites and, if these pass, of the other checks."""
    with Context(settings, environ) as context:
        results = [check.run(context) for check in prerequisites(settings)]
        yield from results
        if any(result.problems for result in results):
            return
        context.manifest = parse_project(settings, "--quiet")
        for check in checks(Needs.MANIFEST):
            result = check.run(context)
            yield result
            if result.problems:
                return
        for check in checks(Needs.TABLES):
            yield check.run(context)
