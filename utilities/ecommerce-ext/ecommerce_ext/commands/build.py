"""``ecommerce build``: bring the tables up to date with the loaded records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecommerce_ext.checks.loads import misplaced_loads, nothing_loaded
from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.erasure.anonymize import anonymize
from ecommerce_ext.erasure.contacts_snapshot import forget_contacts
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse.lock import warehouse_lock
from ecommerce_ext.warehouse.reader import grant_usage
from ecommerce_ext.warehouse.replacement import replaced
from ecommerce_ext.warehouse.user_views import warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecommerce_ext.settings import Settings

_SELECTING = {"-s", "--select", "-m", "--models", "--selector"}


def build(settings: Settings, arguments: Sequence[str]) -> None:
    """Run ``dbt build`` on the package, while no other run does.

    Args:
        settings: All settings.
        arguments: Further options of dbt, such as ``--full-refresh`` or a selection.

    Raises:
        EcommerceError: If what was extracted did not arrive where the build reads, or dbt
            failed. A selection can be built before the first load.
    """
    given = {argument.partition("=")[0] for argument in arguments}
    selection = [] if given & _SELECTING else ["--select", f"package:{PACKAGE}"]
    with warehouse_lock(settings) as connection:
        if problem := misplaced_loads(connection, settings):
            raise EcommerceError(problem)
        if problem := nothing_loaded(connection, settings):
            if not given & _SELECTING:
                raise EcommerceError(problem)
            click.echo(problem, err=True)
        if dropped := warning(connection, settings, arguments):
            click.echo(dropped, err=True)
        with replaced(connection, settings) as manifest:
            anonymize(connection, settings)
            run_dbt(
                settings,
                [
                    "build",
                    *selection,
                    # Unit tests test the code, not the data: they are for developers.
                    *("--exclude-resource-type", "unit_test"),
                    *arguments,
                ],
                manifest,
            )
        forget_contacts(connection, settings)
        if settings.reader_role:
            grant_usage(connection, settings)
