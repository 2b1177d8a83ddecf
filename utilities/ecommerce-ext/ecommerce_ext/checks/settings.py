"""``ecommerce check``: whether everything is there that a job needs, before it starts.

Plain Python: it imports neither dbt nor the Singer SDK, so that it answers at once.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ecommerce_ext.checks.contents import warehouse_problems
from ecommerce_ext.dbt.project import package_dir
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.settings import variable
from ecommerce_ext.warehouse.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.settings import Settings

# Where the loader has a setting of its own for what the module's settings say.
_LOADER_VARIABLES = {
    "TARGET_ECOMMERCE_HOST": "warehouse_host",
    "TARGET_ECOMMERCE_PORT": "warehouse_port",
    "TARGET_ECOMMERCE_USER": "warehouse_user",
    "TARGET_ECOMMERCE_DATABASE": "warehouse_database",
    "TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA": "raw_schema",
}


def check(settings: Settings, environ: Mapping[str, str]) -> str:
    """Return one line on what was found good.

    Raises:
        EcommerceError: With every problem that was found.
    """
    problems = [
        *settings.problems(),
        *currency_problems(settings),
        *loader_problems(settings, environ),
    ]
    try:
        with connect(settings) as connection:
            problems += warehouse_problems(connection, settings)
    except EcommerceError as error:
        problems += (found for found in error.problems if found not in problems)
    if problems:
        raise EcommerceError(*problems)
    return (
        f"ok: {settings.warehouse_database} at {settings.warehouse_host}:"
        f"{settings.warehouse_port}, schemas {settings.raw_schema} and {settings.schema},"
        f" amounts in {settings.currency.upper()}"
    )


def currency_problems(settings: Settings) -> Iterator[Problem]:
    """Tell whether amounts can be compiled in the reporting currency."""
    try:
        seed = package_dir(settings) / "seeds" / "ecommerce_currencies.csv"
    except EcommerceError as error:
        yield from error.problems
        return
    currency = settings.currency.upper()
    with seed.open(encoding="utf-8", newline="") as lines:
        found = next(
            (row for row in csv.DictReader(lines) if row["currency"] == currency), None
        )
    instruction = "Write the code of one that is in use, for instance: ECOMMERCE_CURRENCY=EUR"
    # Codes such as XAU are no money that is paid with: they have no minor unit.
    if currency and (found is None or not found["minor_unit"]):
        yield Problem(
            f"ECOMMERCE_CURRENCY is {settings.currency!r}, which is no currency of ISO 4217.",
            instruction,
        )
    elif found and found["is_active"] != "true":
        yield Problem(
            f"ECOMMERCE_CURRENCY is {currency}, which is no longer in use.", instruction
        )


def loader_problems(settings: Settings, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Tell where the loader would write elsewhere than the settings say."""
    for name, ours in _LOADER_VARIABLES.items():
        value = getattr(settings, ours)
        if environ.get(name, value) != value:
            yield Problem(
                f"{name} is {environ[name]}, and {variable(ours)} is not: the loader would"
                " write where nothing is read.",
                f"Remove {name}; the loader follows {variable(ours)}.",
            )
    raw_schema = environ.get("ECOMMERCE_RAW_SCHEMA", settings.raw_schema)
    if raw_schema.strip() != settings.raw_schema:
        yield Problem(
            f"The loader writes into {raw_schema}, and the var ecommerce_raw_schema of"
            f" dbt_project.yml is {settings.raw_schema}.",
            f"Set ECOMMERCE_RAW_SCHEMA={settings.raw_schema}.",
        )
