"""Write ``docs/commands.md`` from the help of the commands. ``make docs`` runs this script."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import click
from ecommerce_ext.main import app
from tap_shopapp.applications.shopapp.conformance.command import main as conformance
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
WIDTH = 92
HEADER = """\
# Commands

The help of each command. In a Meltano project, `meltano invoke ecommerce:status` runs
`ecommerce status`. Options follow: `meltano invoke ecommerce:build --full-refresh`.
This page is written by `make docs`.
"""


def rendered() -> dict[str, str]:
    """Return the text of every generated file, by path."""
    helps = {"ecommerce": _click_help(app, "ecommerce")}
    for name, command in app.commands.items():
        helps[f"ecommerce {name}"] = _click_help(command, f"ecommerce {name}")
    helps["tap-shopapp"] = _click_help(TapShopApp.cli, "tap-shopapp")
    helps["shopapp-conformance"] = _argparse_help(conformance, "shopapp-conformance")
    chapters = [f"\n## {name}\n\n```text\n{text}\n```\n" for name, text in helps.items()]
    return {"docs/commands.md": HEADER + "".join(chapters)}


def _click_help(command: click.Command, name: str) -> str:
    return command.get_help(click.Context(command, info_name=name, terminal_width=WIDTH))


def _argparse_help(main: Callable[[], None], name: str) -> str:
    printed = io.StringIO()
    with (
        patch.object(sys, "argv", [name, "--help"]),
        patch.dict(os.environ, {"COLUMNS": str(WIDTH), "NO_COLOR": "1"}),
        redirect_stdout(printed),
        suppress(SystemExit),
    ):
        main()
    return printed.getvalue().strip()


def main() -> None:
    """Write every generated file."""
    for path, text in rendered().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
