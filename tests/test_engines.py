"""The package refuses adapters that it does not support."""

from __future__ import annotations

import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dbt.adapters.base.plugin import AdapterPlugin
from dbt.adapters.postgres.connections import PostgresConnectionManager, PostgresCredentials
from dbt.adapters.postgres.impl import PostgresAdapter
from dbt_runs import invoke
from pipelines import ROOT
from typing_extensions import override

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_PROFILE = """
shopapp_ecommerce:
  target: dev
  outputs:
    dev: {{type: {name}, host: h, port: 1, user: u, password: p, dbname: d, schema: s}}
"""


def _install_adapter(
    name: str, parents: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let dbt find an adapter of this name, which dispatches to the macros of its parents."""

    class Credentials(PostgresCredentials):
        @property
        @override
        def type(self) -> str:
            return name

    connections = type("ConnectionManager", (PostgresConnectionManager,), {"TYPE": name})
    adapter: Any = type("Adapter", (PostgresAdapter,), {"ConnectionManager": connections})
    (folder / "macros").mkdir()
    (folder / "dbt_project.yml").write_text(
        f"name: dbt_{name}\nversion: 1.0.0\nconfig-version: 2\nmacro-paths: [macros]\n"
    )
    module = ModuleType(f"dbt.adapters.{name}")
    plugin = AdapterPlugin(adapter, Credentials, str(folder), dependencies=parents)
    monkeypatch.setattr(module, "Plugin", plugin, raising=False)
    version = ModuleType(f"{module.__name__}.__version__")
    monkeypatch.setattr(version, "version", "1.0.0", raising=False)
    for installed in (module, version):
        monkeypatch.setitem(sys.modules, installed.__name__, installed)


def _parse(folder: Path, adapter: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Parse the project with an adapter, and return dbt's error."""
    (folder / "profiles.yml").write_text(_PROFILE.format(name=adapter))
    monkeypatch.setenv("ECOMMERCE_CURRENCY", "CAD")
    monkeypatch.setenv("DBT_TARGET_PATH", str(folder / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(folder / "logs"))
    outcome = invoke(["parse", "--project-dir", str(ROOT), "--profiles-dir", str(folder)])
    assert not outcome.success
    return str(outcome.exception)


def test_adapter_that_inherits_from_postgres_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # dbt-redshift depends on dbt-postgres, so dbt also finds each macro `postgres__…` for it.
    _install_adapter("redshift", ["postgres"], tmp_path, monkeypatch)
    message = _parse(tmp_path, "redshift", monkeypatch)
    assert "The adapter redshift is not supported" in message
    assert "postgres, duckdb" in message


def test_adapter_without_primitives_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # dbt looks for the version of every dispatched macro before it calls the first macro.
    _install_adapter("exampledb", [], tmp_path, monkeypatch)
    message = _parse(tmp_path, "exampledb", monkeypatch)
    assert re.search(r"No macro named 'ecommerce_\w+' found", message)
    assert "exampledb__ecommerce_" in message
