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

    def __init__(self, engine: str = "") -> None:
        """Read the macros.

        Args:
            engine: The engine whose versions the dispatched macros are.
        """
        self._texts = macro_texts()
        self._engine = engine
        self._environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # noqa: S701
        self._environment.globals["return"] = _return
        self._environment.globals["adapter"] = self
        # A macro of the same template would not return its value, so each has its own template.
        for name in self._texts:
            self._environment.globals[name] = self._callable(name)

    def call(self, name: str, *arguments: Any, **named: Any) -> Any:
        """Return the result of a macro."""
        # Jinja exports no names that begin with an underscore.
        text = re.sub(r"(?<=macro )\w+", "called", self._texts[name], count=1)
        module: Any = self._environment.from_string(text).module
        try:
            return module.called(*arguments, **named)
        except _Return as result:
            return result.args[0]

    def dispatch(self, name: str, _package: str) -> Any:
        """Return the version of a macro for the engine, as dbt's `adapter.dispatch`."""
        return self._callable(f"{self._engine}__{name}")

    def _callable(self, name: str) -> Any:
        return lambda *arguments, **named: self.call(name, *arguments, **named)


def _return(value: Any) -> None:
    raise _Return(value)
