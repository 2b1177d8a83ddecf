"""The registry of health checks that `check`, `activate` and `doctor` run."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, partial
from typing import TYPE_CHECKING

import psycopg

from ecommerce_ext.checks.bookmarks import bookmark_problems
from ecommerce_ext.checks.builds import build_problems, quality_problems
from ecommerce_ext.checks.contacts import contact_problems
from ecommerce_ext.checks.contents import contents_problems
from ecommerce_ext.checks.freshness import RATES_STALE_DAYS, SHOP_STALE_HOURS
from ecommerce_ext.checks.loads import load_problems, rate_problems
from ecommerce_ext.checks.permissions import (
    reader_role_problems,
    schema_problems,
    version_problems,
)
from ecommerce_ext.checks.reader import reader_problems
from ecommerce_ext.checks.relations import own_relation_problems
from ecommerce_ext.checks.schemas import schema_mismatches
from ecommerce_ext.checks.settings import currency_problems, setting_problems
from ecommerce_ext.checks.tables import (
    foreign_key_problems,
    missing_tables,
    order_problems,
    primary_key_problems,
    type_problems,
)
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.meltano import SKIPPED, extractor_problem, is_inside_meltano
from ecommerce_ext.warehouse.connection import connect, refused_statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dbt.contracts.graph.manifest import Manifest

    from ecommerce_ext.settings import Settings


class Needs(Enum):
    """The prerequisite of a check. Each stage includes the stages before it."""

    SETTINGS = auto()
    WAREHOUSE = auto()
    SHOP = auto()
    MANIFEST = auto()
    TABLES = auto()


class Context(ExitStack):
    """Input of the checks: settings, environment, warehouse, and dbt project.

    Attributes:
        manifest: The project as dbt parsed it; set before the checks that need it.
    """

    manifest: Manifest

    def __init__(self, settings: Settings, environ: Mapping[str, str]) -> None:
        super().__init__()
        self.settings = settings
        self.environ = environ

    @cached_property
    def connection(self) -> psycopg.Connection:
        """The connection to the warehouse, opened when a check first needs it."""
        return self.enter_context(connect(self.settings))


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The problems that a check found, or the text to print without problems."""

    name: str
    good: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One health check.

    Attributes:
        name: The name in the output.
        good: The text to print without problems. It can contain settings in braces.
        needs: The prerequisite of the check.
        find_problems: Yields the problems.
    """

    name: str
    good: str
    needs: Needs
    find_problems: Callable[[Context], Iterable[Problem]]

    def run(self, context: Context) -> CheckResult:
        """Return the result. An error that ends the check is reported as a problem."""
        problems: list[Problem] = []
        try:
            problems.extend(self.find_problems(context))
        except EcommerceError as error:
            problems.extend(error.problems)
        except psycopg.Error as error:
            problems.append(refused_statement(context.settings, error))
        good = self.good.format(settings=context.settings)
        return CheckResult(self.name, good, tuple(problems))


def _warehouse_problems(context: Context) -> Iterator[Problem]:
    """Yield nothing. Connecting is the check."""
    _ = context.connection
    yield from ()


def _permission_problems(context: Context) -> Iterator[Problem]:
    connection, settings = context.connection, context.settings
    too_old = list(version_problems(connection))
    yield from too_old
    if not too_old:
        yield from schema_problems(connection, settings)
        yield from reader_role_problems(connection, settings)
        yield from contact_problems(connection, settings)
        yield from own_relation_problems(connection, settings)


def _table_problems(context: Context) -> Iterator[Problem]:
    yield from missing_tables(context.connection, context.manifest)
    yield from reader_problems(context.connection, context.settings, context.manifest)


def _credential_problems(extractor: str, _: Context) -> Iterator[Problem]:
    if problem := extractor_problem(extractor):
        yield problem


SCHEMAS = Check(
    "schemas",
    "dbt builds in the configured schemas",
    Needs.MANIFEST,
    lambda context: schema_mismatches(context.manifest, context.settings),
)
"""Whether dbt builds in the configured schemas. `activate` runs it before creating tables."""

_CHECKS = (
    Check(
        "settings",
        "complete",
        Needs.SETTINGS,
        lambda context: setting_problems(context.settings, context.environ),
    ),
    Check(
        "warehouse",
        "{settings.warehouse_database} at"
        " {settings.warehouse_host}:{settings.warehouse_port} answers",
        Needs.WAREHOUSE,
        _warehouse_problems,
    ),
    Check(
        "permissions",
        'the user "{settings.warehouse_user}" can load and build',
        Needs.WAREHOUSE,
        _permission_problems,
    ),
    Check(
        "currency",
        "amounts in {settings.currency}",
        Needs.SETTINGS,
        lambda context: currency_problems(context.settings),
    ),
    Check(
        "contents",
        "the tables match the settings",
        Needs.WAREHOUSE,
        lambda context: contents_problems(context.connection, context.settings),
    ),
    SCHEMAS,
    Check("tables", "all exist", Needs.MANIFEST, _table_problems),
    Check(
        "keys",
        "each of the four tables has its primary key",
        Needs.TABLES,
        lambda context: primary_key_problems(context.connection, context.settings),
    ),
    Check(
        "foreign keys",
        "all exist",
        Needs.TABLES,
        lambda context: foreign_key_problems(context.connection, context.manifest),
    ),
    Check(
        "types",
        "the loader kept text and decimals exact",
        Needs.TABLES,
        lambda context: type_problems(context.connection, context.settings, context.manifest),
    ),
    Check(
        "loads",
        f"each shop was loaded within {SHOP_STALE_HOURS} hours",
        Needs.TABLES,
        lambda context: load_problems(context.connection, context.settings),
    ),
    Check(
        "bookmarks",
        "each extractor resumes where it stopped",
        Needs.TABLES,
        lambda context: bookmark_problems(context.connection, context.settings),
    ),
    Check(
        "rates",
        f"the newest is at most {RATES_STALE_DAYS} days old",
        Needs.TABLES,
        lambda context: rate_problems(context.connection, context.settings),
    ),
    Check(
        "builds",
        "the last build read all loads",
        Needs.TABLES,
        lambda context: build_problems(context.connection, context.settings),
    ),
    Check(
        "orders",
        "each has all of its lines and refunds",
        Needs.TABLES,
        lambda context: order_problems(context.connection, context.manifest),
    ),
    Check(
        "quality",
        "all checks are within their thresholds",
        Needs.TABLES,
        lambda context: quality_problems(context.connection, context.settings),
    ),
)


def checks(*needs: Needs) -> list[Check]:
    """Return the checks with one of these prerequisites, in the order of the output."""
    return [check for check in _CHECKS if check.needs in needs]


def prerequisites(settings: Settings) -> list[Check]:
    """Return the checks that must pass before tables can be created."""
    return [
        *checks(Needs.SETTINGS, Needs.WAREHOUSE),
        *map(_credentials, settings.extractors.split()),
    ]


def _credentials(extractor: str) -> Check:
    name = f"credentials of {extractor}"
    if not is_inside_meltano():
        return Check(name, SKIPPED, Needs.SHOP, lambda _: ())
    return Check(
        name,
        "the shop accepts them for all selected streams",
        Needs.SHOP,
        partial(_credential_problems, extractor),
    )
