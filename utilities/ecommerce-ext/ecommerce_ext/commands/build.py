"""``ecommerce build``: update the tables from the loaded records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ecommerce_ext.checks.loads import misplaced_loads, nothing_loaded
from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.erasure.anonymize import anonymize
from ecommerce_ext.erasure.contacts_snapshot import delete_listed_contacts
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.warehouse.lock import warehouse_lock
from ecommerce_ext.warehouse.reader import grant_usage
from ecommerce_ext.warehouse.replacement import replace_unused_tables
from ecommerce_ext.warehouse.user_views import dropped_views_warning

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecommerce_ext.settings import Settings

_SELECTION_OPTIONS = {"-s", "--select", "-m", "--models", "--selector"}


def build(settings: Settings, arguments: Sequence[str]) -> None:
    """Run ``dbt build`` on the package, one run at a time.

    Args:
        settings: All settings.
        arguments: More options of dbt, such as ``--full-refresh`` or a selection.

    Raises:
        EcommerceError: If dbt failed, the loader wrote into another schema, or nothing was
            loaded. A selection can be built before the first load.
    """
    options = {argument.partition("=")[0] for argument in arguments}
    selection = [] if options & _SELECTION_OPTIONS else ["--select", f"package:{PACKAGE}"]
    with warehouse_lock(settings) as connection:
        if problem := misplaced_loads(connection, settings):
            raise EcommerceError(problem)
        if problem := nothing_loaded(connection, settings):
            if not options & _SELECTION_OPTIONS:
                raise EcommerceError(problem)
            click.echo(problem, err=True)
        if warning := dropped_views_warning(connection, settings, arguments):
            click.echo(warning, err=True)
        with replace_unused_tables(connection, settings) as manifest:
            anonymize(connection, settings)
            run_dbt(
                settings,
                [
                    "build",
                    *selection,
                    # Unit tests test the code, not the data.
                    *("--exclude-resource-type", "unit_test"),
                    *arguments,
                ],
                manifest,
            )
        delete_listed_contacts(connection, settings)
        if settings.reader_role:
            grant_usage(connection, settings)
