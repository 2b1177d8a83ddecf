"""The commands of the utility ``ecommerce``."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ecommerce_ext.commands.activate import activate
from ecommerce_ext.commands.audit import audit
from ecommerce_ext.commands.build import build
from ecommerce_ext.commands.check import check
from ecommerce_ext.commands.compare_report import compare_reports, default_period
from ecommerce_ext.commands.docs import write_docs, write_schema
from ecommerce_ext.commands.doctor import run_checks
from ecommerce_ext.commands.erase import erase
from ecommerce_ext.commands.status import read_status
from ecommerce_ext.commands.tag_links import tag_links_command
from ecommerce_ext.dbt.runner import run_dbt
from ecommerce_ext.errors import EcommerceError, Problem, unusable_path
from ecommerce_ext.results import write_results
from ecommerce_ext.settings import Settings, read_settings
from ecommerce_ext.terminal import format_table

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_DAY = click.DateTime(["%Y-%m-%d"])
_DBT_OPTIONS = {"ignore_unknown_options": True}
_arguments = click.argument("arguments", nargs=-1, type=click.UNPROCESSED)


class _Commands(click.Group):
    """Command group that prints each problem as one line on standard error."""

    @override
    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except EcommerceError as error:
            _fail(ctx, error.problems)
        except BrokenPipeError:
            raise  # click handles a closed output pipe
        except OSError as error:
            _fail(ctx, [unusable_path(error)])


def _fail(context: click.Context, problems: Iterable[Problem]) -> NoReturn:
    for problem in problems:
        click.echo(problem, err=True)
    context.exit(1)


@click.group(cls=_Commands)
@click.version_option(package_name="ecommerce-ext")
@click.pass_context
def app(context: click.Context) -> None:
    """Check, activate, build and document the E-Commerce module."""
    context.obj = read_settings(os.environ)


@app.command("check")
@click.pass_obj
def check_command(settings: Settings) -> None:
    """Check the prerequisites of a job.

    These are settings, warehouse, permissions and the contents of the tables.
    """
    click.echo(check(settings, os.environ))


@app.command("activate")
@click.pass_obj
def activate_command(settings: Settings) -> None:
    """Create missing tables. Tables that hold orders are not touched."""
    created = activate(settings, os.environ)
    if created:
        click.echo(f"Created {len(created)} tables and views.")
    else:
        click.echo("Everything exists already; nothing was changed.")


@app.command("build", context_settings=_DBT_OPTIONS)
@_arguments
@click.pass_obj
def build_command(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Update the tables from the loaded records. Options are passed to dbt build."""
    build(settings, arguments)


@app.command("audit")
@click.pass_context
def audit_command(context: click.Context) -> None:
    """Test all rows, and compare statistics. A build tests only what it changed.

    Exit 1 if there are differences.
    """
    rows = audit(context.obj)
    differences = sum(row["differences"] for row in rows)
    click.echo("\n".join(format_table(rows)))
    click.echo(f"{len(rows)} tests found {differences} differences.")
    context.exit(int(differences > 0))


@app.command("status")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status_command(settings: Settings, *, as_json: bool) -> None:
    """Show loads, builds, rejects and open orders, with times."""
    status = read_status(settings)
    if as_json:
        click.echo(json.dumps(status, default=float))
        return
    for section, rows in status.items():
        if rows:
            click.echo("\n".join([section.replace("_", " "), *format_table(rows), ""]))


@app.command("doctor")
@click.option("as_json", "--json", is_flag=True, help="Print JSON.")
@click.pass_context
def doctor_command(context: click.Context, *, as_json: bool) -> None:
    """Run all health checks and print fixes.

    Exit 1 if a check fails.
    """
    results = list(run_checks(context.obj, os.environ))
    rows = [
        {"check": result.name, "result": text}
        for result in results
        for text in map(str, result.problems or ("ok: " + result.good,))
    ]
    click.echo(json.dumps(rows) if as_json else "\n".join(format_table(rows)))
    context.exit(int(any(result.problems for result in results)))


@app.command("compare-report")
@click.option("--from", "first", type=_DAY, help="First day.")
@click.option("--to", "last", type=_DAY, help="Last day.")
@click.pass_context
def compare_report_command(
    context: click.Context, first: datetime | None, last: datetime | None
) -> None:
    """Compare the sales of each day with the shop's own report.

    Default: the last 30 full days. Exit 1 if a day differs without a known reason.
    """
    default_first, default_last = default_period()
    comparisons = compare_reports(
        context.obj,
        first.date() if first else default_first,
        last.date() if last else default_last,
    )
    for comparison in comparisons:
        click.echo(comparison.title)
        if comparison.differences:
            click.echo("\n".join(format_table([its.row for its in comparison.differences])))
    context.exit(int(any(not its.is_equal for its in comparisons)))


@app.command("erase")
@click.pass_obj
def erase_command(settings: Settings) -> None:
    """Erase the people that standard input lists.

    One person per line: ann@example.com, customer SHOP ID, or contact ID.
    """
    # Spreadsheets write a byte order mark first, which is not part of an address.
    lines = click.get_text_stream("stdin", encoding="utf-8-sig")
    erase(settings, lines, build=lambda: build(settings, []))


app.add_command(tag_links_command)


@app.command("docs")
@click.pass_obj
def docs_command(settings: Settings) -> None:
    """Write the documentation of the tables as a page."""
    click.echo(f"Open {write_docs(settings)}")


@app.command("schema")
@click.argument("folder", default="docs", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def schema_command(settings: Settings, folder: Path) -> None:
    """Write a diagram and a page of the tables.

    FOLDER is relative to the dbt project; default: docs.
    """
    click.echo(f"Wrote {write_schema(settings, settings.project / folder)}")


@app.command("results")
@click.pass_obj
def results_command(settings: Settings) -> None:
    """Write the results page.

    It shows sales, and the messages that they are attributed to.
    """
    page = settings.project / os.environ.get("DBT_TARGET_PATH", "target") / "results.html"
    write_results(settings, page)
    click.echo(f"Open {page}")


@app.command("dbt", context_settings=_DBT_OPTIONS, add_help_option=False)
@_arguments
@click.pass_obj
def dbt_command(settings: Settings, arguments: tuple[str, ...]) -> None:
    """Run any dbt command.

    dbt uses the project, the profile and the settings of the module.
    """
    run_dbt(settings, arguments)
