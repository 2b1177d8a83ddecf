"""The command line of the utility `ecommerce`."""

from __future__ import annotations

import sys

import click

from ecommerce_ext.check import check as find_problems
from ecommerce_ext.errors import EcommerceError
from ecommerce_ext.settings import read_settings
from ecommerce_ext.warehouse import build_lock

_PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.group()
def app() -> None:
    """The E-Commerce module: four tables of orders, keyed to contacts, in one currency."""


@app.command()
def check() -> None:
    """Say what is wrong with the settings or the warehouse, before anything runs."""
    settings = read_settings()
    problems = find_problems(settings)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        sys.exit(1)
    click.echo(
        f"ok: {settings.warehouse}, schema {settings.schema}, in {settings.currency.upper()}"
    )


@app.command()
def activate() -> None:
    """Create what does not exist of the tables, and leave the rest as it is."""
    from ecommerce_ext.activate import activate as create_missing  # noqa: PLC0415 - dbt is slow

    created = create_missing(read_settings())
    click.echo(f"created: {', '.join(created)}" if created else "ok: everything exists already")


@app.command(context_settings=_PASS_ON)
@click.pass_context
def build(context: click.Context) -> None:
    """Bring the tables up to date and test them; options are passed on to dbt build."""
    from ecommerce_ext.dbt import run_dbt  # noqa: PLC0415 - dbt is slow

    settings = read_settings()
    with build_lock(settings):
        run_dbt(settings, ["build", "--exclude-resource-type", "unit_test", *context.args])


@app.command()
def docs() -> None:
    """Write the documentation of the tables as one page."""
    from ecommerce_ext.dbt import run_dbt  # noqa: PLC0415 - dbt is slow

    settings = read_settings()
    run_dbt(settings, ["docs", "generate", "--static"])
    click.echo(f"documentation: {settings.project / 'target' / 'static_index.html'}")


@app.command(context_settings=_PASS_ON)
@click.pass_context
def dbt(context: click.Context) -> None:
    """Run any other dbt command on the project."""
    from ecommerce_ext.dbt import run_dbt  # noqa: PLC0415 - dbt is slow

    run_dbt(read_settings(), context.args)


def main() -> None:
    """Run a command; exit with 1 and one sentence if it cannot be done."""
    try:
        app()
    except EcommerceError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
