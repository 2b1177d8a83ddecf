"""Version, address and licence are written once; a release that is not ready is refused."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CHANGELOG = "# Changelog\n\n## 1.2.3 – 2026-11-30\n\n…\n\n## 1.2.2 – unreleased\n"
# Addresses of the placeholder's host, or of the repository.
ADDRESS = re.compile(
    r"https://(?:git\.example\.com|[\w.-]+(?:/[\w.-]+)*/shopapp-ecommerce)[^\s\"'#@)]*"
)


def script(monkeypatch: pytest.MonkeyPatch, name: str) -> dict[str, Any]:
    """Return the names that a script of `release/` defines."""
    monkeypatch.syspath_prepend(str(ROOT / "release"))
    return runpy.run_path(str(ROOT / "release" / f"{name}.py"))


def problems(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> list[str]:
    """Return the problems of a ready release after these changes."""
    checked = script(monkeypatch, "check")
    values = {
        "version": "1.2.3",
        "repository": "https://forge.example.org/shop/ecommerce",
        "authors": (),
        "license": "Apache-2.0",
        "requires_python": ">=3.10",
        "classifiers": (),
    }
    arguments = {"changelog": CHANGELOG, "stale": [], "tag": "v1.2.3"}
    for name, value in changes.items():
        (values if name in values else arguments)[name] = value
    check: Callable[..., Any] = checked["problems"]
    return list(check(checked["Project"](**values), **arguments))


def test_generated_metadata_matches_the_root_pyproject(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = script(monkeypatch, "metadata")["rendered"]()

    stale = [path for path, text in rendered.items() if (ROOT / path).read_text() != text]
    assert not stale, "run make metadata"


def test_every_address_of_the_repository_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    repository = script(monkeypatch, "project")["load"]().repository
    listed = subprocess.run(
        ["git", "ls-files", "-z", "*.md", "*.yml", "*.toml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    found = {
        (name, address)
        for name in filter(None, listed)
        for address in ADDRESS.findall((ROOT / name).read_text(encoding="utf-8"))
    }

    others = [
        (name, address)
        for name, address in found
        if not re.match(rf"{re.escape(repository)}(\.git|/|\\?$|$)", address)
    ]
    assert {name for name, _ in found} >= {"docs/install.md", "taps/tap-shopapp/pyproject.toml"}
    assert not others


def test_new_version_and_address_reach_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = script(monkeypatch, "metadata")
    values = {"version": "1.2.3", "repository": "https://f.org/a/b"}

    rendered = generator["rendered"](replace(generator["load"](), **values))

    for path in generator["PUBLISHED"]:
        assert '\nversion = "1.2.3"\n' in rendered[f"{path}/pyproject.toml"]
        assert '\nurls.Repository = "https://f.org/a/b"\n' in rendered[f"{path}/pyproject.toml"]
    assert "\nversion: 1.2.3\n" in rendered["dbt_project.yml"]
    assert (
        'pip install "git+https://f.org/a/b.git@v1.2.3#subdirectory=taps/tap-shopapp"'
        in rendered["docs/install.md"]
    )
    assert "0.1.0" not in "".join(rendered.values())
    assert "git.example.com" not in "".join(rendered.values())


def test_hub_definitions_name_variant_address_and_source() -> None:
    definitions = [yaml.safe_load(path.read_text()) for path in (ROOT / "hub").glob("*/*.yml")]
    assert len(definitions) > 4
    for its in definitions:
        assert {"name", "variant", "label", "description", "repo", "docs", "pip_url"} <= set(
            its
        )
    sources = {its["name"]: its["pip_url"] for its in definitions}
    text = (ROOT / "pyproject.toml").read_text()
    (address,) = re.findall(r'(?m)^Repository = "(.+)"$', text)
    (version,) = re.findall(r'(?m)^version = "(.+)"$', text)
    source = f"git+{address}.git@v{version}#subdirectory="
    assert sources["tap-shopapp"] == f"{source}taps/tap-shopapp"
    assert sources["tap-ecb-rates"] == f"{source}taps/tap-ecb-rates"
    assert sources["ecommerce"] == f"{source}utilities/ecommerce-ext"
    assert sources["tap-shopapp-files"] == f"'tap-shopapp[files] @ {source}taps/tap-shopapp'"


def test_release_check_accepts_a_ready_release(monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(monkeypatch) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"repository": "https://git.example.com/shopapp-ecommerce"}, "is a placeholder"),
        ({"repository": "git@forge.example.org:shop/ecommerce"}, "not an https address"),
        ({"repository": "https://forge.example.org/shop/ecommerce.git"}, "without `.git`"),
        ({"version": "1.2"}, "not of the form 1.2.3"),
        ({"tag": "v1.2.2"}, "needs the tag v1.2.3"),
        ({"stale": ["dbt_project.yml"]}, "dbt_project.yml"),
        ({"changelog": CHANGELOG.replace("1.2.3", "1.2.4")}, "is not 1.2.3"),
        ({"changelog": CHANGELOG.replace("2026-11-30", "unreleased")}, "no date for 1.2.3"),
        ({"changelog": "# Changelog\n"}, "is not 1.2.3"),
    ],
)
def test_release_check_refuses_an_unready_release(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], reason: str
) -> None:
    found = problems(monkeypatch, **changes)
    assert any(reason in problem for problem in found), found


def test_release_check_exits_1_with_the_placeholder_address() -> None:
    if "git.example.com" not in (ROOT / "pyproject.toml").read_text():
        pytest.skip("The repository has an address.")
    done = subprocess.run(
        [sys.executable, ROOT / "release" / "check.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "The address of the repository is a placeholder." in done.stderr


def test_workflow_matrix_covers_the_stated_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())["jobs"]
    matrix = jobs["module"]["strategy"]["matrix"]
    taps = jobs["taps"]["steps"][1]["with"]["python-version"]
    classifiers = script(monkeypatch, "project")["load"]().classifiers
    page = (ROOT / "docs" / "install.md").read_text()
    table = dict(re.findall(r"^\| (\w+) \| (.+) \|$", page, re.MULTILINE))

    versions = {name: re.findall(r"\d+(?:\.\d+)?", table[name]) for name in table}
    assert sorted(versions["Python"], key=float) == sorted([*matrix["python"], taps], key=float)
    assert sorted(versions["Postgres"]) == matrix["postgres"]
    assert sorted(versions["dbt"]) == matrix["dbt"]
    # The version that only the taps support is in no classifier: all members have the same.
    stated = {name.rpartition(" ")[2] for name in classifiers if ":: 3." in name}
    assert stated == set(matrix["python"])


def test_workflows_pin_every_action_by_hash() -> None:
    used = [
        line.split("uses:")[1].strip()
        for path in WORKFLOWS
        for line in path.read_text().splitlines()
        if "uses:" in line and "uses: ./" not in line
    ]
    assert used
    assert all(
        re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", its) for its in used
    )


def test_dbt_package_meets_the_requirements_of_the_package_hub() -> None:
    # hubcap reads dbt_project.yml and needs a licence file; dbt compares require-dbt-version.
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text())

    assert project["name"] == "shopapp_ecommerce"
    assert re.fullmatch(r"\d+\.\d+\.\d+", project["version"])
    assert project["require-dbt-version"] == [">=1.10.0", "<1.12.0"]
    assert "Apache License" in (ROOT / "LICENSE").read_text()
    assert not (ROOT / "packages.yml").exists()
    assert not (ROOT / "dependencies.yml").exists()
