"""Checks of the settings: values, loader settings, and reporting currency."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ecommerce_ext.dbt.project import package_dir
from ecommerce_ext.errors import EcommerceError, Problem
from ecommerce_ext.settings import variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecommerce_ext.settings import Settings

# Environment variables of the loader, and the setting that each must equal.
_LOADER_VARIABLES = {
    "TARGET_ECOMMERCE_HOST": "warehouse_host",
    "TARGET_ECOMMERCE_PORT": "warehouse_port",
    "TARGET_ECOMMERCE_USER": "warehouse_user",
    "TARGET_ECOMMERCE_DATABASE": "warehouse_database",
    "TARGET_ECOMMERCE_DEFAULT_TARGET_SCHEMA": "raw_schema",
}


def setting_problems(settings: Settings, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each setting that is missing, has a wrong value, or differs from the loader's."""
    yield from settings.problems()
    yield from _loader_problems(settings, environ)


def currency_problems(settings: Settings) -> Iterator[Problem]:
    """Yield a problem if the reporting currency is unknown or no longer in use."""
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
    instruction = "Set the code of a currency in use, for instance: ECOMMERCE_CURRENCY=EUR"
    # Codes without a minor unit, such as XAU, are not a means of payment.
    if currency and (found is None or not found["minor_unit"]):
        yield Problem(
            f"ECOMMERCE_CURRENCY is {settings.currency!r}, which is not an ISO 4217 currency.",
            instruction,
        )
    elif found and found["is_active"] != "true":
        yield Problem(
            f"ECOMMERCE_CURRENCY is {currency}, which is no longer in use.", instruction
        )


def _loader_problems(settings: Settings, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem if the loader would write to another place than the settings name."""
    environment = settings.environment()
    for name, ours in _LOADER_VARIABLES.items():
        value = environment[variable(ours)]
        if environ.get(name, value) != value:
            yield Problem(
                f"{name} is {environ[name]}, but {variable(ours)} is not: the loader would"
                " write where the build does not read.",
                f"Remove {name}; the loader then uses {variable(ours)}.",
            )
    raw_schema = environ.get("ECOMMERCE_RAW_SCHEMA", settings.raw_schema)
    if raw_schema.strip() != settings.raw_schema:
        yield Problem(
            f"The loader writes into {raw_schema}, but the var ecommerce_raw_schema in"
            f" dbt_project.yml is {settings.raw_schema}.",
            f"Set ECOMMERCE_RAW_SCHEMA={settings.raw_schema}.",
        )
