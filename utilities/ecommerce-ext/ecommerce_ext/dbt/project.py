"""The directories of the dbt project, of the package in it, and of its profile."""

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
    """Return what the dbt_project.yml of a folder says.

    Raises:
        EcommerceError: If there is no such file, or it cannot be read.
    """
    project_file = folder / "dbt_project.yml"
    try:
        project = yaml.safe_load(project_file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EcommerceError(
            Problem(
                f"There is no dbt project in {folder}.",
                "Set ECOMMERCE_PROJECT_DIR to the directory that holds its dbt_project.yml.",
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
    """Return where the module's dbt package lies.

    Raises:
        EcommerceError: If there is no dbt project, or the module is not in it.
    """
    project = read_project(settings.project)
    if project.get("name") == PACKAGE:
        return settings.project
    packages = settings.project / str(project.get("packages-install-path", "dbt_packages"))
    if not (packages / PACKAGE).is_dir():
        raise EcommerceError(
            Problem(
                f"The dbt project in {settings.project} has no package {PACKAGE}.",
                f"Name it in packages.yml, then {_DBT_DEPS}",
            )
        )
    return packages / PACKAGE


def profiles_dir(settings: Settings) -> Path | None:
    """Return the directory of the project's profiles.yml; None for where else dbt looks.

    Raises:
        EcommerceError: If the directory that is set has no profiles.yml.
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
    places = (settings.project / "profiles", settings.project)
    return next((place for place in places if (place / "profiles.yml").is_file()), None)
