"""Refuse a release that is not ready: run `make release-check`.

It checks the address, the version of every part, the changelog and, if `--tag` is set, the tag.
"""

from __future__ import annotations

import argparse
import re
import sys
from typing import TYPE_CHECKING

from metadata import rendered
from project import PLACEHOLDER, ROOT, Project, load

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEMANTIC_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_HEADING = re.compile(r"^## (\S+) – (.+)$", re.MULTILINE)


def problems(
    project: Project, changelog: str, stale: list[str], tag: str | None = None
) -> Iterator[str]:
    """Yield one sentence per reason not to release.

    Args:
        project: Values of the root `pyproject.toml`.
        changelog: Text of `CHANGELOG.md`.
        stale: Paths of generated files that are not current.
        tag: Git tag of the release, if there is one already.
    """
    if project.repository.startswith(PLACEHOLDER):
        yield (
            "The address of the repository is a placeholder. Set `urls.Repository` in the root"
            " pyproject.toml, then run `make metadata settings`."
        )
    elif not re.fullmatch(r"https://[\w.-]+(/[\w.-]+)+", project.repository) or (
        project.repository.endswith(".git")
    ):
        yield (
            "The address of the repository is not an https address without `.git` at its end."
            " Correct `urls.Repository` in the root pyproject.toml."
        )
    if not _SEMANTIC_VERSION.fullmatch(project.version):
        yield "The version is not of the form 1.2.3. Correct it in the root pyproject.toml."
    if tag is not None and tag != project.tag:
        yield f"The tag is {tag}, but the version needs the tag {project.tag}."
    if stale:
        yield f"These files are stale: {', '.join(stale)}. Run `make metadata`."
    newest = _HEADING.search(changelog)
    if newest is None or newest[1] != project.version:
        yield f"The first release in CHANGELOG.md is not {project.version}. Add it."
    elif not re.fullmatch(r"\d{4}-\d{2}-\d{2}", newest[2]):
        yield f"CHANGELOG.md has no date for {project.version}: replace {newest[2]!r} by it."


def main() -> None:
    """Print every problem; exit with 1 if there is one."""
    parser = argparse.ArgumentParser(description="Check that a release is ready.")
    parser.add_argument("--tag", help="git tag of the release")
    files = rendered().items()
    stale = [path for path, text in files if (ROOT / path).read_text(encoding="utf-8") != text]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = list(problems(load(), changelog, stale, parser.parse_args().tag))
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201 - a command-line program
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
