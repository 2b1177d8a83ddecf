"""The directories of the dbt project, its package, and its profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ecommerce_ext.dbt.package import PACKAGE
from ecommerce_ext.errors import EcommerceError, Problem, unusable_path

if TYPE_CHECKING:
    from ecommerce_ext.settings import Settings

_DBT_DEPS = "type: meltano invoke ecommerce dbt deps"


def read_project(folder: Path) -> dict[str, Any]:
    """Return the content of the dbt_project.yml of a folder.

    Raises:
        EcommerceError: If the file is missing or cannot be read.
    """
    project_file = folder / "dbt_project.yml"
    try:
        project = yaml.safe_load(project_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EcommerceError(
            Problem(
                f"There is no dbt project in {folder}.",
                "Set ECOMMERCE_PROJECT_DIR to the directory of its dbt_project.yml.",
            )
        ) from None
    except OSError as error:
        raise EcommerceError(unusable_path(error)) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        project = None
    if not isinstance(project, dict):
        raise EcommerceError(
            Problem(f"{project_file} is not a valid dbt project file.", "Correct its YAML.")
        )
    return project


def package_dir(settings: Settings) -> Path:
    """Return the directory of the module's dbt package.

    Raises:
        EcommerceError: If the dbt project is missing or does not have the package.
    """
    project = read_project(settings.project)
    if project.get("name") == PACKAGE:
        return settings.project
    packages = settings.project / str(project.get("packages-install-path", "dbt_packages"))
    if not (packages / PACKAGE).is_dir():
        raise EcommerceError(
            Problem(
                f"The dbt project in {settings.project} has no package {PACKAGE}.",
                f"Add it to packages.yml, then {_DBT_DEPS}",
            )
        )
    return packages / PACKAGE


def profiles_dir(settings: Settings) -> Path | None:
    """Return the directory of the project's profiles.yml; None for dbt's default.

    Raises:
        EcommerceError: If the configured directory has no profiles.yml.
    """
    if settings.profiles_dir:
        path = Path(settings.profiles_dir).resolve()
        if not (path / "profiles.yml").is_file():
            raise EcommerceError(
                Problem(
                    f"There is no profiles.yml in {path}.", "Correct ECOMMERCE_PROFILES_DIR."
                )
            )
        return path
    folders = (settings.project / "profiles", settings.project)
    return next((folder for folder in folders if (folder / "profiles.yml").is_file()), None)
