"""Commands print one sentence if a path cannot be read or written, for any user."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from warehouses import Warehouse

# Root drops its privileges after the imports, because other users may have no access to the
# Python installation.
AS_OTHER_USER = """
import os
from ecommerce_ext.main import app
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
app()
"""
WRITABLE = "to a writable directory."
USES_DBT = (
    ("activate",),
    ("build",),
    ("doctor",),
    ("docs",),
    ("schema",),
    ("dbt", "parse"),
    ("dbt", "deps"),
)


def host(folder: Path, project: str | bytes = "name: acme\n") -> str:
    """Write the dbt project of a host into a folder, and return its path."""
    content = project.encode() if isinstance(project, str) else project
    (folder / "dbt_project.yml").write_bytes(content)
    return str(folder)


# A file in place of a directory also stops root, like a read-only file system.
@pytest.mark.parametrize(
    ("command", "name"),
    [
        *((command, "DBT_LOG_PATH") for command in USES_DBT),
        *((command, "DBT_TARGET_PATH") for command in USES_DBT[:2]),
    ],
)
def test_command_with_unwritable_dbt_folder_names_it(
    warehouse: Warehouse, tmp_path: Path, command: tuple[str, ...], name: str
) -> None:
    warehouse.execute(
        "create schema ecommerce_raw", "create table ecommerce_raw.shops (shop_id text)"
    )
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "folder"

    answer = warehouse.ecommerce(*command, **{name: str(folder)})

    assert answer.problems == [
        f"Cannot read or write {folder}: Not a directory. Set {name} {WRITABLE}"
    ]


@pytest.mark.parametrize("content", ["name: [acme\n", "- acme\n", "", b"name: \xff\xfe"])
def test_project_file_with_invalid_yaml_is_reported(
    warehouse: Warehouse, tmp_path: Path, content: str | bytes
) -> None:
    project = host(tmp_path, content)

    sentence = f"{project}/dbt_project.yml is not a valid dbt project file. Correct its YAML."
    for command in (["check"], ["dbt", "deps"]):
        answer = warehouse.ecommerce(*command, ECOMMERCE_PROJECT_DIR=project)
        assert answer.problems == [sentence]


@pytest.mark.parametrize("command", [("docs",), ("schema",), ("dbt", "parse")])
def test_dbt_without_installed_packages_names_the_install_command(
    warehouse: Warehouse, tmp_path: Path, command: tuple[str, ...]
) -> None:
    project = host(tmp_path)

    assert warehouse.ecommerce(*command, ECOMMERCE_PROJECT_DIR=project).problems == [
        (
            f"The dbt project in {project} has no package shopapp_ecommerce."
            " Add it to packages.yml, then type: meltano invoke ecommerce dbt deps"
        )
    ]


def test_profiles_directory_without_profiles_yml_is_named(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    answer = warehouse.ecommerce("dbt", "parse", ECOMMERCE_PROFILES_DIR=str(tmp_path))

    assert answer.problems == [
        f"There is no profiles.yml in {tmp_path}. Correct ECOMMERCE_PROFILES_DIR."
    ]


def test_unreadable_project_file_is_reported(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").mkdir()

    answer = warehouse.ecommerce("check", ECOMMERCE_PROJECT_DIR=str(tmp_path))

    assert answer.problems == [
        (
            f"Cannot read or write {tmp_path}/dbt_project.yml: Is a directory."
            " Give the user who runs this command access to it."
        )
    ]


def test_deleted_working_directory_is_reported(tmp_path: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", 'rmdir "$PWD" && exec "$0" -m ecommerce_ext docs', sys.executable],
        env={name: value for name, value in os.environ.items() if "ECOMMERCE" not in name},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        (
            "Cannot read or write a file: No such file or directory."
            " Give the user who runs this command access to it.\n"
        ),
    )


def test_user_without_write_permission_gets_one_sentence(warehouse: Warehouse) -> None:
    with tempfile.TemporaryDirectory(prefix="ecommerce-") as folder:
        environment = {
            name: value
            for name, value in warehouse.environment.items()
            if not name.startswith("DBT_")
        } | {"ECOMMERCE_PROJECT_DIR": host(Path(folder), "name: shopapp_ecommerce\n")}
        Path(folder).chmod(0o555)
        status, docs = (
            subprocess.run(
                [sys.executable, "-c", AS_OTHER_USER, command],
                env=environment,
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )
            for command in ("status", "docs")
        )
        Path(folder).chmod(0o755)

    assert (status.returncode, status.stderr) == (0, "")
    assert (docs.returncode, docs.stderr) == (
        1,
        (
            f"Cannot read or write {folder}/logs: Permission denied."
            f" Set DBT_LOG_PATH {WRITABLE}\n"
        ),
    )
