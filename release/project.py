"""Version, repository address and licence of all parts, from the root `pyproject.toml`.

The table `[project]` there is the only place to edit; `metadata.py` copies its values.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
# The host that RFC 2606 reserves for examples: the repository has no address yet.
PLACEHOLDER = "https://git.example.com/"
PUBLISHED = (
    "taps/tap-shopapp",
    "taps/tap-ecb-rates",
    "targets/target-ecommerce",
    "utilities/ecommerce-ext",
)
PRIVATE = ("demo", "packages/shop-fakes")


@dataclass(frozen=True)
class Project:
    """Values that all members and the dbt package share."""

    version: str
    repository: str
    authors: tuple[str, ...]
    license: str
    requires_python: str
    classifiers: tuple[str, ...]

    @property
    def tag(self) -> str:
        """Git tag of the release."""
        return f"v{self.version}"

    def pip_url(self, member: str, extra: str = "") -> str:
        """Return the requirements that install a member without a clone, as Meltano reads them.

        Args:
            member: Path of the member in the repository, such as `taps/tap-shopapp`.
            extra: Name of an optional dependency group of the member.
        """
        source = f"git+{self.repository}.git@{self.tag}#subdirectory={member}"
        return f"'{Path(member).name}[{extra}] @ {source}'" if extra else source

    def raw_url(self, path: str) -> str:
        """Return the address of one file of the release."""
        return f"{self.repository}/raw/{self.tag}/{path}"

    def page_url(self, path: str) -> str:
        """Return the address of the page that shows one file of the release."""
        return f"{self.repository}/blob/{self.tag}/{path}"


def load(pyproject: Path = ROOT / "pyproject.toml") -> Project:
    """Return the values of the table `[project]`."""
    table: dict[str, Any] = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return Project(
        version=table["version"],
        repository=table["urls"]["Repository"],
        authors=tuple(author["name"] for author in table["authors"]),
        license=table["license"],
        requires_python=table["requires-python"],
        classifiers=tuple(table["classifiers"]),
    )
