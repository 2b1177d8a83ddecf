"""Built packages are complete: licence, metadata, links, and programs that start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from email.message import Message

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
LICENSE = (ROOT / "LICENSE").read_bytes()
NAMES = ("tap_shopapp", "tap_ecb_rates", "target_ecommerce", "ecommerce_ext")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
VERSION = re.findall(r'(?m)^version = "(.+)"$', PYPROJECT)[0]
REPOSITORY = re.findall(r'(?m)^Repository = "(.+)"$', PYPROJECT)[0]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a wheel and a source distribution of each package."""
    folder = tmp_path_factory.mktemp("packages") / "dist"
    run(sys.executable, ROOT / "release" / "build.py", folder)
    return folder


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return environment variables that make Git read a tagged copy of the repository."""
    clone = tmp_path_factory.mktemp("address") / "clone"
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, clone / name)
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    run("git", "-C", clone, "init", "--quiet")
    run("git", "-C", clone, "add", "--all")
    run("git", "-C", clone, *identity, "commit", "--quiet", "--message", "Release")
    run("git", "-C", clone, "tag", f"v{VERSION}")
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{clone.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": f"{REPOSITORY}.git",
    }


def run(
    *command: str | Path, cwd: Path = ROOT, environment: dict[str, str] | None = None
) -> str:
    """Run a program and return its output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def new_venv(folder: Path) -> Path:
    """Return the programs of a new virtual environment, without the project's own paths."""
    run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    return folder / "bin"


def wheel(packages: Path, name: str) -> zipfile.ZipFile:
    (path,) = packages.glob(f"{name}-*.whl")
    return zipfile.ZipFile(path)


def metadata(packages: Path, name: str) -> Message:
    """Return the metadata that an index shows."""
    with wheel(packages, name) as opened:
        return message_from_bytes(opened.read(f"{name}-{VERSION}.dist-info/METADATA"))


@pytest.mark.parametrize("name", NAMES)
def test_packages_contain_the_licence_and_no_tests(packages: Path, name: str) -> None:
    with wheel(packages, name) as opened:
        files = opened.namelist()
        assert opened.read(f"{name}-{VERSION}.dist-info/licenses/LICENSE") == LICENSE
    assert f"{name}/py.typed" in files
    assert not [path for path in files if not path.startswith((f"{name}/", f"{name}-"))]
    assert not [path for path in files if "/tests/" in path or "/test_" in path]

    with tarfile.open(packages / f"{name}-{VERSION}.tar.gz") as source:
        licence = source.extractfile(f"{name}-{VERSION}/LICENSE")
        assert licence is not None
        assert licence.read() == LICENSE


@pytest.mark.parametrize("name", NAMES)
def test_package_metadata_is_complete(packages: Path, name: str) -> None:
    its = metadata(packages, name)

    assert its["License-Expression"] == "Apache-2.0"
    assert its["Author"] == "The shopapp-ecommerce contributors"
    assert its["Requires-Python"] == ">=3.10"
    assert its["Keywords"]
    assert its["Summary"]
    assert "Programming Language :: Python :: 3.11" in its.get_all("Classifier", [])
    assert f"Repository, {REPOSITORY}" in its.get_all("Project-URL", [])


@pytest.mark.parametrize("name", NAMES)
def test_package_description_has_only_absolute_links(packages: Path, name: str) -> None:
    text = metadata(packages, name).get_payload()
    assert isinstance(text, str)

    targets = re.findall(r"\]\(([^)]+)\)", text)
    pages = [target for target in targets if not target.startswith("#")]
    assert bool(pages) == (name != "tap_ecb_rates")
    for page in pages:
        path = page.removeprefix(f"{REPOSITORY}/blob/v{VERSION}/").partition("#")[0]
        assert page.startswith(f"{REPOSITORY}/blob/v{VERSION}/"), page
        assert (ROOT / path).exists(), page


