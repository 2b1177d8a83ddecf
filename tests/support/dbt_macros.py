"""Call macros of the dbt package without dbt, for macros that return values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
from sql_sources import macros

ROOT = Path(__file__).parents[2]


class _Return(Exception):  # noqa: N818 - it ends a macro, as in dbt
    """The value that a macro returns."""


def macro_texts() -> dict[str, str]:
    """Return the text of every macro of the package by name."""
    paths = sorted((ROOT / "macros").rglob("*.sql"))
    return macros(path.read_text(encoding="utf-8") for path in paths)


class Macros:
    """The macros of the package, with dbt's `return`, and without its other functions."""

    def __init__(self) -> None:
        self._texts = macro_texts()
        self._environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701
        self._environment.globals["return"] = _return
        # A macro of the same template would not return its value, so each has its own template.
        for name in self._texts:
            self._environment.globals[name] = self._callable(name)

    def call(self, name: str, *arguments: Any) -> Any:
        """Return the result of a macro."""
        # Jinja exports no names that begin with an underscore.
        text = re.sub(r"(?<=macro )\w+", "called", self._texts[name], count=1)
        module: Any = self._environment.from_string(text).module
        try:
            return module.called(*arguments)
        except _Return as result:
            return result.args[0]

    def _callable(self, name: str) -> Any:
        return lambda *arguments: self.call(name, *arguments)


def _return(value: Any) -> None:
    raise _Return(value)
