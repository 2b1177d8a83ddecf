"""The dbt package reads its own models, even if the host project uses the same names."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = "shopapp_ecommerce"
ONE_ARGUMENT = re.compile(r"\bref\(\s*[^,()]*\)")

_PROJECT = """
name: host
version: 1.0.0
profile: host
models:
  host: {+schema: host}
  shopapp_ecommerce: {+schema: ecommerce}
vars: {ecommerce_currency: CAD}
"""
_PROFILE = """
host:
  target: dev
  outputs:
    dev: {type: postgres, host: h, port: 1, user: u, password: p, dbname: d, schema: s}
"""


def test_every_ref_names_the_package() -> None:
    files = [
        path
        for folder in ("models", "macros", "tests/dbt", "seeds")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".sql", ".yml")
    ]
    assert len(files) > 100
    assert [
        f"{path.relative_to(ROOT)}: {found}"
        for path in files
        for found in ONE_ARGUMENT.findall(path.read_text())
    ] == []


def test_ref_with_an_alias_is_rendered() -> None:
    """With `--empty`, dbt renders a ref as a subquery with an alias."""
    aliased = re.compile(r"\bref\([^()]*\)\s*\}\}\s+as\s")
    assert aliased.search("from {{ ref('a', 'b') }}\n    as c")
    assert [
        str(path.relative_to(ROOT))
        for folder in ("models", "macros", "tests/dbt")
        for path in (ROOT / folder).rglob("*.sql")
        if aliased.search(path.read_text())
    ] == []


def test_host_model_with_the_name_of_a_package_model_is_not_read(tmp_path: Path) -> None:
    """Parse a host project with a model or seed of the name of each one in the package.

    Generic tests are excluded, because dbt writes their ref with one argument.
    """
    (tmp_path / "models").mkdir()
    (tmp_path / "seeds").mkdir()
    ours = list((ROOT / "models").rglob("*.sql"))
    for path in ours:
        (tmp_path / "models" / path.name).write_text("select 1 as id\n")
    for path in (ROOT / "seeds").glob("*.csv"):
        (tmp_path / "seeds" / path.name).write_text("id\n1\n")
    (tmp_path / "dbt_project.yml").write_text(_PROJECT)
    (tmp_path / "profiles.yml").write_text(_PROFILE)
    (tmp_path / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    dbt = Path(sys.executable).parent / "dbt"
    for command in ("deps", "parse"):
        done = subprocess.run(
            [dbt, command, "--quiet", "--profiles-dir", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text())
    nodes = {
        name: node
        for kind in ("nodes", "exposures", "unit_tests")
        for name, node in manifest[kind].items()
        if node["package_name"] == PACKAGE and not node.get("test_metadata")
    }
    assert len(nodes) > len(ours)
    assert {
        name: parents
        for name, node in nodes.items()
        if (parents := [parent for parent in _parents(node) if ".host." in parent])
    } == {}


def _parents(node: dict[str, Any]) -> list[str]:
    found: list[str] = node["depends_on"].get("nodes", [])
    return found