def test_tap_shopapp_wheel_reads_a_file_in_a_new_environment(
    packages: Path, tmp_path: Path
) -> None:
    bin_ = new_venv(tmp_path / "venv")
    (path,) = packages.glob("tap_shopapp-*.whl")
    run(UV, "pip", "install", "--quiet", "--python", bin_ / "python", f"{path}[files]")
    (tmp_path / "ECommerce_ProductCategory.csv").write_text(
        "idProductCategory,CategoryName\n7,Tea\n"
    )
    config = {"application": "files", "shop_id": "maple", "files_path": "ECommerce_*.csv"}
    (tmp_path / "config.json").write_text(json.dumps(config))

    about = json.loads(run(bin_ / "tap-shopapp", "--about", "--format=json"))
    lines = run(bin_ / "tap-shopapp", "--config", "config.json", cwd=tmp_path).splitlines()

    assert about["name"] == "tap-shopapp"
    assert about["version"] == VERSION
    run(bin_ / "shopapp-conformance", "--help")
    messages = [json.loads(line) for line in lines]
    records = [
        its["record"]
        for its in messages
        if its.get("stream") == "categories" and "record" in its
    ]
    assert [record["category_id"] for record in records] == ["7"]


def test_tap_ecb_rates_wheel_reads_rates_in_a_new_environment(
    packages: Path, tmp_path: Path
) -> None:
    bin_ = new_venv(tmp_path / "venv")
    (path,) = packages.glob("tap_ecb_rates-*.whl")
    run(UV, "pip", "install", "--quiet", "--python", bin_ / "python", path)
    config = {"source": "bundled", "start_date": "2024-01-02"}
    (tmp_path / "config.json").write_text(json.dumps(config))

    about = json.loads(run(bin_ / "tap-ecb-rates", "--about", "--format=json"))
    lines = run(bin_ / "tap-ecb-rates", "--config", "config.json", cwd=tmp_path).splitlines()

    assert about["version"] == VERSION
    records = [its["record"] for its in map(json.loads, lines) if "record" in its]
    # The bank's reference rate of the dollar on that day.
    assert "1.0956" in [
        record["rate"]
        for record in records
        if record["rate_on"] == "2024-01-02" and record["currency"] == "USD"
    ]


def test_target_ecommerce_wheel_loads_records_in_a_new_environment(
    packages: Path, tmp_path: Path
) -> None:
    bin_ = new_venv(tmp_path / "venv")
    (path,) = packages.glob("target_ecommerce-*.whl")
    run(UV, "pip", "install", "-q", "-p", bin_ / "python", f"{path}[duckdb]")
    (tmp_path / "config.json").write_text('{"warehouse": "duckdb", "path": "shop.duckdb"}')
    messages = [
        {
            "type": "SCHEMA",
            "stream": "s",
            "schema": {"properties": {"id": {"type": "string"}}},
            "key_properties": ["id"],
        },
        {"type": "RECORD", "stream": "s", "record": {"id": "1"}},
        {"type": "STATE", "value": {"n": 1}},
    ]
    (tmp_path / "input").write_text("".join(f"{json.dumps(its)}\n" for its in messages))

    written = run(
        *(bin_ / "target-ecommerce", "--config", "config.json", "--input", "input"),
        cwd=tmp_path,
    )

    assert json.loads(written) == {"n": 1}
    assert (tmp_path / "shop.duckdb").exists()


def test_ecommerce_wheel_starts_in_a_new_environment(packages: Path, tmp_path: Path) -> None:
    bin_ = new_venv(tmp_path / "venv")
    (path,) = packages.glob("ecommerce_ext-*.whl")
    run(UV, "pip", "install", "--quiet", "--python", bin_ / "python", path)

    usage = run(bin_ / "ecommerce", "--help", cwd=tmp_path)

    for command in ("check", "activate", "build", "status", "doctor", "results"):
        assert command in usage
    assert "Core:" in run(bin_ / "dbt", "--version", cwd=tmp_path)


def test_documented_commands_install_from_the_address(
    address: dict[str, str], tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    commands = re.findall(r'(?m)^\$ pip install "(.+)"$', page)
    assert len(commands) == 4
    bin_ = new_venv(tmp_path / "venv")

    for requirement in commands:
        run(UV, "pip", "install", "-q", "-p", bin_ / "python", requirement, environment=address)

    for program in ("tap-shopapp", "tap-ecb-rates", "ecommerce"):
        run(bin_ / program, "--help", cwd=tmp_path)
