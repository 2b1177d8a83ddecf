"""docs/commands.md is generated from the help of the commands."""

from __future__ import annotations

import runpy
from pathlib import Path

from ecommerce_ext.main import app

ROOT = Path(__file__).parents[1]


def test_commands_page_matches_the_help_of_the_commands() -> None:
    rendered = runpy.run_path(str(ROOT / "docs" / "generate.py"))["rendered"]()

    stale = [path for path, text in rendered.items() if (ROOT / path).read_text() != text]
    assert not stale, "run make docs"


def test_every_command_of_the_utility_has_help() -> None:
    assert [name for name, command in app.commands.items() if not command.help] == []
